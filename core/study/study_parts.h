// Purpose: what studies share: texts that hold several words, series with intervals, and an
// experiment's run that counts its sequences in a progress whose total is known from the start.
#pragma once

#include "core/analysis/statistics.h"
#include "core/data/plot.h"
#include "core/experiment/scorer.h"
#include "core/io/read_problems.h"
#include "core/study/number_text.h"
#include "core/study/study.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::study {

inline constexpr const char* kScoreAxis = "Score of the target";
inline constexpr const char* kEffectAxis = "Change of the score";
inline constexpr const char* kEffectUnit = "change";  ///< beside a colour bar

/// Parts between blanks, commas or semicolons.
std::vector<std::string> wordsOf(std::string_view text);

/// y with its 95 % interval as low and high.
data::PlotSeries seriesOf(data::PlotSeries::Kind kind, std::string name, std::vector<double> x,
                          std::span<const analysis::MeanEstimate> estimates);
/// 1, 2, 3 … `count`.
std::vector<double> countedFrom1(std::size_t count);
/// Ticks 1, 2, 3 … with these labels; every nth so that at most `most` stand there.
std::vector<data::PlotTick> ticksOf(std::span<const std::string> labels, std::size_t most = 64);
data::PlotGuide zeroLine();

/// For experiments that score `total` sequences in all; 0: nobody knows.
experiment::Run countedRun(const Tools& tools, std::size_t total);
/// For analyses that count something else. Sets the total.
void expectUnits(const Tools& tools, std::size_t total);
void countUnit(const Tools& tools);

/// Adds a sentence if lines were left out of a file; `what` they are, in the plural.
void noteLeftOut(const io::ReadProblems& problems, const char* what, std::vector<std::string>& notes);

/// fail(Cancelled) if the study was stopped.
Result<void> checkStop(const Tools& tools);

}  // namespace nscope::study
