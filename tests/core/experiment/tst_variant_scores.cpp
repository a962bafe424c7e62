// Places, windows, REF and ALT of variants on scorers known in closed form.
#include "tests/core/experiment/plain_scorers.h"

#include "core/experiment/variants.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace nscope;
using namespace nscope::tests;
using namespace nscope::experiment;

namespace {

data::Variant variant(const std::string& contig, std::int64_t startNt, const std::string& ref, const std::string& alt)
{
    return {contig, startNt, {}, ref, alt, false, 1};
}

data::TranscriptPtr named(const std::string& id, const std::string& description, const std::string& letters)
{
    data::Transcript transcript{{id, description, letters, data::Alphabet::Dna}, {}};
    return std::make_shared<const data::Transcript>(std::move(transcript));
}

double length(const std::string& letters) { return double(letters.size()); }

}  // namespace

class TestVariantScores : public QObject {
    Q_OBJECT

private slots:
    void placesById_ByHeaderRegion()
    {
        const data::TranscriptSet records{named("NM_1", "", std::string(50, 'A')),
                                          named("chr8:1000-1100", "", std::string(100, 'A')),
                                          named("F9", "hg19 chrX:2,001-2,060", std::string(60, 'A')),
                                          named("off", "chrX:1-500", std::string(60, 'A'))};
        const VariantPlaces places(records);
        QCOMPARE(places.find(variant("NM_1", 49, "A", "C")).size(), std::size_t(1));
        QVERIFY(places.find(variant("NM_1", 49, "AA", "C")).empty());
        const auto half = places.find(variant("8", 1000, "A", "C"));  // 0-based half-open header
        QCOMPARE(half.size(), std::size_t(1));
        QCOMPARE(half[0].transcript, std::size_t(1));
        QCOMPARE(half[0].startNt, std::int64_t(0));
        QVERIFY(places.find(variant("chr8", 1100, "A", "C")).empty());
        const auto inclusive = places.find(variant("X", 2000, "A", "C"));  // 1-based inclusive header
        QCOMPARE(inclusive.size(), std::size_t(1));
        QCOMPARE(inclusive[0].transcript, std::size_t(2));
        QCOMPARE(inclusive[0].startNt, std::int64_t(0));
        QVERIFY(places.find(variant("chrX", 5, "A", "C")).empty());  // a region of another length is no place
    }

    void kindsAreNamed()
    {
        QCOMPARE(variantKind(variant("x", 0, "A", "C")), std::string("SNV"));
        QCOMPARE(variantKind(variant("x", 0, "AC", "GT")), std::string("MNV"));
        QCOMPARE(variantKind(variant("x", 0, "A", "ACC")), std::string("insertion"));
        QCOMPARE(variantKind(variant("x", 0, "ACC", "A")), std::string("deletion"));
        QCOMPARE(variantKind(variant("x", 0, "ACC", "GT")), std::string("indel"));
    }

    void wholeSequencesKeepTheirLengths()
    {
        const data::TranscriptSet records{transcriptOf(madeLetters(30, 4))};
        const std::string& letters = records[0]->sequence.letters;
        const std::vector<PlacedVariant> variants{
            {variant("t", 10, letters.substr(10, 1), letters.substr(10, 1) + "GGG"), {0, 10}},
            {variant("t", 10, letters.substr(10, 5), letters.substr(10, 1)), {0, 10}},
            {variant("t", 3, letters[3] == 'A' ? "C" : "A", "G"), {0, 3}},
            {{"t", 3, {}, letters.substr(3, 1), "<DEL>", true, 1}, {0, 3}}};
        auto count = std::make_shared<int>(0);
        const auto scored = scoreVariants({.scorer = scorerOf(length, count)}, records, variants, {});
        QVERIFY(scored.has_value());
        QCOMPARE((*scored)[0].scores.delta(), 3.0);
        QCOMPARE((*scored)[1].scores.delta(), -4.0);
        QVERIFY(std::abs(*(*scored)[0].scores.log2Fold() - std::log2(33.0 / 30.0)) < 1e-12);
        QVERIFY((*scored)[2].status == VariantStatus::ReferenceDiffers);
        QVERIFY((*scored)[3].status == VariantStatus::Symbolic);
        QVERIFY(!(*scored)[0].robust);
        QCOMPARE(*count, 3);  // REF once
        QVERIFY(!VariantScores({-1.0, 2.0}).log2Fold());
    }

    void windowsShareCoordinates()
    {
        const std::string letters = madeLetters(100, 7);
        const data::TranscriptSet records{transcriptOf(letters)};
        std::vector<std::string> seen;
        const Scorer keep = [&](std::span<const data::TranscriptPtr> all) -> Result<std::vector<double>> {
            for (const auto& one : all)
                seen.push_back(one->sequence.letters);
            return std::vector<double>(all.size(), 1.0);
        };
        const std::vector<PlacedVariant> variants{
            {variant("t", 50, letters.substr(50, 4), letters.substr(50, 1)), {0, 50}},
            {variant("t", 2, letters.substr(2, 1), letters.substr(2, 1) + "GG"), {0, 2}}};
        QVERIFY(scoreVariants({.scorer = keep}, records, variants, {.windowNt = 20}).has_value());
        QCOMPARE(seen.size(), std::size_t(4));
        QCOMPARE(seen[0], letters.substr(41, 20));  // the variant at index (20 − 1) / 2 = 9
        QCOMPARE(seen[1], letters.substr(41, 10) + letters.substr(54, 10));
        QCOMPARE(seen[2], "NNNNNNN" + letters.substr(0, 13));
        QCOMPARE(seen[3], "NNNNNNN" + letters.substr(0, 3) + "GG" + letters.substr(3, 8));
        const std::vector<PlacedVariant> large{
            {variant("t", 50, letters.substr(50, 12), letters.substr(50, 1)), {0, 50}}};
        QVERIFY((*scoreVariants({.scorer = keep}, records, large, {.windowNt = 20}))[0].status
                == VariantStatus::TooLong);
        QVERIFY(!scoreVariants({.scorer = keep}, records, large, {.windowNt = 20, .shifts = 2, .maxShiftNt = 10}));
    }

    void shiftsAreSharedAndAveraged()
    {
        // The variant's own base weighs by its place in the window, so that every shift has its own score.
        const std::string letters = std::string(60, 'A');
        const data::TranscriptSet records{transcriptOf(letters)};
        std::set<std::size_t> places;
        const auto placeOfC = [&](const std::string& window) {
            const std::size_t at = window.find('C');
            if (at == std::string::npos)
                return 0.0;
            places.insert(at);
            return double(at);
        };
        const std::vector<PlacedVariant> variants{{variant("t", 30, "A", "C"), {0, 30}}};
        const VariantSettings settings{.windowNt = 21, .shifts = 200, .maxShiftNt = 4, .seed = 3};
        const auto scored = scoreVariants({.scorer = scorerOf(placeOfC)}, records, variants, settings);
        QVERIFY(scored.has_value());
        QCOMPARE((*scored)[0].scores.alt, 10.0);
        QCOMPARE(places, (std::set<std::size_t>{6, 7, 8, 9, 10, 11, 12, 13, 14}));
        QCOMPARE((*scored)[0].robust->mean.ref, 0.0);
        QVERIFY(std::abs((*scored)[0].robust->mean.delta() - 10.0) < 0.6);
        QVERIFY(std::abs((*scored)[0].robust->deltaSd - std::sqrt(60.0 / 9.0)) < 0.4);
        const auto again = scoreVariants({.scorer = scorerOf(placeOfC)}, records, variants, settings);
        QCOMPARE((*again)[0].robust->mean.alt, (*scored)[0].robust->mean.alt);
    }

    void wholeSequencesAreCutAtTheEnds()
    {
        const data::TranscriptSet records{transcriptOf(std::string(60, 'A'))};
        std::set<std::pair<std::size_t, std::size_t>> seen;
        const auto watch = [&](const std::string& letters) {
            seen.insert({letters.size(), letters.find('C')});
            return 1.0;
        };
        const std::vector<PlacedVariant> variants{{variant("t", 2, "A", "C"), {0, 2}}};
        QVERIFY(
            scoreVariants({.scorer = scorerOf(watch)}, records, variants, {.shifts = 60, .maxShiftNt = 4}).has_value());
        for (const auto& [lengthNt, place] : seen)
            QVERIFY(lengthNt >= 56 && (place == std::string::npos || place <= 2));
        QVERIFY(seen.contains({56, 2}) && seen.contains({58, 0}));
    }

    void windowOfKeepsTheRegion()
    {
        const auto transcript = transcriptOf("CCATGAAATAAGG", data::Interval{2, 11});
        const data::Transcript padded = windowOf(*transcript, -3, 20);
        QCOMPARE(padded.sequence.letters, std::string("NNNCCATGAAATAAGGNNNN"));
        QVERIFY(padded.cds == (data::Interval{5, 14}));
        const data::Transcript cut = windowOf(*transcript, 3, 5);
        QCOMPARE(cut.sequence.letters, std::string("TGAAA"));
        QVERIFY(!cut.cds);
    }
};

QTEST_APPLESS_MAIN(TestVariantScores)
#include "tst_variant_scores.moc"
