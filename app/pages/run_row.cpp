#include "app/pages/run_row.h"

#include "widgets/jobs_bar.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

namespace {

constexpr int kSteps = 1000;
constexpr int kBarHeight = 10;

void colour(QLabel& label, const QColor& colour)
{
    QPalette palette = label.palette();
    palette.setColor(QPalette::WindowText, colour);
    label.setPalette(palette);
}

}  // namespace

RunRow::RunRow(QWidget* parent)
    : QWidget(parent)
    , m_sentence(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_rate(new QLabel(this))
    , m_button(new QPushButton(this))
{
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_bar->setTextVisible(false);
    m_bar->setMaximumHeight(kBarHeight);
    m_rate->setTextFormat(Qt::PlainText);
    m_rate->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_button->setObjectName("run");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_sentence, m_bar, m_rate, m_button})
        layout->addWidget(widget);
    connect(m_button, &QPushButton::clicked, this, [this] { m_isRunning ? emit cancelRequested() : emit runRequested(); });
    setTexts(tr("Run"), tr("Cancel"));
    setIdle({}, {});
}

void RunRow::setTexts(const QString& run, const QString& cancel)
{
    m_runText = run;
    m_cancelText = cancel;
}

void RunRow::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    colour(*m_rate, theme.mutedText);
}

void RunRow::setIdle(const QString& missing, const QString& failure)
{
    m_isRunning = false;
    m_sentence->setText(missing.isEmpty() ? failure : missing);
    m_sentence->setVisible(!m_sentence->text().isEmpty());
    colour(*m_sentence, missing.isEmpty() ? m_theme.error : m_theme.warning);
    m_bar->hide();
    m_rate->hide();
    m_button->setText(m_runText);
    m_button->setEnabled(missing.isEmpty());
}

void RunRow::setRunning(const ProgressSnapshot& progress)
{
    m_isRunning = true;
    m_sentence->clear();
    m_sentence->hide();
    m_bar->setRange(0, progress.total > 0 ? kSteps : 0);
    m_bar->setValue(int(progress.fraction() * kSteps));
    widgets::JobSnapshot job;
    job.unit = tr("steps");
    job.isRunning = true;
    job.progress = progress;
    m_rate->setText(widgets::progressText(job));
    m_rate->setToolTip(m_rate->text());
    m_bar->show();
    m_rate->show();
    m_button->setText(m_cancelText);
    m_button->setEnabled(true);
}

QString RunRow::sentence() const { return m_sentence->text(); }

}  // namespace nscope::app
