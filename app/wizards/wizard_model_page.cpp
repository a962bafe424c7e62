#include "app/wizards/wizard_model_page.h"

#include "app/pages/option_form.h"
#include "app/pages/spec_choice.h"
#include "app/training/training_controller.h"
#include "app/wizards/wizard_forms.h"
#include "core/study/training_form.h"
#include "widgets/number_text.h"

#include <QtCore/QLocale>
#include <QtCore/QPointer>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>

namespace nscope::app {

namespace {

constexpr int kDelayMs = 250;  ///< after the last change
/// What core/fit fills in by the data (fit_reading.h, optionsFor).
constexpr std::array kOfData{"tasks", "names", "head", "bin_size", "halflife", "tf", "embedding_dim"};

}  // namespace

WizardModelPage::WizardModelPage(TrainingDraft& draft, TrainingController& trainings,
                                 std::vector<engine::ModelSpec> architectures)
    : m_draft(draft),
      m_trainings(trainings),
      m_architectures(std::move(architectures)),
      m_architecture(new QComboBox(this)),
      m_help(new QLabel(this)),
      m_area(makeFormArea(this)),
      m_sentence(new QLabel(this))
{
    setTitle(tr("Network"));
    setSubTitle(tr("Which network shall learn it? These suit the task, the best first; what is not changed is as published."));
    m_architecture->setAccessibleName(tr("Architecture"));
    for (QLabel* label : {m_help, m_sentence}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_architecture);
    layout->addWidget(m_help);
    layout->addWidget(m_area, 1);
    layout->addWidget(m_sentence);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &WizardModelPage::plan);
    connect(m_architecture, &QComboBox::currentIndexChanged, this, &WizardModelPage::showOptions);
}

void WizardModelPage::initializePage()
{
    cleanupPage();
    const std::string before = chosenId(*m_architecture);
    const QSignalBlocker quiet(m_architecture);
    m_architecture->clear();
    for (const std::string& id : study::architecturesFor(m_draft.task)) {
        const auto spec = std::ranges::find(m_architectures, id, &engine::ModelSpec::architecture);
        if (spec != m_architectures.end())
            m_architecture->addItem(
                QStringLiteral("%1 (%2)").arg(QString::fromStdString(spec->name), QString::fromStdString(id)),
                QString::fromStdString(id));
    }
    if (!choose(*m_architecture, QString::fromStdString(before)))
        m_architecture->setCurrentIndex(0);
    showOptions();
}

/// What is under way is of data or options that are not asked about any more.
void WizardModelPage::cleanupPage()
{
    m_delay.stop();
    ++m_lastPlan;
    m_isPlanned = false;
}

bool WizardModelPage::chooseArchitecture(const QString& id) { return choose(*m_architecture, id); }

const engine::ModelSpec& WizardModelPage::chosen() const
{
    return *std::ranges::find(m_architectures, chosenId(*m_architecture), &engine::ModelSpec::architecture);
}

QString WizardModelPage::sentence() const { return m_sentence->text(); }

void WizardModelPage::showOptions()
{
    if (m_architecture->currentIndex() < 0)
        return m_sentence->setText(tr("There is no network for this task."));
    const engine::ModelSpec& spec = chosen();
    m_help->setText(QString::fromStdString(spec.help + (spec.citation.empty() ? "" : "\n" + spec.citation)));
    auto* both = new QWidget;
    auto* layout = new QVBoxLayout(both);
    const data::OptionMap start = m_start ? m_start->values() : data::OptionMap{};
    const bool isSame = m_options && m_shown == spec.architecture;
    const data::OptionMap options = isSame ? m_options->values() : data::OptionMap{};
    m_shown = spec.architecture;
    m_start = addForm(*layout, tr("Fine-tuning"), study::startOptions(), start);
    m_options = addForm(*layout, tr("Options of the network; its outputs and the length of its input follow from the data"),
                        openOptions(), options);
    for (const OptionForm* form : {m_start, m_options})
        connect(form, &OptionForm::changed, &m_delay, qOverload<>(&QTimer::start));
    layout->addStretch(1);
    m_area->setWidget(both);
    plan();
}

std::vector<engine::OptionSpec> WizardModelPage::openOptions() const
{
    std::vector<engine::OptionSpec> options = chosen().options;
    std::erase_if(options, [this](const engine::OptionSpec& option) {
        return std::ranges::find(kOfData, option.id) != kOfData.end()
               || (option.id == "length" && m_draft.task != dataset::TaskKind::Profile);
    });
    return options;
}

/// Only what was changed: the rest follows from the data, or is as published.
nlohmann::json WizardModelPage::draftRun() const
{
    nlohmann::json run = m_draft.run;
    run["model"] = {{"architecture", chosenId(*m_architecture)}};
    study::putOptions(run, study::startOptions(), m_start->values());
    const data::OptionMap values = m_options->values();
    for (const engine::OptionSpec& option : openOptions())
        if (values.at(option.id) != option.fallback)
            std::visit([&](const auto& value) { run["model"]["options"][option.id] = value; }, values.at(option.id));
    return run;
}

void WizardModelPage::plan()
{
    m_delay.stop();
    m_isPlanned = false;
    emit completeChanged();
    m_sentence->setText(tr("Measuring the network …"));
    nlohmann::json run = draftRun();
    run["dataset"] = m_draft.dataset;
    m_trainings.plan(run.dump(), [self = QPointer(this), wish = ++m_lastPlan](const Result<std::string>& answer) {
        if (self && self->m_lastPlan == wish)
            self->planned(answer);
    });
}

void WizardModelPage::planned(const Result<std::string>& answer)
{
    const auto plan = answer ? nlohmann::json::parse(*answer, nullptr, false) : nlohmann::json();
    if (!answer || !plan.is_object() || !plan.contains("settings")) {
        m_sentence->setText(answer ? tr("The engine gave no plan of this training.")
                                   : QString::fromStdString(answer.error().sentence()));
        return;
    }
    m_draft.settings = plan["settings"];
    m_sentence->setText(tr("%1 parameters; a training step needs about %2.")
                            .arg(widgets::countText(plan.value("parameters", std::int64_t(0))),
                                 QLocale().formattedDataSize(plan.value("memory_bytes", std::int64_t(0)))));
    m_isPlanned = true;
    emit completeChanged();
}

bool WizardModelPage::validatePage()
{
    m_draft.run = draftRun();
    return true;
}

}  // namespace nscope::app
