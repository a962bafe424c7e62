#include "app/wizards/wizard_checks_page.h"

#include "app/pages/study_result.h"
#include "app/reader_pool.h"
#include "core/dataset/cd_hit.h"
#include "core/dataset/read_dataset.h"
#include "core/study/dataset_outcome.h"
#include "core/study/training_form.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kPollMs = 100;
constexpr int kSteps = 1000;

}  // namespace

struct WizardChecksPage::Checked {
    nlohmann::json facts;
    study::DatasetCheck check;
};

WizardChecksPage::WizardChecksPage(TrainingDraft& draft, ReaderPool& readers)
    : m_draft(draft),
      m_readers(&readers),
      m_sentence(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_result(new StudyResultView(this)),
      m_aligns(new QCheckBox(tr("Compare the parts by alignment too (CD-HIT)"), this))
{
    setTitle(tr("Check of the data"));
    setSubTitle(tr("What was read, and what could mislead a training: doubles across parts, rare classes, odd letters."));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_progress->setTextVisible(false);
    QSizePolicy room = m_result->sizePolicy();
    room.setRetainSizeWhenHidden(true);  // the sentence and the progress stay at the top
    m_result->setSizePolicy(room);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_sentence);
    layout->addWidget(m_progress);
    layout->addWidget(m_result, 1);
    m_aligns->setObjectName("alignParts");
    m_aligns->setToolTip(tr("Finds sequences of another part within longer ones, and likeness that shared k-mers do not "
                            "tell. Seconds for thousands of sequences, very long for tens of thousands."));
    layout->addWidget(m_aligns);
    connect(m_aligns, &QCheckBox::toggled, this, &WizardChecksPage::check);
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (!m_readers)
            return;
        const auto job = std::ranges::find(m_readers->jobs(), m_job, &ReaderPool::Job::id);
        if (job == m_readers->jobs().end())
            return;
        const ProgressSnapshot now = job->progress->snapshot();
        m_progress->setRange(0, now.total > 0 ? kSteps : 0);
        m_progress->setValue(int(now.fraction() * kSteps));
    });
}

WizardChecksPage::~WizardChecksPage() { stop(); }

void WizardChecksPage::stop()
{
    if (m_readers && m_job != 0)
        m_readers->cancel(m_job);
    m_job = 0;
    m_poll.stop();
}

void WizardChecksPage::cleanupPage() { stop(); }

void WizardChecksPage::initializePage()
{
    m_aligns->setVisible(dataset::findCdHit().has_value());
    check();
}

void WizardChecksPage::check()
{
    stop();
    m_canTrain = false;
    m_result->hide();
    m_progress->setRange(0, 0);
    m_progress->show();
    dataset::CheckSettings checks;
    if (m_aligns->isChecked())
        checks.cdHit = dataset::findCdHit().value_or("");
    m_sentence->setText(checks.cdHit.empty() ? tr("Reading the data …")
                                             : tr("Reading the data and comparing the parts by alignment …"));
    if (!m_readers)
        return;
    auto settings = dataset::dataOfRun(m_draft.run.dump());
    if (!settings)
        return take(fail(settings.error()));
    checks.isWatched = settings->isWatched;
    const auto work = [settings = *std::move(settings), checks](std::stop_token stop,
                                                                Progress& progress) -> Result<Checked> {
        auto data = dataset::readDataset(settings.data, settings.kind, stop, &progress);
        if (!data)
            return fail(data.error());
        auto check = study::checkedDataset(*data, checks, stop, &progress);
        if (!check)
            return fail(check.error());
        return Checked{study::datasetFacts(*data), *std::move(check)};
    };
    m_job = m_readers->start(tr("Checking the data of a training"), work,
                             [self = QPointer(this), wish = ++m_lastWish](const Result<Checked>& checked) {
                                 if (self && self->m_job != 0 && self->m_lastWish == wish)
                                     self->take(checked);
                             });
    m_poll.start();
    emit completeChanged();
}

void WizardChecksPage::take(const Result<Checked>& checked)
{
    m_job = 0;
    m_poll.stop();
    m_progress->hide();
    if (!checked) {
        m_sentence->setText(QString::fromStdString(checked.error().sentence()));
    } else {
        m_draft.dataset = checked->facts;
        m_canTrain = checked->check.canTrain;
        m_sentence->setText(QString::fromStdString(checked->check.sentence));
        m_result->setResult({tr("Data"), std::make_shared<const study::Outcome>(checked->check.outcome),
                             {}, {}});
        m_result->show();
    }
    emit completeChanged();
}

bool WizardChecksPage::isComplete() const { return m_canTrain; }

QString WizardChecksPage::sentence() const { return m_sentence->text(); }

}  // namespace nscope::app
