#include "app/wizards/training_wizard.h"

#include "app/pages/study_result.h"
#include "app/training/training_controller.h"
#include "app/wizards/wizard_checks_page.h"
#include "app/wizards/wizard_data_page.h"
#include "app/wizards/wizard_model_page.h"
#include "app/wizards/wizard_training_page.h"

#include <utility>

namespace nscope::app {

namespace {

constexpr QSize kFirstSize{900, 720};

}  // namespace

TrainingWizard::TrainingWizard(TrainingController& trainings, ReaderPool& readers,
                               std::vector<engine::ModelSpec> architectures, QWidget* parent)
    : QWizard(parent),
      m_trainings(trainings),
      m_data(new WizardDataPage(m_draft)),
      m_checks(new WizardChecksPage(m_draft, readers)),
      m_model(new WizardModelPage(m_draft, trainings, std::move(architectures))),
      m_training(new WizardTrainingPage(m_draft, trainings))
{
    setWindowTitle(tr("New training"));
    setWizardStyle(QWizard::ModernStyle);
    setOption(QWizard::NoBackButtonOnStartPage);
    for (QWizardPage* page : std::initializer_list<QWizardPage*>{m_data, m_checks, m_model, m_training})
        addPage(page);
    setButtonText(QWizard::FinishButton, tr("&Train"));
    resize(kFirstSize);
}

void TrainingWizard::setTheme(const widgets::Theme& theme) { m_checks->result().setTheme(theme); }

std::string TrainingWizard::runJson() const
{
    nlohmann::json run = m_draft.run;
    m_training->putInto(run);
    return run.dump(2);
}

void TrainingWizard::accept()
{
    m_trainings.start(runJson(), m_training->folder());
    emit started(m_trainings.runningFolder());
    QWizard::accept();
}

}  // namespace nscope::app
