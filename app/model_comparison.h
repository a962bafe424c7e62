// Purpose: how the explanation on show agrees with that of another model, such as one trained again from another seed:
// the other's card is read, its weights are loaded beside the model in use, and it answers the same question.
// Thread: GUI; nothing here computes or blocks.
#pragma once

#include "app/reliability.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <memory>
#include <optional>
#include <string>

namespace nscope::engine {
struct Delivery;
struct ModelInfo;
}  // namespace nscope::engine

namespace nscope::app {

class AnalysisController;
class EngineBridge;
class ReaderPool;

class ModelComparison : public QObject {
    Q_OBJECT

public:
    ModelComparison(AnalysisController& analysis, EngineBridge& bridge, ReaderPool& readers, QObject* parent = nullptr);

    /// Ids of models on disk beside the one in use.
    QStringList others() const;
    /// A model's id, or the path of its file. A comparison that is under way is given up.
    void start(const QString& idOrPath);
    void forget();
    bool isRunning() const { return m_isRunning; }
    std::optional<ReliabilityItem> item() const;

signals:
    void changed();
    void failed(const QString& sentence);

private:
    void ask(const std::shared_ptr<const engine::ModelInfo>& model);
    void receive(const std::string& key, const engine::Delivery& delivery);
    void end(const QString& problem = {});

    AnalysisController& m_analysis;
    EngineBridge& m_bridge;
    ReaderPool& m_readers;
    int m_round = 0;  ///< answers to an older one are dropped
    bool m_isRunning = false;
    QString m_name;  ///< of the other model
    std::shared_ptr<const data::Attribution> m_other;
};

}  // namespace nscope::app
