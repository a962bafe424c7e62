// Purpose: edits of a sequence as values, their branching history, and the alignment of REF and ALT.
#pragma once

#include "core/base/result.h"
#include "core/data/transcript.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::data {

/// Replaces `removed` (which must stand at `startNt`) by `inserted`; both canonical letters.
struct Edit {
    std::int64_t startNt = 0;
    std::string removed;
    std::string inserted;
    std::string label;  ///< what the user did, for the undo menu: "A20T", "shuffle 3'UTR"

    std::int64_t shiftNt() const { return std::int64_t(inserted.size()) - std::int64_t(removed.size()); }
    bool operator==(const Edit&) const = default;
};

/// A short name in the field's style, 1-based: "20A>T", "21_23del", "20_21insACG", "20_22delinsT".
std::string describeEdit(const Edit& edit, Alphabet alphabet);

/// Checks place, letters (IUPAC) and that something remains. The CDS moves with indels before it, grows or shrinks
/// with indels inside it, and is dropped when its start or stop codon is cut through by an indel. The secondary
/// structure stays in register (moveStructure in rna_structure.h); other further inputs stay as they are.
Result<Transcript> applyEdit(const Transcript& transcript, const Edit& edit);
Edit inverse(const Edit& edit);

/// Edits of one sequence as a tree: undo moves to the parent, a new edit after undo makes a branch.
class EditHistory {
public:
    struct Node {
        int parent = -1;  ///< -1: the reference
        Edit edit;
        bool operator==(const Node&) const = default;
    };

    const std::vector<Node>& nodes() const { return m_nodes; }
    int current() const { return m_current; }  ///< -1: the reference
    bool isReference() const { return m_current < 0; }

    /// A history with `edit` appended below the current node and made current.
    EditHistory withEdit(Edit edit) const;
    /// The same tree at another node (or -1).
    Result<EditHistory> at(int node) const;
    /// Edits from the reference to the current node, in order.
    std::vector<Edit> path() const;
    /// Rebuilds a history read from a file; checks parents and the current node.
    static Result<EditHistory> fromNodes(std::vector<Node> nodes, int current);

    Result<Transcript> apply(const Transcript& reference) const;

    bool operator==(const EditHistory&) const = default;

private:
    std::vector<Node> m_nodes;
    int m_current = -1;
};

/// For every ALT position the REF position it stands for, or -1 where ALT has an insertion; so an indel never
/// shifts ALT against REF on screen.
std::vector<std::int64_t> altToRef(const std::vector<Edit>& path, std::int64_t refLengthNt);

}  // namespace nscope::data
