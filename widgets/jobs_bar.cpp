// Purpose: the lines of the jobs bar.
#include "widgets/jobs_bar.h"

#include "widgets/number_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStringList>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

/// One job: title, progress bar, numbers, cancel.
class JobLine : public QWidget {
public:
    explicit JobLine(JobsBar* bar)
        : QWidget(bar), m_title(new QLabel(this)), m_bar(new QProgressBar(this)), m_numbers(new QLabel(this)), m_cancel(new QToolButton(this))
    {
        constexpr int kTitleWidth = 220;
        constexpr int kSteps = 1000;
        m_title->setTextFormat(Qt::PlainText);
        m_title->setFixedWidth(kTitleWidth);
        m_numbers->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00,000 / 00,000 positions · 0,000 positions/s · 00 min 00 s left")));
        m_bar->setRange(0, kSteps);
        m_bar->setTextVisible(false);
        m_bar->setMaximumHeight(12);
        m_cancel->setText(JobsBar::tr("Cancel"));
        m_cancel->setAutoRaise(true);
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_title);
        layout->addWidget(m_bar, 1);
        layout->addWidget(m_numbers);
        layout->addWidget(m_cancel);
        connect(m_cancel, &QToolButton::clicked, bar, [this, bar] { emit bar->cancelRequested(m_id); });
    }

    void showJob(const JobSnapshot& job)
    {
        m_id = job.id;
        m_title->setText(m_title->fontMetrics().elidedText(job.title, Qt::ElideRight, m_title->width()));
        m_title->setToolTip(QStringLiteral("<span>%1</span>").arg(job.title.toHtmlEscaped()));
        m_bar->setAccessibleName(job.title);
        const bool isUnknown = job.isRunning && job.progress.total <= 0;
        m_bar->setMaximum(isUnknown ? 0 : 1000);  // 0: Qt shows that something moves
        m_bar->setValue(isUnknown ? 0 : int(std::lround(1000 * job.progress.fraction())));
        m_numbers->setText(progressText(job));
        m_cancel->setEnabled(!job.isCancelling);
        m_cancel->setAccessibleName(JobsBar::tr("Cancel %1").arg(job.title));
    }

private:
    std::uint64_t m_id = 0;
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_numbers;
    QToolButton* m_cancel;
};

QString timeLeftText(double seconds)
{
    if (seconds < 0 || !std::isfinite(seconds))
        return {};
    if (seconds < 1)
        return JobsBar::tr("less than a second left");
    const auto whole = std::int64_t(std::llround(seconds));
    if (whole < 60)
        return JobsBar::tr("%1 s left").arg(whole);
    if (whole < 3600)
        return JobsBar::tr("%1 min %2 s left").arg(whole / 60).arg(whole % 60);
    return JobsBar::tr("%1 h %2 min left").arg(countText(whole / 3600)).arg(whole / 60 % 60);
}

QString progressText(const JobSnapshot& job)
{
    if (job.isCancelling)
        return JobsBar::tr("stopping …");
    if (!job.isRunning)
        return JobsBar::tr("waiting");
    const ProgressSnapshot& p = job.progress;
    if (p.done <= 0)
        return JobsBar::tr("starting …");
    QStringList parts;
    parts << (p.total > 0 ? JobsBar::tr("%1 / %2 %3").arg(countText(p.done), countText(p.total), job.unit)
                          : JobsBar::tr("%1 %2").arg(countText(p.done), job.unit));
    if (p.unitsPerSecond > 0)
        parts << JobsBar::tr("%1 %2/s").arg(p.unitsPerSecond >= 100 ? countText(std::llround(p.unitsPerSecond)) : valueText(p.unitsPerSecond), job.unit);
    if (const QString left = timeLeftText(p.secondsLeft); !left.isEmpty())
        parts << left;
    return parts.join(QStringLiteral(" · "));
}

JobsBar::JobsBar(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)), m_idle(new QLabel(tr("Nothing is being computed."), this))
{
    setAccessibleName(tr("Jobs"));
    m_layout->setContentsMargins(8, 4, 8, 4);
    m_layout->setSpacing(2);
    m_layout->addWidget(m_idle);
    m_layout->addStretch(1);
}

void JobsBar::setJobs(const std::vector<JobSnapshot>& jobs)
{
    while (m_lines.size() < jobs.size()) {
        m_lines.push_back(new JobLine(this));
        m_layout->insertWidget(m_layout->count() - 1, m_lines.back());
    }
    while (m_lines.size() > jobs.size()) {
        m_lines.back()->hide();
        m_lines.back()->deleteLater();
        m_lines.pop_back();
    }
    for (std::size_t i = 0; i < jobs.size(); ++i)
        m_lines[i]->showJob(jobs[i]);
    m_idle->setVisible(jobs.empty());
}

}  // namespace nscope::widgets
