// Purpose: exact rows are never lost to a preview or to a later request for other rows.
#include "app/attribution_merge.h"

#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::app;

namespace {

AttributionPtr filled(float value, std::vector<std::uint8_t> exact, std::int64_t length = 4)
{
    auto made = std::make_shared<data::Attribution>();
    made->values_LC.assign(std::size_t(length) * 4, value);
    made->exact_L = std::move(exact);
    return made;
}

std::vector<float> column(const data::Attribution& attribution)
{
    std::vector<float> values;
    for (std::int64_t row = 0; row < attribution.length(); ++row)
        values.push_back(attribution.at(row, 2));
    return values;
}

}  // namespace

class TestAttributionMerge : public QObject {
    Q_OBJECT

private slots:
    void exactRowsOfBothAndPreviewElsewhere()
    {
        const auto known = filled(1, {1, 0, 0, 0});
        const auto update = filled(2, {0, 1, 0, 0});
        const auto merged = mergedExact(known, *update, filled(3, {}));
        QCOMPARE(column(*merged), (std::vector<float>{1, 2, 3, 3}));
        QCOMPARE(merged->exact_L, (std::vector<std::uint8_t>{1, 1, 0, 0}));
    }

    void theUpdateWins()
    {
        const auto merged = mergedExact(filled(1, {1, 1, 1, 0}), *filled(2, {1, 0, 0, 0}), nullptr);
        QCOMPARE(column(*merged)[0], 2.0F);
    }

    void allExactTogetherIsComplete()
    {
        const auto merged = mergedExact(filled(1, {1, 1, 0, 0}), *filled(2, {0, 0, 1, 1}), nullptr);
        QVERIFY(isComplete(*merged));
    }

    void otherLengthsAreIgnored()
    {
        const auto merged = mergedExact(filled(1, {}, 9), *filled(2, {1, 0, 0, 0}), filled(3, {}, 7));
        QCOMPARE(merged->exact_L, (std::vector<std::uint8_t>{1, 0, 0, 0}));
    }

    void laterPreviewKeepsExactRows()
    {
        const auto known = filled(1, {1, 0, 0, 1});
        QCOMPARE(column(*withPreview(known, *filled(3, {}))), (std::vector<float>{1, 3, 3, 1}));
    }

    void missing()
    {
        QCOMPARE(missingRows(*filled(0, {1, 0, 1, 0})), (data::Interval{1, 4}));
        QVERIFY(missingRows(*filled(0, {})).isEmpty());
        QVERIFY(isExactIn(*filled(0, {1, 1, 0, 0}), {0, 2}));
        QVERIFY(!isExactIn(*filled(0, {1, 1, 0, 0}), {0, 3}));
        QVERIFY(isExactIn(*filled(0, {1, 1, 1, 1}), {2, 99}));
        QVERIFY(!isExactIn(*asPreview(*filled(0, {}), "ism"), {0, 1}));
    }
};

QTEST_APPLESS_MAIN(TestAttributionMerge)
#include "tst_attribution_merge.moc"
