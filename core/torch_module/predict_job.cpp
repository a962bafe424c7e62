#include "core/torch_module/predict_job.h"

#include "core/models/ensemble.h"
#include "core/nn/first_filters.h"
#include "core/torch_module/dropout_scope.h"
#include "core/torch_module/prediction_spread.h"

#include <random>
#include <stdexcept>

namespace nscope::torch_module {

namespace {

constexpr double kStepSeconds = 0.04;
constexpr const char* kNoFilters = "This model does not begin with a convolution of letters, so that it has no filters "
                                   "whose activations could be shown.";

/// The part of a transcript that a window shows, with the further inputs that belong to its bases.
data::Transcript windowOf(const data::Transcript& transcript, data::Interval window, const engine::ModelSpec& spec)
{
    data::Transcript result = transcript;
    result.sequence.letters = transcript.sequence.letters.substr(std::size_t(window.startNt), std::size_t(window.length()));
    for (const engine::InputSpec& further : spec.input.further) {
        const auto found = result.features.find(further.id);
        if (further.width == 0 && found != result.features.end())
            found->second = {found->second.begin() + window.startNt, found->second.begin() + window.endNt};
    }
    return result;
}

}  // namespace

const std::vector<engine::OptionSpec>& predictOptions()
{
    static const std::vector<engine::OptionSpec> specs = {
        {"translate", "Translate", "Decode the protein with beams, not only the class", false, {}, {}, {}},
        {"beam", "Beams", "Hypotheses followed at once; 1 is greedy decoding", std::int64_t(4), 1.0, 64.0, {}},
        {"best", "Translations", "Hypotheses listed", std::int64_t(4), 1.0, 64.0, {}},
        {"max_length", "Longest translation", "Tokens after which decoding stops", std::int64_t(400), 1.0, 20000.0, {}},
        {"shifts", "Shifted windows",
         "Mean over so many random windows of a sequence longer than the model's, and the spread; 0: off",
         std::int64_t(0), 0.0, 1000.0, {}},
        {"dropout", "Passes with dropout", "Spread over so many passes with dropout left on; 0: off", std::int64_t(0),
         0.0, 10000.0, {}},
        {"members", "Members", "Spread over the members of an ensemble", false, {}, {}, {}},
        {"embedding", "Vector", "Also the model's vector of the sequence", false, {}, {}, {}},
        {"seed", "Seed", "Of windows and dropout", std::int64_t(0), 0.0, 2147483647.0, {}},
        {"filters", "Filters",
         "Instead of the prediction, what the filters of this first convolution (1: the first) make of the letters, as a "
         "profile of a row per filter; 0: off",
         std::int64_t(0), 0.0, 16.0, {}},
    };
    return specs;
}

Result<void> checkPrediction(const PredictOrder& order)
{
    const auto shifts = std::get<std::int64_t>(order.options.at("shifts"));
    const auto passes = std::get<std::int64_t>(order.options.at("dropout"));
    if (shifts == 1 || passes == 1)
        return fail(ErrorCode::InvalidArgument, "A spread needs at least two windows or passes.");
    if (const auto bank = std::get<std::int64_t>(order.options.at("filters")); bank > 0) {
        if (shifts > 0 || passes > 0 || std::get<bool>(order.options.at("translate"))
            || std::get<bool>(order.options.at("embedding")))
            return fail(ErrorCode::InvalidArgument, "Filters are asked for alone, without shifted windows, dropout, "
                                                    "translations or a vector.");
        if (dynamic_cast<const nn::FirstFilters*>(order.net.get()) == nullptr)
            return fail(ErrorCode::Unsupported, kNoFilters);
        return {};
    }
    if (std::get<bool>(order.options.at("members"))) {
        if (shifts > 0 || passes > 0)
            return fail(ErrorCode::InvalidArgument,
                        "The spread of an ensemble's members goes with neither shifted windows nor dropout; ask for one "
                        "at a time.");
        if (dynamic_cast<const models::EnsembleImpl*>(order.net.get()) == nullptr)
            return fail(ErrorCode::Unsupported, "This model is no ensemble, so that it has no members that could differ.");
    }
    const bool embeds = std::get<bool>(order.options.at("embedding"));
    if (embeds && !order.net->spec().outputs.embeddings)
        return fail(ErrorCode::Unsupported, "This model gives no vector per sequence.");
    if (embeds && shifts > 0)
        return fail(ErrorCode::InvalidArgument, "A vector is of the whole sequence, not of shifted windows.");
    if (shifts == 0)
        return {};
    if (passes > 0 || std::get<bool>(order.options.at("translate")))
        return fail(ErrorCode::InvalidArgument, "Shifted windows go neither with dropout nor with translations; ask for "
                                                "one at a time.");
    const std::int64_t windowNt = order.net->spec().input.lengthNt;
    if (windowNt == 0)
        return fail(ErrorCode::Unsupported, "This model reads sequences of any length as a whole, so that it has no "
                                            "window that could be shifted.");
    for (const data::TranscriptPtr& transcript : order.transcripts) {
        if (transcript->sequence.length() <= windowNt)
            return fail(ErrorCode::InvalidArgument, "Windows of " + std::to_string(windowNt)
                                                        + " nt can only be shifted in a longer sequence.",
                        {.record = transcript->sequence.id});
    }
    return {};
}

PredictJob::PredictJob(PredictOrder order) : m_order(std::move(order))
{
    const auto whole = [this](const char* id) { return std::get<std::int64_t>(m_order.options.at(id)); };
    m_translate = std::get<bool>(m_order.options.at("translate"));
    m_how = {int(whole("beam")), int(whole("best")), int(whole("max_length"))};
    m_embeds = std::get<bool>(m_order.options.at("embedding"));
    m_shifts = whole("shifts");
    m_dropoutPasses = whole("dropout");
    m_seed = std::uint64_t(whole("seed"));
    m_filterBank = whole("filters");
    m_spreadsMembers = std::get<bool>(m_order.options.at("members"));
}

Result<engine::StepReport> PredictJob::step(std::stop_token stop)
{
    const c10::InferenceMode inference;
    nn::PassOptions options;
    options.stop = stop;
    const Clock::time_point started = Clock::now();
    engine::StepReport report;
    try {
        advance(options, report, started);
    } catch (const std::invalid_argument& refused) {  // what the network says of this sequence
        return fail(ErrorCode::InvalidArgument, refused.what(),
                    {.record = m_order.transcripts[m_next]->sequence.id});
    }
    report.finished = m_next == m_order.transcripts.size();
    return report;
}

void PredictJob::advance(const nn::PassOptions& options, engine::StepReport& report, Clock::time_point started)
{
    while (m_next < m_order.transcripts.size()) {
        options.poll();
        if (m_filterBank > 0)
            showFilters(options);
        else if (m_shifts > 0)
            predictWindow(options);
        else if (!m_prediction)
            classify(options);
        else if (std::int64_t(m_samples.size()) < m_dropoutPasses)
            predictWithDropout(options);
        else if (!m_translation->advance(options))
            finishTranscript(report);
        if (m_prediction && !m_translation && std::int64_t(m_samples.size()) == m_dropoutPasses)
            finishTranscript(report);
        if (std::chrono::duration<double>(Clock::now() - started).count() > kStepSeconds)
            break;
    }
}

data::Prediction PredictJob::predictionOf(const data::Transcript& transcript, const nn::PassOptions& options,
                                          nn::NamedTensors* outputs) const
{
    const nn::NetInput input = m_order.net->encode(transcript.sequence.letters, transcript.features);
    nn::NamedTensors made = m_order.net->forward(input, options);
    data::Prediction prediction = m_order.net->prediction(made, 0);
    prediction.modelHash = m_order.modelHash;
    if (outputs)
        *outputs = std::move(made);
    return prediction;
}

void PredictJob::classify(const nn::PassOptions& options)
{
    const data::Transcript& transcript = *m_order.transcripts[m_next];
    nn::NamedTensors outputs;
    nn::PassOptions how = options;
    how.keepHidden = m_embeds;
    m_prediction = std::make_shared<data::Prediction>(predictionOf(transcript, how, &outputs));
    if (const auto found = outputs.find("embedding_ND"); m_embeds && found != outputs.end()) {
        const torch::Tensor vector = found->second[0].to(at::kCPU, at::kFloat).contiguous();
        m_prediction->embedding.assign(vector.data_ptr<float>(), vector.data_ptr<float>() + vector.numel());
    }
    if (m_spreadsMembers)
        predictWithMembers(options);
    if (m_translate)
        m_translation = m_order.net->startTranslation(outputs, transcript.sequence.letters, m_how);
}

void PredictJob::predictWithMembers(const nn::PassOptions& options)
{
    const data::Transcript& transcript = *m_order.transcripts[m_next];
    const nn::NetInput input = m_order.net->encode(transcript.sequence.letters, transcript.features);
    std::vector<data::Prediction> ofMembers;
    for (const auto& member : dynamic_cast<const models::EnsembleImpl&>(*m_order.net).nets())
        ofMembers.push_back(member->prediction(member->forward(input, options), 0));
    for (data::NamedValue& value : spread(ofMembers, "member_"))
        m_prediction->scalars.push_back(std::move(value));
}

/// A profile of a row per filter.
void PredictJob::showFilters(const nn::PassOptions& options)
{
    const data::Transcript& transcript = *m_order.transcripts[m_next];
    const nn::NetInput input = m_order.net->encode(transcript.sequence.letters, transcript.features);
    const std::vector<nn::FilterBank> banks =
        dynamic_cast<nn::FirstFilters&>(*m_order.net).firstFilters(input, options);
    if (banks.empty())
        throw std::invalid_argument(kNoFilters);
    if (m_filterBank > std::int64_t(banks.size()))
        throw std::invalid_argument("There is no first convolution number " + std::to_string(m_filterBank)
                                    + "; the last one of this model is number " + std::to_string(banks.size()) + ".");
    const nn::FilterBank& bank = banks[std::size_t(m_filterBank - 1)];
    const torch::Tensor rows_FP = nn::windowActivations_PF(bank, transcript.sequence.length()).t().contiguous();
    data::Track track;
    for (std::int64_t filter = 0; filter < rows_FP.size(0); ++filter)
        track.rows.push_back("filter" + std::to_string(filter));
    track.values_RB.assign(rows_FP.data_ptr<float>(), rows_FP.data_ptr<float>() + rows_FP.numel());
    m_prediction = std::make_shared<data::Prediction>();
    m_prediction->modelHash = m_order.modelHash;
    m_prediction->scalars = {{"filter_width_nt", double(bank.kernelNt)}};
    m_prediction->profiles.push_back(std::move(track));
}

/// The next window; after the last one their mean is the prediction.
void PredictJob::predictWindow(const nn::PassOptions& options)
{
    const data::Transcript& transcript = *m_order.transcripts[m_next];
    const std::int64_t windowNt = m_order.net->spec().input.lengthNt;
    std::mt19937_64 bits(m_seed + m_samples.size());
    const auto starts = std::uint64_t(transcript.sequence.length() - windowNt + 1);
    const auto startNt = std::int64_t(bits() % starts);
    data::Prediction sample =
        predictionOf(windowOf(transcript, {startNt, startNt + windowNt}, m_order.net->spec()), options);
    for (data::Track& track : sample.profiles)
        track.startNt += startNt;
    m_samples.push_back(std::move(sample));
    if (std::int64_t(m_samples.size()) < m_shifts)
        return;
    m_prediction = std::make_shared<data::Prediction>(meanPrediction(m_samples));
    for (data::NamedValue& value : spread(m_samples, "shift_"))
        m_prediction->scalars.push_back(std::move(value));
    m_samples.clear();
}

void PredictJob::predictWithDropout(const nn::PassOptions& options)
{
    {
        const DropoutScope dropout(*m_order.net, m_seed + m_samples.size());
        m_samples.push_back(predictionOf(*m_order.transcripts[m_next], options));
    }
    if (std::int64_t(m_samples.size()) == m_dropoutPasses) {
        for (data::NamedValue& value : spread(m_samples, "dropout_"))
            m_prediction->scalars.push_back(std::move(value));
    }
}

void PredictJob::finishTranscript(engine::StepReport& report)
{
    if (m_translation)
        m_prediction->translations = m_translation->result();
    report.deliveries.push_back({m_next, std::shared_ptr<const data::Prediction>(std::move(m_prediction)), false});
    m_prediction.reset();
    m_translation.reset();
    m_samples.clear();
    ++m_next;
}

}  // namespace nscope::torch_module
