#include "core/experiment/scorer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

namespace nscope::experiment {

namespace {

constexpr std::size_t kChunkSequences = 256;
constexpr std::int64_t kChunkNt = 4'000'000;
constexpr int kBootstrapDraws = 1000;

Result<void> scoreChunk(const Run& run, const data::TranscriptSet& chunk, std::vector<double>& scores)
{
    const Result<std::vector<double>> made = run.scorer(chunk);
    if (!made)
        return fail(made.error());
    if (made->size() != chunk.size())
        return fail(ErrorCode::Internal, "The model gave " + std::to_string(made->size()) + " scores for "
                                             + std::to_string(chunk.size()) + " sequences.");
    for (std::size_t i = 0; i < chunk.size(); ++i) {
        if (!std::isfinite((*made)[i]))
            return fail(ErrorCode::Unsupported, "The model's score of this sequence is not a finite number.",
                        {.record = chunk[i]->sequence.id});
    }
    scores.insert(scores.end(), made->begin(), made->end());
    if (run.progress)
        run.progress->add(std::int64_t(chunk.size()));
    return {};
}

}  // namespace

void Run::expect(std::size_t sequences) const
{
    if (progress)
        progress->setTotal(progress->snapshot().total + std::int64_t(sequences));
}

Result<std::vector<double>> scoreEach(const Run& run, std::size_t count,
                                      const std::function<data::TranscriptPtr(std::size_t)>& make)
{
    std::vector<double> scores;
    scores.reserve(count);
    while (scores.size() < count) {
        if (run.stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        data::TranscriptSet chunk;
        std::int64_t nt = 0;
        const std::size_t first = scores.size();
        while (first + chunk.size() < count && chunk.size() < kChunkSequences && nt < kChunkNt) {
            chunk.push_back(make(first + chunk.size()));
            nt += chunk.back()->sequence.length();
        }
        if (const Result<void> scored = scoreChunk(run, chunk, scores); !scored)
            return fail(scored.error());
    }
    return scores;
}

Result<std::vector<double>> scoreAll(const Run& run, const data::TranscriptSet& sequences)
{
    return scoreEach(run, sequences.size(), [&sequences](std::size_t i) { return sequences[i]; });
}

Result<double> scoreOne(const Run& run, const data::TranscriptPtr& sequence)
{
    const Result<std::vector<double>> scores = scoreAll(run, {sequence});
    if (!scores)
        return fail(scores.error());
    return scores->front();
}

data::TranscriptPtr withLetters(const data::Transcript& base, std::string letters)
{
    auto changed = std::make_shared<data::Transcript>(base);
    if (letters.size() != base.sequence.letters.size()) {
        changed->cds.reset();
        changed->dotBracket.clear();
        std::erase_if(changed->features,
                      [&base](const auto& feature) { return feature.second.size() == base.sequence.letters.size(); });
    }
    changed->sequence.letters = std::move(letters);
    return changed;
}

analysis::MeanEstimate bootstrapMean(std::span<const double> values, std::uint64_t seed)
{
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    if (values.empty())
        return {kNaN, kNaN, kNaN, 0};
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    const auto statistic = [values](std::span<const std::size_t> sample) {
        double sum = 0.0;
        for (const std::size_t index : sample)
            sum += values[index];
        return sum / double(sample.size());
    };
    const analysis::ConfidenceInterval interval =
        analysis::bootstrapInterval(values.size(), statistic, kBootstrapDraws, seed);
    return {mean, interval.low, interval.high, std::int64_t(values.size())};
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b)
{
    std::vector<double> result(a.size());
    std::ranges::transform(a, b, result.begin(), std::minus<>());
    return result;
}

}  // namespace nscope::experiment
