#include "core/experiment/design.h"

#include "core/data/random.h"

#include <algorithm>
#include <unordered_set>

namespace nscope::experiment {

namespace {

/// A sequence on the way, and how it came about.
struct State {
    std::string letters;
    double score = 0.0;
    std::vector<DesignStep> steps;
};

struct Candidate {
    std::size_t parent = 0;
    Move move;
    std::string letters;
    double score = 0.0;
};

/// The first `count` of a random permutation, in their old order; all for 0.
std::vector<Move> sampled(std::vector<Move> moves, std::size_t count, data::Random& random)
{
    if (count == 0 || moves.size() <= count)
        return moves;
    std::vector<std::size_t> indices(moves.size());
    for (std::size_t i = 0; i < indices.size(); ++i)
        indices[i] = i;
    for (std::size_t i = 0; i < count; ++i)
        std::swap(indices[i], indices[i + std::size_t(random.below(indices.size() - i))]);
    indices.resize(count);
    std::ranges::sort(indices);
    std::vector<Move> chosen;
    for (const std::size_t index : indices)
        chosen.push_back(std::move(moves[index]));
    return chosen;
}

class Search {
public:
    Search(const Run& run, const data::Transcript& start, const DesignMoves& moves, const DesignSettings& settings)
        : m_run(run), m_start(start), m_moves(moves), m_settings(settings), m_random(settings.seed)
    {
        m_seen.insert(start.sequence.letters);
    }

    /// The next layer, the best first; empty when there is nothing new.
    Result<std::vector<State>> next(const std::vector<State>& layer)
    {
        std::vector<Candidate> candidates = candidatesOf(layer);
        m_run.expect(candidates.size());
        const auto make = [&](std::size_t i) { return withLetters(m_start, candidates[i].letters); };
        const Result<std::vector<double>> scores = scoreEach(m_run, candidates.size(), make);
        if (!scores)
            return fail(scores.error());
        for (std::size_t i = 0; i < candidates.size(); ++i)
            candidates[i].score = (*scores)[i];
        std::ranges::stable_sort(candidates,
                                 [this](const Candidate& a, const Candidate& b) { return isBetter(a.score, b.score); });
        const std::size_t tried = candidates.size();
        candidates.resize(std::min(tried, std::size_t(m_settings.beamWidth)));
        std::vector<State> states;
        for (Candidate& candidate : candidates)
            states.push_back(stateOf(layer[candidate.parent], std::move(candidate), tried));
        return states;
    }

    bool isBetter(double a, double b) const { return m_settings.upwards ? a > b : a < b; }
    bool isGoal(double score) const { return m_settings.goal && !isBetter(*m_settings.goal, score); }

private:
    std::vector<Candidate> candidatesOf(const std::vector<State>& layer)
    {
        std::vector<Candidate> candidates;
        for (std::size_t parent = 0; parent < layer.size(); ++parent) {
            const std::string& letters = layer[parent].letters;
            for (Move& move : sampled(m_moves.movesOf(letters), m_settings.candidates, m_random)) {
                std::string changed = DesignMoves::applied(letters, move);
                if (m_seen.insert(changed).second)
                    candidates.push_back({parent, std::move(move), std::move(changed), 0.0});
            }
        }
        return candidates;
    }

    static State stateOf(const State& parent, Candidate candidate, std::size_t tried)
    {
        State state{std::move(candidate.letters), candidate.score, parent.steps};
        state.steps.push_back({std::move(candidate.move), candidate.score, candidate.score - parent.score,
                               gcShare(state.letters), tried});
        return state;
    }

    const Run& m_run;
    const data::Transcript& m_start;
    const DesignMoves& m_moves;
    const DesignSettings& m_settings;
    data::Random m_random;
    std::unordered_set<std::string> m_seen;
};

}  // namespace

Result<Design> design(const Run& run, const data::TranscriptPtr& start, const DesignSettings& settings)
{
    if (settings.beamWidth < 1 || settings.mostEdits < 1)
        return fail(ErrorCode::InvalidArgument, "A design needs at least one sequence in the beam and one edit.");
    const Result<DesignMoves> moves = DesignMoves::plan(*start, settings.constraints);
    if (!moves)
        return fail(moves.error());
    run.expect(1);
    const Result<double> startScore = scoreOne(run, start);
    if (!startScore)
        return fail(startScore.error());
    Search search(run, *start, *moves, settings);
    State best{start->sequence.letters, *startScore, {}};
    std::vector<State> layer{best};
    DesignEnd end = DesignEnd::MostEdits;
    for (int edit = 0; edit < settings.mostEdits && !search.isGoal(best.score); ++edit) {
        Result<std::vector<State>> next = search.next(layer);
        if (!next)
            return fail(next.error());
        if (next->empty() || !search.isBetter(next->front().score, best.score)) {
            end = DesignEnd::NoImprovement;
            break;
        }
        layer = *std::move(next);
        best = layer.front();
    }
    if (search.isGoal(best.score))
        end = DesignEnd::GoalReached;
    const data::TranscriptPtr designed = best.steps.empty() ? start : withLetters(*start, best.letters);
    return Design{start, designed, *startScore, best.score, std::move(best.steps), end};
}

}  // namespace nscope::experiment
