#include "app/wizards/wizard_training_page.h"

#include "app/pages/option_form.h"
#include "app/training/training_controller.h"
#include "app/wizards/wizard_forms.h"
#include "core/study/training_form.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

WizardTrainingPage::WizardTrainingPage(TrainingDraft& draft, TrainingController& trainings)
    : m_draft(draft),
      m_trainings(trainings),
      m_area(makeFormArea(this)),
      m_folder(new QLineEdit(this)),
      m_sentence(new QLabel(this))
{
    setTitle(tr("Training"));
    setSubTitle(tr("The values are those of the published recipe, where there is one. A run can be stopped at any time "
                   "and goes on later."));
    setFinalPage(true);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    auto* browse = new QPushButton(tr("Choose…"), this);
    auto* label = new QLabel(tr("&Folder of the run"), this);
    label->setBuddy(m_folder);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_folder, 1);
    row->addWidget(browse);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_area, 1);
    layout->addLayout(row);
    layout->addWidget(m_sentence);
    connect(m_folder, &QLineEdit::textChanged, this, &WizardTrainingPage::refresh);
    connect(&trainings, &TrainingController::changed, this, &WizardTrainingPage::refresh);
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString chosen = QFileDialog::getExistingDirectory(this, tr("Folder of the run"), folder());
        if (!chosen.isEmpty())
            setFolder(chosen);
    });
}

void WizardTrainingPage::initializePage()
{
    auto* both = new QWidget;
    auto* layout = new QVBoxLayout(both);
    // The recipe of another network, or other data, replaces what was typed.
    const auto options = study::trainingOptions(m_draft.task);
    const bool isSame = m_training && m_planned == m_draft.settings;
    const data::OptionMap values = isSame ? m_training->values() : study::optionsOf(m_draft.settings, options);
    m_planned = m_draft.settings;
    m_training = addForm(*layout, tr("Training"), options, values);
    connect(m_training, &OptionForm::changed, this, &WizardTrainingPage::refresh);
    m_card = addForm(*layout, tr("The model's card"), study::cardOptions(), m_card ? m_card->values() : data::OptionMap{});
    layout->addStretch(1);
    m_area->setWidget(both);
    if (folder().isEmpty()) {
        const QDir home(QDir::home().filePath("nucleoscope-trainings"));
        for (int number = 1; folder().isEmpty() || QFileInfo::exists(folder()); ++number)
            m_folder->setText(home.filePath(QStringLiteral("run%1").arg(number)));
    }
    refresh();
}

QString WizardTrainingPage::folder() const { return m_folder->text().trimmed(); }

void WizardTrainingPage::setFolder(const QString& folder) { m_folder->setText(QDir::toNativeSeparators(folder)); }

QString WizardTrainingPage::obstacle() const
{
    if (m_trainings.isRunning())
        return tr("Another training is running: stop it, or wait for its end.");
    if (folder().isEmpty())
        return tr("Choose a folder for the run.");
    const QFileInfo info(folder());
    if (info.exists() && (!info.isDir() || !QDir(folder()).isEmpty()))
        return tr("This folder is not empty: choose a new one.");
    if (m_training) {
        const data::OptionMap values = m_training->values();
        const auto averages = values.find("ensemble");
        if (averages != values.end() && std::get<bool>(averages->second)
            && std::get<std::int64_t>(values.at("replicates")) < 2)
            return tr("One replicate has no average: ask for at least two, or do not average them.");
    }
    return {};
}

void WizardTrainingPage::refresh()
{
    m_sentence->setText(obstacle());
    emit completeChanged();
}

bool WizardTrainingPage::isComplete() const { return m_training && obstacle().isEmpty(); }

void WizardTrainingPage::putInto(nlohmann::json& run) const
{
    study::putOptions(run, study::trainingOptions(m_draft.task), m_training->values());
    study::putOptions(run, study::cardOptions(), m_card->values());
}

}  // namespace nscope::app
