// Purpose: a place of a genome explained on the genome page: what the model reads there, letters, mutagenesis, attention
// and its arcs, where they lie and along which strand; stopping, removing, and what is said when it cannot be done.
#include "app/analysis_controller.h"
#include "app/genome/region_explainer.h"
#include "app/pages/explain_menu.h"
#include "core/data/alphabet.h"
#include "tests/app/genome_rig.h"
#include "widgets/arcs_row.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

using namespace nscope;
using namespace nscope::app;
using namespace nscope::tests;

namespace {

FakeSettings modelWithAttention(std::int64_t lengthNt)
{
    FakeSettings settings = profileModel(lengthNt);
    engine::ModelSpec& spec = settings.specs.front();
    spec.outputs.selfAttention = spec.outputs.tokenAttention = true;
    spec.input.receptiveFieldNt = 600;
    spec.targets.push_back({"task:brain", "Brain", "Mean coverage."});
    engine::MethodSpec attention;
    attention.id = "attention";
    attention.kind = engine::MethodKind::Attention;
    settings.moreMethods = {attention};
    return settings;
}

/// Opens everything, goes there, and explains the selection or what is on show.
bool isExplained(GenomeRig& rig, const QString& place, std::optional<data::Interval> selection = std::nullopt)
{
    if (!rig.start() || !rig.openAll())
        return false;
    rig.page().goTo(place);
    rig.page().panel().view().setSelection(selection);
    rig.page().explain();
    return rig.waitIdle() && rig.page().explanation();
}

QStringList rowsOf(GenomeRig& rig)
{
    QStringList titles;
    for (const char* title : {"Explanation", "Mutagenesis", "Attention", "Attention arcs"})
        if (rig.row(title))
            titles << title;
    return titles;
}

}  // namespace

class TestGenomeExplanation : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_genome_explanation");
    }

    // The fake gives base i of what it reads the value i % 7 - 3.
    void valuesLieWhereTheModelReads_data()
    {
        QTest::addColumn<int>("lengthNt");
        QTest::addColumn<bool>("isReversed");
        for (const int lengthNt : {0, 500})
            for (const bool isReversed : {false, true})
                QTest::addRow("length %d, %s", lengthNt, isReversed ? "reverse" : "forward") << lengthNt << isReversed;
    }
    void valuesLieWhereTheModelReads()
    {
        QFETCH(int, lengthNt);
        QFETCH(bool, isReversed);
        GenomeRig rig(modelWithAttention(lengthNt));
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:3,001-3,100");
        rig.page().panel().view().setReversed(isReversed);
        rig.page().panel().view().setSelection(data::Interval{3'000, 3'100});
        rig.page().explain();
        QVERIFY(rig.waitIdle());
        const auto explanation = rig.page().explanation();
        QVERIFY(explanation && explanation->letters && explanation->mutagenesis);
        const data::Interval window = explanation->read.window.interval;
        QCOMPARE(window, lengthNt == 0 ? (data::Interval{3'000, 3'100}) : (data::Interval{2'800, 3'300}));
        const std::string forward = genomeLetters().substr(std::size_t(window.startNt), std::size_t(window.length()));
        QCOMPARE(explanation->read.record->sequence.letters, isReversed ? data::reverseComplement(forward) : forward);
        QCOMPARE(explanation->mutated.window.interval, (data::Interval{3'000, 3'100}));
        QVERIFY(explanation->mutagenesis->exact_L.empty());
        QCOMPARE(explanation->mutagenesis->length(), std::int64_t(100));

        const std::int64_t position = 3'041;
        const std::int64_t read = isReversed ? window.endNt - 1 - position : position - window.startNt;
        const int value = int(read % 7) - 3;
        for (const bool viewIsReversed : {isReversed, !isReversed}) {
            rig.page().panel().view().setReversed(viewIsReversed);
            const char base = genomeLetters()[std::size_t(position)];
            const char shown = viewIsReversed ? data::complement(base) : base;
            const QString tip = rig.tipAt(position + 0.5, "Explanation");
            const QString wanted = QStringLiteral("%1: letter height %2%3")
                                       .arg(QLatin1Char(shown))
                                       .arg(value > 0 ? "+" : value < 0 ? QStringLiteral("−") : QString())
                                       .arg(std::abs(value));
            QVERIFY2(tip.startsWith(wanted), qPrintable(tip + " instead of " + wanted));
            // The rows of the map are A, C, G, T of the strand on show.
            for (int row = 0; row < 4; ++row) {
                const QString change = rig.tipAt(position + 0.5, "Mutagenesis", (row + 0.5) / 4.0);
                QVERIFY2(data::kBases[std::size_t(row)] == shown ? change.contains("the base that is there")
                                                                 : change.contains("(exact)"),
                         qPrintable(change));
            }
        }
    }

    void arcsAreBetweenTheTokensThatLookAtEachOther()
    {
        GenomeRig rig(modelWithAttention(0));
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:3,001-3,100");
        rig.page().panel().view().setSelection(data::Interval{3'000, 3'100});
        for (const bool isReversed : {false, true}) {
            rig.page().panel().view().setReversed(isReversed);
            rig.page().explain();
            QVERIFY(rig.waitIdle());
            QCOMPARE(rowsOf(rig), (QStringList{"Explanation", "Mutagenesis", "Attention", "Attention arcs"}));
            const auto arcs = std::dynamic_pointer_cast<widgets::ArcsRow>(rig.row("Attention arcs"));
            QVERIFY(arcs);
            // The fake's tokens look at the one 10 further on, the first of them most.
            QCOMPARE(arcs->arcs().size(), std::size_t(90));
            const widgets::Arc& strongest = arcs->arcs().back();
            QCOMPARE(strongest.fromNt, isReversed ? 3'099.5 : 3'000.5);
            QCOMPARE(strongest.toNt, isReversed ? 3'089.5 : 3'010.5);
            QVERIFY2(rig.tipAt(strongest.toNt, "Attention arcs").contains(isReversed ? "3,100 → 3,090" : "3,001 → 3,011"),
                     qPrintable(rig.tipAt(strongest.toNt, "Attention arcs")));
        }
    }

    void longPlacesHaveNoArcsAndFewerMutants()
    {
        GenomeRig rig(modelWithAttention(0));
        QVERIFY(isExplained(rig, "chr1:1-19,000", data::Interval{2'000, 6'000}));
        const auto explanation = rig.page().explanation();
        QCOMPARE(explanation->read.window.interval, (data::Interval{2'000, 6'000}));
        QCOMPARE(explanation->mutated.window.interval, (data::Interval{3'500, 4'500}));
        QVERIFY(explanation->links.empty());
        QCOMPARE(rowsOf(rig), (QStringList{"Explanation", "Mutagenesis", "Attention"}));
    }

    void beyondTheChromosomeAreUnknownLetters()
    {
        GenomeRig rig(modelWithAttention(500));
        QVERIFY(isExplained(rig, "chr1:1-100", data::Interval{0, 100}));
        const auto explanation = rig.page().explanation();
        QCOMPARE(explanation->read.window.interval, (data::Interval{-200, 300}));
        QCOMPARE(explanation->read.record->sequence.letters, std::string(200, 'N') + genomeLetters().substr(0, 300));
        QCOMPARE(explanation->mutated.window.interval, (data::Interval{0, 100}));
    }

    void elsewhereItSaysWhereItLies()
    {
        GenomeRig rig(modelWithAttention(500));
        QVERIFY(isExplained(rig, "chr1:3,001-3,400"));
        rig.page().goTo("chr1:9,001-9,400");
        QVERIFY(rig.waitIdle());
        QVERIFY(rig.tipAt(9'100.5, "Explanation").isEmpty());
        rig.page().goTo("chr2");
        QVERIFY(rig.waitIdle());
        QVERIFY(rowsOf(rig).isEmpty());
        rig.page().goTo("chr1:3,001-3,400");
        QVERIFY(rig.waitIdle());
        QVERIFY(rig.tipAt(3'100.5, "Explanation").contains("letter height"));
    }

    void partsAreShownAndRemoved()
    {
        GenomeRig rig(modelWithAttention(500));
        QVERIFY(isExplained(rig, "chr1:3,001-3,400"));
        rig.page().setExplanationLook({.showsLetters = true, .showsMutagenesis = false, .showsAttention = false});
        QCOMPARE(rowsOf(rig), (QStringList{"Explanation", "Attention arcs"}));
        rig.page().addPanel();
        QCOMPARE(rowsOf(rig), (QStringList{"Explanation", "Attention arcs"}));  // in the new place as well
        rig.page().removeExplanation();
        QVERIFY(rowsOf(rig).isEmpty());
        QVERIFY(!rig.page().explanation());
        rig.page().explain();
        QVERIFY(rig.waitIdle());
        QVERIFY(rig.page().explanation());
        rig.window->genome().closeAll();
        QVERIFY(!rig.page().explanation());
    }

    void anotherTargetIsExplainedAtTheSamePlace()
    {
        GenomeRig rig(modelWithAttention(500));
        QVERIFY(isExplained(rig, "chr1:3,001-3,400"));
        const data::Locus before = rig.page().explanation()->read.window;
        QCOMPARE(rig.page().explanation()->letters->target, std::string("task:liver"));
        rig.page().goTo("chr1:9,001-9,400");
        auto* menu = rig.page().findChild<ExplainMenu*>();
        QVERIFY(menu);
        emit menu->aboutToShow();
        for (QMenu* choices : menu->findChildren<QMenu*>())
            for (QAction* action : choices->actions())
                if (action->text() == "Brain")
                    action->trigger();
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.page().explanation()->letters->target, std::string("task:brain"));
        QVERIFY(rig.page().explanation()->read.window == before);
    }

    void isStopped()
    {
        FakeSettings settings = modelWithAttention(500);
        settings.script = [](const engine::Request& request) {
            FakeScript script;
            if (request.method == "ism" && request.only)
                script.stepTime = std::chrono::seconds(20);
            return script;
        };
        GenomeRig rig(settings);
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:3,001-3,400");
        rig.page().explain();
        QTRY_VERIFY(rig.page().explanation() && rig.page().explanation()->letters);
        auto* explainer = rig.window->findChild<RegionExplainer*>();
        QVERIFY(explainer->isRunning());
        rig.page().explain();  // the button says Stop
        QVERIFY(!explainer->isRunning());
        QVERIFY(rig.waitIdle());
        // What was there stays.
        QVERIFY(rig.page().explanation()->letters && !rig.page().explanation()->mutagenesis);
    }

    void saysWhyItCannotExplain()
    {
        GenomeRig rig(modelWithAttention(0));
        QVERIFY(rig.start());
        QSignalSpy said(&rig.page(), &GenomePage::said);
        auto* explainer = rig.window->findChild<RegionExplainer*>();
        ExplanationOrder order;
        order.model = rig.window->analysis().model();
        order.locus = {"chr1", {0, 1'000}, data::Strand::None};
        explainer->explain(order);
        QCOMPARE(said.size(), 1);
        QVERIFY(said[0][0].toString().contains("Open a genome first"));
        QVERIFY(rig.openAll());
        said.clear();
        order.locus.interval = {0, RegionExplainer::kMostNt + 1};
        explainer->explain(order);
        QVERIFY2(said.size() == 1 && said[0][0].toString().contains("zoom in to at most 20,000"),
                 said.isEmpty() ? "" : qPrintable(said[0][0].toString()));
        said.clear();
        order.model = nullptr;
        explainer->explain(order);
        QVERIFY(said.size() == 1 && said[0][0].toString().contains("Choose a model"));
    }
};

QTEST_MAIN(TestGenomeExplanation)
#include "tst_genome_explanation.moc"
