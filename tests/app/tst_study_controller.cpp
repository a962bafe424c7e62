// Purpose: studies run on their own thread and bring tables and plots back; they answer to cancel, to another model and
// to the end of everything they use, and edits go first.
#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/engine_bridge.h"
#include "app/job_snapshots.h"
#include "app/study_controller.h"
#include "tests/support/fake_backend.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace nscope;
using namespace nscope::tests;
using app::StudyController;
using app::StudyRequest;

namespace {

data::TranscriptPtr transcriptOf(const std::string& id, bool coding = true)
{
    data::Transcript transcript;
    transcript.sequence.id = id;
    transcript.sequence.letters =
        "GCGCCATTGACCAGTCAGGCATTGCCAGCCACCATGGCTCGTTTACTGAGCTCATGGGGAGATAAATAACCTGAGCATTCCAGGATT";
    if (coding)
        transcript.cds = data::Interval{33, 69};
    return std::make_shared<const data::Transcript>(std::move(transcript));
}

const study::Study& studyOf(const std::string& id)
{
    for (const study::Study& study : study::studyList())
        if (study.spec.id == id)
            return study;
    qFatal("no study %s", id.c_str());
}

StudyRequest requestOf(const std::string& id, const data::OptionMap& options = {})
{
    StudyRequest request;
    request.study = &studyOf(id);
    request.order.transcripts = {transcriptOf("a"), transcriptOf("b")};
    request.order.options = options;
    request.method = "gradient";
    return request;
}

FakeSettings slow(std::chrono::milliseconds step, int steps = 1000)
{
    FakeSettings settings;
    settings.script = [=](const engine::Request& request) {
        FakeScript script;
        if (request.analysis == engine::Analysis::Score) {
            script.steps = steps;
            script.stepTime = step;
        }
        return script;
    };
    return settings;
}

/// Everything that a study needs, each part of which can go away.
struct Rig {
    explicit Rig(FakeSettings settings = {})
        : bridge(std::make_unique<app::EngineBridge>(FakeBackend::factory(std::move(settings), log))),
          analysis(std::make_unique<app::AnalysisController>(documents, *bridge)),
          readers(std::make_unique<app::ReaderPool>()),
          studies(std::make_unique<StudyController>(*bridge, *analysis, *readers))
    {
        QObject::connect(studies.get(), &StudyController::started,
                         [this](const std::string& id) { started.push_back(id); });
        QObject::connect(
            studies.get(), &StudyController::finished,
            [this](const std::string& id, std::shared_ptr<const study::Outcome> result, io::Provenance made) {
                finished.push_back(id);
                outcome = std::move(result);
                provenance = std::move(made);
            });
        QObject::connect(studies.get(), &StudyController::failed,
                         [this](const std::string&, const QString& sentence) { failures.push_back(sentence); });
        QObject::connect(studies.get(), &StudyController::cancelled,
                         [this](const std::string& id) { cancelled.push_back(id); });
    }
    bool load(const std::string& id = "fake")
    {
        std::shared_ptr<const engine::ModelInfo> model;
        const auto connection = QObject::connect(
            bridge.get(), &app::EngineBridge::modelLoaded,
            [&](const QString&, std::shared_ptr<const engine::ModelInfo> info) { model = std::move(info); });
        bridge->open();
        bridge->loadModel(fakeCard(id));
        const bool loaded = QTest::qWaitFor([&] { return model != nullptr; });
        QObject::disconnect(connection);
        if (loaded)
            analysis->useModel(model);
        return loaded;
    }
    bool waitForScoring(int times = 1) const
    {
        return QTest::qWaitFor([this, times] {
            int steps = 0;
            for (const FakeCall& call : log->calls(FakeCall::Kind::Step))
                steps += call.label.starts_with("score") ? 1 : 0;
            return steps >= times;
        });
    }

    std::shared_ptr<FakeLog> log = std::make_shared<FakeLog>();
    app::DocumentController documents;
    std::unique_ptr<app::EngineBridge> bridge;
    std::unique_ptr<app::AnalysisController> analysis;
    std::unique_ptr<app::ReaderPool> readers;
    std::unique_ptr<StudyController> studies;
    std::vector<std::string> started, finished, cancelled;
    std::vector<QString> failures;
    std::shared_ptr<const study::Outcome> outcome;
    io::Provenance provenance;
};

double gcOf(const std::string& letters)
{
    return double(std::ranges::count_if(letters, [](char c) { return c == 'G' || c == 'C'; }));
}

}  // namespace

class TestStudyController : public QObject {
    Q_OBJECT

private slots:
    void resultsArrive()
    {
        Rig rig;
        QVERIFY(rig.load());
        rig.studies->run(requestOf("saturation"));
        QVERIFY(rig.studies->isRunning("saturation"));
        QCOMPARE(rig.started.size(), std::size_t(1));
        QVERIFY(QTest::qWaitFor([&] { return !rig.finished.empty() || !rig.failures.empty(); }));
        QVERIFY2(rig.failures.empty(), rig.failures.empty() ? "" : qPrintable(rig.failures.front()));
        QVERIFY(!rig.studies->isRunning("saturation"));
        const data::ResultTable& table = rig.outcome->tables.front();
        const std::string letters = transcriptOf("a")->sequence.letters;
        QCOMPARE(table.rows(), letters.size() * 3 * 2);
        const auto& scores = std::get<std::vector<double>>(table.columns[6].values);
        for (std::size_t row = 0; row < 3; ++row) {
            std::string changed = letters;
            changed[0] = std::get<std::vector<std::string>>(table.columns[3].values)[row].front();
            QCOMPARE(scores[row], gcOf(changed));
        }
        QCOMPARE(rig.provenance.at("study"), std::string("saturation"));
        QCOMPARE(rig.provenance.at("model"), std::string("fake"));
        QCOMPARE(rig.provenance.at("target"), std::string("logit:PC-NC"));
        QVERIFY(rig.readers->isIdle());
    }

    void everyStudyOfTheModelRuns_data()
    {
        QTest::addColumn<QString>("id");
        for (const study::Study& study : study::studyList())
            if (study.spec.files.empty() && !study.spec.needs.embedding)
                QTest::newRow(study.spec.id.c_str()) << QString::fromStdString(study.spec.id);
    }
    void everyStudyOfTheModelRuns()
    {
        QFETCH(QString, id);
        FakeSettings settings;
        engine::MethodSpec attention;
        attention.id = "attention";
        attention.kind = engine::MethodKind::Attention;
        settings.moreMethods = {attention};
        Rig rig(settings);
        QVERIFY(rig.load());
        rig.studies->run(requestOf(id.toStdString()));
        QVERIFY(QTest::qWaitFor([&] { return !rig.finished.empty() || !rig.failures.empty(); }, 60000));
        QVERIFY2(rig.failures.empty(), rig.failures.empty() ? "" : qPrintable(rig.failures.front()));
        QVERIFY(!rig.outcome->tables.empty());
    }

    void vectorsOfTheModel()
    {
        FakeSettings settings;
        engine::ModelSpec spec;
        spec.architecture = "fake";
        spec.outputs.embeddings = true;
        settings.specs = {spec};
        Rig rig(settings);
        QVERIFY(rig.load());
        StudyRequest request = requestOf("embedding", {{"layout", std::string("pca")}});
        for (int i = 0; i < 4; ++i) {
            data::Transcript other = *transcriptOf("t" + std::to_string(i));
            other.sequence.letters += std::string(std::size_t(i), 'A');
            request.order.transcripts.push_back(std::make_shared<const data::Transcript>(std::move(other)));
        }
        rig.studies->run(request);
        QVERIFY(QTest::qWaitFor([&] { return !rig.finished.empty() || !rig.failures.empty(); }));
        QVERIFY2(rig.failures.empty(), rig.failures.empty() ? "" : qPrintable(rig.failures.front()));
        QCOMPARE(rig.outcome->tables.front().rows(), std::size_t(6));
    }

    void cancelAnswersAtOnce()
    {
        Rig rig(slow(std::chrono::milliseconds(30)));
        QVERIFY(rig.load());
        rig.studies->run(requestOf("saturation"));
        QVERIFY(rig.waitForScoring(2));
        QVERIFY(rig.studies->progress("saturation").total > 0);
        QElapsedTimer timer;
        timer.start();
        rig.studies->cancel("saturation");
        QCOMPARE(rig.cancelled, std::vector<std::string>{"saturation"});
        QVERIFY(!rig.studies->isRunning("saturation"));
        QVERIFY(QTest::qWaitFor([&] { return rig.readers->isIdle() && rig.bridge->isIdle(); }));
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QTest::qWait(100);
        QVERIFY(rig.finished.empty() && rig.failures.empty());
        QCOMPARE(rig.cancelled.size(), std::size_t(1));
    }

    void cancelInTheJobsBar()
    {
        Rig rig(slow(std::chrono::milliseconds(30)));
        QVERIFY(rig.load());
        rig.studies->run(requestOf("saturation"));
        QVERIFY(rig.waitForScoring());
        QTest::qWait(200);  // small jobs are not shown
        const auto shown = app::jobSnapshots(rig.bridge->jobs(), rig.readers->jobs());
        QCOMPARE(shown.size(), std::size_t(1));  // not what the study asks the engine
        QCOMPARE(shown.front().title, QStringLiteral("Saturation mutagenesis"));
        rig.readers->cancel(shown.front().id);
        QVERIFY(QTest::qWaitFor([&] { return !rig.cancelled.empty(); }));
        QVERIFY(rig.finished.empty() && rig.failures.empty());
        QVERIFY(QTest::qWaitFor([&] { return rig.bridge->isIdle(); }));
    }

    void aSecondRunReplacesTheFirst()
    {
        Rig rig(slow(std::chrono::milliseconds(5), 20));
        QVERIFY(rig.load());
        rig.studies->run(requestOf("saturation"));
        QVERIFY(rig.waitForScoring());
        rig.studies->run(requestOf("saturation", {{"region", std::string("1-10")}}));
        QVERIFY(QTest::qWaitFor([&] { return !rig.finished.empty(); }));
        QVERIFY(QTest::qWaitFor([&] { return rig.readers->isIdle(); }));
        QCOMPARE(rig.finished.size(), std::size_t(1));
        QCOMPARE(rig.started.size(), std::size_t(2));
        QVERIFY(rig.cancelled.empty());
        QCOMPARE(rig.outcome->tables.front().rows(), std::size_t(60));
    }

    void anotherModelMeanwhile()
    {
        Rig rig(slow(std::chrono::milliseconds(2), 10));
        QVERIFY(rig.load());
        rig.studies->run(requestOf("start-loss"));
        QVERIFY(rig.waitForScoring());
        QVERIFY(rig.load("other"));
        QCOMPARE(rig.analysis->model()->id, std::string("other"));
        QVERIFY(QTest::qWaitFor([&] { return !rig.finished.empty() || !rig.failures.empty(); }));
        QVERIFY(rig.failures.empty());
        QCOMPARE(rig.provenance.at("model"), std::string("fake"));
    }

    void editsGoFirst()
    {
        Rig rig(slow(std::chrono::milliseconds(5), 400));
        QVERIFY(rig.load());
        rig.studies->run(requestOf("saturation"));
        QVERIFY(rig.waitForScoring());
        QSignalSpy ended(rig.bridge.get(), &app::EngineBridge::jobEnded);
        QElapsedTimer timer;
        timer.start();
        rig.bridge->request(fakeRequest("edited"), engine::Priority::Interactive, "predict alt", "Prediction");
        QVERIFY(QTest::qWaitFor([&] { return ended.count() > 0; }));
        QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(rig.studies->isRunning("saturation"));
    }

    void failuresAreSentences()
    {
        FakeSettings settings;
        settings.script = [](const engine::Request&) {
            FakeScript script;
            script.failAtStep = 0;
            script.failure = Error(ErrorCode::Unsupported, "The model cannot do this.");
            return script;
        };
        Rig rig(settings);
        QVERIFY(rig.load());
        rig.studies->run(requestOf("saturation"));
        QVERIFY(QTest::qWaitFor([&] { return !rig.failures.empty(); }));
        QVERIFY2(rig.failures.front().contains("The model cannot do this."), qPrintable(rig.failures.front()));
        rig.studies->run(requestOf("saturation", {{"region", std::string("900-1000")}}));
        QVERIFY(QTest::qWaitFor([&] { return rig.failures.size() > 1; }));
        rig.studies->run(requestOf("saturation", {{"nothing", true}}));
        QCOMPARE(rig.failures.size(), std::size_t(3));
        QVERIFY(rig.cancelled.empty());
    }

    void obstaclesAreSaid()
    {
        Rig rig;
        const data::TranscriptSet two{transcriptOf("a", false), transcriptOf("b", false)};
        QVERIFY(rig.studies->obstacle(studyOf("saturation"), two).contains("model"));
        QVERIFY(rig.studies->obstacle(studyOf("motif-sites"), two).isEmpty());  // needs none
        QVERIFY(rig.load());
        QVERIFY(rig.studies->obstacle(studyOf("saturation"), two).isEmpty());
        QVERIFY(!rig.studies->obstacle(studyOf("saturation"), {}).isEmpty());
        QVERIFY(rig.studies->obstacle(studyOf("start-loss"), two).contains("coding region"));
        QVERIFY(rig.studies->obstacle(studyOf("attention-metagene"), two).isEmpty());
        QVERIFY(rig.studies->obstacle(studyOf("embedding"), {two[0], two[1], two[0], two[1]}).contains("vector"));
        QVERIFY(rig.studies->obstacle(studyOf("embedding"), two).contains("4"));
    }

    void endsInTheMiddle_data()
    {
        QTest::addColumn<QString>("first");
        QTest::newRow("controller") << "studies";
        QTest::newRow("bridge") << "bridge";
        QTest::newRow("pool") << "readers";
    }
    void endsInTheMiddle()
    {
        QFETCH(QString, first);
        QElapsedTimer timer;
        {
            Rig rig(slow(std::chrono::milliseconds(30)));
            QVERIFY(rig.load());
            rig.studies->run(requestOf("saturation"));
            rig.studies->run(requestOf("gia-motif"));
            QVERIFY(rig.waitForScoring());
            timer.start();
            if (first == "studies")
                rig.studies.reset();
            else if (first == "bridge")
                rig.bridge.reset();
            else
                rig.readers.reset();
            QTest::qWait(50);
            QVERIFY(rig.finished.empty());
            QVERIFY(rig.failures.empty());
            if (first == "bridge")
                QVERIFY(QTest::qWaitFor([&] { return rig.readers->isIdle(); }));
            rig.studies.reset();
            rig.readers.reset();
        }
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestStudyController)
#include "tst_study_controller.moc"
