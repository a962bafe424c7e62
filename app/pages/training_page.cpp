#include "app/pages/training_page.h"

#include "app/pages/run_row.h"
#include "app/pages/side_by_side.h"
#include "app/pages/study_result.h"
#include "app/pages/two_line_delegate.h"
#include "app/reader_pool.h"
#include "app/training/training_controller.h"
#include "core/study/run_summary.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace nscope::app {

namespace {

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
      m_other(new QComboBox(this)),
      m_right(new QStackedWidget(this)),
      m_empty(new QLabel(this)),
      m_curves(new StudyResultView(this))
{
    setUpEmptyLabel(*m_empty);
    m_right->addWidget(m_empty);
    m_right->addWidget(m_curves);
    auto* left = new QWidget(this);
    buildLeft(*left);
    layOutSideBySide(*this, left, m_right);

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
        std::erase_if(m_evaluations, [&of](const auto& each) { return each.first.split('\n').contains(of); });
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
    m_other->setAccessibleName(tr("Compare with another run"));
    m_other->setToolTip(tr("Both networks on the examples that both held out"));
    m_other->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    layout->addWidget(m_other);
    connect(m_other, &QComboBox::activated, this, [this] {
        showCurves();
        m_curves->showPlot(0);  // of the comparison, if it is there
    });
    connect(m_new, &QPushButton::clicked, this, &TrainingPage::newTrainingRequested);
    connect(open, &QPushButton::clicked, this, &TrainingPage::askForFolder);
    connect(m_runs, &QListWidget::currentRowChanged, this, [this] {
        refresh();
        fillOthers();
        showCurves();
    });
    connect(m_runs, &QListWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        if (!m_runs->itemAt(at) || folder() == m_trainings.runningFolder())
            return;
        QMenu menu;
        menu.addAction(tr("Take off the list (the files stay)"), this, [this] { m_trainings.forget(folder()); });
        menu.exec(m_runs->viewport()->mapToGlobal(at));
    });
    m_run->setTexts(tr("Go on"), tr("Stop and keep"));
    connect(m_run, &RunRow::runRequested, this, [this] { m_trainings.resume(folder()); });
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
    const QString wanted = TrainingController::absolute(folder);
    for (int row = 0; row < m_runs->count(); ++row)
        if (m_runs->item(row)->data(kFolderRole).toString() == wanted) {
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
    choose(chosen);
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
                                  : TrainingController::isOfSeveral(each)           ? tr("several runs have ended")
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
    fillOthers();
    showCurves();
}

/// Runs that judged examples too.
void TrainingPage::fillOthers()
{
    const QString chosen = folder(), before = m_other->currentData().toString();
    m_other->clear();
    m_other->addItem(tr("Compare with …"), QString());
    for (const QString& each : m_trainings.folders())
        if (each != chosen && each != m_trainings.runningFolder()
            && !TrainingController::predictionsPath(each).isEmpty()) {
            m_other->addItem(tr("Compare with %1").arg(QFileInfo(each).fileName()), each);
            m_other->setItemData(m_other->count() - 1, QDir::toNativeSeparators(each), Qt::ToolTipRole);
        }
    m_other->setCurrentIndex(std::max(0, m_other->findData(before)));
    m_other->setVisible(m_other->count() > 1 && chosen != m_trainings.runningFolder()
                        && !TrainingController::predictionsPath(chosen).isEmpty());
}

/// The buttons and what they need.
void TrainingPage::refresh()
{
    const QString chosen = folder();
    const bool isThisOne = !chosen.isEmpty() && chosen == m_trainings.runningFolder();
    m_use->setEnabled(!TrainingController::modelPath(chosen).isEmpty());
    if (isThisOne) {
        m_run->show();
        return m_run->setRunning(m_trainings.progress());
    }
    QString missing;
    if (m_trainings.isRunning())
        missing = tr("Another training is running.");
    else if (!TrainingController::hasCheckpoint(chosen))
        missing = tr("There is no checkpoint to go on from.");
    else if (m_trainings.log(chosen).hasEnded())
        missing = tr("This training has ended.");
    const QString failure = m_trainings.failure(chosen);
    m_run->setIdle(missing.isEmpty() || failure.isEmpty() ? missing : failure + ' ' + missing, failure);
    m_run->setVisible(!chosen.isEmpty() && (missing.isEmpty() || !failure.isEmpty()));
}

void TrainingPage::showCurves()
{
    const QString chosen = folder();
    const bool isOfSeveral = !chosen.isEmpty() && chosen != m_trainings.runningFolder()
                             && TrainingController::isOfSeveral(chosen);
    const bool has = !chosen.isEmpty() && (isOfSeveral || !m_trainings.log(chosen).isEmpty());
    m_empty->setText(chosen.isEmpty()
                         ? tr("Train a model of your own: from sequences with labels, measured numbers, shares or "
                              "signals along a genome. Press New training.")
                     : chosen == m_trainings.runningFolder() ? tr("Reading the data. The curves come with the first steps.")
                                                             : tr("This run has said nothing yet."));
    m_right->setCurrentWidget(has ? static_cast<QWidget*>(m_curves) : m_empty);
    if (!has)
        return;
    evaluate();
    compare();
    m_curves->setResult({QFileInfo(chosen).fileName(), std::make_shared<study::Outcome>(outcomeOf(chosen)),
                         {{"run", QDir::toNativeSeparators(chosen).toStdString()}}, {}});
}

/// What was asked for last comes first: the comparison, the run, its held-out examples.
study::Outcome TrainingPage::outcomeOf(const QString& chosen)
{
    study::Outcome all;
    const auto add = [&all](const study::Outcome& part) {
        std::ranges::copy(part.plots, std::back_inserter(all.plots));
        std::ranges::copy(part.tables, std::back_inserter(all.tables));
        std::ranges::copy(part.notes, std::back_inserter(all.notes));
    };
    if (const auto comparison = m_evaluations.find(comparisonKey()); comparison != m_evaluations.end())
        add(comparison->second);
    if (TrainingController::isOfSeveral(chosen)) {
        if (const auto summary = study::summaryOutcome(chosen.toStdString()))
            add(*summary);
        else
            emit said(QString::fromStdString(summary.error().sentence()), true);
    }
    const auto evaluation = m_evaluations.find(chosen);
    const study::Outcome none, &judged = evaluation == m_evaluations.end() ? none : evaluation->second;
    std::ranges::copy(judged.tables, std::back_inserter(all.tables));
    add(m_trainings.log(chosen).outcome());
    std::ranges::copy(judged.plots, std::back_inserter(all.plots));
    return all;
}

void TrainingPage::evaluate()
{
    const QString chosen = folder();
    if (chosen == m_trainings.runningFolder() || TrainingController::predictionsPath(chosen).isEmpty())
        return;
    compute(chosen, tr("Evaluation of %1").arg(QFileInfo(chosen).fileName()),
            [chosen](std::stop_token stop, Progress& progress) {
                return TrainingController::evaluate(chosen, std::move(stop), progress);
            });
}

QString TrainingPage::comparisonKey() const
{
    const QString other = m_other->currentData().toString();
    return other.isEmpty() ? QString() : folder() + '\n' + other;
}

void TrainingPage::compare()
{
    const QString chosen = folder(), other = m_other->currentData().toString();
    if (other.isEmpty())
        return;
    compute(comparisonKey(), tr("Comparison of %1").arg(QFileInfo(chosen).fileName()),
            [chosen, other](std::stop_token stop, Progress& progress) {
                return TrainingController::compare(chosen, other, std::move(stop), progress);
            });
}

void TrainingPage::compute(const QString& key, const QString& title, Work work)
{
    if (!m_readers || m_evaluations.contains(key))
        return;
    m_evaluations[key] = {};
    m_readers->start(title, std::move(work), [self = QPointer(this), key](Result<study::Outcome> outcome) {
        if (!self)
            return;
        if (!outcome && outcome.error().code() == ErrorCode::Cancelled) {
            self->m_evaluations.erase(key);  // asked for again when it is shown again
            return;
        }
        if (!outcome)
            return emit self->said(QString::fromStdString(outcome.error().sentence()), true);
        self->m_evaluations[key] = *std::move(outcome);
        const bool isComparison = self->comparisonKey() == key;
        if (self->folder() == key || isComparison)
            self->showCurves();
        if (isComparison)
            self->m_curves->showPlot(0);
    });
}

}  // namespace nscope::app
