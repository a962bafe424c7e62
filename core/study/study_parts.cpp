#include "core/study/study_parts.h"

#include <algorithm>

namespace nscope::study {

std::vector<std::string> wordsOf(std::string_view text)
{
    constexpr std::string_view kBetween = " \t\n,;";
    std::vector<std::string> words;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = text.find_first_not_of(kBetween, end);
    }
    return words;
}

data::PlotSeries seriesOf(data::PlotSeries::Kind kind, std::string name, std::vector<double> x,
                          std::span<const analysis::MeanEstimate> estimates)
{
    data::PlotSeries series{.kind = kind, .name = std::move(name), .x = std::move(x), .y = {}};
    for (const analysis::MeanEstimate& estimate : estimates) {
        series.y.push_back(estimate.mean);
        series.low.push_back(estimate.low);
        series.high.push_back(estimate.high);
    }
    return series;
}

std::vector<double> countedFrom1(std::size_t count)
{
    std::vector<double> numbers;
    for (std::size_t i = 1; i <= count; ++i)
        numbers.push_back(double(i));
    return numbers;
}

std::vector<data::PlotTick> ticksOf(std::span<const std::string> labels, std::size_t most)
{
    const std::size_t step = (labels.size() + most - 1) / most;
    std::vector<data::PlotTick> ticks;
    for (std::size_t i = 0; i < labels.size(); i += step)
        ticks.push_back({double(i + 1), labels[i]});
    return ticks;
}

data::PlotGuide zeroLine() { return {.vertical = false, .at = 0.0}; }

experiment::Run countedRun(const Tools& tools, std::size_t total)
{
    expectUnits(tools, total);
    return {.scorer = [score = tools.score, progress = tools.progress](
                          std::span<const data::TranscriptPtr> sequences) -> Result<std::vector<double>> {
                Result<std::vector<double>> scores = score(sequences);
                if (scores && progress)
                    progress->add(std::int64_t(sequences.size()));
                return scores;
            },
            .stop = tools.stop};
}

void expectUnits(const Tools& tools, std::size_t total)
{
    if (tools.progress)
        tools.progress->setTotal(std::int64_t(total));
}

void countUnit(const Tools& tools)
{
    if (tools.progress)
        tools.progress->add(1);
}

void noteLeftOut(const io::ReadProblems& problems, const char* what, std::vector<std::string>& notes)
{
    if (problems.count > 0)
        notes.push_back("Lines left out of the " + std::string(what) + ": " + groupedText(problems.count)
                        + "; the first: " + problems.first.front().sentence());
}

Result<void> checkStop(const Tools& tools)
{
    return tools.stop.stop_requested() ? fail(ErrorCode::Cancelled, "Stopped.") : Result<void>();
}

}  // namespace nscope::study
