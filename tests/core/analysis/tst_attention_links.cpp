// Purpose: the strongest links of attention maps: means over heads and layers, least distance, order, and what is left out.
#include "core/analysis/attention_links.h"

#include <QtTest>

#include <random>

using namespace nscope;
using analysis::AttentionLink;

namespace {

using MapPtr = std::shared_ptr<const data::AttentionMap>;

std::shared_ptr<data::AttentionMap> mapOf(int heads, std::int64_t tokens, std::int64_t startNt, unsigned seed)
{
    auto map = std::make_shared<data::AttentionMap>();
    for (int head = 0; head < heads; ++head)
        map->heads.push_back(head);
    for (std::int64_t token = 0; token < tokens; ++token) {
        map->queryNt.push_back(startNt + token);
        map->queries.push_back(std::to_string(startNt + token + 1));
    }
    map->keyStartNt = startNt;
    map->keyCount = tokens;
    std::mt19937 random(seed);
    for (std::int64_t i = 0; i < heads * tokens * tokens; ++i)
        map->weights_HQK.push_back(float(random() % 1000) / 1000.0F);
    return map;
}

}  // namespace

class TestAttentionLinks : public QObject {
    Q_OBJECT

private slots:
    void equalAllPairsSorted()
    {
        const std::vector<MapPtr> maps{mapOf(2, 40, 1, 1), mapOf(3, 40, 1, 2)};
        std::vector<AttentionLink> all;
        for (std::int64_t q = 0; q < 40; ++q) {
            for (std::int64_t k = 0; k < 40; ++k) {
                double sum = 0;
                for (const MapPtr& map : maps)
                    for (std::size_t head = 0; head < map->heads.size(); ++head)
                        sum += double(map->at(head, std::size_t(q), k));
                if (std::abs(q - k) >= 6)
                    all.push_back({q + 1, k + 1, sum / 5.0});
            }
        }
        std::ranges::sort(all, std::greater(), &AttentionLink::weight);
        const auto links = analysis::strongestLinks(maps, 6, 25);
        QCOMPARE(links.size(), std::size_t(25));
        for (std::size_t i = 0; i < links.size(); ++i) {
            QVERIFY(std::abs(links[i].weight - all[i].weight) < 1e-12);
            QVERIFY(std::ranges::find(all, links[i]) != all.end());
        }
    }

    void manyTokensGiveTheSameAsFew()
    {
        // More pairs than are held at once: the strongest are still found.
        auto map = mapOf(1, 700, 0, 3);
        map->weights_HQK[650U * 700U + 20U] = 5.0F;
        map->weights_HQK[3U * 700U + 400U] = 4.0F;
        const auto links = analysis::strongestLinks(std::vector<MapPtr>{map}, 6, 2);
        QCOMPARE(links, (std::vector<AttentionLink>{{650, 20, 5.0}, {3, 400, 4.0}}));
    }

    void mapsWithoutPlacesAreLeftOut()
    {
        auto summary = std::make_shared<data::AttentionMap>();
        summary->heads = {0};
        summary->queries = {"CLS"};
        summary->keyCount = 40;
        summary->weights_HQK.assign(40, 1.0F);
        QVERIFY(analysis::strongestLinks(std::vector<MapPtr>{summary, nullptr}, 1, 10).empty());
        const MapPtr tokens = mapOf(1, 40, 1, 4);
        QCOMPARE(analysis::strongestLinks(std::vector<MapPtr>{summary, tokens, mapOf(1, 30, 1, 5)}, 6, 10),
                 analysis::strongestLinks(std::vector<MapPtr>{tokens}, 6, 10));
        QVERIFY(analysis::strongestLinks({}, 1, 10).empty());
    }
};

QTEST_APPLESS_MAIN(TestAttentionLinks)
#include "tst_attention_links.moc"
