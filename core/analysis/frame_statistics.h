// Purpose: how a signal over coding regions divides among the three positions of a codon, and how steadily.
// Frames count from the first base of the start codon: 0, 1, 2. Start and stop codon are left out.
// Source: spec 1.9 "frame bar plot"; circular statistics: Mardia & Jupp, Directional Statistics, 2000, ch. 2 and 6.
// Thread: one object, one thread.
#pragma once

#include "core/analysis/statistics.h"
#include "core/data/interval.h"

#include <array>
#include <cstdint>
#include <span>

namespace nscope::analysis {

struct FrameStatistics {
    std::array<MeanEstimate, 3> frames;      ///< mean over transcripts of their means at each frame
    std::array<std::int64_t, 3> preferred{};  ///< transcripts whose mean |value| is highest at this frame
    MeanEstimate vectorLength;               ///< per transcript |Σ m_f e^{2πif/3}| / Σ m_f of mean |value| m_f: 0 even … 1
    double resultantLength = 0.0;            ///< of the preferred frames as directions: 0 evenly spread … 1 all the same
    double meanDirection = 0.0;              ///< of that resultant, in frames, 0 ≤ … < 3
    double rayleighP = 1.0;                  ///< chance of such a resultant without preference: exp(−n R²), large n
    std::int64_t used = 0;
    std::int64_t without = 0;                ///< transcripts without a value at some frame, left out
};

class FrameStatisticsBuilder {
public:
    void add(std::span<const double> values_L, data::Interval cds);
    FrameStatistics result() const;

private:
    std::array<MeanAccumulator, 3> m_frames;
    std::array<std::int64_t, 3> m_preferred{};
    MeanAccumulator m_vectorLength;
    std::int64_t m_without = 0;
};

}  // namespace nscope::analysis
