// Purpose: measured against predicted signals along a genome, as GOPHER evaluates models (Tang thesis, chapter 2, Fig 2.2,
// 2.4 and B.3; model specification 4.5), for one or several lines of cells.
// docs/evaluation.md says what every number is. Order of the work, line by line: bins, scaling, smoothing, numbers.
// Memory: at most 32 bytes per bin of one line (a whole human chromosome 1 in bins of 32 nt: 250 MB), and what bedGraph
// files take. Errors: those of the files and of the settings; Cancelled.
#pragma once

#include "core/analysis/ranking.h"
#include "core/analysis/track_metrics.h"
#include "core/study/study.h"
#include "core/study/track_bins.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nscope::study {

/// The files of one line of cells, or of one model.
struct TrackPair {
    std::string line;                 ///< its name; empty: that of the predicted file
    std::string predicted, measured;  ///< paths
    std::int64_t trainBinNt = 0;      ///< of the model; 0: as the settings say
};

struct TrackComparisonSettings {
    std::vector<TrackPair> pairs{};
    RegionsAsked regions{};
    std::string peaks{};    ///< path of a BED or narrowPeak file with the positive places; empty: by the threshold
    std::string aliases{};  ///< path of a table of chromosome names; empty: none
    BinRules bins{};
    bool scale = false;              ///< predictions times Σ measured / Σ predicted of their line
    std::int64_t smoothNt = 0;       ///< width of a box-car filter on both; 0: none
    double threshold = 2.0;          ///< measured values above it are positive
    bool scoreIsSum = false;         ///< a region's score is the sum over its bases and not their mean
    std::int64_t coarsestNt = 2048;  ///< of the bin triangle
    double curveStep = 1.0;          ///< between thresholds of the curves, from 0 on
    int curvePoints = 25;
    std::int64_t trainBinNt =
        0;  ///< bins of the models of pairs that do not say theirs; 0: as the predicted file has them
};

struct RegionResult {
    std::size_t region = 0;
    std::int64_t binsInAll = 0;
    double highestMeasured = 0.0;  ///< NaN: none
    analysis::TrackMetrics metrics;
};

struct TriangleCell {
    std::int64_t binNt = 0;
    analysis::TrackMetrics metrics;
};

struct LineResult {
    std::string line;
    std::int64_t trainBinNt = 0;
    std::optional<double> scale{};  ///< factor that was used
    std::int64_t binsInAll = 0;
    analysis::TrackMetrics whole{};
    std::vector<RegionResult> regions{};
    std::optional<double> pearsonOfMeans{};  ///< over the regions' means
    std::vector<TriangleCell> triangle{};
    analysis::Ranking ofBins{}, ofRegions{};
    std::vector<analysis::ThresholdPoint> curve{};
    std::vector<double> predictedSample{}, measuredSample{};  ///< bins for the scatter plot, evenly chosen
};

struct TrackComparison {
    std::vector<TrackRegion> regions{};
    std::vector<LineResult> lines{};
    std::vector<RegionLeftOut> leftOut{};
    std::vector<std::string> notes{};
};

Result<TrackComparison> compareTracks(const TrackComparisonSettings& settings, const Tools& tools);
/// Its tables and plots.
Outcome outcomeOf(const TrackComparison& comparison, const TrackComparisonSettings& settings);

/// A table with the columns line, predicted, measured, and train_bin if the file has it; paths are relative to its folder.
Result<std::vector<TrackPair>> readTrackPairs(const std::string& path);

std::vector<Study> trackComparisonStudies();

}  // namespace nscope::study
