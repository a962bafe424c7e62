// Purpose: how long and how fast it is trained, what is known of the model, and where the run is kept. Thread: GUI.
#pragma once

#include "app/wizards/training_wizard.h"

class QLabel;
class QLineEdit;
class QScrollArea;

namespace nscope::app {

class OptionForm;

class WizardTrainingPage : public QWizardPage {
    Q_OBJECT

public:
    WizardTrainingPage(TrainingDraft& draft, TrainingController& trainings);

    void initializePage() override;
    bool isComplete() const override;

    OptionForm& trainingForm() const { return *m_training; }
    OptionForm& cardForm() const { return *m_card; }
    QString folder() const;
    void setFolder(const QString& folder);
    /// Puts the values of this page under their keys.
    void putInto(nlohmann::json& run) const;

private:
    QString obstacle() const;
    void refresh();

    TrainingDraft& m_draft;
    TrainingController& m_trainings;
    QScrollArea* m_area;
    QLineEdit* m_folder;
    QLabel* m_sentence;
    nlohmann::json m_planned;  ///< the settings that m_training began with
    OptionForm* m_training = nullptr;
    OptionForm* m_card = nullptr;
};

}  // namespace nscope::app
