// Purpose: what is being computed: one line per job with progress, rate, time left and a cancel button.
// Jobs are plain snapshots, set by a timer of the owner. Thread: GUI.
#pragma once

#include "core/base/progress.h"

#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace nscope::widgets {

struct JobSnapshot {
    std::uint64_t id = 0;
    QString title;      ///< "Mutagenesis of HBB"
    QString unit = {};  ///< of the progress: "positions", "sequences"
    bool isRunning = false;  ///< false: waiting in the queue
    bool isCancelling = false;
    ProgressSnapshot progress = {};
};

/// "2 min 5 s left", "12 s left", "less than a second left"; empty if unknown.
QString timeLeftText(double seconds);
/// "120 / 3,000 positions · 410 positions/s"
QString progressText(const JobSnapshot& job);

class JobLine;

class JobsBar : public QWidget {
    Q_OBJECT
public:
    explicit JobsBar(QWidget* parent = nullptr);
    void setJobs(const std::vector<JobSnapshot>& jobs);
    int jobCount() const { return int(m_lines.size()); }

signals:
    void cancelRequested(std::uint64_t id);

private:
    std::vector<JobLine*> m_lines;
    QVBoxLayout* m_layout;
    QLabel* m_idle;
};

}  // namespace nscope::widgets
