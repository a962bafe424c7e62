#include "core/models/beam_search.h"

#include "core/data/genetic_code.h"

#include <algorithm>
#include <limits>

namespace nscope::models {

namespace {

constexpr double kEnded = -1e10;  ///< log probability of a beam that has ended, so that it is never continued

}  // namespace

BeamSearch::BeamSearch(Bioseq2SeqImpl& net, torch::Tensor memory_1LD, std::string_view letters,
                       const nn::TranslateOptions& how)
    : m_net(net), m_memory(std::move(memory_1LD)), m_letters(letters), m_how(how)
{
    TORCH_CHECK(m_memory.size(0) == 1, "Beam search decodes one sequence at a time.");
    m_how.beam = std::max(m_how.beam, 1);
    m_how.best = std::clamp(m_how.best, 1, m_how.beam);
    m_beams.resize(1);
}

torch::Tensor BeamSearch::nextLogProbabilities(const nn::PassOptions& options)
{
    std::vector<std::int64_t> last;
    for (const Hypothesis& beam : m_beams)
        last.push_back(beam.ids.empty() ? kStartId : beam.ids.back());
    const torch::Tensor tokens = torch::tensor(last, torch::kInt64).unsqueeze(1).to(m_memory.device());
    const torch::Tensor hidden = m_net.decoder->forward(tokens, m_memory, {}, options, &m_cache);
    const torch::Tensor logits = m_net.generator->proj->forward(hidden.select(1, 0));
    return at::log_softmax(logits, -1).to(torch::kCPU, torch::kFloat64).contiguous();
}

/// Continues the beams with the best tokens; gives the beam each new one came from.
std::vector<std::int64_t> BeamSearch::extendBeams(const torch::Tensor& logProbabilities_BV)
{
    struct Candidate {
        double logProbability;
        std::int64_t beam, token;
    };
    const auto table = logProbabilities_BV.accessor<double, 2>();
    std::vector<Candidate> candidates;
    for (std::int64_t b = 0; b < std::int64_t(m_beams.size()); ++b) {
        const Hypothesis& beam = m_beams[std::size_t(b)];
        const bool ended = !beam.ids.empty() && beam.ids.back() == kEndId;
        for (std::int64_t token = 0; token < kTargetVocabSize; ++token)
            candidates.push_back({(ended ? kEnded : beam.logProbability) + table[b][token], b, token});
    }
    const auto count = std::min<std::size_t>(std::size_t(m_how.beam), candidates.size());
    std::partial_sort(candidates.begin(), candidates.begin() + std::ptrdiff_t(count), candidates.end(),
                      [](const Candidate& a, const Candidate& b) { return a.logProbability > b.logProbability; });
    std::vector<Hypothesis> next;
    std::vector<std::int64_t> origins;
    for (std::size_t i = 0; i < count; ++i) {
        Hypothesis hypothesis = m_beams[std::size_t(candidates[i].beam)];
        hypothesis.ids.push_back(candidates[i].token);
        hypothesis.logProbability = candidates[i].logProbability;
        hypothesis.score = hypothesis.logProbability / double(hypothesis.ids.size() + 1);
        next.push_back(std::move(hypothesis));
        origins.push_back(candidates[i].beam);
    }
    m_beams = std::move(next);
    return origins;
}

void BeamSearch::collectFinished()
{
    const bool limit = int(m_beams.front().ids.size()) >= m_how.maxTokens;
    for (std::size_t i = 0; i < m_beams.size(); ++i) {
        if (m_beams[i].ids.back() != kEndId && !limit)
            continue;
        if (m_beams[i].logProbability > kEnded / 2)
            m_finished.push_back(m_beams[i]);
        m_topEnded |= i == 0;
    }
    m_done = limit || (m_topEnded && int(m_finished.size()) >= m_how.best);
}

bool BeamSearch::advance(const nn::PassOptions& options)
{
    if (m_done)
        return false;
    const std::vector<std::int64_t> origins = extendBeams(nextLogProbabilities(options));
    m_cache.select(torch::tensor(origins, torch::kInt64).to(m_memory.device()));
    collectFinished();
    return !m_done;
}

std::vector<BeamSearch::Hypothesis> BeamSearch::best() const
{
    std::vector<Hypothesis> sorted = m_finished;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Hypothesis& a, const Hypothesis& b) { return a.score > b.score; });
    if (sorted.size() > std::size_t(m_how.best))
        sorted.resize(std::size_t(m_how.best));
    return sorted;
}

std::vector<data::Translation> BeamSearch::result() const
{
    std::vector<data::Translation> translations;
    for (const Hypothesis& hypothesis : best()) {
        data::Translation translation;
        translation.logProbability = hypothesis.logProbability;
        translation.score = hypothesis.score;
        for (std::size_t i = 0; i < hypothesis.ids.size(); ++i) {
            const std::int64_t id = hypothesis.ids[i];
            const std::string_view name = targetTokenName(id);
            if (i == 0 && (id == kPcId || id == kNcId))
                translation.classToken = name.substr(1, 2);
            else if (id == kEndId)
                translation.ended = true;
            else
                translation.peptide += name.size() == 1 ? name.front() : '?';
        }
        translation.exactOrf = exactOrf(m_letters, translation.peptide, translation.ended);
        translations.push_back(std::move(translation));
    }
    return translations;
}

std::optional<data::Interval> exactOrf(std::string_view canonicalLetters, std::string_view peptide, bool ended)
{
    if (peptide.empty())
        return std::nullopt;
    std::optional<data::Interval> first;
    for (std::size_t frame = 0; frame < 3 && frame < canonicalLetters.size(); ++frame) {
        const std::string protein = data::translate(canonicalLetters.substr(frame), false);
        for (auto place = protein.find(peptide); place != std::string::npos; place = protein.find(peptide, place + 1)) {
            const std::size_t after = place + peptide.size();
            const bool stop = after < protein.size() && protein[after] == '*';
            if (ended && !stop)
                continue;
            const data::Interval span{std::int64_t(frame + 3 * place), std::int64_t(frame + 3 * (after + (ended ? 1 : 0)))};
            if (!first || span.startNt < first->startNt)
                first = span;
            break;
        }
    }
    return first;
}

}  // namespace nscope::models
