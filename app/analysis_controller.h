// Purpose: asks the engine for everything about the selected sequence, in the order in which a person needs it
// (DESIGN §4: prediction, gradient explanation, exact mutagenesis of what is on screen and then outwards, behind the
// predictions of the table), and knows which results are stale. Thread: GUI; nothing here computes or blocks.
#pragma once

#include "app/attribution_merge.h"
#include "app/result_store.h"
#include "core/data/interval.h"
#include "core/engine/backend.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::engine {
struct BackendInfo;
}

namespace nscope::app {

class DocumentController;
class EngineBridge;

class AnalysisController : public QObject {
    Q_OBJECT

public:
    AnalysisController(DocumentController& documents, EngineBridge& bridge, QObject* parent = nullptr);

    /// Everything known about the two sequences on show; empty parts have not arrived.
    const SequenceResults& reference() const { return m_reference; }
    const SequenceResults& current() const { return m_current; }
    bool isPredictionStale() const { return m_stale.prediction; }
    bool isExplanationStale() const { return m_stale.explanation; }
    bool isMutagenesisStale() const { return m_stale.mutagenesis; }
    bool isAttentionStale() const { return m_stale.attention; }
    const std::shared_ptr<const data::FilterSpectrum>& filters() const { return m_filters; }

    const std::shared_ptr<const engine::ModelInfo>& model() const { return m_model; }
    /// Asks this model from now on; it becomes the document's.
    void useModel(const std::shared_ptr<const engine::ModelInfo>& model);
    /// The methods that can be shown as letters and that this model can answer, and the one that is shown.
    std::vector<engine::MethodSpec> explanationMethods() const;
    const std::string& explanationMethod() const { return m_explanationMethod; }
    void setExplanationMethod(const std::string& id);
    /// The shown method's description; none before the engine is ready.
    std::optional<engine::MethodSpec> explanationSpec() const;
    /// The exact method of the mutagenesis, and the one that shows attention; none before the engine is ready.
    std::optional<engine::MethodSpec> mutagenesisSpec() const;
    std::optional<engine::MethodSpec> attentionSpec() const;
    /// Options of the shown method as chosen; what is missing has its default.
    data::OptionMap methodOptions() const;
    void setMethodOptions(const data::OptionMap& options);
    /// What explanation and mutagenesis are about: a TargetSpec's id, one of the model's.
    const std::string& target() const { return m_target; }
    void setTarget(const std::string& id);
    /// Exact mutagenesis runs by itself after every edit (default); off: only when asked for.
    void setMutagenesisAutomatic(bool automatic);
    bool isMutagenesisAutomatic() const { return m_automatic; }

    /// What the tracks show (positions of ALT): exact rows come first there.
    void setVisibleRange(data::Interval range);
    /// Exact rows of this interval (or the whole sequence) now.
    void computeMutagenesis(std::optional<data::Interval> only);
    /// The prediction of the current sequence with `beams` translations.
    void translate(int beams);

signals:
    void modelChanged();
    void predictionChanged();
    void explanationChanged();
    void mutagenesisChanged();
    void attentionChanged();
    void filtersChanged();
    /// A job about the selected sequence failed.
    void failed(const QString& sentence);

private:
    struct Stale {
        bool prediction = false;
        bool explanation = false;
        bool mutagenesis = false;
        bool attention = false;
    };

    void useBackend();
    /// The chosen method, or the first there is if this model cannot answer it.
    void settleMethod();
    /// Asks for the explanations anew: what they depend on changed.
    void explainAnew();
    void selectionChanged();
    /// Asks for what is missing, most urgent first.
    void requestMissing();
    void requestPredictions();
    void requestExplanations();
    enum class Rows { NearFirst, Rest };
    void requestMutagenesis(std::optional<data::Interval> only, Rows rows = Rows::NearFirst);
    std::optional<data::Interval> rowsAtFirst() const;
    void requestAttention();
    void explain(const data::TranscriptPtr& transcript, const std::string& key, const QString& title);
    engine::Request requestFor(engine::Analysis analysis, const data::TranscriptPtr& transcript) const;
    void cancelOutdated();
    bool isEdited() const { return m_current.transcript != m_reference.transcript; }

    void receive(const std::string& key, const engine::Delivery& delivery);
    void receiveExplanation(const std::string& key, const AttributionPtr& explanation);
    void receiveMutagenesis(SequenceResults& side, const AttributionPtr& update);
    void showPreview(SequenceResults& side);
    void receiveAttention(const std::string& key, const std::shared_ptr<const data::AttentionMap>& map);
    void jobFinished(const std::string& key);
    void jobCancelled(const std::string& key);
    void jobEnded(const std::string& key);
    void requestReferenceMutagenesis();
    void store();
    void emitAll();

    DocumentController& m_documents;
    EngineBridge& m_bridge;
    std::shared_ptr<const engine::ModelInfo> m_model;
    std::vector<engine::MethodSpec> m_methods;
    std::string m_explanationMethod;
    std::map<std::string, data::OptionMap> m_methodOptions;  ///< by method
    std::string m_target;
    ResultStore m_store;
    SequenceResults m_reference;
    SequenceResults m_current;
    std::shared_ptr<const data::FilterSpectrum> m_filters;
    Stale m_stale;
    data::Interval m_visible;
    QTimer m_visibleDelay;
    bool m_automatic = true;
    bool m_stoppedByUser = false;      ///< mutagenesis of this sequence was cancelled: do not start it by scrolling
    bool m_restFollows = false;        ///< what is on screen was asked for; the rest follows
    bool m_continueWithWhole = false;  ///< a selection was asked for; the rest follows
};

}  // namespace nscope::app
