// Purpose: the way to a training of one's own: data, their check, network, training; it composes a run.json and starts
// it. The window stays usable meanwhile. Thread: GUI; files are read by the reader pool, networks measured by the engine.
#pragma once

#include "core/dataset/dataset.h"
#include "core/engine/specs.h"
#include "widgets/theme.h"

#include <nlohmann/json.hpp>

#include <QtWidgets/QWizard>

#include <vector>

namespace nscope::app {

class ReaderPool;
class TrainingController;
class WizardChecksPage;
class WizardDataPage;
class WizardModelPage;
class WizardTrainingPage;

/// What the pages share.
struct TrainingDraft {
    nlohmann::json run = nlohmann::json::object();     ///< what the pages before this one say
    nlohmann::json dataset = nlohmann::json();         ///< facts of the data, for the plan; null before they were checked
    nlohmann::json settings = nlohmann::json::object();  ///< every setting of the run, as planned last

    dataset::TaskKind task = dataset::TaskKind::Classes;
};

class TrainingWizard : public QWizard {
    Q_OBJECT

public:
    TrainingWizard(TrainingController& trainings, ReaderPool& readers, std::vector<engine::ModelSpec> architectures,
                   QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    WizardDataPage& dataPage() const { return *m_data; }
    WizardChecksPage& checksPage() const { return *m_checks; }
    WizardModelPage& modelPage() const { return *m_model; }
    WizardTrainingPage& trainingPage() const { return *m_training; }
    /// As it would be started.
    std::string runJson() const;

    void accept() override;

signals:
    void started(const QString& folder);

private:
    TrainingController& m_trainings;
    TrainingDraft m_draft;
    WizardDataPage* m_data;
    WizardChecksPage* m_checks;
    WizardModelPage* m_model;
    WizardTrainingPage* m_training;
};

}  // namespace nscope::app
