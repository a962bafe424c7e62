// Purpose: REF and ALT share columns: insertions, deletions and substitutions never shift one against the other.
#include "core/data/edit.h"
#include "widgets/sequence_columns.h"

#include <QTest>

using namespace nscope;
using widgets::SequenceColumns;

class SequenceColumnsTest : public QObject {
    Q_OBJECT
private slots:
    void unedited()
    {
        const SequenceColumns columns(10);
        QCOMPARE(columns.count(), 10);
        QVERIFY(!columns.hasGaps());
        QCOMPARE(columns.refAt(9), 9);
        QCOMPARE(columns.altAt(10), -1);
        QCOMPARE(columns.columnOfAlt(25), 10);
    }

    void insertion()
    {
        // ACGT → ACggGT: the G that follows keeps its column in both rows.
        const auto map = data::altToRef({{2, "", "GG", ""}}, 4);
        const SequenceColumns columns(map, 4);
        QCOMPARE(columns.count(), 6);
        QCOMPARE(columns.refAt(2), -1);
        QCOMPARE(columns.refAt(3), -1);
        QCOMPARE(columns.refAt(4), 2);
        QCOMPARE(columns.altAt(4), 4);
        QCOMPARE(columns.columnOfRef(2), columns.columnOfAlt(4));
        QCOMPARE(columns.differences("ACGT", "ACGGGT"), (std::vector<data::Interval>{{2, 4}}));
    }

    void deletion()
    {
        const auto map = data::altToRef({{1, "CG", "", ""}}, 4);
        const SequenceColumns columns(map, 4);
        QCOMPARE(columns.count(), 4);
        QCOMPARE(columns.altAt(1), -1);
        QCOMPARE(columns.altAt(3), 1);
        QCOMPARE(columns.altFrom(1), 1);
        QCOMPARE(columns.altInterval(1, 3), (data::Interval{1, 1}));
        QCOMPARE(columns.columnsOfAlt({0, 2}), (data::Interval{0, 4}));
        QCOMPARE(columns.differences("ACGT", "AT"), (std::vector<data::Interval>{{1, 3}}));
    }

    void substitutionStoresNothing()
    {
        const auto map = data::altToRef({{1, "C", "T", ""}}, 4);
        const SequenceColumns columns(map, 4);
        QVERIFY(!columns.hasGaps());
        QCOMPARE(columns.differences("ACGT", "ATGT"), (std::vector<data::Interval>{{1, 2}}));
    }

    void manyEdits()
    {
        const std::vector<data::Edit> path{{2, "", "AAA", ""}, {8, "GG", "", ""}, {0, "A", "C", ""}};
        const auto map = data::altToRef(path, 12);
        const SequenceColumns columns(map, 12);
        QCOMPARE(columns.altLength(), 13);
        QCOMPARE(columns.count(), 15);
        for (std::int64_t column = 0; column < columns.count(); ++column) {
            if (columns.refAt(column) >= 0)
                QCOMPARE(columns.columnOfRef(columns.refAt(column)), column);
            if (columns.altAt(column) >= 0)
                QCOMPARE(columns.columnOfAlt(columns.altAt(column)), column);
        }
    }
};

QTEST_APPLESS_MAIN(SequenceColumnsTest)
#include "tst_sequence_columns.moc"
