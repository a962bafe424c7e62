// Purpose: dot-bracket text, base pairs and states.
#include "core/data/rna_structure.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace nscope::data {
namespace {

constexpr std::string_view kOpening = "([{<";
constexpr std::string_view kClosing = ")]}>";
constexpr std::size_t kKinds = kOpening.size();

using Positions = std::vector<std::int64_t>;

std::string shownLetter(char letter)
{
    const bool isPrintable = letter > ' ' && letter <= '~';
    return isPrintable ? std::string("'") + letter + "'" : "A character with the code "
                                                               + std::to_string(static_cast<unsigned char>(letter));
}

/// For every base the first base of the innermost nested pair around it, −1 outside all; a paired base is inside its
/// own pair.
Positions innermostPairs(const Positions& nestedPartner)
{
    Positions around(nestedPartner.size(), -1);
    std::int64_t open = -1;
    for (std::int64_t nt = 0; nt < std::int64_t(nestedPartner.size()); ++nt) {
        const std::int64_t partner = nestedPartner[std::size_t(nt)];
        if (partner > nt) {
            around[std::size_t(nt)] = open;  // the pair outside, until it closes
            open = nt;
        } else if (partner >= 0) {
            open = std::exchange(around[std::size_t(partner)], partner);
            around[std::size_t(nt)] = partner;
        } else {
            around[std::size_t(nt)] = open;
        }
    }
    return around;
}

/// Marks the pairs of each kind that cross a nested pair of an earlier kind. Pairs of one kind never cross each other.
void markPseudoknots(std::array<std::vector<BasePair>, kKinds>& pairs, std::int64_t lengthNt)
{
    Positions nestedPartner(std::size_t(lengthNt), -1);
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (pairs[kind].empty())
            continue;
        const Positions around = innermostPairs(nestedPartner);
        for (BasePair& pair : pairs[kind])
            pair.isPseudoknot = around[std::size_t(pair.firstNt)] != around[std::size_t(pair.secondNt)];
        for (const BasePair& pair : pairs[kind]) {
            if (pair.isPseudoknot)
                continue;
            nestedPartner[std::size_t(pair.firstNt)] = pair.secondNt;
            nestedPartner[std::size_t(pair.secondNt)] = pair.firstNt;
        }
    }
}

/// One kind of brackets while pairs are put into it by their first base.
class BracketKind {
public:
    bool takes(const BasePair& pair)
    {
        while (!m_ends.empty() && m_ends.back() < pair.firstNt)
            m_ends.pop_back();
        if (!m_ends.empty() && m_ends.back() < pair.secondNt)
            return false;
        m_ends.push_back(pair.secondNt);
        return true;
    }

private:
    Positions m_ends;  ///< last bases of the pairs still open, the innermost at the back
};

/// State of the unpaired bases of a loop with this many stems inside the pair that closes it.
char loopState(std::int64_t stems) { return stems == 0 ? 'h' : stems == 1 ? 'i' : 'm'; }

/// The loop that a nested pair closes: what is right inside it, stems left out.
void fillLoop(const Positions& nestedPartner, BasePair closing, std::string& states)
{
    std::int64_t stems = 0;
    for (std::int64_t nt = closing.firstNt + 1; nt < closing.secondNt; ++nt) {
        if (const std::int64_t partner = nestedPartner[std::size_t(nt)]; partner >= 0) {
            ++stems;
            nt = partner;
        }
    }
    for (std::int64_t nt = closing.firstNt + 1; nt < closing.secondNt; ++nt) {
        if (const std::int64_t partner = nestedPartner[std::size_t(nt)]; partner >= 0)
            nt = partner;
        else
            states[std::size_t(nt)] = loopState(stems);
    }
}

std::unexpected<Error> wrongLength(const Sequence& sequence, std::size_t count)
{
    return fail(ErrorCode::Parse, "The structure has " + std::to_string(count) + " positions, but the sequence has "
                    + std::to_string(sequence.length()) + " nt; it takes one sign per base, on one line.",
                {.record = sequence.id});
}

}  // namespace

std::vector<std::int64_t> RnaStructure::partners() const
{
    Positions partner(std::size_t(lengthNt), -1);
    for (const BasePair& pair : pairs) {
        partner[std::size_t(pair.firstNt)] = pair.secondNt;
        partner[std::size_t(pair.secondNt)] = pair.firstNt;
    }
    return partner;
}

bool isDotBracketLetter(char letter)
{
    return letter == '.' || kOpening.find(letter) != std::string_view::npos
           || kClosing.find(letter) != std::string_view::npos;
}

Result<RnaStructure> parseDotBracket(std::string_view text)
{
    std::array<Positions, kKinds> open;
    std::array<std::vector<BasePair>, kKinds> pairs;
    const auto failAt = [](std::string sentence, std::int64_t nt) {
        return fail(ErrorCode::Parse, std::move(sentence), {.position = nt + 1});
    };
    for (std::int64_t nt = 0; nt < std::int64_t(text.size()); ++nt) {
        const char letter = text[std::size_t(nt)];
        if (const std::size_t kind = kOpening.find(letter); kind != std::string_view::npos) {
            open[kind].push_back(nt);
        } else if (const std::size_t closed = kClosing.find(letter); closed != std::string_view::npos) {
            if (open[closed].empty())
                return failAt(shownLetter(letter) + " closes a base pair that was never opened.", nt);
            pairs[closed].push_back({open[closed].back(), nt});
            open[closed].pop_back();
        } else if (letter != '.') {
            return failAt(shownLetter(letter) + " is no sign of a dot-bracket structure; those are .()[]{}<>.", nt);
        }
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (!open[kind].empty())
            return failAt(shownLetter(kOpening[kind]) + " opens a base pair that is never closed.", open[kind].back());
    }
    markPseudoknots(pairs, std::int64_t(text.size()));
    RnaStructure structure{std::int64_t(text.size()), {}};
    for (const std::vector<BasePair>& ofKind : pairs)
        structure.pairs.insert(structure.pairs.end(), ofKind.begin(), ofKind.end());
    std::ranges::sort(structure.pairs, {}, &BasePair::firstNt);
    return structure;
}

Result<std::string> toDotBracket(const RnaStructure& structure)
{
    std::string text(std::size_t(structure.lengthNt), '.');
    std::vector<BasePair> pairs = structure.pairs;
    std::ranges::sort(pairs, {}, &BasePair::firstNt);
    std::array<BracketKind, kKinds> kinds;
    for (const BasePair& pair : pairs) {
        if (pair.firstNt < 0 || pair.firstNt >= pair.secondNt || pair.secondNt >= structure.lengthNt)
            return fail(ErrorCode::InvalidArgument, "A base pair lies outside the sequence.", {.position = pair.firstNt + 1});
        if (text[std::size_t(pair.firstNt)] != '.' || text[std::size_t(pair.secondNt)] != '.')
            return fail(ErrorCode::InvalidArgument, "A base is in two pairs.", {.position = pair.firstNt + 1});
        std::size_t kind = pair.isPseudoknot ? 1 : 0;
        while (kind < kKinds && !kinds[kind].takes(pair))
            ++kind;
        if (kind == kKinds)
            return fail(ErrorCode::Unsupported, "The pairs cross each other more often than dot-bracket text can say.",
                        {.position = pair.firstNt + 1});
        text[std::size_t(pair.firstNt)] = kOpening[kind];
        text[std::size_t(pair.secondNt)] = kClosing[kind];
    }
    return text;
}

std::string structureStates(const RnaStructure& structure)
{
    std::string states(std::size_t(structure.lengthNt), 'f');
    Positions nestedPartner(std::size_t(structure.lengthNt), -1);
    std::int64_t lastPaired = -1;
    for (const BasePair& pair : structure.pairs) {
        if (pair.isPseudoknot)
            continue;
        nestedPartner[std::size_t(pair.firstNt)] = pair.secondNt;
        nestedPartner[std::size_t(pair.secondNt)] = pair.firstNt;
        lastPaired = std::max(lastPaired, pair.secondNt);
    }
    // Outside all pairs: f before the first stem, m between stems, t after the last.
    bool stemBefore = false;
    for (std::int64_t nt = 0; nt < structure.lengthNt; ++nt) {
        if (const std::int64_t partner = nestedPartner[std::size_t(nt)]; partner >= 0) {
            stemBefore = true;
            nt = partner;
        } else if (stemBefore) {
            states[std::size_t(nt)] = nt > lastPaired ? 't' : 'm';
        }
    }
    for (const BasePair& pair : structure.pairs) {
        if (!pair.isPseudoknot)
            fillLoop(nestedPartner, pair, states);
    }
    for (const BasePair& pair : structure.pairs)
        states[std::size_t(pair.firstNt)] = states[std::size_t(pair.secondNt)] = 's';
    return states;
}

Result<void> checkStates(std::string_view states)
{
    const std::size_t bad = states.find_first_not_of(kStructureStates);
    if (bad == std::string_view::npos)
        return {};
    return fail(ErrorCode::Parse, shownLetter(states[bad]) + " is no structure state; those are f, t, i, h, m and s.",
                {.position = std::int64_t(bad) + 1});
}

std::vector<float> stateNumbers(std::string_view states)
{
    std::vector<float> numbers;
    numbers.reserve(states.size());
    for (const char state : states) {
        const std::size_t place = kStructureStates.find(state);
        numbers.push_back(place == std::string_view::npos ? kUnknownState : float(place));
    }
    return numbers;
}

char stateLetter(float number)
{
    for (std::size_t place = 0; place < kStructureStates.size(); ++place) {
        if (number == float(place))
            return kStructureStates[place];
    }
    return kUnknownStateLetter;
}

Result<RnaStructure> greedyStructure(std::int64_t lengthNt, std::vector<PairProbability> candidates)
{
    std::ranges::sort(candidates, [](const PairProbability& a, const PairProbability& b) {
        return std::tie(b.probability, a.firstNt, a.secondNt) < std::tie(a.probability, b.firstNt, b.secondNt);
    });
    Positions partner(std::size_t(lengthNt), -1);
    RnaStructure structure{lengthNt, {}};
    for (const PairProbability& pair : candidates) {
        if (pair.firstNt < 0 || pair.firstNt >= pair.secondNt || pair.secondNt >= lengthNt)
            return fail(ErrorCode::InvalidArgument, "A base pair lies outside the sequence of "
                            + std::to_string(lengthNt) + " nt.", {.position = pair.firstNt + 1});
        bool fits = partner[std::size_t(pair.firstNt)] < 0 && partner[std::size_t(pair.secondNt)] < 0;
        for (std::int64_t nt = pair.firstNt + 1; fits && nt < pair.secondNt; ++nt) {
            const std::int64_t other = partner[std::size_t(nt)];
            fits = other < 0 || (other > pair.firstNt && other < pair.secondNt);
            nt = std::max(nt, fits ? other : nt);  // what a taken pair encloses is nested in it
        }
        if (!fits)
            continue;
        partner[std::size_t(pair.firstNt)] = pair.secondNt;
        partner[std::size_t(pair.secondNt)] = pair.firstNt;
        structure.pairs.push_back({pair.firstNt, pair.secondNt});
    }
    std::ranges::sort(structure.pairs, {}, &BasePair::firstNt);
    return structure;
}

Result<void> setStructure(Transcript& transcript, std::string_view dotBracket)
{
    if (std::int64_t(dotBracket.size()) != transcript.sequence.length())
        return wrongLength(transcript.sequence, dotBracket.size());
    const auto structure = parseDotBracket(dotBracket);
    if (!structure)
        return fail(structure.error().at({.record = transcript.sequence.id}));
    transcript.dotBracket = dotBracket;
    transcript.features[kStructureFeature] = stateNumbers(structureStates(*structure));
    return {};
}

Result<void> setStructureStates(Transcript& transcript, std::string_view states)
{
    if (std::int64_t(states.size()) != transcript.sequence.length())
        return wrongLength(transcript.sequence, states.size());
    if (const auto checked = checkStates(states); !checked)
        return fail(checked.error().at({.record = transcript.sequence.id}));
    transcript.dotBracket.clear();
    transcript.features[kStructureFeature] = stateNumbers(states);
    return {};
}

void moveStructure(Transcript& transcript, const Edit& edit)
{
    const auto kept = std::int64_t(std::min(edit.removed.size(), edit.inserted.size()));
    const std::int64_t place = edit.startNt + kept;
    const std::int64_t gone = std::int64_t(edit.removed.size()) - kept;
    const std::int64_t added = std::int64_t(edit.inserted.size()) - kept;
    const std::int64_t lengthBefore = transcript.sequence.length() - added + gone;
    const auto feature = transcript.features.find(kStructureFeature);
    if (feature != transcript.features.end() && std::int64_t(feature->second.size()) == lengthBefore) {
        std::vector<float>& states = feature->second;
        states.erase(states.begin() + place, states.begin() + place + gone);
        states.insert(states.begin() + place, std::size_t(added), kUnknownState);
    }
    if (std::int64_t(transcript.dotBracket.size()) != lengthBefore)
        return;
    if (gone > 0) {
        if (const auto structure = parseDotBracket(transcript.dotBracket)) {
            for (const BasePair& pair : structure->pairs) {
                const auto isGone = [&](std::int64_t nt) { return nt >= place && nt < place + gone; };
                if (isGone(pair.firstNt) || isGone(pair.secondNt))
                    transcript.dotBracket[std::size_t(pair.firstNt)] = transcript.dotBracket[std::size_t(pair.secondNt)] = '.';
            }
        }
        transcript.dotBracket.erase(std::size_t(place), std::size_t(gone));
    }
    transcript.dotBracket.insert(std::size_t(place), std::size_t(added), '.');
}

}  // namespace nscope::data
