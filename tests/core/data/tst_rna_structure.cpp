// Tests of secondary structures: brackets, pseudoknots, states by hand, greedy pairs, structures under edits.
#include "core/data/rna_structure.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace nscope;
using namespace nscope::data;

namespace {

// Yeast tRNA-Phe (crystal structure 1EHZ, 76 nt): the cloverleaf, and with it G19–C56, which joins the D and T loops.
const std::string kTrnaLetters = "GCGGATTTAGCTCAGTTGGGAGAGCGCCAGACTGAAGATCTGGAGGTCCTGTGTTCGATCCACAGAATTCGCACCA";
const std::string kCloverleaf = "(((((((..((((........)))).(((((.......))))).....(((((.......))))))))))))....";
const std::string kStates = "sssssssmmsssshhhhhhhhssssmssssshhhhhhhsssssmmmmmssssshhhhhhhsssssssssssstttt";

std::string statesOf(std::string_view dotBracket)
{
    const auto structure = parseDotBracket(dotBracket);
    return structure ? structureStates(*structure) : structure.error().sentence();
}

std::string errorOf(std::string_view dotBracket)
{
    const auto structure = parseDotBracket(dotBracket);
    return structure ? "no error" : structure.error().sentence();
}

Transcript trna()
{
    Transcript transcript{{"tRNA-Phe", "", kTrnaLetters, Alphabet::Rna}, {}};
    if (!setStructure(transcript, kCloverleaf))
        qFatal("the cloverleaf does not fit");
    return transcript;
}

std::string lettersOf(const std::vector<float>& numbers)
{
    std::string letters;
    for (const float number : numbers)
        letters += stateLetter(number);
    return letters;
}

/// Nested brackets of three kinds over each other, at random.
std::string randomDotBracket(std::size_t length, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::string text(length, '.');
    for (const auto& [opening, closing] : {std::pair{'(', ')'}, std::pair{'[', ']'}, std::pair{'{', '}'}}) {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < length; ++i) {
            if (text[i] != '.')
                continue;
            const std::uint32_t dice = random() % 4;
            if (dice == 0)
                open.push_back(i);
            else if (dice == 1 && !open.empty()) {
                text[open.back()] = opening;
                text[i] = closing;
                open.pop_back();
            }
        }
    }
    return text;
}

}  // namespace

class TestRnaStructure : public QObject {
    Q_OBJECT

private slots:
    void cloverleafHasKnownStates()
    {
        const auto structure = parseDotBracket(kCloverleaf);
        QVERIFY(structure.has_value());
        QCOMPARE(structure->pairs.size(), std::size_t(21));
        QCOMPARE(structure->pairs.front(), (BasePair{0, 71, false}));
        QCOMPARE(structureStates(*structure), kStates);
        QCOMPARE(*toDotBracket(*structure), kCloverleaf);
        // Every pair of the cloverleaf is Watson–Crick or G–U.
        const std::string kinds = "AT TA GC CG GT TG";
        for (const BasePair& pair : structure->pairs) {
            const std::string letters{kTrnaLetters[std::size_t(pair.firstNt)], kTrnaLetters[std::size_t(pair.secondNt)]};
            QVERIFY2(kinds.find(letters) != std::string::npos, letters.c_str());
        }
    }

    void tertiaryPairIsAPseudoknot()
    {
        std::string text = kCloverleaf;
        text[18] = '[';
        text[55] = ']';
        const auto structure = parseDotBracket(text);
        QVERIFY(structure.has_value());
        const auto pair = std::ranges::find(structure->pairs, 18, &BasePair::firstNt);
        QCOMPARE(*pair, (BasePair{18, 55, true}));
        QCOMPARE(std::ranges::count(structure->pairs, true, &BasePair::isPseudoknot), 1);
        std::string states = kStates;  // loops stay those of the cloverleaf
        states[18] = states[55] = 's';
        QCOMPARE(structureStates(*structure), states);
        QCOMPARE(*toDotBracket(*structure), text);
    }

    void statesByHand_data()
    {
        QTest::addColumn<QString>("structure");
        QTest::addColumn<QString>("states");
        QTest::newRow("hairpin with ends (forgi's example)") << "..((..)).." << "ffsshhsstt";
        QTest::newRow("two hairpins side by side") << "..((..))..((..)).." << "ffsshhssmmsshhsstt";
        QTest::newRow("bulge") << "((.((...))))" << "ssisshhhssss";
        QTest::newRow("internal loop") << "((..((...)).))" << "ssiisshhhssiss";
        QTest::newRow("multiloop") << "(.(...).(...).)" << "smshhhsmshhhsms";
        QTest::newRow("no pair") << "....." << "fffff";
        QTest::newRow("ends touch the stem") << "(...)" << "shhhs";
        QTest::newRow("square brackets alone are nested") << ".[[...]]" << "fsshhhss";
        QTest::newRow("H-type pseudoknot") << "((..[[.))..]]" << "sshhsshsstt" "ss";
        QTest::newRow("empty") << "" << "";
    }
    void statesByHand()
    {
        QFETCH(QString, structure);
        QFETCH(QString, states);
        QCOMPARE(QString::fromStdString(statesOf(structure.toStdString())), states);
    }

    void numbersFollowTheOrder()
    {
        QCOMPARE(stateNumbers("ftihms"), (std::vector<float>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(stateLetter(3.0F), 'h');
        QCOMPARE(stateLetter(kUnknownState), kUnknownStateLetter);
        QCOMPARE(stateLetter(2.5F), kUnknownStateLetter);
        QCOMPARE(stateLetter(1e30F), kUnknownStateLetter);
    }

    void badTextIsNamedWithItsPlace()
    {
        QCOMPARE(errorOf("((..)"), std::string("position 1: '(' opens a base pair that is never closed."));
        QCOMPARE(errorOf("(..))"), std::string("position 5: ')' closes a base pair that was never opened."));
        QCOMPARE(errorOf("([)]."), std::string("no error"));
        QCOMPARE(errorOf("(.]"), std::string("position 3: ']' closes a base pair that was never opened."));
        QCOMPARE(errorOf("..x."), std::string("position 3: 'x' is no sign of a dot-bracket structure; those are .()[]{}<>."));
        QCOMPARE(errorOf(std::string("..\x01", 3)).substr(0, 11), std::string("position 3:"));
        QVERIFY(checkStates("ftihms").has_value());
        QCOMPARE(checkStates("fts.").error().where().position, 4);
    }

    void pairsThatCannotBeWritten()
    {
        QCOMPARE(toDotBracket({4, {{0, 4}}}).error().code(), ErrorCode::InvalidArgument);
        QCOMPARE(toDotBracket({4, {{-1, 2}}}).error().code(), ErrorCode::InvalidArgument);
        QCOMPARE(toDotBracket({4, {{2, 1}}}).error().code(), ErrorCode::InvalidArgument);
        QCOMPARE(toDotBracket({6, {{0, 3}, {3, 5}}}).error().code(), ErrorCode::InvalidArgument);
        RnaStructure crossing{10, {}};
        for (std::int64_t i = 0; i < 5; ++i)
            crossing.pairs.push_back({i, i + 5});  // every pair crosses every other
        QCOMPARE(toDotBracket(crossing).error().code(), ErrorCode::Unsupported);
        crossing.pairs.pop_back();
        QCOMPARE(*toDotBracket(crossing), std::string("([{<.)]}>."));
    }

    void randomStructuresRoundTrip()
    {
        for (std::uint32_t seed = 0; seed < 300; ++seed) {
            const std::string text = randomDotBracket(1 + seed % 70, seed);
            const auto structure = parseDotBracket(text);
            QVERIFY(structure.has_value());
            const auto partners = structure->partners();
            // A pair is a pseudoknot exactly when it crosses a pair that is none.
            for (const BasePair& pair : structure->pairs) {
                const bool crosses = std::ranges::any_of(structure->pairs, [&](const BasePair& other) {
                    const bool firstInside = other.firstNt > pair.firstNt && other.firstNt < pair.secondNt;
                    const bool secondInside = other.secondNt > pair.firstNt && other.secondNt < pair.secondNt;
                    return !other.isPseudoknot && firstInside != secondInside;
                });
                QVERIFY2(crosses == pair.isPseudoknot, text.c_str());
            }
            const auto written = toDotBracket(*structure);
            QVERIFY2(written.has_value(), text.c_str());
            const auto again = parseDotBracket(*written);
            QCOMPARE(again->partners(), partners);
            const std::string states = structureStates(*structure);
            for (std::size_t i = 0; i < text.size(); ++i)
                QCOMPARE(states[i] == 's', partners[i] >= 0);
        }
    }

    void greedyTakesTheLikeliestNestedPairs()
    {
        // 2-9 is likeliest; 0-5 crosses it, 3-8 nests, 3-7 and 4-8 reuse a base, 0-11 encloses all.
        const auto structure = greedyStructure(12, {{0, 5, 0.8}, {2, 9, 0.9}, {3, 8, 0.3}, {3, 7, 0.2}, {4, 8, 0.25}, {0, 11, 0.05}});
        QVERIFY(structure.has_value());
        QCOMPARE(*toDotBracket(*structure), std::string("(.((....)).)"));
        const auto tie = greedyStructure(10, {{4, 9, 0.5}, {0, 5, 0.5}});
        QCOMPARE(tie->pairs, (std::vector<BasePair>{{0, 5}}));
        QCOMPARE(greedyStructure(3, {})->pairs.size(), std::size_t(0));
        QCOMPARE(greedyStructure(5, {{0, 5, 1.0}}).error().code(), ErrorCode::InvalidArgument);
    }

    void greedyPairsNeverCross()
    {
        std::mt19937 random(5);
        std::vector<PairProbability> candidates;
        for (int i = 0; i < 4000; ++i) {
            const auto first = std::int64_t(random() % 200);
            candidates.push_back({first, first + 4 + std::int64_t(random() % 95), double(random() % 1000) / 1000.0});
        }
        const auto structure = greedyStructure(300, candidates);
        const auto again = parseDotBracket(*toDotBracket(*structure));
        QVERIFY(structure->pairs.size() > 20);
        QCOMPARE(again->pairs, structure->pairs);  // none is a pseudoknot
        // Nothing that was left out would still fit.
        const auto partners = structure->partners();
        for (const PairProbability& left : candidates) {
            if (partners[std::size_t(left.firstNt)] >= 0 || partners[std::size_t(left.secondNt)] >= 0)
                continue;
            QVERIFY(std::ranges::any_of(structure->pairs, [&](const BasePair& pair) {
                return (pair.firstNt > left.firstNt && pair.firstNt < left.secondNt)
                       != (pair.secondNt > left.firstNt && pair.secondNt < left.secondNt);
            }));
        }
    }

    void transcriptsTakeWhatFits()
    {
        const Transcript whole = trna();
        QCOMPARE(whole.dotBracket, kCloverleaf);
        QCOMPARE(lettersOf(whole.features.at("structure")), kStates);
        Transcript other = whole;
        const auto shortOne = setStructure(other, "(...)");
        QCOMPARE(shortOne.error().code(), ErrorCode::Parse);
        QVERIFY(shortOne.error().sentence().find("5 positions, but the sequence has 76 nt") != std::string::npos);
        QCOMPARE(other, whole);
        QVERIFY(setStructureStates(other, std::string(76, 'h')).has_value());
        QVERIFY(other.dotBracket.empty());
        QCOMPARE(lettersOf(other.features.at("structure")), std::string(76, 'h'));
    }

    void structureStaysInRegisterUnderEdits()
    {
        const Transcript whole = trna();
        const auto replaced = applyEdit(whole, {32, "T", "C", {}});
        QCOMPARE(replaced->dotBracket, kCloverleaf);
        QCOMPARE(replaced->features, whole.features);

        const auto inserted = applyEdit(whole, {33, "", "AA", {}});
        QCOMPARE(inserted->dotBracket, kCloverleaf.substr(0, 33) + ".." + kCloverleaf.substr(33));
        QCOMPARE(lettersOf(inserted->features.at("structure")), kStates.substr(0, 33) + "??" + kStates.substr(33));

        const auto deleted = applyEdit(whole, {0, "GC", "", {}});  // takes G1–C72 and C2–G71 with it
        std::string text = kCloverleaf.substr(2);
        text[68] = text[69] = '.';
        QCOMPARE(deleted->dotBracket, text);
        QVERIFY(parseDotBracket(text).has_value());
        QCOMPARE(lettersOf(deleted->features.at("structure")), kStates.substr(2));

        // A replacement that shortens: one base is exchanged, two go.
        const auto mixed = applyEdit(whole, {72, "ACC", "G", {}});
        QCOMPARE(mixed->dotBracket, kCloverleaf.substr(0, 73) + ".");
        QCOMPARE(std::int64_t(mixed->features.at("structure").size()), mixed->sequence.length());
    }

    void featuresOfAnotherWidthAreLeftAlone()
    {
        Transcript odd = trna();
        odd.features["structure"] = {1, 2, 3};
        odd.features["halflife"] = {0.5, 0.25};
        odd.dotBracket = "((";
        const auto edited = applyEdit(odd, {40, "", "ACGT", {}});
        QCOMPARE(edited->features, odd.features);
        QCOMPARE(edited->dotBracket, odd.dotBracket);
    }

    void longStructuresAreFast()
    {
        const std::size_t half = 200'000;  // one stem: the deepest nesting there is
        const std::string text = std::string(half, '(') + "..." + std::string(half, ')');
        const auto structure = parseDotBracket(text);
        QCOMPARE(structure->pairs.size(), half);
        QCOMPARE(structureStates(*structure), std::string(half, 's') + "hhh" + std::string(half, 's'));
        QCOMPARE(*toDotBracket(*structure), text);
    }
};

QTEST_APPLESS_MAIN(TestRnaStructure)
#include "tst_rna_structure.moc"
