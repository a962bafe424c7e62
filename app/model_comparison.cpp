#include "app/model_comparison.h"

#include "app/analysis_controller.h"
#include "app/analysis_keys.h"
#include "app/engine_bridge.h"
#include "app/reader_pool.h"
#include "core/io/model_card.h"
#include "core/io/model_files.h"

#include <utility>

namespace nscope::app {

ModelComparison::ModelComparison(AnalysisController& analysis, EngineBridge& bridge, ReaderPool& readers,
                                 QObject* parent)
    : QObject(parent), m_analysis(analysis), m_bridge(bridge), m_readers(readers)
{
    connect(&bridge, &EngineBridge::delivered, this, &ModelComparison::receive);
    connect(&bridge, &EngineBridge::finished, this, [this](const std::string& key) {
        if (key == kCheckModel)
            end();
    });
    connect(&bridge, &EngineBridge::cancelled, this, [this](const std::string& key, bool isReplaced) {
        if (key == kCheckModel && !isReplaced)
            end();
    });
    connect(&bridge, &EngineBridge::failed, this, [this](const std::string& key, const Error& error) {
        if (key == kCheckModel)
            end(QString::fromStdString(error.sentence()));
    });
}

QStringList ModelComparison::others() const
{
    QStringList ids;
    for (const io::ModelFiles& files : io::listModels())
        if (!m_analysis.model() || files.id != m_analysis.model()->card.id)
            ids << QString::fromStdString(files.id);
    return ids;
}

void ModelComparison::start(const QString& idOrPath)
{
    forget();
    m_isRunning = true;
    const auto isOld = [this, round = m_round] { return round != m_round; };
    const auto loaded = [this, isOld](const Result<std::shared_ptr<const engine::ModelInfo>>& model) {
        if (isOld())
            return;
        if (model)
            ask(*model);
        else
            end(QString::fromStdString(model.error().sentence()));
    };
    m_readers.start(
        tr("Reading model %1").arg(idOrPath),
        [name = idOrPath.toStdString()](std::stop_token, Progress&) { return io::readModelCard(name); },
        [this, isOld, loaded](const Result<data::ModelCard>& card) {
            if (isOld())
                return;
            if (!card)
                end(QString::fromStdString(card.error().sentence()));
            else
                m_bridge.loadModel(*card, loaded);
        });
    emit changed();
}

void ModelComparison::ask(const std::shared_ptr<const engine::ModelInfo>& model)
{
    const auto& transcript = m_analysis.current().transcript;
    if (!transcript)
        return end();
    m_name = QString::fromStdString(model->card.name);
    engine::Request request;
    request.analysis = engine::Analysis::Explain;
    request.model = model->id;
    request.transcripts = {transcript};
    request.method = m_analysis.explanationMethod();
    request.target = m_analysis.target();
    request.options = m_analysis.methodOptions();
    m_bridge.request(std::move(request), engine::Priority::Preview, kCheckModel,
                     tr("Explanation of %1 by %2").arg(QString::fromStdString(transcript->sequence.id), m_name));
}

void ModelComparison::receive(const std::string& key, const engine::Delivery& delivery)
{
    const auto* explanation = std::get_if<std::shared_ptr<const data::Attribution>>(&delivery.payload);
    if (key == kCheckModel && explanation && !delivery.partial)
        m_other = *explanation;
}

void ModelComparison::end(const QString& problem)
{
    if (!std::exchange(m_isRunning, false))
        return;
    if (!problem.isEmpty())
        emit failed(m_name.isEmpty() ? problem : tr("%1: %2").arg(m_name, problem));
    emit changed();
}

void ModelComparison::forget()
{
    ++m_round;
    m_other = nullptr;
    m_name.clear();
    if (std::exchange(m_isRunning, false))
        m_bridge.cancelKey(kCheckModel);
}

std::optional<ReliabilityItem> ModelComparison::item() const
{
    const SequenceResults& current = m_analysis.current();
    if (!m_other || !current.transcript || !current.explanation)
        return std::nullopt;
    return itemOfModels(exactAgreement(*current.explanation, *m_other, current.transcript->sequence.letters), m_name);
}

}  // namespace nscope::app
