#include "app/wizards/wizard_data_page.h"

#include "app/pages/option_form.h"
#include "app/pages/spec_choice.h"
#include "core/study/training_form.h"

#include <QtWidgets/QGroupBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

WizardDataPage::WizardDataPage(TrainingDraft& draft)
    : m_draft(draft), m_task(new QComboBox(this)), m_help(new QLabel(this)), m_area(new QScrollArea(this))
{
    setTitle(tr("Data"));
    setSubTitle(tr("What shall be learned, and from which files?"));
    const QSignalBlocker quiet(m_task);
    fillSpecs(*m_task, study::trainingTasks(), study::trainingTasks().front().id);
    m_task->setAccessibleName(tr("What is learned"));
    m_help->setWordWrap(true);
    m_help->setTextFormat(Qt::PlainText);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
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
    const data::OptionMap before = m_dataForm ? m_dataForm->values() : data::OptionMap{};
    auto* both = new QWidget;
    auto* layout = new QVBoxLayout(both);
    const auto addBox = [&](const QString& title, std::vector<engine::OptionSpec> options, const data::OptionMap& values) {
        auto* box = new QGroupBox(title, both);
        auto* form = new OptionForm(std::move(options), values, box);
        (new QVBoxLayout(box))->addWidget(form);
        layout->addWidget(box);
        return form;
    };
    m_dataForm = addBox(tr("Files"), study::dataOptions(task.kind), before);
    m_splitForm = addBox(tr("Which examples train, which judge"), study::splitOptions(task.kind), {});
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
