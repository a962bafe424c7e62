#include "app/study_controller.h"

#include "app/analysis_controller.h"
#include "app/analysis_keys.h"
#include "app/engine_bridge.h"
#include "app/engine_door.h"
#include "app/study_tools.h"
#include "core/base/version.h"

#include <algorithm>
#include <new>
#include <utility>

namespace nscope::app {

namespace {

bool asksModel(const study::Needs& needs)
{
    return needs.target || needs.explanation || needs.attention || needs.embedding;
}

QString nameOf(const engine::ModelInfo& model) { return QString::fromStdString(model.card.name); }

/// What the run is made of, for files of results.
io::Provenance provenanceOf(const StudyContext& context, const std::string& backend)
{
    io::Provenance made{{"study", context.study->spec.id},
                        {"program", std::string("nucleoscope ") + kVersion},
                        {"sequences", std::to_string(context.order.transcripts.size())},
                        {"seed", std::to_string(context.order.seed)}};
    if (asksModel(context.study->spec.needs)) {
        made["model"] = context.model->card.id;
        made["model_hash"] = context.model->hash;
        made["backend"] = backend;
    }
    if (context.study->spec.needs.target)
        made["target"] = context.target;
    if (context.study->spec.needs.explanation) {
        made["method"] = context.method;
        for (const auto& [id, value] : context.methodOptions)
            made["method." + id] = data::toText(value);
    }
    for (const auto& [id, value] : context.order.options)
        made["option." + id] = data::toText(value);
    for (const auto& [id, path] : context.order.files)
        made["file." + id] = path;
    return made;
}

Result<study::Outcome> runStudy(const StudyContext& context, const study::Tools& tools)
{
    try {
        return context.study->run(context.order, tools);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "There is not enough memory for this study; try it with fewer sequences.");
    }
}

}  // namespace

StudyController::StudyController(EngineBridge& bridge, AnalysisController& analysis, ReaderPool& readers,
                                 QObject* parent)
    : QObject(parent),
      m_bridge(&bridge),
      m_analysis(analysis),
      m_readers(&readers),
      m_desk(new EngineDesk(bridge, engine::Priority::Background, this))
{
}

StudyController::~StudyController()
{
    while (!m_runs.empty())
        drop(std::string(m_runs.begin()->first));
}

QString StudyController::obstacle(const study::Study& study, const data::TranscriptSet& transcripts) const
{
    const study::Needs& needs = study.spec.needs;
    if (transcripts.empty() && needs.sequences > 0)
        return tr("Open sequences first.");
    if (transcripts.size() < needs.sequences)
        return tr("This needs at least %1 sequences; there are %2.").arg(needs.sequences).arg(transcripts.size());
    const auto hasCds = [](const data::TranscriptPtr& transcript) { return transcript->cds.has_value(); };
    if (needs.codingRegions && std::ranges::none_of(transcripts, hasCds))
        return tr("No sequence has a coding region; open a table of coding regions, or set one.");
    return modelObstacle(needs);
}

QString StudyController::modelObstacle(const study::Needs& needs) const
{
    if (!asksModel(needs))
        return {};
    const std::shared_ptr<const engine::ModelInfo>& model = m_analysis.model();
    if (!model)
        return tr("Choose a model first.");
    if ((needs.target || needs.explanation) && model->spec.targets.empty())
        return tr("The model %1 has no target that could be scored.").arg(nameOf(*model));
    if (needs.explanation && m_analysis.explanationMethods().empty())
        return tr("There is no method that explains the model %1.").arg(nameOf(*model));
    if (needs.attention && model->attentionLayers == 0)
        return tr("The model %1 has no attention on positions.").arg(nameOf(*model));
    if (needs.embedding && !model->spec.outputs.embeddings)
        return tr("The model %1 gives no vector per sequence.").arg(nameOf(*model));
    return {};
}

Result<std::shared_ptr<const StudyContext>> StudyController::contextOf(StudyRequest request) const
{
    const study::StudySpec& spec = request.study->spec;
    if (const QString missing = obstacle(*request.study, request.order.transcripts); !missing.isEmpty())
        return fail(ErrorCode::InvalidArgument, missing.toStdString());
    for (const study::FileSpec& file : spec.files)
        if (file.required && (!request.order.files.contains(file.id) || request.order.files.at(file.id).empty()))
            return fail(ErrorCode::InvalidArgument, "Choose a file first: " + file.name + ".");
    Result<data::OptionMap> options = engine::completeOptions(request.order.options, spec.options);
    if (!options)
        return fail(options.error());
    auto context = std::make_shared<StudyContext>();
    context->study = request.study;
    context->model = m_analysis.model();
    const auto info = m_bridge ? m_bridge->backendInfo() : nullptr;
    if (info)
        context->methods = info->methods;
    context->target = request.target;
    context->method = request.method;
    context->methodOptions = std::move(request.methodOptions);
    context->order = std::move(request.order);
    context->order.options = *std::move(options);
    std::erase_if(context->order.files, [](const auto& file) { return file.second.empty(); });
    if (!context->model)
        return context;  // this study needs none
    const engine::ModelSpec& model = context->model->spec;
    if (context->target.empty() && !model.targets.empty())
        context->target = model.targets.front().id;
    context->order.alphabet = model.input.alphabet == "RNA" ? data::Alphabet::Rna : data::Alphabet::Dna;
    context->order.inputLengthNt = model.input.lengthNt;
    return context;
}

void StudyController::run(StudyRequest request)
{
    const std::string id = request.study->spec.id;
    drop(id);
    const QString title = QString::fromStdString(request.study->spec.name);
    const Result<std::shared_ptr<const StudyContext>> made = contextOf(std::move(request));
    if (!made || !m_bridge || !m_readers) {
        emit failed(id, made ? tr("The program is closing.") : QString::fromStdString(made.error().sentence()));
        return;
    }
    const std::shared_ptr<const StudyContext>& context = *made;
    const std::string key = std::string(kStudy) + " " + std::to_string(++m_lastRun);
    const auto info = m_bridge->backendInfo();
    Run run{0, key, provenanceOf(*context, info ? info->description : std::string())};
    run.job = m_readers->startWaiting(
        title, tr("steps"),
        [context, door = m_desk->open(key)](std::stop_token stop, Progress& progress) {
            return runStudy(*context, studyTools(context, door, stop, progress));
        },
        [self = QPointer(this), id, key](Result<study::Outcome> outcome) {
            if (self)
                self->ended(id, key, std::move(outcome));
        });
    m_runs.insert_or_assign(id, std::move(run));
    emit started(id);
}

void StudyController::ended(const std::string& studyId, const std::string& key, Result<study::Outcome> outcome)
{
    const auto found = m_runs.find(studyId);
    if (found == m_runs.end() || found->second.key != key)
        return;  // cancelled or replaced
    io::Provenance made = std::move(found->second.provenance);
    drop(studyId);
    if (outcome)
        emit finished(studyId, std::make_shared<const study::Outcome>(*std::move(outcome)), std::move(made));
    else if (outcome.error().code() == ErrorCode::Cancelled)
        emit cancelled(studyId);
    else
        emit failed(studyId, QString::fromStdString(outcome.error().sentence()));
}

void StudyController::cancel(const std::string& studyId)
{
    if (!isRunning(studyId))
        return;
    drop(studyId);
    emit cancelled(studyId);
}

void StudyController::drop(const std::string& studyId)
{
    const auto found = m_runs.find(studyId);
    if (found == m_runs.end())
        return;
    const Run run = std::move(found->second);
    m_runs.erase(found);
    if (m_readers)
        m_readers->cancel(run.job);
    m_desk->close(run.key);
}

ProgressSnapshot StudyController::progress(const std::string& studyId) const
{
    const auto found = m_runs.find(studyId);
    if (found == m_runs.end() || !m_readers)
        return {};
    for (const ReaderPool::Job& job : m_readers->jobs())
        if (job.id == found->second.job)
            return job.progress->snapshot();
    return {};
}

}  // namespace nscope::app
