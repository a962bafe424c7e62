// Tests of fast mutagenesis.
#include <QCoreApplication>
#include <QtTest>

#include <memory>

QObject* makeMutantTests();

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const std::unique_ptr<QObject> tests(makeMutantTests());
    return QTest::qExec(tests.get(), argc, argv);
}
