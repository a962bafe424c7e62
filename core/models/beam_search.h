// Purpose: greedy and beam decoding of one transcript with key/value caches, as the authors' OpenNMT fork does it:
// GNMT scorer with α = β = 0 and length penalty "avg", score = Σ log p / (tokens + 1) (spec/models.md 1.7).
// A hypothesis that ends keeps its place in the beam but is not continued; decoding stops when the best beam has ended
// and `best` hypotheses are there, or at the token limit. Thread: one at a time.
#pragma once

#include "core/models/bioseq2seq.h"

namespace nscope::models {

class BeamSearch : public nn::TranslationRun {
public:
    /// `letters` serve to find the ORF that encodes a peptide; may be empty.
    BeamSearch(Bioseq2SeqImpl& net, torch::Tensor memory_1LD, std::string_view letters, const nn::TranslateOptions& how);

    bool advance(const nn::PassOptions& options) override;
    std::vector<data::Translation> result() const override;

    struct Hypothesis {
        std::vector<std::int64_t> ids;  ///< without `<s>`, with `</s>` when it was produced
        double logProbability = 0.0;
        double score = 0.0;
    };
    /// The best hypotheses, best first.
    std::vector<Hypothesis> best() const;
    std::vector<std::int64_t> bestIds() const { return best().front().ids; }

private:
    torch::Tensor nextLogProbabilities(const nn::PassOptions& options);
    std::vector<std::int64_t> extendBeams(const torch::Tensor& logProbabilities_BV);
    void collectFinished();

    Bioseq2SeqImpl& m_net;
    torch::Tensor m_memory;
    std::string m_letters;
    nn::TranslateOptions m_how;
    nn::DecoderCache m_cache;
    std::vector<Hypothesis> m_beams;     ///< alive or just ended, best first
    std::vector<Hypothesis> m_finished;  ///< in the order in which they ended
    bool m_topEnded = false;
    bool m_done = false;
};

/// Where one of the three forward frames encodes exactly this peptide: start to stop codon if `ended`.
std::optional<data::Interval> exactOrf(std::string_view canonicalLetters, std::string_view peptide, bool ended);

}  // namespace nscope::models
