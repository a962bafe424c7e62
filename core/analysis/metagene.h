// Purpose: averages over many transcripts: by bins of their regions, and aligned at the start or stop codon.
// Values are one number per base (position_score.h, or attention); NaN is "no value" and is skipped.
// Source: spec 1.9 "Binned metagene (Fig 4A)" and "Attention metagene (Fig 3E/F, S3)".
// Thread: one object, one thread. Memory: binned 75 numbers per transcript, aligned a few per offset.
#pragma once

#include "core/analysis/statistics.h"
#include "core/data/interval.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::analysis {

/// The region that stands for the coding one: the annotated CDS, or the longest ORF (of a noncoding transcript).
std::optional<data::Interval> codingRegion(std::optional<data::Interval> cds, std::string_view letters, bool orfWithoutCds);

/// 5'UTR, CDS and 3'UTR in this order.
inline constexpr int kRegionCount = 3;
inline constexpr const char* kRegionNames[kRegionCount] = {"utr5", "cds", "utr3"};
data::Interval regionOf(int region, data::Interval cds, std::int64_t lengthNt);

struct BinnedSettings {
    int binsPerRegion = 25;
    std::int64_t minRegionNt = 25;  ///< a transcript with a shorter region is left out; at least binsPerRegion
    double trim = 0.1;              ///< share cut off at each end for the trimmed mean
};

struct BinnedMetagene {
    struct Bin {
        int region = 0;
        int bin = 0;  ///< within the region
        MeanEstimate estimate;
        double trimmedMean = 0.0;  ///< NaN without values
    };
    std::vector<Bin> bins;
    std::int64_t used = 0;
    std::int64_t tooShort = 0;  ///< transcripts left out because a region is shorter than minRegionNt
};

class BinnedMetageneBuilder {
public:
    explicit BinnedMetageneBuilder(const BinnedSettings& settings);

    /// Position p of a region of n bases counts in bin floor(p·bins/n); a transcript gives its mean in every bin.
    void add(std::span<const double> values_L, data::Interval cds);
    BinnedMetagene result() const;

private:
    BinnedSettings m_settings;
    std::vector<std::vector<double>> m_values;  ///< bins of all regions × transcripts
    std::int64_t m_used = 0;
    std::int64_t m_tooShort = 0;
};

enum class Anchor { Start, Stop };  ///< the first base of the start codon; of the stop codon

struct AlignedSettings {
    Anchor anchor = Anchor::Start;
    double minShare = 0.7;          ///< offsets with a value in fewer transcripts are left out
    std::int64_t maxOffsetNt = 5'000;  ///< on either side
};

struct AlignedMetagene {
    std::int64_t firstOffsetNt = 0;  ///< of the first value; 0 is the anchor
    std::vector<MeanEstimate> values;  ///< one per offset, without gaps
    std::int64_t used = 0;

    std::vector<double> means() const;
};

class AlignedMetageneBuilder {
public:
    explicit AlignedMetageneBuilder(const AlignedSettings& settings) : m_settings(settings) {}

    void add(std::span<const double> values_L, data::Interval cds);
    /// The longest run of offsets around (or next to) the anchor that have enough transcripts; empty without any.
    AlignedMetagene result() const;

private:
    AlignedSettings m_settings;
    std::deque<MeanAccumulator> m_offsets;
    std::int64_t m_firstOffsetNt = 0;
    std::int64_t m_used = 0;
};

}  // namespace nscope::analysis
