// Purpose: the cache key covers what changes a result and nothing else.
#include "tests/support/fake_backend.h"

#include <QtTest/QtTest>

using namespace nscope;
using engine::cacheKey;
using tests::fakeRequest;

class TestRequest : public QObject {
    Q_OBJECT

private slots:
    void namesAndOrderDoNotCount()
    {
        const auto base = fakeRequest("HBB", "ism");
        auto other = fakeRequest("another name", "ism");
        other.region = data::Interval{2, 5};
        other.options[engine::kMemoryOption] = std::int64_t(100);
        other.options[engine::kDeviceOption] = std::string("cpu");
        QVERIFY(cacheKey(base, "hash").has_value());
        QVERIFY(cacheKey(base, "hash") == cacheKey(other, "hash"));
    }

    void readsTheMemoryLimit()
    {
        auto request = fakeRequest("HBB", "ism");
        QCOMPARE(engine::memoryLimitBytes(request), std::int64_t(0));
        request.options[engine::kMemoryOption] = std::int64_t(100);
        QCOMPARE(engine::memoryLimitBytes(request), std::int64_t(100));
    }

    void everythingElseCounts()
    {
        const auto base = fakeRequest("HBB", "ism");
        const auto key = *cacheKey(base, "hash");
        QVERIFY(cacheKey(base, "other hash") != key);
        auto network = base;
        network.model += " with other options";
        QVERIFY(cacheKey(network, "hash") != key);
        QVERIFY(cacheKey(fakeRequest("HBB", "gradient"), "hash") != key);
        QVERIFY(cacheKey(fakeRequest("HBB"), "hash") != key);
        QVERIFY(cacheKey(fakeRequest("HBB", "ism", "ATGGCCTAG"), "hash") != key);

        auto target = base;
        target.target = "class:PC";
        QVERIFY(cacheKey(target, "hash") != key);
        auto option = base;
        option.options["steps"] = std::int64_t(1);
        QVERIFY(cacheKey(option, "hash") != key);
        auto text = base;
        text.options["steps"] = std::string("1");
        QVERIFY(cacheKey(text, "hash") != cacheKey(option, "hash"));
        auto only = base;
        only.only = data::Interval{2, 5};
        QVERIFY(cacheKey(only, "hash") != key);
        auto cds = base;
        auto transcript = *base.transcripts.front();
        transcript.cds = data::Interval{0, 9};
        cds.transcripts = {std::make_shared<const data::Transcript>(transcript)};
        QVERIFY(cacheKey(cds, "hash") != key);
    }

    void attentionDependsOnItsRegion()
    {
        auto whole = fakeRequest("HBB");
        whole.analysis = engine::Analysis::Attention;
        auto part = whole;
        part.region = data::Interval{2, 5};
        QVERIFY(cacheKey(whole, "hash") != cacheKey(part, "hash"));
    }

    void fieldsCannotRunTogether()
    {
        auto a = fakeRequest("HBB", "ism");
        auto b = a;
        a.options = {{"x", std::string("1y")}};
        b.options = {{"x", std::string("1")}, {"y", std::string()}};
        QVERIFY(cacheKey(a, "hash") != cacheKey(b, "hash"));
        a.method = "is";
        a.target = "mt";
        b = a;
        b.method = "ism";
        b.target = "t";
        QVERIFY(cacheKey(a, "hash") != cacheKey(b, "hash"));
    }

    void someRequestsAreNotCached()
    {
        QVERIFY(!cacheKey(tests::fakeTraining(), "hash"));
        auto several = fakeRequest("HBB");
        several.transcripts.push_back(several.transcripts.front());
        QVERIFY(!cacheKey(several, "hash"));
        QVERIFY(!cacheKey(fakeRequest("HBB"), ""));
        auto scores = fakeRequest("HBB");
        scores.analysis = engine::Analysis::Score;
        QVERIFY(!cacheKey(scores, "hash"));
    }
};

QTEST_APPLESS_MAIN(TestRequest)
#include "tst_request.moc"
