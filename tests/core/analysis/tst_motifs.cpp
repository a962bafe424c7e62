// Tests of motif comparison (exact distributions by enumeration, published matches), scanning, filter motifs and
// clustering.
#include "core/analysis/clustering.h"
#include "core/analysis/filter_motifs.h"
#include "core/analysis/motif_comparison.h"
#include "core/analysis/motif_scan.h"
#include "core/analysis/statistics.h"
#include "core/io/motif_file.h"
#include "tests/support/random_letters.h"
#include "tests/support/shared_data.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <random>
#include <set>

using namespace nscope::analysis;
using nscope::data::Motif;
using nscope::data::MotifSet;

namespace {

Motif randomMotif(std::mt19937_64& random, const std::string& id, std::size_t width)
{
    Motif motif{id, {}, nscope::data::Alphabet::Dna, {}, 20};
    for (std::size_t w = 0; w < width; ++w) {
        double weights[4], sum = 0;
        for (double& weight : weights) {
            weight = std::pow(double(random() >> 11) * 0x1p-53, 3) + 0.01;
            sum += weight;
        }
        for (const double weight : weights)
            motif.probabilities_WC.push_back(weight / sum);
    }
    return motif;
}

int bin(double correlation) { return int(std::lround((correlation + 1) / 2 * 100)); }

/// Tomtom by enumeration: the null draws database columns independently for every query column of the overlap.
double bruteP(const Motif& query, const MotifSet& database, std::size_t target)
{
    std::vector<std::span<const double>> columns;
    for (const Motif& motif : database)
        for (std::int64_t w = 0; w < motif.width(); ++w)
            columns.push_back(motif.column(w));
    double least = 1;
    int tested = 0;
    const Motif& other = database[target];
    for (std::int64_t offset = 1 - other.width(); offset < query.width(); ++offset) {
        const std::int64_t first = std::max<std::int64_t>(0, offset), end = std::min(query.width(), offset + other.width());
        int score = 0;
        for (std::int64_t w = first; w < end; ++w)
            score += bin(columnScore(query.column(w), other.column(w - offset)));
        std::size_t all = 0, asGood = 0;
        const std::function<void(std::int64_t, int)> draw = [&](std::int64_t w, int sum) {
            if (w == end) {
                ++all;
                asGood += sum >= score;
                return;
            }
            for (const auto& column : columns)
                draw(w + 1, sum + bin(columnScore(query.column(w), column)));
        };
        draw(first, 0);
        ++tested;
        least = std::min(least, double(asGood) / double(all));
    }
    return 1 - std::pow(1 - least, tested);
}

Motif motifOf(const std::string& id, const std::vector<std::string>& instances)
{
    std::vector<std::string_view> views(instances.begin(), instances.end());
    return *nscope::data::motifOfInstances(id, views, 0.0, nscope::data::Alphabet::Dna);
}

}  // namespace

class TestMotifs : public QObject {
    Q_OBJECT

private slots:
    void motifValues()
    {
        const Motif motif = motifOf("m", {"ACGT", "ACGA", "ACTA", "ACTT"});
        QCOMPARE(motif.sites, 4.0);
        QCOMPARE(nscope::data::consensus(motif), std::string("ACKW"));
        QCOMPARE(nscope::data::informationBits(motif, 0), 2.0);
        QCOMPARE(nscope::data::informationBits(motif, 3), 1.0);
        QCOMPARE(nscope::data::consensus(nscope::data::reverseComplement(motif)), std::string("WMGT"));
        QCOMPARE(nscope::data::trimmed(motif, 1.5, 0).width(), 2);
        QCOMPARE(nscope::data::trimmed(motif, 1.5, 1).width(), 3);
        QCOMPARE(nscope::data::trimmed(motif, 3.0, 1).width(), 4);
    }
    void comparisonEqualsEnumeration()
    {
        std::mt19937_64 random(11);
        for (int round = 0; round < 20; ++round) {
            MotifSet database;
            for (std::size_t i = 0; i < 3; ++i)
                database.push_back(randomMotif(random, "t" + std::to_string(i), 2 + random() % 4));
            const Motif query = randomMotif(random, "q", 1 + random() % 4);
            ComparisonSettings settings;
            settings.pseudocount = 0;
            const auto matches = compareMotif(query, database, settings);
            QVERIFY(matches.has_value());
            QCOMPARE(matches->size(), std::size_t(3));
            for (const MotifMatch& match : *matches) {
                QVERIFY(std::abs(match.p - bruteP(query, database, match.target)) < 1e-9);
                QVERIFY(std::abs(match.e - 3 * match.p) < 1e-12);
            }
        }
    }
    void aMotifFindsItselfAndItsReverse()
    {
        std::mt19937_64 random(12);
        MotifSet database;
        for (int i = 0; i < 200; ++i)
            database.push_back(randomMotif(random, "t" + std::to_string(i), 6 + random() % 9));
        Motif query = database[17];
        auto matches = compareMotif(query, database);
        QVERIFY(matches.has_value());
        QCOMPARE(matches->front().target, std::size_t(17));
        QCOMPARE(matches->front().offset, 0);
        QCOMPARE(matches->front().overlap, query.width());
        QVERIFY(matches->front().q < 0.01);
        query = nscope::data::reverseComplement(query);
        QVERIFY(compareMotif(query, database)->front().q > 0.01);
        ComparisonSettings both;
        both.bothStrands = true;
        matches = compareMotif(query, database, both);
        QCOMPARE(matches->front().target, std::size_t(17));
        QVERIFY(matches->front().reverseStrand);
        QVERIFY(!compareMotif(query, {}));
        QVERIFY(!compareMotif(randomMotif(random, "wide", 101), database));
    }
    void pValuesOfUnrelatedMotifsAreUniform()
    {
        std::mt19937_64 random(13);
        MotifSet database;
        for (int i = 0; i < 300; ++i)
            database.push_back(randomMotif(random, "t" + std::to_string(i), 8));
        int below = 0, all = 0;
        for (int round = 0; round < 10; ++round) {
            const auto matches = compareMotif(randomMotif(random, "q", 8), database);
            QVERIFY(matches.has_value());
            for (const MotifMatch& match : *matches) {
                below += match.p < 0.05;
                ++all;
            }
        }
        // The correction for several offsets takes them as independent, so p-values are a little too large, not too small.
        QVERIFY2(below < all * 6 / 100 && below > all / 100, qPrintable(QString::number(double(below) / all)));
    }
    void realDatabasesMatchByName()
    {
        const std::string ray = nscope::tests::sharedPath("data/motifs/Ray2013_rbp_RNA.meme");
        const std::string attract = nscope::tests::sharedPath("data/motifs/ATtRACT_pwm.txt.gz");
        const std::string jaspar = nscope::tests::sharedPath("data/motifs/JASPAR2022_vertebrates.pfm.gz");
        if (!nscope::tests::haveShared("data/motifs/Ray2013_rbp_RNA.meme"))
            QSKIP("the shared data is not there");
        const auto rna = nscope::io::readMotifs(ray);
        QVERIFY2(rna.has_value(), rna ? "" : rna.error().sentence().c_str());
        QCOMPARE(rna->size(), std::size_t{102});
        QVERIFY(rna->front().alphabet == nscope::data::Alphabet::Rna);
        const auto counts = nscope::io::readMotifs(jaspar);
        QVERIFY2(counts.has_value(), counts ? "" : counts.error().sentence().c_str());
        QVERIFY(counts->size() > 800);
        QCOMPARE(counts->front().id, std::string("MA0004.1_MA0004.1.Arnt"));
        QCOMPARE(counts->front().sites, 20.0);
        QCOMPARE(nscope::data::consensus(counts->front()), std::string("CACGTG"));
        const auto other = nscope::io::readMotifs(attract);
        QVERIFY2(other.has_value(), other ? "" : other.error().sentence().c_str());
        QCOMPARE(nscope::data::consensus(other->front()), std::string("TGGGA"));
        QVERIFY(other->front().name.empty());  // the number there is the width
        // After itself, BRUNOL4 (CELF4) finds its paralogue BRUNOL5 (CELF5).
        const auto query = std::ranges::find(*rna, std::string("BRUNOL4"), &Motif::name);
        QVERIFY(query != rna->end());
        const auto matches = compareMotif(*query, *rna);
        QVERIFY(matches.has_value());
        QCOMPARE((*rna)[(*matches)[0].target].id, query->id);
        QCOMPARE((*rna)[(*matches)[1].target].name, std::string("BRUNOL5"));
        QVERIFY((*matches)[1].q < 1e-4);
    }
    void scanThresholdsAreExact()
    {
        std::mt19937_64 random(14);
        for (int round = 0; round < 20; ++round) {
            const std::size_t width = 3 + random() % 4;
            const Motif motif = randomMotif(random, "m", width);
            ScanSettings settings;
            settings.pValue = 0.02;
            settings.background = {0.3, 0.2, 0.2, 0.3};
            const MotifScanner scanner(motif, settings);
            double hitMass = 0;
            for (std::size_t word = 0; word < (std::size_t(1) << (2 * width)); ++word) {
                std::string letters;
                double mass = 1, score = 0;
                for (std::size_t i = 0; i < width; ++i) {
                    const std::size_t base = word >> (2 * i) & 3;
                    letters += nscope::data::kBases[base];
                    mass *= settings.background[base];
                    score += std::log2((motif.at(std::int64_t(i), int(base)) + 0.01) / 1.04 / settings.background[base]);
                }
                const auto hits = scanner.hits(letters);
                QCOMPARE(!hits.empty(), scanner.occursIn(letters));
                if (hits.empty())
                    continue;
                hitMass += mass;
                QVERIFY(std::abs(hits.front().score - score) < 0.005 * double(width) + 1e-9);  // rounding to 1/100 bit
                QVERIFY(hits.front().score >= scanner.thresholdBits() - 1e-9);
            }
            const double tail = scanner.pValueOf(scanner.thresholdBits());
            QVERIFY(std::abs(hitMass - tail) < 1e-9);
            QVERIFY(hitMass > 0 && (hitMass <= 0.02 + 1e-12 || hitMass <= std::pow(0.3, double(width)) + 1e-12));
        }
    }
    void reverseStrandIsScannedToo()
    {
        const Motif motif = motifOf("m", {"AACGG", "AACGG", "AACGG"});
        ScanSettings settings;
        settings.bothStrands = true;
        const MotifScanner scanner(motif, settings);
        const auto hits = scanner.hits("TTCCGTTTTAACGGNACGG");
        QCOMPARE(hits.size(), std::size_t(2));
        QCOMPARE(hits[0].startNt, 2);
        QVERIFY(hits[0].reverseStrand);
        QCOMPARE(hits[1].startNt, 9);
        QVERIFY(!hits[1].reverseStrand);
    }
    void plantedMotifsAreEnriched()
    {
        std::mt19937_64 random(15);
        std::vector<std::string> positives, negatives;
        for (int i = 0; i < 60; ++i) {
            positives.push_back(nscope::tests::randomLetters(random, 40));
            negatives.push_back(nscope::tests::randomLetters(random, 40));
            if (i % 2 == 0)
                positives.back().replace(10, 7, "TGTAAAT");
        }
        const MotifSet motifs{randomMotif(random, "other", 7), motifOf("pum", {"TGTAAAT", "TGTACAT", "TGTATAT"})};
        const auto rows = motifEnrichment(motifs, {positives.begin(), positives.end()}, {negatives.begin(), negatives.end()}, {});
        QVERIFY(rows.has_value());
        QCOMPARE(rows->front().motif, std::size_t(1));
        QVERIFY(rows->front().positivesWith >= 30);
        QVERIFY(rows->front().q < 1e-6);
        QVERIFY(rows->back().q > 0.01);
        QCOMPARE(rows->front().p, hypergeometricTail(120, 60, rows->front().positivesWith + rows->front().negativesWith,
                                                     rows->front().positivesWith));
        QVERIFY(!motifEnrichment(motifs, {}, {negatives.begin(), negatives.end()}, {}));
    }
    void filterMotifsFollowTheRecipes()
    {
        // Filter 0 fires at GATTACA, filter 1 never.
        std::mt19937_64 random(16);
        std::vector<std::string> sequences;
        std::vector<std::vector<float>> activations;
        for (int i = 0; i < 20; ++i) {
            std::string letters = nscope::tests::randomLetters(random, 60, "CT");
            letters.replace(20 + random() % 10, 7, "GATTACA");
            std::vector<float> values;
            for (std::size_t p = 0; p + 7 <= letters.size(); ++p) {
                values.push_back(letters.substr(p, 7) == "GATTACA" ? 10.0F + float(i) / 10 : 1.0F);
                values.push_back(0.0F);
            }
            sequences.push_back(std::move(letters));
            activations.push_back(std::move(values));
        }
        std::vector<FilterRecord> records;
        for (std::size_t i = 0; i < sequences.size(); ++i)
            records.push_back({sequences[i], activations[i]});
        const FilterGeometry geometry{2, 7, 1, 0};
        auto motifs = filterMotifs(records, geometry, FilterRecipe::RnaTracker, nscope::data::Alphabet::Dna);
        QVERIFY(motifs.has_value());
        QCOMPARE((*motifs)[0].sites, 20);
        QCOMPARE(nscope::data::consensus((*motifs)[0].motif), std::string("GATTACA"));
        QVERIFY(std::abs((*motifs)[0].motif.at(0, 2) - 21.0 / 24) < 1e-12);  // pseudocount 1
        double mean = 0;
        for (const auto& values : activations)
            for (std::size_t i = 0; i < values.size(); i += 2)
                mean += double(values[i]) / (20 * 54);
        QVERIFY(std::abs((*motifs)[0].threshold - (mean + 0.5 * (double(11.9F) - mean))) < 1e-6);
        QVERIFY(!(*motifs)[1].hasMotif);
        motifs = filterMotifs(records, geometry, FilterRecipe::Gopher, nscope::data::Alphabet::Dna);
        QCOMPARE((*motifs)[0].threshold, double(11.9F) / 2);
        const std::string wide = nscope::data::consensus((*motifs)[0].motif);
        QVERIFY2(wide.contains("GATTACA"), wide.c_str());
        QVERIFY(!filterMotifs({}, geometry, FilterRecipe::Gopher, nscope::data::Alphabet::Dna));
        const std::vector<double> peaks = peakActivations(records, 2);
        QCOMPARE(peaks[3], double(10.3F));
        QCOMPARE(peaks[20 + 3], 0.0);
    }
    void clusteringEqualsTheDefinition()
    {
        std::mt19937_64 random(17);
        for (const Linkage linkage : {Linkage::Single, Linkage::Complete, Linkage::Average}) {
            for (int round = 0; round < 20; ++round) {
                const std::size_t n = 2 + random() % 12;
                std::vector<double> values(n * 3);
                for (double& value : values)
                    value = double(random() >> 11) * 0x1p-53;
                const std::vector<double> distances = rowDistances(values, 3, RowDistance::Euclidean);
                const auto tree = clusterRows(distances, linkage);
                QVERIFY(tree.has_value());
                // Greedy: always join the two closest clusters, distances over all pairs of members.
                std::vector<std::vector<std::size_t>> clusters;
                for (std::size_t i = 0; i < n; ++i)
                    clusters.push_back({i});
                const auto apart = [&](const auto& a, const auto& b) {
                    double least = 1e9, most = 0, sum = 0;
                    for (const std::size_t i : a) {
                        for (const std::size_t j : b) {
                            least = std::min(least, distances[i * n + j]);
                            most = std::max(most, distances[i * n + j]);
                            sum += distances[i * n + j];
                        }
                    }
                    return linkage == Linkage::Single ? least : linkage == Linkage::Complete ? most : sum / double(a.size() * b.size());
                };
                for (const Merge& merge : tree->merges) {
                    double best = 1e9;
                    std::pair<std::size_t, std::size_t> pair;
                    for (std::size_t a = 0; a < clusters.size(); ++a)
                        for (std::size_t b = a + 1; b < clusters.size(); ++b)
                            if (apart(clusters[a], clusters[b]) < best) {
                                best = apart(clusters[a], clusters[b]);
                                pair = {a, b};
                            }
                    QVERIFY(std::abs(merge.height - best) < 1e-12);
                    auto joined = clusters[pair.first];
                    joined.insert(joined.end(), clusters[pair.second].begin(), clusters[pair.second].end());
                    QCOMPARE(merge.leaves, joined.size());
                    clusters.erase(clusters.begin() + std::ptrdiff_t(pair.second));
                    clusters[pair.first] = joined;
                }
                QCOMPARE(std::set<std::size_t>(tree->leafOrder.begin(), tree->leafOrder.end()).size(), n);
            }
        }
    }
    void cutsAndDegenerateRows()
    {
        const std::vector<double> values{1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9, 0, 0};
        const auto tree = clusterRows(rowDistances(values, 2, RowDistance::Cosine), Linkage::Average);
        QVERIFY(tree.has_value());
        const std::vector<int> labels = tree->cut(0.5);
        QCOMPARE(labels[0], labels[1]);
        QCOMPARE(labels[2], labels[3]);
        QVERIFY(labels[0] != labels[2] && labels[4] != labels[0] && labels[4] != labels[2]);
        QCOMPARE(std::set<int>(labels.begin(), labels.end()), (std::set<int>{0, 1, 2}));
        QCOMPARE(tree->cut(2.0), std::vector<int>(5, 0));
        QVERIFY(clusterRows({0.0}, Linkage::Single)->leafOrder == std::vector<std::size_t>{0});
        QVERIFY(!clusterRows({}, Linkage::Single));
        QVERIFY(!clusterRows({0, 1, 2}, Linkage::Single));
        std::vector<double> columns{1, 5, 3, 5};
        whitenColumns(columns, 2);
        QCOMPARE(columns, (std::vector<double>{1, 5, 3, 5}));  // deviations 1 and 0
    }
};

QTEST_APPLESS_MAIN(TestMotifs)
#include "tst_motifs.moc"
