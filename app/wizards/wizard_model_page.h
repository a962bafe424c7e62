// Purpose: the network: its architecture, the options of it, weights to start from, and how large it is. Thread: GUI;
// the engine measures the network.
#pragma once

#include "app/wizards/training_wizard.h"

#include "core/base/result.h"

#include <QtCore/QTimer>

class QComboBox;
class QLabel;
class QScrollArea;

namespace nscope::app {

class OptionForm;

class WizardModelPage : public QWizardPage {
    Q_OBJECT

public:
    WizardModelPage(TrainingDraft& draft, TrainingController& trainings, std::vector<engine::ModelSpec> architectures);

    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override { return m_isPlanned; }
    bool validatePage() override;

    /// False if it is not among those that are offered.
    bool chooseArchitecture(const QString& id);
    OptionForm& optionForm() const { return *m_options; }
    /// Parameters and memory, or why this network cannot learn this.
    QString sentence() const;

private:
    void showOptions();
    void plan();
    void planned(const Result<std::string>& answer);
    nlohmann::json draftRun() const;
    /// Options of the chosen architecture that do not follow from the data.
    std::vector<engine::OptionSpec> openOptions() const;
    const engine::ModelSpec& chosen() const;

    TrainingDraft& m_draft;
    TrainingController& m_trainings;
    std::vector<engine::ModelSpec> m_architectures;
    QComboBox* m_architecture;
    QLabel* m_help;
    QScrollArea* m_area;
    QLabel* m_sentence;
    OptionForm* m_options = nullptr;
    std::string m_shown;            ///< architecture of m_options
    OptionForm* m_start = nullptr;  ///< weights to start from
    QTimer m_delay;
    bool m_isPlanned = false;
    std::uint64_t m_lastPlan = 0;
};

}  // namespace nscope::app
