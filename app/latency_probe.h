// Purpose: measures how late the event loop is: a timer of 5 ms notes by how much each of its turns comes too late.
// Thread: GUI.
#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <vector>

namespace nscope::app {

class BatchRunner;
class MainWindow;

struct LatencyReport {
    std::size_t turns = 0;
    double p50Ms = 0.0;
    double p95Ms = 0.0;
    double maxMs = 0.0;
};

class LatencyProbe : public QObject {
    Q_OBJECT

public:
    explicit LatencyProbe(QObject* parent = nullptr);
    void start();
    LatencyReport stop();

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_lastNs = 0;
    std::vector<double> m_lateMs;
};

/// Opens a random 3,000-nt transcript, measures while its exact mutagenesis runs and while bases are changed, prints.
void addLatencySteps(BatchRunner& runner, MainWindow& window);

}  // namespace nscope::app
