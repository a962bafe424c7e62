// Purpose: studies of an additive model give what can be worked out by hand.
#include "core/analysis/agreement.h"
#include "core/data/genetic_code.h"
#include "tests/core/study/study_rig.h"
#include "tests/support/temporary_folder.h"

#include <QtTest/QTest>

#include <algorithm>
#include <cmath>

using namespace nscope;
using namespace nscope::tests;

namespace {

const data::ResultTable& tableOf(const study::Outcome& outcome, const std::string& name)
{
    const auto found = std::ranges::find(outcome.tables, name, &data::ResultTable::name);
    if (found == outcome.tables.end())
        qFatal("no table %s", name.c_str());
    return *found;
}

template <class Value>
const std::vector<Value>& columnOf(const data::ResultTable& table, const std::string& name)
{
    const auto found = std::ranges::find(table.columns, name, &data::ResultColumn::name);
    if (found == table.columns.end())
        qFatal("no column %s", name.c_str());
    return std::get<std::vector<Value>>(found->values);
}

const data::Plot& plotOf(const study::Outcome& outcome, const std::string& id)
{
    const auto found = std::ranges::find(outcome.plots, id, &data::Plot::id);
    if (found == outcome.plots.end())
        qFatal("no plot %s", id.c_str());
    return *found;
}

study::Outcome outcomeOf(const std::string& id, const data::OptionMap& options = {}, int transcripts = 12,
                         const study::Tools& tools = plainTools(), std::map<std::string, std::string> files = {})
{
    const study::Study& study = studyOf(id);
    study::Order order = orderFor(study, transcripts, options);
    order.files = std::move(files);
    Result<study::Outcome> outcome = study.run(order, tools);
    if (!outcome)
        qFatal("%s: %s", id.c_str(), outcome.error().sentence().c_str());
    return *std::move(outcome);
}

bool isNear(double a, double b) { return std::abs(a - b) < 1e-6; }

}  // namespace

class TestStudyAnswers : public QObject {
    Q_OBJECT

private slots:
    void additiveMotifsDoNotCooperate();
    void everyBaseOfASaturation();
    void codonsAndBases();
    void metagenesFindTheFrame();
    void designClimbs();
    void differencesOfVariants();
    void indelsOfAVcf();
    void whatAModelDoesNotGive();
    void explanationsThatAreTheSame();
    void vectorsInThePlane();
};

void TestStudyAnswers::additiveMotifsDoNotCooperate()
{
    const study::Outcome outcome = outcomeOf("gia-cooperativity", {{"first", "ACG@10"}, {"second", "TTT@40"}});
    const data::ResultTable& table = tableOf(outcome, "cooperativity");
    QCOMPARE(table.rows(), std::size_t(5));
    QVERIFY(isNear(columnOf<double>(table, "effect")[4], 0.0));
    QVERIFY(isNear(columnOf<double>(table, "effect")[2], columnOf<double>(table, "effect")[3]));
    const study::Outcome distances = outcomeOf(
        "gia-distance", {{"first", "ACG@10"}, {"second", "TTT"}, {"starts", "20-60"}, {"step", std::int64_t(20)}});
    for (const double interaction : columnOf<double>(tableOf(distances, "distances"), "interaction"))
        QVERIFY(isNear(interaction, 0.0));
    QCOMPARE(plotOf(distances, "distances").series.size(), std::size_t(3));
}

void TestStudyAnswers::everyBaseOfASaturation()
{
    const study::Outcome outcome = outcomeOf("saturation", {{"region", "61-70"}}, 2);
    const data::ResultTable& table = tableOf(outcome, "changes");
    QCOMPARE(table.rows(), std::size_t(60));
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto at = std::size_t(columnOf<std::int64_t>(table, "pos")[row] - 1);
        const double expected = weightAt(at, columnOf<std::string>(table, "after")[row].front())
                                - weightAt(at, columnOf<std::string>(table, "before")[row].front());
        QVERIFY(isNear(columnOf<double>(table, "change")[row], expected));
    }
    const data::Plot& map = plotOf(outcome, "saturation");
    QCOMPARE(map.map->columns.front(), std::string("A61"));
    QVERIFY(std::isnan(map.map->values[0]));  // the base that is there
    QVERIFY(isNear(map.map->values[10], weightAt(60, 'C') - weightAt(60, 'A')));
}

void TestStudyAnswers::codonsAndBases()
{
    const study::Outcome outcome = outcomeOf("codons");
    const data::ResultTable& pairs = tableOf(outcome, "pairs");
    for (std::size_t row = 0; row < pairs.rows(); ++row) {
        const std::string& from = columnOf<std::string>(pairs, "from")[row];
        const std::string& to = columnOf<std::string>(pairs, "to")[row];
        const bool same = data::translateCodon(from) == data::translateCodon(to);
        QCOMPARE(columnOf<std::string>(pairs, "change")[row] == "synonymous", same);
    }
    const data::Plot& positions = plotOf(outcome, "positions");
    QVERIFY(std::isnan(positions.map->values[4]));  // no synonymous change at the second position
    // The whole table once more by hand.
    double sum = 0.0, count = 0.0;
    for (int i = 0; i < 12; ++i) {
        const data::Transcript transcript = *realLooking(i);
        const std::string& letters = transcript.sequence.letters;
        for (std::int64_t at = transcript.cds->startNt + 3; at + 6 <= transcript.cds->endNt; at += 3) {
            const std::string codon = letters.substr(std::size_t(at), 3);
            for (const char base : data::kBases) {
                const std::string changed = codon.substr(0, 2) + base;
                if (changed == codon || data::translateCodon(changed) != data::translateCodon(codon))
                    continue;
                if (base == 'A') {
                    sum += weightAt(std::size_t(at + 2), 'A') - weightAt(std::size_t(at + 2), codon[2]);
                    ++count;
                }
            }
        }
    }
    QVERIFY(count > 0);
    QVERIFY(isNear(positions.map->values[8], sum / count));
}

void TestStudyAnswers::metagenesFindTheFrame()
{
    const study::Outcome outcome = outcomeOf("attention-metagene");
    const data::ResultTable& frames = tableOf(outcome, "frames");
    QVERIFY(isNear(columnOf<double>(frames, "mean")[0], 2.0));
    QVERIFY(isNear(columnOf<double>(frames, "mean")[1], 1.0));
    QVERIFY(isNear(columnOf<double>(frames, "mean")[2], 1.0));
    const data::Plot& spectrum = plotOf(outcome, "spectrum");
    const auto& line = spectrum.series.front();
    const auto peak = std::ranges::max_element(line.y) - line.y.begin();
    QVERIFY(std::abs(line.x[std::size_t(peak)] - 1.0 / 3) < 0.01);
    QCOMPARE(spectrum.x.ticks.size(), std::size_t(6));
    const data::Plot& bins = plotOf(outcome, "bins");
    QCOMPARE(bins.series.front().y.size(), std::size_t(75));
    QCOMPARE(bins.guides[0].at, 26.0);
    QCOMPARE(bins.guides[1].at, 50.0);
    const study::Outcome one = outcomeOf("attention-metagene", {{"head", std::int64_t(1)}});
    QVERIFY(isNear(columnOf<double>(tableOf(one, "frames"), "mean")[0], 2.0));
}

void TestStudyAnswers::designClimbs()
{
    const study::Outcome outcome = outcomeOf("design", {{"max_edits", std::int64_t(3)}}, 1);
    const std::string letters = realLooking(0)->sequence.letters;
    std::vector<double> gains;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        double best = 0.0;
        for (const char base : data::kBases)
            best = std::max(best, weightAt(i, base) - weightAt(i, letters[i]));
        gains.push_back(best);
    }
    std::ranges::sort(gains, std::ranges::greater());
    const double start = additiveScore(letters);
    QVERIFY(
        isNear(columnOf<double>(tableOf(outcome, "steps"), "score").back(), start + gains[0] + gains[1] + gains[2]));
    QCOMPARE(outcome.made.size(), std::size_t(1));
    QCOMPARE(outcome.made.front()->sequence.id, std::string("t0_designed"));
    QVERIFY(isNear(additiveScore(outcome.made.front()->sequence.letters), start + gains[0] + gains[1] + gains[2]));
    QVERIFY(outcome.made.front()->cds == realLooking(0)->cds);
}

void TestStudyAnswers::differencesOfVariants()
{
    TemporaryFolder folder;
    std::string table = "id\tpos\tref\talt\teffect\n";
    const std::string letters = realLooking(0)->sequence.letters;
    std::vector<double> expected, cosines, odds;
    for (std::size_t at = 70; at < 80; ++at) {
        const char alt = letters[at] == 'A' ? 'C' : 'A';
        expected.push_back(weightAt(at, alt) - weightAt(at, letters[at]));
        table += "t0\t" + std::to_string(at + 1) + "\t" + letters[at] + "\t" + alt + "\t"
                 + std::to_string(2 * expected.back() + 1) + "\n";
        data::Transcript changed = *realLooking(0);
        const auto ref = countPrediction(changed);
        changed.sequence.letters[at] = alt;
        const auto after = countPrediction(changed);
        double dot = 0.0, a = 0.0, b = 0.0;
        for (std::size_t i = 0; i < 4; ++i) {
            dot += double(ref->embedding[i]) * double(after->embedding[i]);
            a += std::pow(double(ref->embedding[i]), 2);
            b += std::pow(double(after->embedding[i]), 2);
        }
        cosines.push_back(dot / std::sqrt(a * b));
        odds.push_back(double(std::abs(data::baseIndex(letters[at]) - int(at % 4))
                              - std::abs(data::baseIndex(alt) - int(at % 4))));
    }
    const study::Outcome outcome = outcomeOf("variants", {{"cosine", true}, {"masked", true}}, 1, plainTools(),
                                             {{"table", folder.write("v.tsv", table)}});
    const data::ResultTable& rows = tableOf(outcome, "variants");
    QCOMPARE(rows.rows(), std::size_t(10));
    for (std::size_t i = 0; i < 10; ++i) {
        QVERIFY(isNear(columnOf<double>(rows, "delta")[i], expected[i]));
        QVERIFY(isNear(columnOf<double>(rows, "cosine")[i], cosines[i]));
        QVERIFY(isNear(columnOf<double>(rows, "masked_log_odds")[i], odds[i]));
    }
    const data::ResultTable& fits = tableOf(outcome, "correlation");
    QVERIFY(isNear(columnOf<double>(fits, "pearson")[0], 1.0));
    QVERIFY(plotOf(outcome, "fit").title.find("Pearson 1") != std::string::npos);
}

void TestStudyAnswers::indelsOfAVcf()
{
    TemporaryFolder folder;
    const std::string letters = realLooking(0)->sequence.letters;
    const std::string ref = letters.substr(99, 4);
    const std::string vcf = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nt0\t100\tdel\t" + ref
                            + "\t" + ref.front() + "\t.\t.\t.\nt0\t100\tins\t" + ref.front() + "\t" + ref.front()
                            + "GGA\t.\t.\t.\nt9\t5\tout\tA\tC\t.\t.\t.\n";
    const study::Outcome outcome = outcomeOf(
        "variants", {{"window", std::int64_t(40)}, {"masked", true}, {"robust", true}, {"shifts", std::int64_t(3)}}, 1,
        plainTools(), {{"vcf", folder.write("v.vcf", vcf)}});
    const data::ResultTable& rows = tableOf(outcome, "variants");
    QCOMPARE(columnOf<std::string>(rows, "kind"), (std::vector<std::string>{"deletion", "insertion"}));
    // The first base of the variant stands at index 19 of a window of 40; right of it the deletion is filled up.
    const std::string refWindow = letters.substr(80, 40), deleted = letters.substr(80, 20) + letters.substr(103, 20);
    QVERIFY(isNear(columnOf<double>(rows, "score_ref")[0], additiveScore(refWindow)));
    QVERIFY(isNear(columnOf<double>(rows, "score_alt")[0], additiveScore(deleted)));
    const std::string inserted = letters.substr(80, 20) + "GGA" + letters.substr(100, 17);
    QVERIFY(isNear(columnOf<double>(rows, "score_alt")[1], additiveScore(inserted)));
    QVERIFY(std::isnan(columnOf<double>(rows, "masked_log_odds")[0]));
    QVERIFY(std::ranges::any_of(outcome.notes,
                                [](const std::string& note) { return note.find("t9:5") != std::string::npos; }));
}

void TestStudyAnswers::whatAModelDoesNotGive()
{
    TemporaryFolder folder;
    const char letter = realLooking(0)->sequence.letters[70];
    const std::string table =
        std::string("id\tpos\tref\talt\nt0\t71\t") + letter + "\t" + (letter == 'A' ? "C" : "A") + "\n";
    const study::Study& study = studyOf("variants");
    study::Order order = orderFor(study, 1, {{"cosine", true}});
    order.files["table"] = folder.write("v.tsv", table);
    study::Tools tools = plainTools();
    tools.predict = [](const data::TranscriptPtr&) -> Result<std::shared_ptr<const data::Prediction>> {
        return std::make_shared<const data::Prediction>();
    };
    Result<study::Outcome> outcome = study.run(order, tools);
    QVERIFY(!outcome && outcome.error().sentence().find("no vector") != std::string::npos);
    order = orderFor(study, 1, {{"masked", true}});
    order.files["table"] = folder.path("v.tsv");
    tools.explain = [](const data::TranscriptPtr&, const std::string& method,
                       std::optional<data::Interval>) -> Result<std::shared_ptr<const data::Attribution>> {
        return fail(ErrorCode::NotFound, "The program has no method '" + method + "'.");
    };
    outcome = study.run(order, tools);
    QVERIFY(!outcome && outcome.error().sentence().find("masked-letters") != std::string::npos);
    order.files.clear();
    outcome = study.run(order, tools);
    QVERIFY(!outcome && outcome.error().sentence().find("VCF") != std::string::npos);
}

void TestStudyAnswers::explanationsThatAreTheSame()
{
    const study::Outcome outcome = outcomeOf("agreement");
    for (const double pearson : columnOf<double>(tableOf(outcome, "records"), "pearson"))
        QVERIFY(isNear(pearson, 1.0));
    for (const double match : columnOf<double>(tableOf(outcome, "records"), "sign_match"))
        QVERIFY(isNear(match, 1.0));
}

void TestStudyAnswers::vectorsInThePlane()
{
    const study::Outcome outcome = outcomeOf("embedding", {{"layout", "pca"}, {"components", std::int64_t(4)}});
    const data::ResultTable& components = tableOf(outcome, "components");
    const std::vector<double>& shares = columnOf<double>(components, "explained_share");
    // The counts of a sequence sum to its length, which is the same for all: three components explain everything.
    QVERIFY(isNear(shares[0] + shares[1] + shares[2], 1.0));
    const data::Plot& plane = plotOf(outcome, "coordinates");
    QCOMPARE(plane.series.size(), std::size_t(2));  // two classes
    QCOMPARE(plane.series[0].y.size() + plane.series[1].y.size(), std::size_t(12));
    QCOMPARE(outcomeOf("embedding").plots.size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TestStudyAnswers)
#include "tst_study_answers.moc"
