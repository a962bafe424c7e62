#include "app/wizards/wizard_data_page.h"

#include "app/pages/option_form.h"
#include "app/pages/spec_choice.h"
#include "app/wizards/wizard_forms.h"
#include "core/study/training_form.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

WizardDataPage::WizardDataPage(TrainingDraft& draft)
    : m_draft(draft), m_task(new QComboBox(this)), m_help(new QLabel(this)), m_area(makeFormArea(this))
{
    setTitle(tr("Data"));
    setSubTitle(tr("What shall be learned, and from which files?"));
    const QSignalBlocker quiet(m_task);
    fillSpecs(*m_task, study::trainingTasks(), study::trainingTasks().front().id);
    m_task->setAccessibleName(tr("What is learned"));
    m_help->setWordWrap(true);
    m_help->setTextFormat(Qt::PlainText);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_task);
    layout->addWidget(m_help);
    layout->addWidget(m_area, 1);
    connect(m_task, &QComboBox::currentIndexChanged, this, &WizardDataPage::showForms);
    showForms();
}

void WizardDataPage::setTask(dataset::TaskKind task)
{
    for (const study::TaskDescription& each : study::trainingTasks())
        if (each.kind == task)
            choose(*m_task, QString::fromLatin1(each.id));
}

void WizardDataPage::showForms()
{
    const study::TaskDescription& task = study::trainingTasks()[std::size_t(std::max(0, m_task->currentIndex()))];
    m_help->setText(QString::fromUtf8(task.help));
    // What was typed goes on to the next task, but not the defaults of the one before.
    data::OptionMap before = m_dataForm ? m_dataForm->values() : data::OptionMap{};
    for (const engine::OptionSpec& option : m_options)
        if (before.contains(option.id) && before[option.id] == option.fallback)
            before.erase(option.id);
    const data::OptionMap split = m_splitForm ? m_splitForm->values() : data::OptionMap{};
    m_options = study::dataOptions(task.kind);
    auto* both = new QWidget;
    auto* layout = new QVBoxLayout(both);
    m_dataForm = addForm(*layout, tr("Files"), m_options, before);
    m_splitForm = addForm(*layout, tr("Which examples train, which judge"), study::splitOptions(task.kind), split);
    layout->addStretch(1);
    m_area->setWidget(both);  // deletes the forms of before
}

bool WizardDataPage::validatePage()
{
    const study::TaskDescription& task = study::trainingTasks()[std::size_t(m_task->currentIndex())];
    m_draft = TrainingDraft{};
    m_draft.task = task.kind;
    m_draft.run["task"] = task.id;
    study::putOptions(m_draft.run, study::dataOptions(task.kind), m_dataForm->values());
    study::putOptions(m_draft.run, study::splitOptions(task.kind), m_splitForm->values());
    return true;
}

}  // namespace nscope::app
