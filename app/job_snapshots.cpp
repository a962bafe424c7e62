#include "app/job_snapshots.h"

#include "app/analysis_keys.h"
#include "core/engine/memory_budget.h"

#include <QtCore/QCoreApplication>

namespace nscope::app {

namespace {

/// Reading a small file should not make the bar flicker.
constexpr double kShownAfterSeconds = 0.15;

struct JobSnapshots {
    Q_DECLARE_TR_FUNCTIONS(JobSnapshots)
};

QString unitOf(const engine::JobStatus& job)
{
    if (job.key == kPredictAll)
        return JobSnapshots::tr("sequences");
    const bool countsVariants = job.key == kMutagenesisAlt || job.key == kMutagenesisRef;
    return countsVariants ? JobSnapshots::tr("variants") : JobSnapshots::tr("positions");
}

}  // namespace

std::vector<widgets::JobSnapshot> jobSnapshots(const std::vector<engine::JobStatus>& jobs,
                                               const std::vector<ReaderPool::Job>& readers)
{
    std::vector<widgets::JobSnapshot> snapshots;
    for (const ReaderPool::Job& job : readers) {
        const ProgressSnapshot progress = job.progress->snapshot();
        if (progress.elapsedSeconds >= kShownAfterSeconds)
            snapshots.push_back({job.id, job.title, job.unit, true, job.stop.stop_requested(), progress});
    }
    for (const engine::JobStatus& job : jobs) {
        if (isOfStudy(job.key))
            continue;  // part of a reader's job
        snapshots.push_back({std::uint64_t(job.ticket), QString::fromStdString(job.title), unitOf(job),
                             job.state == engine::JobState::Running, job.state == engine::JobState::Stopping,
                             job.progress});
    }
    return snapshots;
}

QString describeReport(const engine::JobReport& report)
{
    const QString title = QString::fromStdString(report.title);
    switch (report.outcome) {
    case engine::JobOutcome::Finished:
        break;
    case engine::JobOutcome::Failed:
        return QStringLiteral("%1: %2").arg(title, QString::fromStdString(report.error ? report.error->sentence()
                                                                                       : std::string()));
    case engine::JobOutcome::Cancelled:
        return JobSnapshots::tr("%1: cancelled").arg(title);
    case engine::JobOutcome::Replaced:
        return JobSnapshots::tr("%1: overtaken by a newer request").arg(title);
    }
    QString text = JobSnapshots::tr("%1: finished").arg(title);
    if (report.estimatedBytes > 0)
        text += JobSnapshots::tr(", memory planned %1").arg(QString::fromStdString(engine::bytesText(report.estimatedBytes)));
    if (report.restarts > 0)
        text += JobSnapshots::tr(", started again %1 times with less memory").arg(report.restarts);
    return text;
}

}  // namespace nscope::app
