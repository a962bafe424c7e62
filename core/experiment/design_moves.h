// Purpose: the changes that a design may make: every single-base change, or every synonymous codon, that the
// constraints allow. Positions are 0-based. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/data/transcript.h"

#include <optional>
#include <string>
#include <vector>

namespace nscope::experiment {

struct DesignConstraints {
    bool synonymousOnly = false;             ///< whole codons of the coding region, the protein kept
    std::optional<data::Interval> region{};  ///< only here; none: everywhere
    std::vector<data::Interval> kept{};      ///< never here
    std::vector<std::string> keptMotifs{};   ///< patterns: their instances in the start sequence stay instances
    double leastGc = 0.0;                    ///< share of G and C over all letters; a start outside the range may
    double mostGc = 1.0;                     ///< only come closer
};

/// One change: `before` at `startNt` becomes `after`.
struct Move {
    std::int64_t startNt = 0;
    std::string before;
    std::string after;
    bool operator==(const Move&) const = default;
};

class DesignMoves {
public:
    /// Errors: InvalidArgument for intervals outside, an empty GC range, a motif that is met nowhere or is no pattern;
    /// NotFound for synonymous changes without a coding region of whole codons.
    static Result<DesignMoves> plan(const data::Transcript& start, const DesignConstraints& constraints);

    /// Allowed changes of these letters, which came from the start by allowed changes; by position, then A, C, G, T.
    std::vector<Move> movesOf(const std::string& letters) const;

    static std::string applied(std::string letters, const Move& move);

private:
    struct KeptInstance {
        std::string pattern;
        std::int64_t startNt = 0;
    };

    bool keepsMotifs(const std::string& letters, const Move& move) const;
    bool keepsGc(std::int64_t gcBefore, std::int64_t gcAfter, std::size_t lengthNt) const;
    void addCodonMoves(const std::string& letters, std::vector<Move>& moves) const;

    DesignConstraints m_constraints;
    std::optional<data::Interval> m_codingRegion;  ///< only for synonymous changes
    std::vector<bool> m_free;                      ///< positions that may change
    std::vector<KeptInstance> m_instances;
};

double gcShare(const std::string& letters);

}  // namespace nscope::experiment
