// Purpose: reads the data, shows how many examples each part has and what is wrong or doubtful, before anything is
// trained. Thread: GUI; files are read by the reader pool.
#pragma once

#include "app/wizards/training_wizard.h"

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/study/study.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>

class QCheckBox;
class QLabel;
class QProgressBar;

namespace nscope::app {

class StudyResultView;

class WizardChecksPage : public QWizardPage {
    Q_OBJECT

public:
    WizardChecksPage(TrainingDraft& draft, ReaderPool& readers);
    ~WizardChecksPage() override;

    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override;

    bool isReading() const { return m_job != 0; }
    /// What it says about the data as a whole.
    QString sentence() const;
    StudyResultView& result() const { return *m_result; }

private:
    struct Checked;
    void stop();
    void check();
    void take(const Result<Checked>& checked);

    TrainingDraft& m_draft;
    QPointer<ReaderPool> m_readers;
    std::uint64_t m_job = 0;
    std::uint64_t m_lastWish = 0;
    bool m_canTrain = false;
    QLabel* m_sentence;
    QProgressBar* m_progress;
    StudyResultView* m_result;
    QCheckBox* m_aligns;
    QTimer m_poll;
};

}  // namespace nscope::app
