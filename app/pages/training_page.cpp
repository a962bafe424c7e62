#include "app/pages/training_page.h"

#include "app/pages/run_row.h"
#include "app/pages/study_result.h"
#include "app/pages/two_line_delegate.h"
#include "app/reader_pool.h"
#include "app/training/training_controller.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace nscope::app {

namespace {

constexpr int kLeftWidth = 320;
constexpr int kGap = 10;
constexpr int kRedrawMs = 1000;
constexpr int kPollMs = 250;
constexpr int kFolderRole = Qt::UserRole + 100;

}  // namespace

TrainingPage::TrainingPage(TrainingController& trainings, ReaderPool& readers, QWidget* parent)
    : QWidget(parent),
      m_trainings(trainings),
      m_readers(&readers),
      m_runs(new QListWidget(this)),
      m_run(new RunRow(this)),
      m_new(new QPushButton(tr("&New training…"), this)),
      m_use(new QPushButton(tr("Use the trained &model"), this)),
      m_right(new QStackedWidget(this)),
      m_empty(new QLabel(this)),
      m_curves(new StudyResultView(this))
{
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(40);
    m_empty->setTextFormat(Qt::PlainText);
    m_right->addWidget(m_empty);
    m_right->addWidget(m_curves);
    auto* left = new QWidget(this);
    buildLeft(*left);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->addWidget(left);
    both->addWidget(m_right);
    both->setStretchFactor(1, 1);
    both->setSizes({kLeftWidth, 2 * kLeftWidth});
    both->setChildrenCollapsible(false);
    both->setHandleWidth(kGap);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 6);
    layout->addWidget(both);

    m_redraw.setSingleShot(true);
    m_redraw.setInterval(kRedrawMs);
    m_poll.setInterval(kPollMs);
    connect(&m_redraw, &QTimer::timeout, this, &TrainingPage::showCurves);
    connect(&m_poll, &QTimer::timeout, this, &TrainingPage::refresh);
    connect(&trainings, &TrainingController::changed, this, &TrainingPage::fillRuns);
    connect(&trainings, &TrainingController::lineArrived, this, [this](const QString& of) {
        if (of == folder() && !m_redraw.isActive())
            m_redraw.start();
    });
    connect(&trainings, &TrainingController::failed, this,
            [this](const QString&, const QString& sentence) { emit said(sentence, true); });
    connect(&trainings, &TrainingController::finished, this, [this](const QString& of) {
        m_evaluations.erase(of);
        showCurves();
        emit said(tr("The training %1 has ended: its model can be used.").arg(QFileInfo(of).fileName()), false);
    });
    connect(m_curves, &StudyResultView::said, this, &TrainingPage::said);
    fillRuns();
}

void TrainingPage::buildLeft(QWidget& left)
{
    m_runs->setAccessibleName(tr("Trainings"));
    m_runs->setItemDelegate(new TwoLineDelegate(m_runs));
    m_runs->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_runs->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* open = new QPushButton(tr("&Open a folder…"), &left);
    open->setToolTip(tr("The folder of a training, of the command line too"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_new);
    buttons->addWidget(open);
    auto* layout = new QVBoxLayout(&left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(buttons);
    layout->addWidget(m_runs, 1);
    layout->addWidget(m_run);
    layout->addWidget(m_use);
    connect(m_new, &QPushButton::clicked, this, &TrainingPage::newTrainingRequested);
    connect(open, &QPushButton::clicked, this, &TrainingPage::askForFolder);
    connect(m_runs, &QListWidget::currentRowChanged, this, [this] {
        refresh();
        showCurves();
    });
    connect(m_runs, &QListWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        if (!m_runs->itemAt(at) || folder() == m_trainings.runningFolder())
            return;
        QMenu menu;
        menu.addAction(tr("Take off the list (the files stay)"), this, [this] { m_trainings.forget(folder()); });
        menu.exec(m_runs->viewport()->mapToGlobal(at));
    });
    connect(m_run, &RunRow::runRequested, this, &TrainingPage::pressRun);
    connect(m_run, &RunRow::cancelRequested, &m_trainings, &TrainingController::stop);
    connect(m_use, &QPushButton::clicked, this,
            [this] { emit modelRequested(TrainingController::modelPath(folder())); });
}

void TrainingPage::setTheme(const widgets::Theme& theme)
{
    m_run->setTheme(theme);
    m_curves->setTheme(theme);
}

QString TrainingPage::folder() const
{
    return m_runs->currentItem() ? m_runs->currentItem()->data(kFolderRole).toString() : QString();
}

bool TrainingPage::choose(const QString& folder)
{
    for (int row = 0; row < m_runs->count(); ++row)
        if (m_runs->item(row)->data(kFolderRole).toString() == folder) {
            m_runs->setCurrentRow(row);
            return true;
        }
    return false;
}

void TrainingPage::askForFolder()
{
    const QString chosen = QFileDialog::getExistingDirectory(this, tr("Open the folder of a training"));
    if (chosen.isEmpty())
        return;
    if (const Result<void> opened = m_trainings.open(chosen); !opened)
        return emit said(QString::fromStdString(opened.error().sentence()), true);
    choose(QDir::cleanPath(chosen));
}

void TrainingPage::fillRuns()
{
    const QString before = folder(), running = m_trainings.runningFolder();
    {
        const QSignalBlocker quiet(m_runs);
        m_runs->clear();
        for (const QString& each : m_trainings.folders()) {
            auto* item = new QListWidgetItem(QFileInfo(each).fileName(), m_runs);
            item->setData(kFolderRole, each);
            const QString state = each == running                                   ? tr("running")
                                  : !m_trainings.failure(each).isEmpty()            ? tr("failed")
                                  : !TrainingController::modelPath(each).isEmpty()  ? tr("model is ready")
                                  : TrainingController::hasCheckpoint(each)         ? tr("stopped; can go on")
                                                                                    : tr("has no model");
            item->setData(TwoLineDelegate::kSecondLineRole, state);
            item->setToolTip(QDir::toNativeSeparators(each));
        }
        if (!choose(before) && m_runs->count() > 0)
            m_runs->setCurrentRow(0);
    }
    m_trainings.isRunning() ? m_poll.start() : m_poll.stop();
    refresh();
    showCurves();
}

/// The buttons and what they need.
void TrainingPage::refresh()
{
    const QString chosen = folder();
    const bool isThisOne = !chosen.isEmpty() && chosen == m_trainings.runningFolder();
    m_use->setEnabled(!TrainingController::modelPath(chosen).isEmpty());
    m_run->setVisible(!chosen.isEmpty());
    m_run->setTexts(tr("Go on"), tr("Stop and keep"));
    if (isThisOne)
        return m_run->setRunning(m_trainings.progress());
    QString missing;
    if (m_trainings.isRunning())
        missing = tr("Another training is running.");
    else if (!TrainingController::hasCheckpoint(chosen))
        missing = tr("There is no checkpoint to go on from.");
    else if (m_trainings.log(chosen).hasEnded())
        missing = tr("This training has ended.");
    m_run->setIdle(m_trainings.failure(chosen).isEmpty() ? missing : QString(), m_trainings.failure(chosen));
    m_run->setVisible(!chosen.isEmpty()
                      && (missing.isEmpty() || !m_trainings.failure(chosen).isEmpty()));
}

void TrainingPage::showCurves()
{
    const QString chosen = folder();
    const bool has = !chosen.isEmpty() && !m_trainings.log(chosen).isEmpty();
    m_empty->setText(chosen.isEmpty()
                         ? tr("Train a model of your own: from sequences with labels, measured numbers, shares or "
                              "signals along a genome. Press New training.")
                     : chosen == m_trainings.runningFolder() ? tr("Reading the data. The curves come with the first steps.")
                                                             : tr("This run has said nothing yet."));
    m_right->setCurrentWidget(has ? static_cast<QWidget*>(m_curves) : m_empty);
    if (!has)
        return;
    evaluate();
    auto outcome = std::make_shared<study::Outcome>(m_trainings.log(chosen).outcome());
    if (const auto evaluation = m_evaluations.find(chosen); evaluation != m_evaluations.end()) {
        std::ranges::copy(evaluation->second.plots, std::back_inserter(outcome->plots));
        outcome->tables.insert(outcome->tables.begin(), evaluation->second.tables.begin(),
                               evaluation->second.tables.end());
    }
    m_curves->setResult({QFileInfo(chosen).fileName(), std::move(outcome),
                         {{"run", QDir::toNativeSeparators(chosen).toStdString()}}, {}});
}

void TrainingPage::evaluate()
{
    const QString chosen = folder();
    if (!m_readers || chosen == m_trainings.runningFolder() || m_evaluations.contains(chosen)
        || TrainingController::predictionsPath(chosen).isEmpty())
        return;
    m_evaluations[chosen] = {};
    m_readers->start(
        tr("Evaluation of %1").arg(QFileInfo(chosen).fileName()),
        [chosen](std::stop_token stop, Progress&) { return TrainingController::evaluate(chosen, std::move(stop)); },
        [self = QPointer(this), chosen](Result<study::Outcome> outcome) {
            if (!self)
                return;
            if (!outcome)
                return emit self->said(QString::fromStdString(outcome.error().sentence()), true);
            self->m_evaluations[chosen] = *std::move(outcome);
            if (self->folder() == chosen)
                self->showCurves();
        });
}

void TrainingPage::pressRun() { m_trainings.resume(folder()); }

}  // namespace nscope::app
