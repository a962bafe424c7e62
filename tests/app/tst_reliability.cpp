// Purpose: the numbers that say how far an explanation can be trusted: agreement with exact rows against arithmetic by
// hand, grades at their thresholds, nothing where nothing was measured, and checks that are asked for.
#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/pages/reliability_bar.h"
#include "app/pages/tracks_page.h"
#include "app/reliability.h"
#include "app/reliability_controller.h"
#include "tests/app/app_rig.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

#include <cmath>

using namespace nscope;
using namespace nscope::app;
using namespace nscope::tests;

namespace {

data::Attribution makeAttribution(std::vector<float> values, std::vector<std::uint8_t> exact = {})
{
    data::Attribution attribution;
    attribution.values_LC = std::move(values);
    attribution.exact_L = std::move(exact);
    return attribution;
}

QString textsOf(const std::vector<ReliabilityItem>& items)
{
    QStringList texts;
    for (const ReliabilityItem& item : items)
        texts << (item.grade ? gradeText(*item.grade) + ' ' : QString()) + item.text;
    return texts.join("; ");
}

}  // namespace

class TestReliability : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_reliability");
    }

    void agreementIsThatOfTheDefinition()
    {
        // "AC": the explanation gives every base a value; against the base that is there they are 1, 2, 3 and −1, 4, 2.
        const auto explanation = makeAttribution({1, 2, 3, 4, 4, 5, 9, 7});
        // Exact changes: 2, 4, 6 at A (own base 0); at C 3 (A), own 0, 0 (not counted), 1.
        const auto exact = makeAttribution({0, 2, 4, 6, 3, 0, 0, 1});
        const ExactAgreement both = exactAgreement(explanation, exact, "AC");
        QCOMPARE(both.positions, std::int64_t(2));
        // Pairs (1,2) (2,4) (3,6) (−1,3) (2,1): the pair with 0 is left out.
        const double a[] = {1, 2, 3, -1, 2}, b[] = {2, 4, 6, 3, 1};
        double ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < 5; ++i) {
            ab += (a[i] - 1.4) * (b[i] - 3.2);
            aa += (a[i] - 1.4) * (a[i] - 1.4);
            bb += (b[i] - 3.2) * (b[i] - 3.2);
        }
        QVERIFY(std::abs(*both.correlation - ab / std::sqrt(aa * bb)) < 1e-6);
        const double second = (-1.0 * 3 + 4 * 0 + 2 * 1) / std::sqrt((1.0 + 16 + 4) * (9 + 1));
        QVERIFY(std::abs(*both.cosine - (1.0 + second) / 2.0) < 1e-6);  // the median of two is their mean

        const ExactAgreement first = exactAgreement(explanation, makeAttribution({0, 2, 4, 6, 9, 9, 9, 9}, {1, 0}), "AC");
        QCOMPARE(first.positions, std::int64_t(1));
        QVERIFY(std::abs(*first.correlation - 1.0) < 1e-6 && std::abs(*first.cosine - 1.0) < 1e-6);
    }

    void whatIsNotThereIsNotZero()
    {
        const auto explanation = makeAttribution({1, 2, 3, 4, 4, 5, 9, 7});
        const ExactAgreement none = exactAgreement(explanation, makeAttribution({0, 2, 4, 6, 3, 0, 0, 1}, {0, 0}), "AC");
        QVERIFY(!none.correlation && !none.cosine && none.positions == 0);
        QVERIFY(!itemOfAgreement(none));
        QVERIFY(!exactAgreement(explanation, makeAttribution({1, 2, 3, 4}), "AC").correlation);  // another length
        QVERIFY(itemsOfDiagnostics(explanation).empty());
        data::Prediction prediction;
        prediction.scalars = {{"log_odds", 1.5}};
        QVERIFY(!itemOfSpread(prediction, SpreadOf::Dropout, 20, [](const std::string& id) { return QString::fromStdString(id); }));
    }

    void gradesFollowTheThresholds()
    {
        const auto gradeAt = [](double share) {
            data::Attribution attribution;
            attribution.diagnostics = {{"completeness_gap", 0.1}, {"completeness_gap_share", share}};
            return itemsOfDiagnostics(attribution).front().grade;
        };
        QCOMPARE(gradeAt(0.01), Grade::Good);
        QCOMPARE(gradeAt(0.02), Grade::Fair);
        QCOMPARE(gradeAt(0.06), Grade::Poor);
        data::Attribution perBase;
        perBase.diagnostics = {{"completeness_gap_share_A", 0.001}, {"completeness_gap_share_T", 0.2}};
        QCOMPARE(itemsOfDiagnostics(perBase).front().grade, Grade::Poor);  // the worst of them
        data::Attribution gapOnly;
        gapOnly.diagnostics = {{"completeness_gap", -0.25}};
        QCOMPARE(textsOf(itemsOfDiagnostics(gapOnly)), QStringLiteral("completeness gap 0.250"));
        data::Attribution shifted;
        shifted.diagnostics = {{"shift_correlation", 0.79}, {"shift_correlation_least", 0.2}, {"shift_score_sd", 0.5}};
        QCOMPARE(textsOf(itemsOfDiagnostics(shifted)), QStringLiteral("fair shifted r = 0.79 (least 0.20); score ± 0.500"));
        QCOMPARE(itemOfAgreement({0.8, 0.7, 1200})->grade, Grade::Good);
        QCOMPARE(itemOfAgreement({0.8, 0.7, 1200})->text, QStringLiteral("r = 0.80, cosine 0.70 with exact mutagenesis of 1,200 positions"));
        QCOMPARE(itemOfAgreement({-0.4, std::nullopt, 9})->grade, Grade::Poor);
    }

    void spreadOfPredictions()
    {
        data::Prediction prediction;
        prediction.classProbabilities = {{"PC", 0.9}};
        prediction.scalars = {{"log_odds", 2.0}, {"PC_sd", 0.05}, {"log_odds_sd", 0.3}, {"dropout_variation_rate", 0.1}};
        const auto item = itemOfSpread(prediction, SpreadOf::Dropout, 20, [](const std::string& id) { return QString::fromStdString(id).toUpper(); });
        QVERIFY(item && !item->grade);
        QCOMPARE(item->text, QStringLiteral("dropout: PC 0.900 ± 0.0500"));
        QVERIFY(item->help.contains("20 passes") && item->help.contains("LOG_ODDS 2.00 ± 0.300") && item->help.contains("RATE varies by 10.0 %"));
        prediction.scalars.back() = {"member_variation_rate", 0.2};
        const auto ofMembers = itemOfSpread(prediction, SpreadOf::Members, 5, [](const std::string& id) { return QString::fromStdString(id); });
        QCOMPARE(ofMembers->text, QStringLiteral("members: PC 0.900 ± 0.0500"));
        QVERIFY(ofMembers->help.contains("5 members") && ofMembers->help.contains("rate varies by 20.0 %"));
    }

    void theStripFollowsTheSequence()
    {
        AppRig rig;
        QVERIFY(rig.start());
        ReliabilityBar& bar = rig.window->tracksPage().reliabilityBar();
        QVERIFY2(bar.text().contains("nothing has been measured"), qPrintable(bar.text()));
        QVERIFY(rig.open({rig.fasta("x.fa", ">one\nAUGGCCAAAUAA\n")}));
        QTRY_VERIFY2(bar.text().contains("exact mutagenesis of 12 positions"), qPrintable(bar.text()));
        // The fake backend gives mutagenesis and gradient the same values.
        QVERIFY2(bar.text().contains("good") && bar.text().contains("r = 1.00"), qPrintable(bar.text()));
    }

    void checksAreAskedFor()
    {
        AppRig rig;
        QVERIFY(rig.start());
        ReliabilityController& reliability = rig.window->reliability();
        QVERIFY(!reliability.obstacle(Check::Dropout).isEmpty());
        QVERIFY(rig.open({rig.fasta("x.fa", ">one\nAUGGCCAAAUAA\n>two\nACGACGACGACG\n")}));
        QVERIFY(reliability.obstacle(Check::Dropout).isEmpty());
        QVERIFY(!reliability.obstacle(Check::Shifts).isEmpty());            // the fake's gradient has no such option
        QVERIFY(!reliability.obstacle(Check::RobustPrediction).isEmpty());  // nor has its model a window
        const std::size_t before = rig.begun().size();
        QToolButton& button = rig.window->tracksPage().reliabilityBar().button();
        emit button.menu()->aboutToShow();
        const QList<QAction*> actions = button.menu()->actions();
        QVERIFY(!reliability.obstacle(Check::Members).isEmpty());            // nor is it an ensemble
        QCOMPARE(actions.size(), 5);  // the last is the menu of models
        QVERIFY(!actions[0]->isEnabled() && !actions[0]->toolTip().isEmpty());
        actions[2]->trigger();
        QVERIFY(reliability.isRunning() && !button.isEnabled());
        QVERIFY(rig.waitIdle());
        QVERIFY(!reliability.isRunning() && button.isEnabled());
        QCOMPARE(rig.begun(before), std::vector<std::string>{"predict one"});
        QVERIFY(rig.window->analysis().current().explanation);  // checks do not take the place of what is shown
    }

    void anotherModelIsAskedTheSame()
    {
        FakeSettings settings;
        settings.script = [](const engine::Request& request) {
            FakeScript script;
            if (request.model == "strange")
                script.startFailure = Error(ErrorCode::InvalidArgument, "This model has no such target.");
            return script;
        };
        AppRig rig(settings);
        rig.addModel("second");
        rig.addModel("strange");
        QVERIFY(rig.start());
        QVERIFY(rig.open({rig.fasta("x.fa", ">one\nAUGGCCAAAUAA\n>two\nACGACGACGACG\n")}));
        ReliabilityController& reliability = rig.window->reliability();
        ReliabilityBar& bar = rig.window->tracksPage().reliabilityBar();
        emit bar.button().menu()->aboutToShow();
        QHash<QString, QAction*> offered;  // and starter models
        for (QAction* model : bar.button().menu()->actions().back()->menu()->actions())
            offered[model->text()] = model;
        QVERIFY(offered.contains("second") && offered.contains("strange") && offered.contains("Model &file…"));
        QVERIFY(!offered.contains("fake"));  // is in use

        const std::string inUse = rig.window->analysis().model()->id;
        offered["second"]->trigger();
        QVERIFY(reliability.isRunning());
        QTRY_VERIFY2(bar.text().contains("r = 1.00, cosine 1.00 with Fake"), qPrintable(bar.text()));
        QVERIFY(!reliability.isRunning());
        QCOMPARE(rig.window->analysis().model()->id, inUse);

        rig.window->documents().select(1);
        QTRY_VERIFY(!bar.text().contains("with Fake"));  // that was about another sequence
        QVERIFY(rig.waitIdle());
        QSignalSpy failed(&reliability, &ReliabilityController::failed);
        reliability.compareWith("strange");
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(failed[0][0].toString().contains("no such target"), qPrintable(failed[0][0].toString()));
        reliability.compareWith("/nowhere/x.safetensors");
        QTRY_COMPARE(failed.size(), 2);
        QVERIFY2(failed[1][0].toString().contains("x."), qPrintable(failed[1][0].toString()));
        QVERIFY(!reliability.isRunning() && !bar.text().contains("with Fake"));
    }
};

QTEST_MAIN(TestReliability)
#include "tst_reliability.moc"
