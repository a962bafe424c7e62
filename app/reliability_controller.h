// Purpose: how far the explanation on show can be trusted: what is known by itself, and the checks that cost time and are
// made on request (stability under shifts, spread of the prediction), forgotten when what they are about changes.
// Thread: GUI.
#pragma once

#include "app/model_comparison.h"
#include "app/reliability.h"
#include "core/data/option_value.h"
#include "core/data/transcript.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::engine {
struct Delivery;
}

namespace nscope::app {

class AnalysisController;
class EngineBridge;

enum class Check { Shifts, RobustPrediction, Dropout, Members };

class ReliabilityController : public QObject {
    Q_OBJECT

public:
    ReliabilityController(AnalysisController& analysis, EngineBridge& bridge, ReaderPool& readers,
                          QObject* parent = nullptr);

    /// Everything known about the explanation on show, in the order of the strip.
    const std::vector<ReliabilityItem>& items() const { return m_items; }
    /// Why a check cannot be made now, one sentence; empty if it can.
    QString obstacle(Check check) const;
    void measure(Check check);
    bool isRunning() const;
    /// Other models to compare the explanation with.
    QStringList otherModels() const { return m_comparison.others(); }
    /// A model's id, or the path of its file.
    void compareWith(const QString& idOrPath);

signals:
    void changed();
    void failed(const QString& sentence);

private:
    /// What the checks are about; different subjects have nothing in common.
    struct Subject {
        data::TranscriptPtr transcript;
        std::string model, method, target;
        data::OptionMap options;
        bool operator==(const Subject&) const = default;
    };

    Subject subject() const;
    void forgetIfOther();
    void update();
    void receive(const std::string& key, const engine::Delivery& delivery);
    void ended(const std::string& key);
    std::int64_t maxShift() const;
    /// 0 for a model that is no ensemble.
    std::int64_t memberCount() const;

    AnalysisController& m_analysis;
    EngineBridge& m_bridge;
    Subject m_subject;
    std::shared_ptr<const data::Attribution> m_shifts;
    std::array<std::shared_ptr<const data::Prediction>, 3> m_spread;  ///< by SpreadOf
    std::array<bool, 4> m_running{};                                  ///< by Check
    ModelComparison m_comparison;
    std::vector<ReliabilityItem> m_items;
    QTimer m_later;  ///< exact rows arrive many times a second
};

}  // namespace nscope::app
