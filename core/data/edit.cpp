// Purpose: applying, naming and aligning edits, and their branching history.
#include "core/data/edit.h"

#include "core/data/rna_structure.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace nscope::data {
namespace {

constexpr std::size_t kLettersInName = 12;

/// The part of an edit that changes something: common letters at both ends taken off, left end first.
Edit trimmed(const Edit& edit)
{
    std::size_t left = 0;
    const std::size_t shorter = std::min(edit.removed.size(), edit.inserted.size());
    while (left < shorter && edit.removed[left] == edit.inserted[left])
        ++left;
    std::size_t right = 0;
    while (right < shorter - left && edit.removed[edit.removed.size() - 1 - right]
               == edit.inserted[edit.inserted.size() - 1 - right])
        ++right;
    Edit core = edit;
    core.startNt += std::int64_t(left);
    core.removed = edit.removed.substr(left, edit.removed.size() - left - right);
    core.inserted = edit.inserted.substr(left, edit.inserted.size() - left - right);
    return core;
}

std::string spanName(std::int64_t first, std::int64_t last)
{
    return first == last ? std::to_string(first) : std::to_string(first) + "_" + std::to_string(last);
}

std::string insertedName(const std::string& letters, Alphabet alphabet)
{
    return letters.size() <= kLettersInName ? displayLetters(letters, alphabet)
                                            : "(" + std::to_string(letters.size()) + " nt)";
}

std::optional<Interval> movedCds(Interval cds, const Edit& whole)
{
    const Edit edit = trimmed(whole);
    const std::int64_t shift = edit.shiftNt();
    const std::int64_t start = edit.startNt;
    const std::int64_t end = start + std::int64_t(edit.removed.size());
    if (shift == 0 || start >= cds.endNt)
        return cds;
    if (end <= cds.startNt)
        return Interval{cds.startNt + shift, cds.endNt + shift};
    if (start >= cds.startNt + 3 && end <= cds.endNt - 3)
        return Interval{cds.startNt, cds.endNt + shift};
    return std::nullopt;
}

std::optional<Error> checkEdit(const Sequence& sequence, const Edit& edit)
{
    const auto removedNt = std::int64_t(edit.removed.size());
    if (edit.startNt < 0 || edit.startNt > sequence.length() || removedNt > sequence.length() - edit.startNt)
        return Error(ErrorCode::InvalidArgument,
                     "The edit lies outside the sequence of " + std::to_string(sequence.length()) + " nt.", {.record = sequence.id});
    const Where where{.record = sequence.id, .position = edit.startNt + 1};
    if (std::string_view(sequence.letters).substr(std::size_t(edit.startNt), edit.removed.size()) != edit.removed)
        return Error(ErrorCode::InvalidArgument, "The letters that the edit replaces do not stand in the sequence.", where);
    const auto bad = std::ranges::find_if_not(edit.inserted, isIupac);
    if (bad != edit.inserted.end())
        return Error(ErrorCode::InvalidArgument, std::string("'") + *bad
                         + "' is not a nucleotide letter (IUPAC codes ACGTU RYSWKM BDHV N).", where);
    if (sequence.length() + edit.shiftNt() == 0)
        return Error(ErrorCode::InvalidArgument, "The edit would delete the whole sequence; leave at least one letter.", where);
    return std::nullopt;
}

}  // namespace

std::string describeEdit(const Edit& edit, Alphabet alphabet)
{
    const Edit core = trimmed(edit);
    const std::int64_t first = core.startNt + 1;
    const std::int64_t last = core.startNt + std::int64_t(core.removed.size());
    if (core.removed.empty() && core.inserted.empty())
        return spanName(edit.startNt + 1, std::max(edit.startNt + 1, edit.startNt + std::int64_t(edit.removed.size()))) + "=";
    if (core.removed.empty())
        return std::to_string(last) + "_" + std::to_string(first) + "ins" + insertedName(core.inserted, alphabet);
    if (core.inserted.empty())
        return spanName(first, last) + "del";
    if (core.removed.size() == 1 && core.inserted.size() == 1)
        return std::to_string(first) + displayLetter(core.removed[0], alphabet) + ">" + displayLetter(core.inserted[0], alphabet);
    return spanName(first, last) + "delins" + insertedName(core.inserted, alphabet);
}

Result<Transcript> applyEdit(const Transcript& transcript, const Edit& edit)
{
    if (auto error = checkEdit(transcript.sequence, edit))
        return fail(*std::move(error));
    Transcript changed = transcript;
    changed.sequence.letters.replace(std::size_t(edit.startNt), edit.removed.size(), canonical(edit.inserted));
    if (transcript.cds)
        changed.cds = movedCds(*transcript.cds, edit);
    moveStructure(changed, trimmed(edit));
    return changed;
}

Edit inverse(const Edit& edit) { return {edit.startNt, edit.inserted, edit.removed, edit.label}; }

EditHistory EditHistory::withEdit(Edit edit) const
{
    EditHistory history = *this;
    history.m_nodes.push_back({m_current, std::move(edit)});
    history.m_current = int(history.m_nodes.size()) - 1;
    return history;
}

Result<EditHistory> EditHistory::at(int node) const
{
    if (node < -1 || node >= int(m_nodes.size()))
        return fail(ErrorCode::InvalidArgument, "The edit history has no step " + std::to_string(node + 1) + ".");
    EditHistory history = *this;
    history.m_current = node;
    return history;
}

std::vector<Edit> EditHistory::path() const
{
    std::vector<Edit> edits;
    for (int node = m_current; node >= 0; node = m_nodes[std::size_t(node)].parent)
        edits.push_back(m_nodes[std::size_t(node)].edit);
    std::ranges::reverse(edits);
    return edits;
}

Result<EditHistory> EditHistory::fromNodes(std::vector<Node> nodes, int current)
{
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].parent < -1 || nodes[i].parent >= int(i))
            return fail(ErrorCode::Parse, "Step " + std::to_string(i + 1) + " of the edit history does not follow an earlier step.");
    }
    EditHistory history;
    history.m_nodes = std::move(nodes);
    return history.at(current);
}

Result<Transcript> EditHistory::apply(const Transcript& reference) const
{
    Transcript transcript = reference;
    for (const Edit& edit : path()) {
        auto next = applyEdit(transcript, edit);
        if (!next)
            return next;
        transcript = *std::move(next);
    }
    return transcript;
}

std::vector<std::int64_t> altToRef(const std::vector<Edit>& path, std::int64_t refLengthNt)
{
    std::vector<std::int64_t> map(static_cast<std::size_t>(refLengthNt));
    std::iota(map.begin(), map.end(), 0);
    for (const Edit& whole : path) {
        const Edit edit = trimmed(whole);
        const std::size_t kept = std::min(edit.removed.size(), edit.inserted.size());
        const auto afterKept = map.begin() + edit.startNt + std::ptrdiff_t(kept);
        if (edit.removed.size() > kept)
            map.erase(afterKept, afterKept + std::ptrdiff_t(edit.removed.size() - kept));
        else
            map.insert(afterKept, edit.inserted.size() - kept, -1);
    }
    return map;
}

}  // namespace nscope::data
