// Purpose: runs trainings on the engine's training lane, one at a time, keeps what they say, and reads the folders of
// runs of before. A stopped run keeps a checkpoint and goes on later. Thread: GUI; nothing blocks but the reading of a
// run's metrics.
#pragma once

#include "core/base/progress.h"
#include "core/engine/engine.h"
#include "core/study/training_log.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace nscope::app {

class EngineBridge;

class TrainingController : public QObject {
    Q_OBJECT

public:
    explicit TrainingController(EngineBridge& bridge, QObject* parent = nullptr);

    /// Begins a run in a folder that does not exist or is empty. Nothing happens while another runs.
    void start(const std::string& runJson, const QString& folder);
    /// Goes on with a run that was stopped.
    void resume(const QString& folder);
    /// Keeps a checkpoint.
    void stop();
    bool isRunning() const { return !m_running.isEmpty(); }
    const QString& runningFolder() const { return m_running; }
    ProgressSnapshot progress() const;

    /// How folders are written in folders() and the signals.
    static QString absolute(const QString& folder);
    /// Folders of runs, the latest first; those that are gone are left out.
    QStringList folders() const;
    /// Adds the folder of a run. Errors: those of TrainingLog::read.
    Result<void> open(const QString& folder);
    void forget(const QString& folder);
    /// What a run has said so far; empty for a folder that is not one.
    const study::TrainingLog& log(const QString& folder);
    /// How the run ended that was started here last, or why its folder cannot be read, one sentence; else empty.
    QString failure(const QString& folder) const;

    static bool hasCheckpoint(const QString& folder);
    /// The path of the trained model; empty while there is none.
    static QString modelPath(const QString& folder);
    /// The path of what the model says of the held-out examples; empty if the run wrote no such table.
    static QString predictionsPath(const QString& folder);
    /// Plots and tables of those. Blocking: seconds. Errors: those of the files; Cancelled.
    static Result<study::Outcome> evaluate(const QString& folder, std::stop_token stop, Progress& progress);
    /// Two networks on the examples that both held out. Blocking: seconds. Errors: those of the files; InvalidArgument
    /// for what cannot be compared; Cancelled.
    static Result<study::Outcome> compare(const QString& folder, const QString& other, std::stop_token stop,
                                          Progress& progress);
    /// The folder is one of several runs, replicates, folds or a search, that have ended.
    static bool isOfSeveral(const QString& folder);

    /// What a run with these settings would be: every setting, and what it needs. `done` gets the JSON object that the
    /// torch module answers (docs/training.md), once, unless a newer plan is asked for before.
    using PlanDone = std::function<void(const Result<std::string>&)>;
    void plan(const std::string& runJson, PlanDone done);

signals:
    /// Runs began, went on or ended; folders came or went.
    void changed();
    void lineArrived(const QString& folder);
    void finished(const QString& folder);
    void failed(const QString& folder, const QString& sentence);
    void stopped(const QString& folder);

private:
    void ask(engine::TrainingOrder order);
    void deliver(const std::string& key, const engine::Delivery& delivery);
    void end(const QString& sentence);
    void endPlan(const Result<std::string>& answer);
    void remember(const QString& folder);

    QPointer<EngineBridge> m_bridge;
    QString m_running;  ///< folder; empty: nothing runs
    engine::Ticket m_ticket = engine::Ticket::None;
    std::map<QString, study::TrainingLog> m_logs;
    std::map<QString, QString> m_failures;
    PlanDone m_planDone;
};

}  // namespace nscope::app
