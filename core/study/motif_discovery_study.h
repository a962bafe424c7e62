// Purpose: motifs of the places that matter most to a model, as a study: windows of the highest importance against
// other windows of the same regions ("spikes"), or words of high regions against control sequences ("regions"), and which
// motifs of a database they resemble. DiscoveryStudy takes record after record; `motifs discover` of the command line
// uses it too. Source: spec/models.md 1.9 "Spike finding", 3.4. Thread: one object, one thread.
#pragma once

#include "core/analysis/importance_windows.h"
#include "core/analysis/motif_discovery.h"
#include "core/data/random.h"
#include "core/study/study.h"

#include <span>

namespace nscope::study {

struct DiscoveryStudySettings {
    std::string recipe = "spikes";  ///< or "regions"
    std::string region = "all";     ///< spikes: or "utr5", "cds", "utr3"
    std::string controls{};         ///< regions: a FASTA file; empty: dinucleotide shuffles
    bool mask = false;              ///< no spikes at start and stop codons and where one change makes a stop codon
    bool longestOrf = false;
    std::int64_t kMin = 4;  ///< spikes: words
    std::int64_t kMax = 7;
    std::int64_t minRegion = 4;  ///< regions: shortest
    analysis::SpikeSettings spikes{};
    analysis::DiscoverySettings discovery{};
    std::uint64_t seed = 1;
};

class DiscoveryStudy {
public:
    explicit DiscoveryStudy(DiscoveryStudySettings settings);

    void add(const data::Transcript& transcript, std::vector<double> values_L);
    /// Tables "motifs" and "words". Errors: InvalidArgument if no region was long enough; those of the controls' file;
    /// Cancelled.
    Result<Outcome> outcome(std::stop_token stop = {});
    std::size_t positives() const { return m_positives.size(); }
    std::size_t controls() const { return m_controls.size(); }  ///< complete after outcome()

private:
    void addSpikes(const std::string& letters, std::vector<double> values_L, std::optional<data::Interval> cds);
    std::vector<data::Interval> regionsOf(std::optional<data::Interval> cds, std::int64_t lengthNt) const;
    Result<void> complete();

    DiscoveryStudySettings m_settings;
    data::Random m_random;
    std::vector<std::string> m_positives;
    std::vector<std::string> m_controls;
    std::vector<analysis::WordInstance> m_candidates;  ///< in the positives; "spikes" finds them at the end
    bool m_isRna = true;
};

std::vector<Study> motifDiscoveryStudies();

}  // namespace nscope::study
