// Purpose: runs steps in the window without a user, each when everything before it is computed: figures, screenshots,
// the example's drawings. Ends the application with status 0, or 1 with the sentence of what failed on stderr.
// Thread: GUI.
#pragma once

#include "app/launch_options.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <deque>
#include <functional>

namespace nscope::app {

class MainWindow;

class BatchRunner : public QObject {
    Q_OBJECT

public:
    explicit BatchRunner(MainWindow& window);

    using Step = std::function<Result<void>()>;
    /// Done when the window is idle after all steps before.
    void then(Step step) { m_steps.push_back(std::move(step)); }
    void start();

private:
    void poll();
    void end(int status, const QString& sentence = {});

    MainWindow& m_window;
    std::deque<Step> m_steps;
    QTimer m_timer;
    QElapsedTimer m_running;
    int m_idlePolls = 0;
    QString m_failure;
};

/// Selects, edits, scrolls as the options say.
Result<void> showWhatWasAsked(MainWindow& window, const LaunchOptions& options);

/// Adds the steps of the batch mode of the options.
void addBatchSteps(BatchRunner& runner, MainWindow& window, const LaunchOptions& options);

}  // namespace nscope::app
