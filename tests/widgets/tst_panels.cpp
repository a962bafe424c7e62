// Purpose: prediction panel, filter page, jobs bar, log and search bar say what they were given and ask for what the
// user wants.
#include "tests/widgets/synthetic.h"
#include "widgets/filter_page.h"
#include "widgets/filter_plot.h"
#include "widgets/jobs_bar.h"
#include "widgets/log_view.h"
#include "widgets/number_text.h"
#include "widgets/prediction_panel.h"
#include "widgets/search_bar.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

using namespace nscope;
using namespace nscope::widgets;

class PanelsTest : public QObject {
    Q_OBJECT
private slots:
    void predictionPanelShowsReferenceAgainstCurrent()
    {
        PredictionPanel panel;
        panel.setOutputs(tests::codingLabels(), {}, true);
        const auto* gauge = panel.findChild<PredictionGauge*>();
        panel.setPredictions(tests::makePrediction(3.0, true), nullptr);
        QVERIFY(gauge->content().current && !gauge->content().reference);
        QCOMPARE(gauge->content().gaugeClass, std::string("PC"));
        QVERIFY(gauge->content().isTwoClass());
        QCOMPARE(gauge->content().lineCount(), 1 + 2 + 1);
        panel.setPredictions(tests::makePrediction(3.0, true), tests::makePrediction(-1.0, false));
        QVERIFY(gauge->content().reference.has_value());
        QCOMPARE(gauge->content().current->predictedClass, std::string("NC"));
        QCOMPARE(gauge->content().lineCount(), 1 + 4 + 2);
        QVERIFY(std::abs(*valueOf(gauge->content().current->probabilities, "PC") - 0.2689) < 1e-3);
        panel.setPredictions(nullptr, nullptr);
        QVERIFY(!gauge->content().current);
    }

    void anyNumberOfClassesAndValues()
    {
        PredictionPanel panel;
        panel.show();
        panel.setOutputs({}, "Nucleus", false);
        const auto* gauge = panel.findChild<PredictionGauge*>();
        data::Prediction classes;
        classes.predictedClass = "Cytosol";
        classes.classProbabilities = {{"p_Nucleus", 0.2}, {"p_Cytosol", 0.7}, {"p_ER", 0.1}};
        panel.setPredictions(std::make_shared<const data::Prediction>(classes), nullptr);
        QVERIFY(!gauge->content().isTwoClass());
        QCOMPARE(gauge->content().lineCount(), 1 + 3);
        QVERIFY(!panel.findChild<QPushButton*>()->isVisible());  // it does not translate

        // Two labels that do not exclude each other are two bars.
        data::Prediction labels;
        labels.classProbabilities = {{"Nucleus", 0.9}, {"ER", 0.8}};
        panel.setPredictions(std::make_shared<const data::Prediction>(labels), nullptr);
        QVERIFY(!gauge->content().isTwoClass());
        QCOMPARE(gauge->content().lineCount(), 1 + 2);

        data::Prediction values;
        values.scalars = {{"expression", 1.5}};
        values.profiles = {{.startNt = 0, .binNt = 2, .rows = {"a", "b"}, .values_RB = {1, 3, 10, 30}}};
        data::Prediction before = values;
        before.scalars[0].value = 1.0;
        panel.setPredictions(std::make_shared<const data::Prediction>(before), std::make_shared<const data::Prediction>(values));
        QCOMPARE(*valueOf(gauge->content().current->profileMeans, "b"), 20.0);
        QCOMPARE(gauge->content().lineCount(), 1 + (1 + 1) + (2 + 1));  // each list under a line of heads

        data::Prediction many;
        for (int i = 0; i < 40; ++i)
            many.classProbabilities.push_back({"c" + std::to_string(i), i / 40.0});
        panel.setPredictions(std::make_shared<const data::Prediction>(many), nullptr);
        QCOMPARE(gauge->content().lineCount(), 1 + kMostGaugeRows + 1);
    }

    void translationsAreListedAndOpenTheirOrf()
    {
        PredictionPanel panel;
        panel.setPredictions(tests::makePrediction(3.0, true), nullptr);
        auto* list = panel.findChild<QTreeWidget*>();
        QCOMPARE(list->topLevelItemCount(), 3);
        QVERIFY(list->topLevelItem(0)->text(4).contains(QStringLiteral("51–254")));
        QVERIFY(list->topLevelItem(1)->text(4).isEmpty());
        QSignalSpy opened(&panel, &PredictionPanel::orfActivated);
        emit list->itemActivated(list->topLevelItem(0), 0);
        emit list->itemActivated(list->topLevelItem(1), 0);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].value<data::Interval>(), (data::Interval{50, 254}));
    }

    void translateButtonOnlyWithoutTranslations()
    {
        PredictionPanel panel;
        panel.show();
        QSignalSpy asked(&panel, &PredictionPanel::translationsRequested);
        panel.setPredictions(tests::makePrediction(3.0, false), nullptr);
        auto* button = panel.findChild<QPushButton*>();
        QVERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        panel.setPredictions(tests::makePrediction(3.0, true), nullptr);
        QVERIFY(!button->isVisible());
    }

    void filterPeriods()
    {
        const data::FilterSpectrum spectrum = tests::makeSpectrum(1, 200, 8);
        const data::FilterLayer& layer = spectrum.layers[0];
        QCOMPARE(layer.bins, 101);
        QCOMPARE(shownPeriodBin(layer, 3), 67);    // int(2·101/3)
        QCOMPARE(shownPeriodBin(layer, 2), 100);   // int(2·101/2) = 101 lies beyond the last bin, whose period is 2 nt
        QVERIFY(!periodOfBin(layer, 0));
        QCOMPARE(*periodOfBin(layer, 100), 2.0);
        for (const int period : data::kPeriodTicksNt)
            QVERIFY(std::abs(*periodOfBin(layer, shownPeriodBin(layer, period)) - period) < 0.05 * period);
        QVERIFY(describeCell(layer, {67, 3}).contains(QStringLiteral("2.99")));
    }

    void filterCellUnderTheMouse()
    {
        const data::FilterLayer layer = tests::makeSpectrum(1, 20, 4).layers[0];
        FilterLayout places;
        places.magnitude = QRectF(100, 10, 40, 110);
        const auto low = places.cellAt(layer, {105, 119});
        QVERIFY(low && low->bin == 0 && low->channel == 0);
        const auto high = places.cellAt(layer, {139, 11});
        QVERIFY(high && high->bin == 10 && high->channel == 3);
        QVERIFY(!places.cellAt(layer, {90, 50}));
    }

    void layersCanBeChosen()
    {
        FilterPage page;
        QSignalSpy changed(&page, &FilterPage::layerChanged);
        page.setSpectrum(std::make_shared<const data::FilterSpectrum>(tests::makeSpectrum(3, 20, 4)));
        QCOMPARE(page.layer(), 0);
        page.findChild<QComboBox*>()->setCurrentIndex(2);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(page.figureTitle(), QStringLiteral("Filters of layer 3"));
        page.setSpectrum(nullptr);
        QCOMPARE(page.layer(), -1);
    }

    void jobsHaveProgressAndCancel()
    {
        JobsBar bar;
        QSignalSpy cancelled(&bar, &JobsBar::cancelRequested);
        JobSnapshot job{.id = 7, .title = "Mutagenesis of HBB", .unit = "positions", .isRunning = true, .progress = {120, 3000, 1.0, 410.0, 7.02}};
        QCOMPARE(progressText(job), QStringLiteral("120 / 3,000 positions · 410 positions/s · 7 s left"));
        bar.setJobs({job, {.id = 8, .title = "waiting"}});
        QCOMPARE(bar.jobCount(), 2);
        const auto buttons = bar.findChildren<QToolButton*>();
        QTest::mouseClick(buttons.at(1), Qt::LeftButton);
        QCOMPARE(cancelled.count(), 1);
        QCOMPARE(cancelled[0][0].value<std::uint64_t>(), 8u);
        job.isCancelling = true;
        bar.setJobs({job});
        QVERIFY(!buttons.at(0)->isEnabled());
        QCOMPARE(timeLeftText(0.3), QStringLiteral("less than a second left"));
        QCOMPARE(timeLeftText(125), QStringLiteral("2 min 5 s left"));
        QCOMPARE(timeLeftText(-1), QString());
    }

    void logFilters()
    {
        LogView log;
        log.append({QDateTime::currentDateTime(), LogKind::Message, "opened"});
        log.append({QDateTime::currentDateTime(), LogKind::Error, "<b>bad</b> letter"});
        log.append({QDateTime::currentDateTime(), LogKind::Job, "mutagenesis", 1.5});
        QCOMPARE(log.shownCount(), 3);
        QTest::keyClicks(log.findChild<QLineEdit*>(), "LETTER");
        QCOMPARE(log.shownCount(), 1);
        QVERIFY(log.toText().contains("\terror\t<b>bad</b> letter"));
        log.findChild<QLineEdit*>()->clear();
        auto* kinds = log.findChild<QComboBox*>();
        kinds->setCurrentIndex(kinds->findData(int(LogKind::Job)));
        QCOMPARE(log.shownCount(), 1);
    }

    void searchBarAnnouncesAndSteps()
    {
        SearchBar bar;
        bar.show();
        QSignalSpy changed(&bar, &SearchBar::searchChanged);
        QSignalSpy next(&bar, &SearchBar::nextRequested);
        QSignalSpy previous(&bar, &SearchBar::previousRequested);
        QSignalSpy closed(&bar, &SearchBar::closed);
        auto* box = bar.findChild<QLineEdit*>();
        QTest::keyClicks(box, "ATG");
        QCOMPARE(changed.count(), 0);  // waits for a pause
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].value<SearchQuery>().text, QStringLiteral("ATG"));
        bar.setResults(12, 2);
        QTest::keyClick(box, Qt::Key_Return);
        QTest::keyClick(box, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(next.count(), 1);
        QCOMPARE(previous.count(), 1);
        bar.setMode(SearchMode::Orfs);
        QVERIFY(!box->isVisible());
        QCOMPARE(changed.last()[0].value<SearchQuery>().mode, SearchMode::Orfs);
        QTest::keyClick(&bar, Qt::Key_Escape);
        QCOMPARE(closed.count(), 1);
    }

    void numbers()
    {
        QCOMPARE(positionText(1233), QStringLiteral("1,234"));
        QCOMPARE(intervalText({9, 12}), QStringLiteral("10–12"));
        QCOMPARE(valueText(-1.5), QStringLiteral("−1.50"));
        QCOMPARE(signedText(0.04123), QStringLiteral("+0.0412"));
        QCOMPARE(valueText(0.0), QStringLiteral("0"));
        QCOMPARE(valueText(12345.6), QStringLiteral("12346"));
    }
};

QTEST_MAIN(PanelsTest)
#include "tst_panels.moc"
