#include "app/analysis_controller.h"

#include "app/analysis_keys.h"
#include "app/document_controller.h"
#include "app/engine_bridge.h"

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr std::int64_t kRowsAtFirst = 500;  ///< of what is on screen: as many as can be told apart
constexpr int kVisibleDelayMs = 250;  ///< scrolling settles before exact rows are asked for elsewhere

QString nameOf(const data::TranscriptPtr& transcript) { return QString::fromStdString(transcript->sequence.id); }

const engine::MethodSpec* findMethod(const std::vector<engine::MethodSpec>& methods,
                                     const std::function<bool(const engine::MethodSpec&)>& wanted)
{
    const auto found = std::ranges::find_if(methods, wanted);
    return found == methods.end() ? nullptr : &*found;
}

bool isMutagenesis(const engine::MethodSpec& method)
{
    return method.kind == engine::MethodKind::Attribution && method.exact && method.incremental;
}

bool isAttention(const engine::MethodSpec& method) { return method.kind == engine::MethodKind::Attention; }

std::optional<engine::MethodSpec> asOptional(const engine::MethodSpec* method)
{
    return method ? std::optional(*method) : std::nullopt;
}

/// The method of which mutagenesis is the exact form: differences against the base that is there.
constexpr const char* kPreviewMethod = "taylor";

std::string attentionKey(int layer) { return kAttention + std::string(" ") + std::to_string(layer); }

}  // namespace

AnalysisController::AnalysisController(DocumentController& documents, EngineBridge& bridge, QObject* parent)
    : QObject(parent), m_documents(documents), m_bridge(bridge), m_explanationMethod(kPreviewMethod)
{
    m_visibleDelay.setSingleShot(true);
    m_visibleDelay.setInterval(kVisibleDelayMs);
    connect(&m_visibleDelay, &QTimer::timeout, this, [this] {
        if (m_automatic)
            requestMutagenesis(std::nullopt);
    });
    connect(&documents, &DocumentController::selectedEntryChanged, this, &AnalysisController::selectionChanged);
    connect(&bridge, &EngineBridge::backendReady, this, &AnalysisController::useBackend);
    connect(&bridge, &EngineBridge::delivered, this, &AnalysisController::receive);
    connect(&bridge, &EngineBridge::finished, this, &AnalysisController::jobFinished);
    connect(&bridge, &EngineBridge::cancelled, this, &AnalysisController::jobCancelled);
    connect(&bridge, &EngineBridge::failed, this, [this](const std::string& key, const Error& error) {
        jobEnded(key);
        if (key != kPredictAll && !isOfStudy(key))
            emit failed(QString::fromStdString(error.sentence()));
    });
}

std::vector<engine::MethodSpec> AnalysisController::explanationMethods() const
{
    const engine::MethodSpec* shownApart = findMethod(m_methods, isMutagenesis);
    std::vector<engine::MethodSpec> methods;
    std::ranges::copy_if(m_methods, std::back_inserter(methods), [&](const engine::MethodSpec& method) {
        const bool applies = !method.needsSelfAttention || (m_model && m_model->spec.outputs.selfAttention);
        return method.kind == engine::MethodKind::Attribution && &method != shownApart && applies;
    });
    return methods;
}

void AnalysisController::setExplanationMethod(const std::string& id)
{
    if (std::exchange(m_explanationMethod, id) != id)
        explainAnew();
}

std::optional<engine::MethodSpec> AnalysisController::explanationSpec() const
{
    const auto found = std::ranges::find(m_methods, m_explanationMethod, &engine::MethodSpec::id);
    return found == m_methods.end() ? std::nullopt : std::optional(*found);
}

std::optional<engine::MethodSpec> AnalysisController::mutagenesisSpec() const
{
    return asOptional(findMethod(m_methods, isMutagenesis));
}

std::optional<engine::MethodSpec> AnalysisController::attentionSpec() const
{
    return asOptional(findMethod(m_methods, isAttention));
}

data::OptionMap AnalysisController::methodOptions() const
{
    const auto found = m_methodOptions.find(m_explanationMethod);
    return found == m_methodOptions.end() ? data::OptionMap{} : found->second;
}

void AnalysisController::setMethodOptions(const data::OptionMap& options)
{
    if (std::exchange(m_methodOptions[m_explanationMethod], options) != options)
        explainAnew();
}

void AnalysisController::explainAnew()
{
    m_store.clearExplanations();
    m_reference.explanation = nullptr;
    m_current.explanation = nullptr;
    requestExplanations();
    emit explanationChanged();
}

void AnalysisController::setTarget(const std::string& id)
{
    if (std::exchange(m_target, id) == id)
        return;
    m_bridge.cancelKey(kMutagenesisAlt);
    m_bridge.cancelKey(kMutagenesisRef);
    m_store.clearAttributions();
    for (SequenceResults* side : {&m_reference, &m_current}) {
        side->explanation = nullptr;
        side->mutagenesis = nullptr;
    }
    m_stale.mutagenesis = false;
    emit explanationChanged();
    emit mutagenesisChanged();
    requestExplanations();
    if (m_automatic)
        requestMutagenesis(std::nullopt);
}

void AnalysisController::setMutagenesisAutomatic(bool automatic)
{
    m_automatic = automatic;
    if (automatic) {
        requestMutagenesis(std::nullopt);
        return;
    }
    m_bridge.cancelKey(kMutagenesisAlt);
    m_bridge.cancelKey(kMutagenesisRef);
    jobEnded(kMutagenesisAlt);
}

void AnalysisController::useBackend()
{
    m_methods = m_bridge.backendInfo()->methods;
    settleMethod();
}

void AnalysisController::settleMethod()
{
    const std::vector<engine::MethodSpec> offered = explanationMethods();
    if (!offered.empty() && std::ranges::find(offered, m_explanationMethod, &engine::MethodSpec::id) == offered.end())
        m_explanationMethod = offered.front().id;
}

void AnalysisController::useModel(const std::shared_ptr<const engine::ModelInfo>& model)
{
    m_model = model;
    settleMethod();
    m_target = model->spec.targets.empty() ? std::string() : model->spec.targets.front().id;
    m_store.clear();
    m_filters = nullptr;
    m_current = m_store.find(m_current.transcript);
    m_reference = m_store.find(m_reference.transcript);
    m_documents.setModel(model->card.id, model->hash);
    emit modelChanged();
    emitAll();
    requestMissing();
    if (model->spec.outputs.frequencyFilters)
        m_bridge.request(requestFor(engine::Analysis::Filters, nullptr), engine::Priority::Background, kFilters,
                         tr("Filters of %1").arg(QString::fromStdString(model->card.name)));
    emit filtersChanged();
}

void AnalysisController::selectionChanged()
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    const data::TranscriptPtr current = entry ? entry->current : nullptr;
    const data::TranscriptPtr reference = entry ? entry->reference : nullptr;
    if (current == m_current.transcript && reference == m_reference.transcript)
        return;
    store();
    const bool sameSequence = reference && reference == m_reference.transcript;
    if (!sameSequence)
        m_visible = {};
    m_reference = m_store.find(reference);
    m_current = m_store.find(current);
    cancelOutdated();
    emitAll();
    requestMissing();
}

void AnalysisController::cancelOutdated()
{
    for (const char* key : {kPredictAlt, kPredictRef, kExplainAlt, kExplainRef, kMutagenesisAlt, kMutagenesisRef, kTranslate})
        m_bridge.cancelKey(key);
    for (int layer = 0; m_model && layer < m_model->attentionLayers; ++layer)
        m_bridge.cancelKey(attentionKey(layer));
    m_stoppedByUser = false;
    m_continueWithWhole = false;
    m_restFollows = false;
    m_stale = {};
}

void AnalysisController::requestMissing()
{
    if (!m_model || !m_current.transcript)
        return;
    requestPredictions();
    requestExplanations();
    if (m_automatic)
        requestMutagenesis(std::nullopt);
    requestAttention();
}

engine::Request AnalysisController::requestFor(engine::Analysis analysis, const data::TranscriptPtr& transcript) const
{
    engine::Request request;
    request.analysis = analysis;
    request.model = m_model->id;
    if (transcript)
        request.transcripts = {transcript};
    return request;
}

void AnalysisController::requestPredictions()
{
    if (!m_current.prediction) {
        m_stale.prediction = true;
        m_bridge.request(requestFor(engine::Analysis::Predict, m_current.transcript), engine::Priority::Interactive,
                         kPredictAlt, tr("Prediction of %1").arg(nameOf(m_current.transcript)));
    }
    if (isEdited() && !m_reference.prediction)
        m_bridge.request(requestFor(engine::Analysis::Predict, m_reference.transcript), engine::Priority::Interactive,
                         kPredictRef, tr("Prediction of %1 (REF)").arg(nameOf(m_reference.transcript)));
    if (m_stale.prediction)
        emit predictionChanged();
}

void AnalysisController::explain(const data::TranscriptPtr& transcript, const std::string& key, const QString& title)
{
    engine::Request request = requestFor(engine::Analysis::Explain, transcript);
    request.method = m_explanationMethod;
    request.target = m_target;
    request.options = methodOptions();
    m_bridge.request(std::move(request), engine::Priority::Preview, key, title);
}

void AnalysisController::requestExplanations()
{
    if (!m_model || !m_current.transcript || explanationMethods().empty())
        return;
    if (!m_current.explanation) {
        m_stale.explanation = true;
        explain(m_current.transcript, kExplainAlt, tr("Explanation of %1").arg(nameOf(m_current.transcript)));
        emit explanationChanged();
    }
    if (isEdited() && !m_reference.explanation)
        explain(m_reference.transcript, kExplainRef, tr("Explanation of %1 (REF)").arg(nameOf(m_current.transcript)));
}

void AnalysisController::setVisibleRange(data::Interval range)
{
    const data::Interval before = std::exchange(m_visible, range);
    if (before == range)
        return;
    // A sequence just chosen: what was asked for before it was on screen was a guess.
    if (before.isEmpty() && m_automatic && m_stale.mutagenesis && rowsAtFirst()) {
        requestMutagenesis(std::nullopt);
        return;
    }
    const bool needed = m_current.mutagenesis && !isComplete(*m_current.mutagenesis)
                        && !isExactIn(*m_current.mutagenesis, range);
    if (m_automatic && !m_stoppedByUser && needed)
        m_visibleDelay.start();
}

void AnalysisController::computeMutagenesis(std::optional<data::Interval> only) 
{
    m_continueWithWhole = only.has_value();
    requestMutagenesis(only);
}

/// The part of a long sequence that is on screen, if it is not known yet.
std::optional<data::Interval> AnalysisController::rowsAtFirst() const
{
    const std::int64_t length = m_current.transcript->sequence.length();
    data::Interval near = m_visible.isEmpty() ? data::Interval{0, length} : m_visible.intersected({0, length});
    if (near.length() > kRowsAtFirst) {
        near.startNt += (near.length() - kRowsAtFirst) / 2;
        near.endNt = near.startNt + kRowsAtFirst;
    }
    if (length <= kRowsAtFirst || (m_current.mutagenesis && isExactIn(*m_current.mutagenesis, near)))
        return std::nullopt;
    return near;
}

void AnalysisController::requestMutagenesis(std::optional<data::Interval> only, Rows rows)
{
    const engine::MethodSpec* method = findMethod(m_methods, isMutagenesis);
    if (!m_model || !m_current.transcript || !method)
        return;
    const AttributionPtr& known = m_current.mutagenesis;
    if (known && (isComplete(*known) || (only && isExactIn(*known, *only))))
        return;
    engine::Request request = requestFor(engine::Analysis::Explain, m_current.transcript);
    request.method = method->id;
    request.target = m_target;
    if (!m_visible.isEmpty())
        request.region = m_visible.intersected({0, m_current.transcript->sequence.length()});
    // What is on screen first; the rest of a long sequence lets the predictions of the table pass.
    const std::optional<data::Interval> near = only || rows == Rows::Rest ? std::nullopt : rowsAtFirst();
    m_restFollows = near.has_value();
    if (near)
        only = near;
    const bool isRest = !only && m_current.transcript->sequence.length() > kRowsAtFirst;
    if (only)
        request.only = only;
    else if (known && !missingRows(*known).isEmpty() && missingRows(*known).length() < known->length())
        request.only = missingRows(*known);
    if (request.only && request.region && request.region->intersected(*request.only).isEmpty())
        request.region = request.only;
    m_stale.mutagenesis = true;
    m_bridge.request(std::move(request), isRest ? engine::Priority::OffScreen : engine::Priority::Visible, kMutagenesisAlt,
                     tr("Mutagenesis of %1").arg(nameOf(m_current.transcript)));
    emit mutagenesisChanged();
}

void AnalysisController::requestAttention()
{
    const engine::MethodSpec* method = findMethod(m_methods, isAttention);
    if (m_model->attentionLayers == 0 || !method)
        return;
    m_current.attention.resize(std::size_t(m_model->attentionLayers));
    for (int layer = 0; layer < m_model->attentionLayers; ++layer) {
        if (m_current.attention[std::size_t(layer)])
            continue;
        engine::Request request = requestFor(engine::Analysis::Attention, m_current.transcript);
        request.method = method->id;
        request.options["layer"] = std::int64_t(layer);
        m_stale.attention = true;
        m_bridge.request(std::move(request), engine::Priority::Preview, attentionKey(layer),
                         tr("Attention of %1, layer %2").arg(nameOf(m_current.transcript)).arg(layer + 1));
    }
    emit attentionChanged();
}

void AnalysisController::translate(int beams)
{
    if (!m_model || !m_current.transcript || !m_model->spec.outputs.translations)
        return;
    engine::Request request = requestFor(engine::Analysis::Predict, m_current.transcript);
    request.options["translate"] = true;
    request.options["beam"] = std::int64_t(beams);
    m_bridge.request(std::move(request), engine::Priority::Preview, kTranslate,
                     tr("Translation of %1").arg(nameOf(m_current.transcript)));
}

void AnalysisController::receive(const std::string& key, const engine::Delivery& delivery)
{
    if (const auto* prediction = std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload)) {
        if (key == kPredictAlt || key == kTranslate) {
            m_current.prediction = *prediction;
            m_stale.prediction = false;
        } else if (key == kPredictRef) {
            m_reference.prediction = *prediction;
        } else {
            return;
        }
        emit predictionChanged();
    } else if (const auto* attribution = std::get_if<AttributionPtr>(&delivery.payload)) {
        if (key == kMutagenesisAlt)
            receiveMutagenesis(m_current, *attribution);
        else if (key == kMutagenesisRef)
            receiveMutagenesis(m_reference, *attribution);
        else if (key == kExplainAlt || key == kExplainRef)
            receiveExplanation(key, *attribution);
    } else if (const auto* map = std::get_if<std::shared_ptr<const data::AttentionMap>>(&delivery.payload)) {
        receiveAttention(key, *map);
    } else if (const auto* filters = std::get_if<std::shared_ptr<const data::FilterSpectrum>>(&delivery.payload)) {
        m_filters = *filters;
        emit filtersChanged();
    }
}

void AnalysisController::receiveExplanation(const std::string& key, const AttributionPtr& explanation)
{
    SequenceResults& side = key == kExplainRef ? m_reference : m_current;
    side.explanation = explanation;
    if (key == kExplainAlt)
        m_stale.explanation = false;
    emit explanationChanged();
    showPreview(side);
}

void AnalysisController::showPreview(SequenceResults& side)
{
    const engine::MethodSpec* exact = findMethod(m_methods, isMutagenesis);
    if (!exact || side.explanation->method != kPreviewMethod)
        return;
    side.mutagenesis = side.mutagenesis ? withPreview(side.mutagenesis, *side.explanation)
                                        : asPreview(*side.explanation, exact->id);
    emit mutagenesisChanged();
}

void AnalysisController::receiveMutagenesis(SequenceResults& side, const AttributionPtr& update)
{
    const bool previewFits = side.explanation && side.explanation->method == kPreviewMethod;
    side.mutagenesis = mergedExact(side.mutagenesis, *update, previewFits ? side.explanation : nullptr);
    emit mutagenesisChanged();
}

void AnalysisController::receiveAttention(const std::string& key, const std::shared_ptr<const data::AttentionMap>& map)
{
    const std::size_t layer = std::size_t(map->layer);
    if (!key.starts_with(kAttention) || layer >= m_current.attention.size())
        return;
    m_current.attention[layer] = map;
    m_stale.attention = std::ranges::any_of(m_current.attention, [](const auto& known) { return known == nullptr; });
    emit attentionChanged();
}

void AnalysisController::jobFinished(const std::string& key)
{
    jobEnded(key);
    if (key != kMutagenesisAlt)
        return;
    if (std::exchange(m_restFollows, false))
        requestMutagenesis(std::nullopt, Rows::Rest);
    else if (std::exchange(m_continueWithWhole, false) && m_automatic)
        requestMutagenesis(std::nullopt);
    else
        requestReferenceMutagenesis();
}

void AnalysisController::jobCancelled(const std::string& key)
{
    jobEnded(key);
    m_stoppedByUser |= key == kMutagenesisAlt;
}

void AnalysisController::jobEnded(const std::string& key)
{
    if (key == kMutagenesisAlt && std::exchange(m_stale.mutagenesis, false))
        emit mutagenesisChanged();
    else if (key == kPredictAlt && std::exchange(m_stale.prediction, false))
        emit predictionChanged();
    else if (key == kExplainAlt && std::exchange(m_stale.explanation, false))
        emit explanationChanged();
    else if (key.starts_with(kAttention) && std::exchange(m_stale.attention, false))
        emit attentionChanged();
    store();
}

void AnalysisController::requestReferenceMutagenesis()
{
    const engine::MethodSpec* method = findMethod(m_methods, isMutagenesis);
    const AttributionPtr& known = m_reference.mutagenesis;
    if (!isEdited() || !m_automatic || (known && isComplete(*known)))
        return;
    engine::Request request = requestFor(engine::Analysis::Explain, m_reference.transcript);
    request.method = method->id;
    request.target = m_target;
    if (known && missingRows(*known).length() < known->length())
        request.only = missingRows(*known);
    m_bridge.request(std::move(request), engine::Priority::OffScreen, kMutagenesisRef,
                     tr("Mutagenesis of %1 (REF)").arg(nameOf(m_reference.transcript)));
}

void AnalysisController::store()
{
    m_store.store(m_reference);
    m_store.store(m_current);
}

void AnalysisController::emitAll()
{
    emit predictionChanged();
    emit explanationChanged();
    emit mutagenesisChanged();
    emit attentionChanged();
}

}  // namespace nscope::app
