// One executable for all tests that need LibTorch: every class runs, a failure of any is a failure.
#include <QCoreApplication>
#include <QtTest>

#include <memory>

QObject* makeCustomNetTests();
QObject* makeGoldenTests();
QObject* makeGpnTests();
QObject* makeNetworkTests();
QObject* makeProfileNetTests();
QObject* makePublishedWeightsTests();
QObject* makeRnaBlockTests();
QObject* makeRnaModelTests();
QObject* makeStackNetTests();
QObject* makeTorchBackendTests();
QObject* makeUtrbertGoldenTests();
QObject* makeUtrbertTests();

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    int failures = 0;
    for (QObject* (*make)() :
         {makeNetworkTests, makeGoldenTests, makeTorchBackendTests, makeUtrbertTests, makeUtrbertGoldenTests,
          makeProfileNetTests, makeStackNetTests, makeGpnTests, makeCustomNetTests, makeRnaBlockTests,
          makeRnaModelTests, makePublishedWeightsTests}) {
        const std::unique_ptr<QObject> tests(make());
        failures += QTest::qExec(tests.get(), argc, argv);
    }
    return failures == 0 ? 0 : 1;
}
