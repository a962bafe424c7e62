// Purpose: fills the table of sequences with predictions: of the selected sequence as they come, of all by one
// background job. Predictions are kept per sequence content, so undo needs no new ones. Thread: GUI.
#pragma once

#include "core/data/prediction.h"
#include "core/data/transcript.h"
#include "core/engine/request.h"
#include "widgets/results_table.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <unordered_map>
#include <vector>

namespace nscope::app {

class AnalysisController;
class DocumentController;
class EngineBridge;

class PopulationController : public QObject {
    Q_OBJECT

public:
    PopulationController(DocumentController& documents, EngineBridge& bridge, AnalysisController& analysis,
                         widgets::ResultsModel& table, QObject* parent = nullptr);

    /// Asks for every prediction that is not there yet.
    void predictAll();
    bool isRunning() const { return m_running; }

    /// Up to this many sequences are predicted without being asked.
    static constexpr int kAutomaticLimit = 500;

signals:
    void runningChanged(bool running);

private:
    using PredictionPtr = std::shared_ptr<const data::Prediction>;

    void useModel();
    void rebuild();
    void updateRow(int entry);
    void predictIfFew();
    void takeSelected();
    void receive(const std::string& key, const engine::Delivery& delivery);
    void setRunning(bool running);
    /// Writes predictions that have arrived into the table, many at once: each write sorts and filters again.
    void flush();
    widgets::RowPrediction rowPrediction(int row, const data::Prediction& prediction) const;
    widgets::ResultRow rowOf(int entry) const;
    std::vector<double> valuesOf(const data::Prediction& prediction) const;

    DocumentController& m_documents;
    EngineBridge& m_bridge;
    AnalysisController& m_analysis;
    widgets::ResultsModel& m_table;
    std::unordered_map<data::TranscriptPtr, PredictionPtr> m_predictions;
    std::unordered_map<data::TranscriptPtr, int> m_rows;
    data::TranscriptSet m_requested;
    data::TranscriptSet m_arrived;  ///< predicted, not in the table yet
    QTimer m_automatic;
    QTimer m_flush;
    bool m_running = false;
};

}  // namespace nscope::app
