// Purpose: least recently used results go first, the bound in bytes holds, and the counts are right.
#include "core/engine/result_cache.h"

#include <QtTest/QtTest>

using namespace nscope;
using namespace nscope::engine;

namespace {

/// A result of about 4·count bytes.
std::vector<Delivery> result(std::size_t count, float value = 0.0F)
{
    auto attribution = std::make_shared<data::Attribution>();
    attribution->values_LC.assign(count, value);
    return {{0, std::shared_ptr<const data::Attribution>(attribution), false}};
}

float valueOf(const std::vector<Delivery>* deliveries)
{
    return std::get<std::shared_ptr<const data::Attribution>>(deliveries->front().payload)->values_LC.front();
}

}  // namespace

class TestResultCache : public QObject {
    Q_OBJECT

private slots:
    void findsWhatWasStored()
    {
        ResultCache cache(1 << 20);
        QVERIFY(!cache.find("a"));
        cache.insert("a", result(10, 1.0F));
        QVERIFY(cache.contains("a"));
        QVERIFY(cache.find("a"));
        QCOMPARE(valueOf(cache.find("a")), 1.0F);
        const auto counts = cache.statistics();
        QCOMPARE(counts.hits, 2);
        QCOMPARE(counts.misses, 1);
        QCOMPARE(counts.insertions, 1);
        QCOMPARE(counts.entries, 1);
        QVERIFY(counts.bytes >= 40);
    }

    void dropsTheLeastRecentlyUsed()
    {
        ResultCache cache(3 * 4500);
        for (const char* key : {"a", "b", "c"})
            cache.insert(key, result(1000));
        QVERIFY(cache.find("a"));
        cache.insert("d", result(1000));
        QVERIFY(cache.contains("a"));
        QVERIFY(!cache.contains("b"));
        QVERIFY(cache.contains("c") && cache.contains("d"));
        QCOMPARE(cache.statistics().evictions, 1);
        QVERIFY(cache.statistics().bytes <= cache.statistics().capacityBytes);
    }

    void containsIsNotAUse()
    {
        ResultCache cache(2 * 4500);
        cache.insert("a", result(1000));
        cache.insert("b", result(1000));
        QVERIFY(cache.contains("a"));
        cache.insert("c", result(1000));
        QVERIFY(!cache.contains("a"));
        QCOMPARE(cache.statistics().hits, 0);
    }

    void storingAgainReplaces()
    {
        ResultCache cache(1 << 20);
        cache.insert("a", result(1000, 1.0F));
        const auto bytes = cache.statistics().bytes;
        cache.insert("a", result(1000, 2.0F));
        QCOMPARE(cache.statistics().bytes, bytes);
        QCOMPARE(cache.statistics().entries, 1);
        QCOMPARE(valueOf(cache.find("a")), 2.0F);
    }

    void leavesOutWhatIsTooLarge()
    {
        ResultCache cache(1000);
        cache.insert("small", result(10));
        cache.insert("large", result(1000));
        QVERIFY(!cache.contains("large"));
        QVERIFY(cache.contains("small"));
    }

    void manyInsertionsStayBounded()
    {
        ResultCache cache(50'000);
        for (int i = 0; i < 1000; ++i) {
            cache.insert("key " + std::to_string(i % 300), result(std::size_t(i % 97) * 20));
            QVERIFY(cache.statistics().bytes <= 50'000);
        }
        cache.clear();
        QCOMPARE(cache.statistics().bytes, 0);
        QCOMPARE(cache.statistics().entries, 0);
        QVERIFY(!cache.contains("key 99"));
    }

    void measuresEveryPayload()
    {
        auto prediction = std::make_shared<data::Prediction>();
        prediction->profiles = {{0, 1, {"task"}, std::vector<float>(1000)}};
        auto map = std::make_shared<data::AttentionMap>();
        map->weights_HQK.resize(1000);
        auto spectrum = std::make_shared<data::FilterSpectrum>();
        spectrum->layers = {{0, 6, 4, 1, std::vector<float>(500), std::vector<float>(500)}};
        auto line = std::make_shared<MetricsLine>(std::string(4000, 'x'));
        QVERIFY(payloadBytes(std::shared_ptr<const data::Prediction>(prediction)) >= 4000);
        QVERIFY(payloadBytes(std::shared_ptr<const data::AttentionMap>(map)) >= 4000);
        QVERIFY(payloadBytes(std::shared_ptr<const data::FilterSpectrum>(spectrum)) >= 4000);
        QVERIFY(payloadBytes(std::shared_ptr<const MetricsLine>(line)) >= 4000);
        QCOMPARE(payloadBytes(std::shared_ptr<const data::Prediction>()), 0);
    }
};

QTEST_APPLESS_MAIN(TestResultCache)
#include "tst_result_cache.moc"
