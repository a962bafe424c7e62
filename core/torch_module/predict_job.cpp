#include "core/torch_module/predict_job.h"

#include <stdexcept>

namespace nscope::torch_module {

namespace {

constexpr double kStepSeconds = 0.04;

}  // namespace

const std::vector<engine::OptionSpec>& predictOptions()
{
    static const std::vector<engine::OptionSpec> specs = {
        {"translate", "Translate", "Decode the protein with beams, not only the class", false, {}, {}, {}},
        {"beam", "Beams", "Hypotheses followed at once; 1 is greedy decoding", std::int64_t(4), 1.0, 64.0, {}},
        {"best", "Translations", "Hypotheses listed", std::int64_t(4), 1.0, 64.0, {}},
        {"max_length", "Longest translation", "Tokens after which decoding stops", std::int64_t(400), 1.0, 20000.0, {}},
    };
    return specs;
}

PredictJob::PredictJob(PredictOrder order) : m_order(std::move(order))
{
    m_translate = std::get<bool>(m_order.options.at("translate"));
    m_how = {int(std::get<std::int64_t>(m_order.options.at("beam"))),
             int(std::get<std::int64_t>(m_order.options.at("best"))),
             int(std::get<std::int64_t>(m_order.options.at("max_length")))};
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
        if (!m_prediction)
            classify(options);
        else if (!m_translation->advance(options))
            finishTranscript(report);
        if (m_prediction && !m_translation)
            finishTranscript(report);
        if (std::chrono::duration<double>(Clock::now() - started).count() > kStepSeconds)
            break;
    }
}

void PredictJob::classify(const nn::PassOptions& options)
{
    const std::string& letters = m_order.transcripts[m_next]->sequence.letters;
    const nn::NetInput input = m_order.net->encode(letters, m_order.transcripts[m_next]->features);
    const nn::NamedTensors outputs = m_order.net->forward(input, options);
    m_prediction = std::make_shared<data::Prediction>(m_order.net->prediction(outputs, 0));
    m_prediction->modelHash = m_order.modelHash;
    if (m_translate)
        m_translation = m_order.net->startTranslation(outputs, letters, m_how);
}

void PredictJob::finishTranscript(engine::StepReport& report)
{
    if (m_translation)
        m_prediction->translations = m_translation->result();
    report.deliveries.push_back({m_next, std::shared_ptr<const data::Prediction>(std::move(m_prediction)), false});
    m_prediction.reset();
    m_translation.reset();
    ++m_next;
}

}  // namespace nscope::torch_module
