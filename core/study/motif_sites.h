// Purpose: where motifs are met, by region, place in the region and reading frame, and whether they are met more often
// than in controls, as studies. HitsStudy takes record after record; `motifs scan` and `motifs enrich` of the command
// line use this too. Source: spec/models.md 1.9 (motif panel), 3.4. Thread: one object, one thread.
#pragma once

#include "core/analysis/motif_scan.h"
#include "core/study/study.h"

namespace nscope::study {

class HitsStudy {
public:
    HitsStudy(data::MotifSet motifs, const analysis::ScanSettings& settings);

    void add(const data::Transcript& transcript);
    /// Tables "hits", "places" (50 bins per region) and "frames".
    Outcome outcome() const;

private:
    struct Hit {
        std::string id;
        std::size_t motif = 0;
        analysis::MotifHit hit;
        double p = 1.0;
        std::string region = "none";
        double place;  ///< in the region, 0 to 1; NaN without
        std::int64_t frame = -1;
    };
    void locate(Hit& hit, data::Interval cds, std::int64_t lengthNt);
    data::ResultTable hitTable() const;
    data::ResultTable placeTable() const;
    data::ResultTable frameTable() const;
    std::vector<data::Plot> plots() const;

    data::MotifSet m_motifs;
    std::vector<analysis::MotifScanner> m_scanners;
    std::vector<Hit> m_hits;
    std::vector<std::int64_t> m_places;  ///< motifs × regions × bins
    std::vector<std::int64_t> m_frames;  ///< motifs × frames, in the coding region
};

/// Table "enrichment". `progress` may be null. Errors: those of analysis::motifEnrichment.
Result<Outcome> motifEnrichmentOutcome(const data::MotifSet& motifs, const std::vector<std::string>& positives,
                                       const std::vector<std::string>& controls, const analysis::ScanSettings& settings,
                                       std::stop_token stop = {}, Progress* progress = nullptr);

std::vector<Study> motifSiteStudies();

}  // namespace nscope::study
