// Genes by name and by place, against brute force; features held compactly come back as they were.
#include "core/data/feature_set.h"
#include "core/data/gene_index.h"

#include <QTest>

#include <random>
#include <set>

using namespace nscope;
using data::GeneIndex;
using data::Interval;
using data::Strand;
using data::TranscriptModel;

namespace {

TranscriptModel model(const std::string& id, const std::string& geneId, const std::string& symbol,
                      const std::string& chromosome, Interval at)
{
    return {id, geneId, symbol, "", chromosome, Strand::Forward, {at}, {}, 0};
}

std::vector<std::string> namesOf(const std::vector<GeneIndex::Hit>& hits)
{
    std::vector<std::string> names;
    for (const GeneIndex::Hit& hit : hits)
        names.push_back(hit.name);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

class TestGeneIndex : public QObject {
    Q_OBJECT

private slots:
    void namesAreRanked()
    {
        const GeneIndex index(std::make_shared<std::vector<TranscriptModel>>(std::vector{
            model("NM_002052.5", "ENSG00000136574.18", "GATA4", "chr8", {100, 200}),
            model("ENST00000335135.8_1", "ENSG00000136574.18", "GATA4", "chr8", {150, 300}),
            model("NM_004", "", "GATA4-AS1", "chr8", {50, 90}), model("NM_005", "G5", "RegataG", "chr8", {5, 9}),
            model("GATA4", "", "", "chr9", {5, 9}), model("T6", "G6", "génE", "chr9", {50, 90})}));
        QVERIFY((namesOf(index.search(" gata4 ")) == Names{"GATA4", "GATA4", "GATA4-AS1"}));
        const auto first = index.search("gata4").front();
        QVERIFY(first.isGene && first.match == GeneIndex::Match::Exact);
        QVERIFY((first.locus == data::Locus{"chr8", {100, 300}, Strand::Forward}));
        QVERIFY((index.genes().at(first.index).transcripts == std::vector<std::size_t>{0, 1}));
        QVERIFY(!index.search("gata4").at(1).isGene);
        QVERIFY((namesOf(index.search("GATA")) == Names{"GATA4", "GATA4-AS1", "GATA4", "RegataG"}));
        QVERIFY(index.search("GATA").at(3).match == GeneIndex::Match::Substring);
        QCOMPARE(index.search("GATA", 2).size(), std::size_t(2));
        QVERIFY(index.search("nm_002052").front().match == GeneIndex::Match::Exact);
        QVERIFY((namesOf(index.search("NM_002052.4")) == Names{"NM_002052.5"}));  // another version
        QVERIFY((namesOf(index.search("NM_004.2")) == Names{"NM_004"}));  // none in the file
        QVERIFY((namesOf(index.search("enst00000335135")) == Names{"ENST00000335135.8_1"}));
        QVERIFY((namesOf(index.search("ENSG00000136574")) == Names{"ENSG00000136574.18"}));
        QVERIFY((namesOf(index.search("géne")) == Names{"génE"}));
        QVERIFY(index.search("").empty() && index.search("nothing").empty());
    }

    void versions()
    {
        QVERIFY(data::withoutVersion("NM_1.5") == "NM_1" && data::withoutVersion("ENST1.5_1") == "ENST1");
        QVERIFY(data::withoutVersion("Y39A1A.1a") == "Y39A1A.1a" && data::withoutVersion("a.") == "a."
                && data::withoutVersion(".5") == ".5");
    }

    void placesAsBruteForce()
    {
        std::mt19937_64 random(7);
        std::vector<TranscriptModel> models;
        for (int i = 0; i < 3000; ++i) {
            // Many short ones, some that span half of the chromosome, some nested, some with the same start.
            const auto start = std::int64_t(random() % 1000) * 100;
            const auto length = std::int64_t(random() % 50 == 0 ? 50000 : 1 + random() % 400);
            TranscriptModel made = model("T" + std::to_string(i), "G" + std::to_string(i), "",
                                         random() % 2 == 0 ? "chr1" : "chr2", {start, start + length});
            made.exons.push_back({start + length + 10, start + length + 15});
            models.push_back(made);
        }
        const GeneIndex index(std::make_shared<std::vector<TranscriptModel>>(models));
        for (int question = 0; question < 1000; ++question) {
            const std::string chromosome = question % 2 == 0 ? "chr1" : "chr2";
            const auto from = std::int64_t(random() % 160000);
            const Interval at{from, from + 1 + std::int64_t(random() % 3000)};
            std::set<std::size_t> expected;
            std::set<std::int64_t> starts;
            std::set<std::int64_t> exonStarts;
            for (std::size_t i = 0; i < models.size(); ++i) {
                if (models[i].chromosome != chromosome)
                    continue;
                if (models[i].span().startNt < at.endNt && models[i].span().endNt > at.startNt)
                    expected.insert(i);
                starts.insert(models[i].span().startNt);
                for (const Interval& exon : models[i].exons)
                    exonStarts.insert(exon.startNt);
            }
            const auto found = index.overlapping(chromosome, at);
            QCOMPARE(found.size(), expected.size());
            QVERIFY((std::set(found.begin(), found.end()) == expected));
            QVERIFY(std::ranges::is_sorted(found, {}, [&](std::size_t i) { return models[i].span().startNt; }));
            QCOMPARE(startOf(index.nextGene(chromosome, from)), after(starts, from));
            QCOMPARE(startOf(index.previousGene(chromosome, from)), before(starts, from));
            QCOMPARE(startOf(index.nextExon(chromosome, from)), after(exonStarts, from));
            QCOMPARE(startOf(index.previousExon(chromosome, from)), before(exonStarts, from));
        }
        QVERIFY(index.overlapping("chr3", {0, 1000000}).empty() && !index.nextGene("chr3", 0)
                && !index.previousExon("chr3", 9));
        QVERIFY(index.overlapping("chr1", {-10, 0}).empty());
    }

    void steppingMeetsEveryGeneOnce()
    {
        const GeneIndex index(std::make_shared<std::vector<TranscriptModel>>(
            std::vector{model("a", "A", "", "1", {50, 90}), model("b", "B", "", "1", {10, 20}),
                        model("c", "C", "", "1", {15, 99})}));
        std::vector<std::int64_t> starts;
        for (auto at = index.nextGene("1", -1); at; at = index.nextGene("1", at->interval.startNt))
            starts.push_back(at->interval.startNt);
        QVERIFY((starts == std::vector<std::int64_t>{10, 15, 50}));
        starts.clear();
        for (auto at = index.previousGene("1", 100); at; at = index.previousGene("1", at->interval.startNt))
            starts.push_back(at->interval.startNt);
        QVERIFY((starts == std::vector<std::int64_t>{50, 15, 10}));
    }

    void featuresComeBack()
    {
        data::FeatureSet set;
        const data::Feature bare{{"chr1", {5, 9}, Strand::None}, "", ""};
        const data::Feature peak{
            {"chrÄ", {1, 100}, Strand::Reverse}, "name with 20 letters", "peak", 3.5, 1.5, 2.5, std::nan(""), 50};
        for (int i = 0; i < 3; ++i) {
            set.add(bare);
            set.add(peak);
        }
        set.add(bare);
        const data::FeatureSet moved = std::move(set);
        QCOMPARE(moved.size(), std::size_t(7));
        for (std::size_t i = 0; i < 7; ++i) {
            const data::Feature is = moved.at(i);
            const data::Feature& was = i % 2 == 0 ? bare : peak;
            QVERIFY(is.locus == was.locus && is.name == was.name && is.kind == was.kind && is.summitNt == was.summitNt);
            QVERIFY(same(is.score, was.score) && same(is.signal, was.signal) && same(is.pValueLog10, was.pValueLog10)
                    && same(is.qValueLog10, was.qValueLog10));
        }
    }

private:
    static bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
    static std::int64_t startOf(const std::optional<data::Locus>& locus)
    {
        return locus ? locus->interval.startNt : -1;
    }
    static std::int64_t after(const std::set<std::int64_t>& starts, std::int64_t at)
    {
        const auto found = starts.upper_bound(at);
        return found == starts.end() ? -1 : *found;
    }
    static std::int64_t before(const std::set<std::int64_t>& starts, std::int64_t at)
    {
        const auto found = starts.lower_bound(at);
        return found == starts.begin() ? -1 : *std::prev(found);
    }
};

QTEST_APPLESS_MAIN(TestGeneIndex)
#include "tst_gene_index.moc"
