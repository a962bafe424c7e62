// Purpose: the environment that libgomp and OpenBLAS will read, and the user's own settings kept.
#include "app/cli/process_setup.h"

#include <QtTest/QtTest>

#include <string>

using namespace nscope;

class TestProcessSetup : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        for (const char* name : {"OMP_WAIT_POLICY", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"})
            qunsetenv(name);
    }

    void setsWhatIsUnset()
    {
        cli::setUpProcess();
        QCOMPARE(qgetenv("OMP_WAIT_POLICY"), QByteArray("passive"));
        QCOMPARE(qgetenv("OMP_NUM_THREADS").toInt(), cli::defaultThreadCount());
        QCOMPARE(qgetenv("OPENBLAS_NUM_THREADS").toInt(), cli::defaultThreadCount());
    }

    void keepsWhatTheUserSet()
    {
        qputenv("OMP_WAIT_POLICY", "active");
        qputenv("OMP_NUM_THREADS", "7");
        cli::setUpProcess();
        QCOMPARE(qgetenv("OMP_WAIT_POLICY"), QByteArray("active"));
        QCOMPARE(qgetenv("OMP_NUM_THREADS"), QByteArray("7"));
    }

    void threadOptionBeatsTheEnvironment()
    {
        qputenv("OMP_NUM_THREADS", "7");
        cli::setUpProcess();
        cli::setThreadCount(3);
        QCOMPARE(qgetenv("OMP_NUM_THREADS"), QByteArray("3"));
        QCOMPARE(qgetenv("OPENBLAS_NUM_THREADS"), QByteArray("3"));
    }

    void leavesAtLeastOneThread()
    {
        QVERIFY(cli::defaultThreadCount() >= 1);
        QVERIFY(cli::defaultThreadCount() <= std::max(1, QThread::idealThreadCount() - 1));
    }
};

QTEST_APPLESS_MAIN(TestProcessSetup)
#include "tst_process_setup.moc"
