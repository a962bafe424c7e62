// Purpose: metagenes as studies: values per base, from explanations or from attention, averaged by bins of the regions
// and aligned at the start and stop codon, with the spectrum and the frames of the part from the start codon on.
// MetageneStudy takes record after record, so that memory does not grow with sequence length; `metagene` of the command
// line uses it too. Source: spec/models.md 1.9, 1.10, 2.8. Thread: one object, one thread.
#pragma once

#include "core/analysis/frame_statistics.h"
#include "core/analysis/metagene.h"
#include "core/study/study.h"

#include <span>

namespace nscope::study {

struct MetageneSettings {
    analysis::BinnedSettings binned;
    analysis::AlignedSettings aligned;  ///< its anchor is not looked at
    int segmentNt = 256;                ///< of Welch's power spectrum
    bool longestOrf = false;            ///< where there is no coding region
    std::string value = "Mean value";   ///< what is averaged, for the axes
};

class MetageneStudy {
public:
    explicit MetageneStudy(MetageneSettings settings);

    /// A record without a coding region is counted and left out. NaN: no value.
    void add(const data::Transcript& transcript, std::span<const double> values_L);
    /// The last table is the summary. Errors: NotFound if no record had a coding region.
    Result<Outcome> outcome() const;

private:
    MetageneSettings m_settings;
    analysis::BinnedMetageneBuilder m_binned;
    analysis::AlignedMetageneBuilder m_start;
    analysis::AlignedMetageneBuilder m_stop;
    analysis::FrameStatisticsBuilder m_frames;
    std::int64_t m_withoutRegion = 0;
};

std::vector<Study> metageneStudies();

}  // namespace nscope::study
