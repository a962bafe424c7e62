// Purpose: what fits, what is refused and in which words, and reading the system's available memory.
#include "core/engine/memory_budget.h"

#include <QtTest/QtTest>

using namespace nscope;
using namespace nscope::engine;

class TestMemoryBudget : public QObject {
    Q_OBJECT

private slots:
    void readsMemAvailable()
    {
        const auto bytes = parseMemAvailable("MemTotal:       8000 kB\nMemAvailable:    4096 kB\nBuffers: 1 kB\n");
        QVERIFY(bytes.has_value());
        QCOMPARE(*bytes, std::int64_t(4096) * 1024);
        QCOMPARE(parseMemAvailable("MemAvailable: 1 kB").value_or(0), std::int64_t(1024));
    }

    void refusesStrangeMeminfo_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no such line") << QByteArray("MemTotal: 8000 kB\n");
        QTest::newRow("name only") << QByteArray("MemAvailable:");
        QTest::newRow("no number") << QByteArray("MemAvailable:   many kB\n");
        QTest::newRow("no unit") << QByteArray("MemAvailable: 4096\n");
        QTest::newRow("other unit") << QByteArray("MemAvailable: 4096 MB\n");
        QTest::newRow("negative") << QByteArray("MemAvailable: -1 kB\n");
        QTest::newRow("overflow") << QByteArray("MemAvailable: 9223372036854775807 kB\n");
    }
    void refusesStrangeMeminfo()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseMemAvailable(text.toStdString()));
    }

    void takesHalfOfWhatIsAvailable()
    {
        const auto available = availableMemoryBytes();
        if (!available)
            QSKIP("this system does not state its available memory");
        const auto total = MemoryBudget(0).use().totalBytes;
        QVERIFY(total > *available / 8 && total < *available);
    }

    void admitsWhatFitsAlone()
    {
        MemoryBudget budget(1000);
        budget.reserve(900);
        QVERIFY(budget.admit(1000, "Mutagenesis of HBB").has_value());
        QVERIFY(!budget.fitsNow(101));
        QVERIFY(budget.fitsNow(100));
    }

    void refusalSaysHowMuch()
    {
        const auto refused = MemoryBudget(2'000'000'000).admit(3'500'000'000, "Mutagenesis of HBB");
        QVERIFY(!refused);
        QCOMPARE(refused.error().code(), ErrorCode::OutOfMemory);
        QVERIFY(refused.error().message().starts_with("Mutagenesis of HBB needs 3.5 GB of memory, but at most 2 GB"));
    }

    void sharesWhatIsLeft()
    {
        MemoryBudget budget(800);
        QCOMPARE(budget.shareBytes(), std::int64_t(800));
        budget.reserve(300);
        QCOMPARE(budget.shareBytes(), std::int64_t(500));
        budget.reserve(450);
        QCOMPARE(budget.shareBytes(), std::int64_t(100));
        budget.release(450);
        QCOMPARE(budget.use().reservedBytes, std::int64_t(300));
    }

    void writesBytes()
    {
        QCOMPARE(bytesText(0), std::string("0 bytes"));
        QCOMPARE(bytesText(999), std::string("999 bytes"));
        QCOMPARE(bytesText(1000), std::string("1 kB"));
        QCOMPARE(bytesText(1'540'000), std::string("1.5 MB"));
        QCOMPARE(bytesText(64'000'000), std::string("64 MB"));
        QCOMPARE(bytesText(999'960'000), std::string("1 GB"));
        QCOMPARE(bytesText(123'456'000'000), std::string("123 GB"));
        QCOMPARE(bytesText(5'000'000'000'000'000), std::string("5000 TB"));
    }
};

QTEST_APPLESS_MAIN(TestMemoryBudget)
#include "tst_memory_budget.moc"
