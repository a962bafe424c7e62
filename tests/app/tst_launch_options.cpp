// Purpose: the command line: what it takes and what it refuses.
#include "app/launch_options.h"

#include <QtTest/QTest>

using nscope::app::parseLaunchOptions;

class TestLaunchOptions : public QObject {
    Q_OBJECT

private slots:
    void filesAndModel()
    {
        const auto options = parseLaunchOptions({"nucleoscope", "a.fa", "--model", "edc", "b.tsv"});
        QVERIFY(options);
        QCOMPARE(options->files, (QStringList{"a.fa", "b.tsv"}));
        QCOMPARE(options->model, QString("edc"));
        QVERIFY(!options->isBatch());
    }

    void figure()
    {
        const auto options = parseLaunchOptions({"nucleoscope", "--figure", "--session", "s.nscope", "--name", "filters",
                                                 "--width-mm", "89", "--output", "f.svg"});
        QVERIFY(options);
        QVERIFY(options->figure && options->isBatch());
        QCOMPARE(options->files, QStringList{"s.nscope"});
        QCOMPARE(options->view, QString("filters"));
        QCOMPARE(options->widthMm, 89.0);
    }

    void study()
    {
        const auto options = parseLaunchOptions({"n", "--study", "metagene", "--option", "bins=25", "--option", "trim=0.1",
                                                 "--sequences", "shown", "--screenshot", "s.png"});
        QVERIFY(options && options->isBatch());
        QCOMPARE(options->study, QString("metagene"));
        QCOMPARE(options->studyOptions, QStringList({"bins=25", "trim=0.1"}));
        QCOMPARE(options->sequences, QString("shown"));
    }

    void size() { QCOMPARE(*parseLaunchOptions({"n", "--size", "1600x1000"})->size, QSize(1600, 1000)); }

    void refused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown") << QStringList{"n", "--nonsense"};
        QTest::newRow("no value") << QStringList{"n", "--model"};
        QTest::newRow("theme") << QStringList{"n", "--theme", "pink"};
        QTest::newRow("size") << QStringList{"n", "--size", "big"};
        QTest::newRow("threads") << QStringList{"n", "--threads", "-3"};
        QTest::newRow("width") << QStringList{"n", "--width-mm", "x"};
        QTest::newRow("figure without session") << QStringList{"n", "--figure", "--output", "f.svg"};
        QTest::newRow("sequences") << QStringList{"n", "--study", "metagene", "--sequences", "some"};
        QTest::newRow("option without study") << QStringList{"n", "--option", "bins=25"};
        QTest::newRow("figure of no view") << QStringList{"n", "--figure", "--session", "s", "--output", "f.svg",
                                                          "--name", "nothing"};
    }
    void refused()
    {
        QFETCH(QStringList, arguments);
        const auto options = parseLaunchOptions(arguments);
        QVERIFY(!options);
        QVERIFY(!options.error().message().empty());
    }
};

QTEST_GUILESS_MAIN(TestLaunchOptions)
#include "tst_launch_options.moc"
