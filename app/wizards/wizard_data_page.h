// Purpose: what is learned, from which files, and how they are split. Thread: GUI.
#pragma once

#include "app/wizards/training_wizard.h"

class QComboBox;
class QLabel;
class QScrollArea;

namespace nscope::app {

class OptionForm;

class WizardDataPage : public QWizardPage {
    Q_OBJECT

public:
    explicit WizardDataPage(TrainingDraft& draft);

    void setTask(dataset::TaskKind task);
    OptionForm& dataForm() const { return *m_dataForm; }
    OptionForm& splitForm() const { return *m_splitForm; }

    bool validatePage() override;

private:
    void showForms();

    TrainingDraft& m_draft;
    QComboBox* m_task;
    QLabel* m_help;
    QScrollArea* m_area;
    std::vector<engine::OptionSpec> m_options;  ///< of m_dataForm
    OptionForm* m_dataForm = nullptr;
    OptionForm* m_splitForm = nullptr;
};

}  // namespace nscope::app
