#include "app/training/training_controller.h"

#include "app/analysis_keys.h"
#include "app/engine_bridge.h"
#include "core/dataset/data_settings.h"
#include "core/io/mapped_file.h"
#include "core/study/evaluation.h"
#include "core/study/run_comparison.h"
#include "core/study/run_summary.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSettings>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr const char* kFoldersKey = "training/folders";
constexpr int kMostFolders = 50;
constexpr std::size_t kMostSettingsBytes = 1u << 20;

}  // namespace

TrainingController::TrainingController(EngineBridge& bridge, QObject* parent) : QObject(parent), m_bridge(&bridge)
{
    connect(&bridge, &EngineBridge::delivered, this, &TrainingController::deliver);
    connect(&bridge, &EngineBridge::finished, this, [this](const std::string& key) {
        if (key == kTraining)
            end({});
    });
    connect(&bridge, &EngineBridge::failed, this, [this](const std::string& key, const Error& error) {
        if (key == kTraining)
            end(QString::fromStdString(error.sentence()));
        else if (key == kTrainingPlan)
            endPlan(fail(error));
    });
    connect(&bridge, &EngineBridge::cancelled, this, [this](const std::string& key, bool isReplaced) {
        if (key == kTrainingPlan && !isReplaced)
            return endPlan(fail(ErrorCode::Cancelled, "Stopped."));
        if (key != kTraining || !isRunning())
            return;
        const QString folder = std::exchange(m_running, {});
        emit stopped(folder);
        emit changed();
    });
}

QString TrainingController::absolute(const QString& folder)
{
    return QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
}

void TrainingController::start(const std::string& runJson, const QString& folder)
{
    if (isRunning())
        return;
    m_running = absolute(folder);
    m_logs.erase(m_running);
    ask({runJson, m_running.toStdString(), false});
}

void TrainingController::resume(const QString& folder)
{
    if (isRunning())
        return;
    log(folder);  // the lines of before
    m_running = absolute(folder);
    ask({{}, m_running.toStdString(), true});
}

void TrainingController::ask(engine::TrainingOrder order)
{
    m_failures.erase(m_running);
    remember(m_running);
    engine::Request request;
    request.analysis = engine::Analysis::Train;
    request.training = std::make_shared<const engine::TrainingOrder>(std::move(order));
    if (m_bridge)
        m_ticket = m_bridge->request(std::move(request), engine::Priority::Background, kTraining,
                                     tr("Training %1").arg(QFileInfo(m_running).fileName()));
    emit changed();
}

void TrainingController::stop()
{
    if (m_bridge && isRunning())
        m_bridge->cancel(m_ticket);
}

ProgressSnapshot TrainingController::progress() const
{
    if (m_bridge)
        for (const engine::JobStatus& job : m_bridge->jobs())
            if (job.key == kTraining)
                return job.progress;
    return {};
}

void TrainingController::deliver(const std::string& key, const engine::Delivery& delivery)
{
    const auto* line = std::get_if<std::shared_ptr<const engine::MetricsLine>>(&delivery.payload);
    if (!line)
        return;
    if (key == kTrainingPlan)
        return endPlan((*line)->json);
    if (key != kTraining || !isRunning())
        return;
    if (m_logs[m_running].add((*line)->json))
        emit lineArrived(m_running);
}

void TrainingController::end(const QString& sentence)
{
    if (!isRunning())
        return;
    const QString folder = std::exchange(m_running, {});
    if (sentence.isEmpty()) {
        emit finished(folder);
    } else {
        m_failures[folder] = sentence;
        emit failed(folder, sentence);
    }
    emit changed();
}

void TrainingController::plan(const std::string& runJson, PlanDone done)
{
    m_planDone = std::move(done);
    engine::Request request;
    request.analysis = engine::Analysis::PlanTraining;
    request.training = std::make_shared<const engine::TrainingOrder>(engine::TrainingOrder{runJson, {}, false});
    if (m_bridge)
        m_bridge->request(std::move(request), engine::Priority::Interactive, kTrainingPlan, tr("Settings of a training"));
}

void TrainingController::endPlan(const Result<std::string>& answer)
{
    if (const PlanDone done = std::exchange(m_planDone, {}))
        done(answer);
}

QStringList TrainingController::folders() const
{
    QStringList known = QSettings().value(kFoldersKey).toStringList();
    known.removeIf([](const QString& folder) { return !QFileInfo(folder).isDir(); });
    if (isRunning() && !known.contains(m_running))
        known.prepend(m_running);
    return known;
}

void TrainingController::remember(const QString& folder)
{
    QStringList known = QSettings().value(kFoldersKey).toStringList();
    known.removeAll(folder);
    known.prepend(folder);
    QSettings().setValue(kFoldersKey, QStringList(known.mid(0, kMostFolders)));
}

Result<void> TrainingController::open(const QString& folder)
{
    auto read = study::TrainingLog::read(folder.toStdString());
    if (!read && !isOfSeveral(folder))
        return fail(read.error());
    m_logs.insert_or_assign(absolute(folder), read ? *std::move(read) : study::TrainingLog());
    remember(absolute(folder));
    emit changed();
    return {};
}

void TrainingController::forget(const QString& folder)
{
    QStringList known = QSettings().value(kFoldersKey).toStringList();
    known.removeAll(absolute(folder));
    QSettings().setValue(kFoldersKey, known);
    m_logs.erase(absolute(folder));
    emit changed();
}

const study::TrainingLog& TrainingController::log(const QString& folder)
{
    const auto [entry, isNew] = m_logs.try_emplace(absolute(folder));
    if (!isNew)
        return entry->second;
    auto read = study::TrainingLog::read(folder.toStdString());
    if (read)
        entry->second = *std::move(read);
    else if (read.error().code() != ErrorCode::NotFound)
        m_failures.try_emplace(absolute(folder), QString::fromStdString(read.error().sentence()));
    return entry->second;
}

QString TrainingController::failure(const QString& folder) const
{
    const auto found = m_failures.find(absolute(folder));
    return found == m_failures.end() ? QString() : found->second;
}

bool TrainingController::hasCheckpoint(const QString& folder)
{
    return QFileInfo::exists(QDir(folder).filePath("checkpoint/state.json"));
}

QString TrainingController::modelPath(const QString& folder)
{
    const QString path = QDir(folder).filePath("model.safetensors");
    return QFileInfo::exists(path) ? path : QString();
}

QString TrainingController::predictionsPath(const QString& folder)
{
    const QString path = QDir(folder).filePath("predictions.tsv");
    return QFileInfo::exists(path) ? path : QString();
}

namespace {

Result<study::JudgedExamples> judgedBy(const QString& folder)
{
    const std::string settings = QDir(folder).filePath("config.json").toStdString();
    const auto text = io::readWholeFile(settings, kMostSettingsBytes);
    if (!text)
        return fail(text.error());
    const auto run = dataset::dataOfRun(*text);
    if (!run)
        return fail(run.error().at({.file = settings}));
    return study::readJudged(TrainingController::predictionsPath(folder).toStdString(), run->kind);
}

std::string nameOf(const QString& folder) { return QFileInfo(folder).fileName().toStdString(); }

}  // namespace

Result<study::Outcome> TrainingController::evaluate(const QString& folder, std::stop_token stop, Progress& progress)
{
    const auto judged = judgedBy(folder);
    if (!judged)
        return fail(judged.error());
    return study::evaluationOutcome(*judged, {}, std::move(stop), &progress);
}

Result<study::Outcome> TrainingController::compare(const QString& folder, const QString& other, std::stop_token stop,
                                                   Progress& progress)
{
    const auto first = judgedBy(folder), second = judgedBy(other);
    if (!first || !second)
        return fail(first ? second.error() : first.error());
    return study::comparisonOutcome({nameOf(folder), *first}, {nameOf(other), *second}, {}, std::move(stop), &progress);
}

bool TrainingController::isOfSeveral(const QString& folder) { return study::hasSummary(folder.toStdString()); }

}  // namespace nscope::app
