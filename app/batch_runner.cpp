#include "app/batch_runner.h"

#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/genome/genome_controller.h"
#include "app/latency_probe.h"
#include "app/locus.h"
#include "app/main_window.h"
#include "app/model_controller.h"
#include "app/pages/genome_page.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"
#include "app/session_controller.h"
#include "app/study_controller.h"
#include "app/theme_controller.h"
#include "app/window_exports.h"
#include "widgets/figure_export.h"
#include "widgets/track_view.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QTextStream>
#include <QtGui/QPixmap>

#include <algorithm>
#include <map>

namespace nscope::app {

namespace {

constexpr int kPollMs = 50;
constexpr int kIdlePolls = 3;  ///< in a row: timers of zero length run in between
constexpr qint64 kLimitMs = 30 * 60 * 1000;

Result<void> writeFigure(const MainWindow& window, const widgets::FigureSource& source, const QString& path,
                         double widthMm, double heightMm)
{
    widgets::FigureSettings settings;
    settings.widthMm = widthMm;
    const double preferredMm =
        source.preferredHeightPoints(widthMm * widgets::kPointsPerMm) / widgets::kPointsPerMm;
    settings.heightMm = heightMm > 0 ? heightMm : std::min(preferredMm, widgets::kMaxHeightMm);
    settings.provenance = window.exports().provenance();
    return widgets::exportFigure(source, path, settings, window.themes().theme());
}

Result<void> writeScreenshot(MainWindow& window, const QString& path)
{
    if (!window.grab().save(path))
        return fail(ErrorCode::Io, "The picture could not be written.", {.file = path.toStdString()});
    return {};
}

/// Shows a sequence and a range of it; an empty range shows all.
BatchRunner::Step showing(MainWindow& window, const QString& id, const QString& range)
{
    LaunchOptions options;
    options.select = id;
    options.place = range;
    return [&window, options] { return showWhatWasAsked(window, options); };
}

Result<void> runStudy(MainWindow& window, const LaunchOptions& options)
{
    StudyPage* page = window.showStudy(options.study.toStdString());
    if (!page)
        return fail(ErrorCode::NotFound, "There is no study " + options.study.toStdString() + ".");
    std::vector<std::string> assignments;
    for (const QString& option : options.studyOptions) {
        const std::string id = option.section('=', 0, 0).toStdString();
        if (std::ranges::find(page->study()->spec.files, id, &study::FileSpec::id) != page->study()->spec.files.end())
            page->form()->setFile(id, option.section('=', 1));
        else
            assignments.push_back(option.toStdString());
    }
    const Result<data::OptionMap> values = engine::parseOptions(assignments, page->study()->spec.options);
    if (!values)
        return fail(values.error());
    page->form()->setOptions(*values);
    const std::map<QString, SequenceChoice> choices{{"selected", SequenceChoice::Selected},
                                                    {"shown", SequenceChoice::ShownRows},
                                                    {"all", SequenceChoice::All}};
    if (const auto choice = choices.find(options.sequences); choice != choices.end())
        page->form()->setSequences(choice->second);
    if (const QString missing = page->obstacle(); !missing.isEmpty())
        return fail(ErrorCode::InvalidArgument, missing.toStdString());
    page->run();
    return {};
}

BatchRunner::Step drawing(MainWindow& window, const char* view, const QString& path)
{
    return [&window, view, path] {
        return writeFigure(window, *window.exports().figure(view), path, widgets::kDoubleColumnMm, 0.0);
    };
}

void addExampleSteps(BatchRunner& runner, MainWindow& window, const QString& folder)
{
    const QDir directory(folder);
    runner.then([&window]() -> Result<void> {
        if (!window.models().current())
            return fail(ErrorCode::NotFound, "The example's figures need a model, and none was found.");
        return {};
    });
    runner.then(showing(window, "HBB", ""));
    runner.then(drawing(window, "tracks", directory.filePath("HBB.svg")));
    runner.then(drawing(window, "prediction", directory.filePath("HBB_prediction.svg")));
    runner.then(showing(window, "HBB", "41-110"));
    runner.then(drawing(window, "tracks", directory.filePath("HBB_start.svg")));
    LaunchOptions variant;
    variant.select = "HBB";
    variant.variant = "c.118C>T";
    variant.place = "141-210";
    runner.then([&window, variant] { return showWhatWasAsked(window, variant); });
    runner.then(drawing(window, "tracks", directory.filePath("HBB_codon39.svg")));
    runner.then(drawing(window, "tracks", directory.filePath("HBB_codon39.pdf")));
    runner.then(drawing(window, "prediction", directory.filePath("HBB_codon39_prediction.svg")));
    for (const auto kind : {widgets::ThemeKind::Light, widgets::ThemeKind::Dark}) {
        const bool dark = kind == widgets::ThemeKind::Dark;
        runner.then([&window, kind]() -> Result<void> {
            window.themes().overrideKind(kind);
            return {};
        });
        runner.then([&window, path = directory.filePath(dark ? "window_dark.png" : "window_light.png")] {
            return writeScreenshot(window, path);
        });
    }
    runner.then([&window, path = directory.filePath("filters.svg")]() -> Result<void> {
        if (!window.analysis().filters())
            return {};
        return writeFigure(window, *window.exports().figure("filters"), path, widgets::kDoubleColumnMm, 0.0);
    });
}

}  // namespace

BatchRunner::BatchRunner(MainWindow& window) : QObject(&window), m_window(window)
{
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &BatchRunner::poll);
    const auto remember = [this](const QString& sentence) {
        if (m_failure.isEmpty())
            m_failure = sentence;
    };
    connect(&window.models(), &ModelController::failed, this, remember);
    connect(&window.analysis(), &AnalysisController::failed, this, remember);
    connect(&window.studies(), &StudyController::failed, this,
            [remember](const std::string&, const QString& sentence) { remember(sentence); });
    const auto rememberErrors = [remember](const QString& sentence, bool isError) {
        if (isError)
            remember(sentence);
    };
    connect(&window.sessions(), &SessionController::said, this, rememberErrors);
    connect(&window.genomePage(), &GenomePage::said, this, rememberErrors);
}

void BatchRunner::start()
{
    m_window.startEngine();
    m_running.start();
    m_timer.start();
}

void BatchRunner::poll()
{
    if (m_running.elapsed() > kLimitMs)
        return end(1, tr("It took more than half an hour and was stopped."));
    m_idlePolls = m_window.isIdle() ? m_idlePolls + 1 : 0;
    if (m_idlePolls < kIdlePolls)
        return;
    m_idlePolls = 0;
    if (!m_failure.isEmpty())
        return end(1, m_failure);
    if (m_steps.empty())
        return end(0);
    const Step step = std::move(m_steps.front());
    m_steps.pop_front();
    if (const Result<void> done = step(); !done)
        end(1, QString::fromStdString(done.error().sentence()));
}

void BatchRunner::end(int status, const QString& sentence)
{
    m_timer.stop();
    if (!sentence.isEmpty())
        QTextStream(stderr) << sentence << Qt::endl;
    QCoreApplication::exit(status);
}

Result<void> showWhatWasAsked(MainWindow& window, const LaunchOptions& options)
{
    DocumentController& documents = window.documents();
    if (!options.view.isEmpty())
        window.showView(options.view.toStdString());
    if (!options.select.isEmpty()) {
        const int entry = documents.document()->indexOf(options.select.toStdString());
        if (entry < 0)
            return fail(ErrorCode::NotFound, "There is no sequence " + options.select.toStdString()
                                                 + " in what was opened.");
        documents.select(entry);
    }
    if (!options.variant.isEmpty()) {
        if (!documents.selected())
            return fail(ErrorCode::InvalidArgument, "There is no sequence to apply the variant to.");
        const Result<data::Edit> edit = parseVariant(options.variant.toStdString(), *documents.selected()->current);
        if (!edit)
            return fail(edit.error());
        if (const Result<void> done = documents.edit(*edit); !done)
            return done;
    }
    if (window.viewInFront() == "genome") {
        if (!options.place.isEmpty()) {
            if (const auto found = window.genome().find(options.place); !found)
                return fail(found.error());
            window.genomePage().goTo(options.place);
        }
        if (options.predictRegion)
            window.genomePage().predict();
    } else if (!options.place.isEmpty()) {
        const auto range = parseRange(options.place.toStdString());
        if (!range)
            return fail(ErrorCode::InvalidArgument, "'" + options.place.toStdString() + "' is no range: use 40-110.");
        window.tracksPage().tracks().setVisibleRange(*range);
    }
    return options.study.isEmpty() ? Result<void>{} : runStudy(window, options);
}

void addBatchSteps(BatchRunner& runner, MainWindow& window, const LaunchOptions& options)
{
    if (options.measureLatency) {
        addLatencySteps(runner, window);
        return;
    }
    if (!options.drawExample.isEmpty()) {
        runner.then([folder = options.drawExample]() -> Result<void> {
            if (!QDir().mkpath(folder))
                return fail(ErrorCode::Io, "The folder could not be made.", {.file = folder.toStdString()});
            return {};
        });
        addExampleSteps(runner, window, options.drawExample);
        return;
    }
    runner.then([&window, options] { return showWhatWasAsked(window, options); });
    if (options.figure)
        runner.then([&window, options] {
            const widgets::FigureSource* source = options.view.isEmpty()
                                                      ? &window.exports().figureInFront()
                                                      : window.exports().figure(options.view.toStdString());
            if (!source)
                return Result<void>(fail(ErrorCode::InvalidArgument, "The page shows no plot; name a study with --study."));
            return writeFigure(window, *source, options.output, options.widthMm, options.heightMm);
        });
    else
        runner.then([&window, options] { return writeScreenshot(window, options.screenshot); });
}

}  // namespace nscope::app
