#include "app/reliability_controller.h"

#include "app/analysis_controller.h"
#include "app/analysis_keys.h"
#include "app/engine_bridge.h"

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kUpdateMs = 300;
constexpr std::int64_t kShifts = 8;
constexpr std::int64_t kLongestShift = 10;
constexpr std::int64_t kWindows = 16;
constexpr std::int64_t kPasses = 20;
constexpr std::array kKeys{kCheckShifts, kCheckWindows, kCheckDropout, kCheckMembers};  ///< by Check
constexpr std::array kSpreadKeys{kCheckWindows, kCheckDropout, kCheckMembers};           ///< by SpreadOf

bool hasOption(const engine::MethodSpec& method, const char* id)
{
    return std::ranges::find(method.options, id, &engine::OptionSpec::id) != method.options.end();
}

}  // namespace

ReliabilityController::ReliabilityController(AnalysisController& analysis, EngineBridge& bridge, ReaderPool& readers,
                                             QObject* parent)
    : QObject(parent), m_analysis(analysis), m_bridge(bridge), m_comparison(analysis, bridge, readers)
{
    m_later.setSingleShot(true);
    m_later.setInterval(kUpdateMs);
    connect(&m_later, &QTimer::timeout, this, &ReliabilityController::update);
    connect(&analysis, &AnalysisController::modelChanged, this, &ReliabilityController::forgetIfOther);
    connect(&analysis, &AnalysisController::explanationChanged, this, &ReliabilityController::forgetIfOther);
    connect(&analysis, &AnalysisController::predictionChanged, this, &ReliabilityController::forgetIfOther);
    connect(&analysis, &AnalysisController::mutagenesisChanged, this, [this] {
        if (!m_analysis.isMutagenesisStale())
            update();
        else if (!m_later.isActive())
            m_later.start();
    });
    connect(&m_comparison, &ModelComparison::changed, this, &ReliabilityController::update);
    connect(&m_comparison, &ModelComparison::failed, this, &ReliabilityController::failed);
    connect(&bridge, &EngineBridge::delivered, this, &ReliabilityController::receive);
    connect(&bridge, &EngineBridge::finished, this, &ReliabilityController::ended);
    connect(&bridge, &EngineBridge::failed, this, &ReliabilityController::ended);
    connect(&bridge, &EngineBridge::cancelled, this, &ReliabilityController::ended);
}

ReliabilityController::Subject ReliabilityController::subject() const
{
    return {m_analysis.current().transcript, m_analysis.model() ? m_analysis.model()->hash : std::string(),
            m_analysis.explanationMethod(), m_analysis.target(), m_analysis.methodOptions()};
}

void ReliabilityController::forgetIfOther()
{
    if (Subject now = subject(); now != m_subject) {
        m_subject = std::move(now);
        m_shifts = nullptr;
        m_spread = {};
        m_comparison.forget();
        for (std::size_t check = 0; check < kKeys.size(); ++check)
            if (std::exchange(m_running[check], false))
                m_bridge.cancelKey(kKeys[check]);
    }
    update();
}

bool ReliabilityController::isRunning() const
{
    return m_comparison.isRunning() || std::ranges::any_of(m_running, std::identity());
}

void ReliabilityController::compareWith(const QString& idOrPath) { m_comparison.start(idOrPath); }

void ReliabilityController::update()
{
    m_later.stop();
    m_items.clear();
    const SequenceResults& current = m_analysis.current();
    if (current.transcript && current.explanation) {
        if (current.mutagenesis) {
            const auto agreement =
                exactAgreement(*current.explanation, *current.mutagenesis, current.transcript->sequence.letters);
            if (auto item = itemOfAgreement(agreement))
                m_items.push_back(*std::move(item));
        }
        const data::Attribution& measured = m_shifts ? *m_shifts : *current.explanation;
        for (ReliabilityItem& item : itemsOfDiagnostics(measured))
            m_items.push_back(std::move(item));
        if (auto item = m_comparison.item())
            m_items.push_back(*std::move(item));
    }
    const auto name = [this](const std::string& id) {
        if (!m_analysis.model())
            return QString::fromStdString(id);
        const engine::ModelOutputs& outputs = m_analysis.model()->spec.outputs;
        const bool isClass = id.starts_with("p_") && std::ranges::count(outputs.classes, id.substr(2)) > 0;
        const QString shown = QString::fromStdString(outputs.describe(isClass ? id.substr(2) : id).name);
        return isClass ? tr("P(%1)").arg(shown) : shown;
    };
    const std::array<std::int64_t, 3> counts{kWindows, kPasses, memberCount()};
    for (const SpreadOf what : {SpreadOf::Windows, SpreadOf::Dropout, SpreadOf::Members})
        if (const auto& spread = m_spread[std::size_t(what)])
            if (auto item = itemOfSpread(*spread, what, counts[std::size_t(what)], name))
                m_items.push_back(*std::move(item));
    emit changed();
}

std::int64_t ReliabilityController::memberCount() const
{
    const auto& model = m_analysis.model();
    if (!model || model->spec.architecture != "ensemble")
        return 0;
    const auto options = engine::completeOptions(model->card.options, model->spec.options);
    return options ? std::get<std::int64_t>(options->at("members")) : 0;
}

std::int64_t ReliabilityController::maxShift() const
{
    const std::int64_t length = m_analysis.current().transcript ? m_analysis.current().transcript->sequence.length() : 0;
    return std::min(kLongestShift, (length - 1) / 2);
}

QString ReliabilityController::obstacle(Check check) const
{
    if (!m_analysis.model() || !m_analysis.current().transcript)
        return tr("Choose a model and a sequence first.");
    switch (check) {
    case Check::Shifts: {
        const auto method = m_analysis.explanationSpec();
        if (!method || !hasOption(*method, "shifts"))
            return tr("This method has no check of shifts.");
        return maxShift() < 1 ? tr("The sequence is too short to be shifted.") : QString();
    }
    case Check::RobustPrediction: {
        const std::int64_t windowNt = m_analysis.model()->spec.input.lengthNt;
        if (windowNt == 0)
            return tr("This model reads the whole sequence: there is no window to shift.");
        return m_analysis.current().transcript->sequence.length() > windowNt
                   ? QString()
                   : tr("The sequence is not longer than the model's window of %1 nt.").arg(windowNt);
    }
    case Check::Dropout: return {};
    case Check::Members: return memberCount() > 0 ? QString() : tr("This model is no ensemble.");
    }
    return {};
}

void ReliabilityController::measure(Check check)
{
    if (!obstacle(check).isEmpty())
        return;
    engine::Request request;
    request.model = m_analysis.model()->id;
    request.transcripts = {m_analysis.current().transcript};
    const QString id = QString::fromStdString(m_analysis.current().transcript->sequence.id);
    QString title;
    switch (check) {
    case Check::Shifts:
        request.analysis = engine::Analysis::Explain;
        request.method = m_analysis.explanationMethod();
        request.target = m_analysis.target();
        request.options = m_analysis.methodOptions();
        request.options["shifts"] = kShifts;
        request.options["max_shift"] = maxShift();
        title = tr("Shifted explanations of %1").arg(id);
        break;
    case Check::RobustPrediction:
        request.options["shifts"] = kWindows;
        title = tr("Shifted predictions of %1").arg(id);
        break;
    case Check::Dropout:
        request.options["dropout"] = kPasses;
        title = tr("Predictions of %1 with dropout").arg(id);
        break;
    case Check::Members:
        request.options["members"] = true;
        title = tr("Predictions of %1 by the members").arg(id);
        break;
    }
    m_running[std::size_t(check)] = true;
    m_bridge.request(std::move(request), engine::Priority::Preview, kKeys[std::size_t(check)], title);
    emit changed();
}

void ReliabilityController::receive(const std::string& key, const engine::Delivery& delivery)
{
    if (const auto* shifts = std::get_if<std::shared_ptr<const data::Attribution>>(&delivery.payload)) {
        if (key == kCheckShifts && !delivery.partial)
            m_shifts = *shifts;
    } else if (const auto* spread = std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload)) {
        if (const auto found = std::ranges::find(kSpreadKeys, key); found != kSpreadKeys.end())
            m_spread[std::size_t(found - kSpreadKeys.begin())] = *spread;
    }
}

void ReliabilityController::ended(const std::string& key)
{
    const auto check = std::ranges::find(kKeys, key);
    if (check == kKeys.end())
        return;
    m_running[std::size_t(check - kKeys.begin())] = false;
    update();
}

}  // namespace nscope::app
