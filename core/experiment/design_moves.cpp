#include "core/experiment/design_moves.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"
#include "core/experiment/motif_pattern.h"

#include <algorithm>
#include <cmath>

namespace nscope::experiment {

namespace {

bool isStrong(char letter) { return letter == 'G' || letter == 'C' || letter == 'S'; }

std::int64_t strongCount(std::string_view letters) { return std::int64_t(std::ranges::count_if(letters, isStrong)); }

Result<void> checkInside(const data::Transcript& start, data::Interval interval)
{
    if (interval.isEmpty() || interval.startNt < 0 || interval.endNt > start.sequence.length())
        return fail(ErrorCode::InvalidArgument,
                    "The interval " + std::to_string(interval.startNt + 1) + "-" + std::to_string(interval.endNt)
                        + " lies outside the sequence of " + std::to_string(start.sequence.length()) + " nt.",
                    {.record = start.sequence.id});
    return {};
}

}  // namespace

double gcShare(const std::string& letters) { return double(strongCount(letters)) / double(letters.size()); }

std::string DesignMoves::applied(std::string letters, const Move& move)
{
    letters.replace(std::size_t(move.startNt), move.after.size(), move.after);
    return letters;
}

Result<DesignMoves> DesignMoves::plan(const data::Transcript& start, const DesignConstraints& constraints)
{
    const std::string& id = start.sequence.id;
    DesignMoves moves;
    moves.m_constraints = constraints;
    const data::Interval all{0, start.sequence.length()};
    const data::Interval region = constraints.region.value_or(all);
    std::vector<data::Interval> intervals = constraints.kept;
    intervals.push_back(region);
    for (const data::Interval& interval : intervals) {
        if (const Result<void> inside = checkInside(start, interval); !inside)
            return fail(inside.error());
    }
    if (!(constraints.leastGc <= constraints.mostGc))
        return fail(ErrorCode::InvalidArgument, "The range of the GC share is empty.");
    moves.m_free.assign(std::size_t(all.endNt), false);
    std::fill(moves.m_free.begin() + region.startNt, moves.m_free.begin() + region.endNt, true);
    for (const data::Interval& kept : constraints.kept)
        std::fill(moves.m_free.begin() + kept.startNt, moves.m_free.begin() + kept.endNt, false);
    for (const std::string& text : constraints.keptMotifs) {
        const Result<std::string> pattern = parsePattern(text);
        if (!pattern)
            return fail(pattern.error());
        const std::vector<std::int64_t> starts = instances(start.sequence.letters, *pattern);
        if (starts.empty())
            return fail(ErrorCode::InvalidArgument,
                        "The motif " + *pattern
                            + ", which is to be kept, is not in the "
                              "sequence.",
                        {.record = id});
        for (const std::int64_t at : starts)
            moves.m_instances.push_back({*pattern, at});
    }
    if (constraints.synonymousOnly) {
        if (!start.cds || start.cds->isEmpty() || start.cds->length() % 3 != 0)
            return fail(ErrorCode::NotFound,
                        "Synonymous changes need a coding region of whole codons; give it with a "
                        "table.",
                        {.record = id});
        moves.m_codingRegion = start.cds;
    }
    return moves;
}

bool DesignMoves::keepsMotifs(const std::string& letters, const Move& move) const
{
    const std::int64_t endNt = move.startNt + std::int64_t(move.after.size());
    const bool touched = std::ranges::any_of(m_instances, [&](const KeptInstance& kept) {
        return kept.startNt < endNt && move.startNt < kept.startNt + std::int64_t(kept.pattern.size());
    });
    if (!touched)
        return true;
    const std::string changed = applied(letters, move);
    return std::ranges::all_of(
        m_instances, [&](const KeptInstance& kept) { return matchesAt(changed, kept.pattern, kept.startNt); });
}

bool DesignMoves::keepsGc(std::int64_t gcBefore, std::int64_t gcAfter, std::size_t lengthNt) const
{
    const auto outside = [&](std::int64_t count) {
        const double share = double(count) / double(lengthNt);
        return std::max({0.0, m_constraints.leastGc - share, share - m_constraints.mostGc});
    };
    const double after = outside(gcAfter);
    return after == 0.0 || after < outside(gcBefore);
}

void DesignMoves::addCodonMoves(const std::string& letters, std::vector<Move>& moves) const
{
    for (std::int64_t start = m_codingRegion->startNt; start < m_codingRegion->endNt; start += 3) {
        const std::string own = letters.substr(std::size_t(start), 3);
        for (const std::string& other : data::synonymousCodons(own)) {
            bool isFree = true;
            for (std::size_t i = 0; i < 3; ++i)
                isFree = isFree && (own[i] == other[i] || m_free[std::size_t(start) + i]);
            if (isFree)
                moves.push_back({start, own, other});
        }
    }
}

std::vector<Move> DesignMoves::movesOf(const std::string& letters) const
{
    std::vector<Move> moves;
    if (m_codingRegion) {
        addCodonMoves(letters, moves);
    } else {
        for (std::size_t position = 0; position < letters.size(); ++position) {
            for (const char base : data::kBases) {
                if (m_free[position] && base != letters[position])
                    moves.push_back({std::int64_t(position), {letters[position]}, {base}});
            }
        }
    }
    const std::int64_t gc = strongCount(letters);
    std::erase_if(moves, [&](const Move& move) {
        const std::int64_t after = gc - strongCount(move.before) + strongCount(move.after);
        return !keepsGc(gc, after, letters.size()) || !keepsMotifs(letters, move);
    });
    return moves;
}

}  // namespace nscope::experiment
