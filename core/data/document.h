// Purpose: everything the user did, as one immutable value (DESIGN §5). Results are derived and not in it.
// Thread: values, safe to read anywhere; changed only by making a new one.
#pragma once

#include "core/data/edit.h"

#include <memory>
#include <string>
#include <vector>

namespace nscope::data {

/// One sequence of the document: as it was loaded (REF), what was done to it, and as it is now (ALT).
struct DocumentEntry {
    TranscriptPtr reference;
    EditHistory history;
    TranscriptPtr current;  ///< history applied to reference; the same pointer when there is no edit

    bool isEdited() const { return !history.isReference(); }
};
using DocumentEntryPtr = std::shared_ptr<const DocumentEntry>;

/// A view the user has open and what it shows.
struct ViewState {
    std::string kind;   ///< view_list id: "tracks", "filters", "table" …
    std::string state;  ///< JSON text that only that view reads
    bool operator==(const ViewState&) const = default;
};

struct Document {
    std::vector<DocumentEntryPtr> entries;
    std::vector<std::string> sourceFiles;  ///< where the sequences came from, as given
    std::string modelId;                   ///< card id or path of the model in use
    std::string modelHash;                 ///< its weights' SHA-256, empty before it was loaded once
    int selectedEntry = -1;
    std::vector<ViewState> views;

    /// Index of the entry with this id, or -1.
    int indexOf(std::string_view id) const;
};
using DocumentPtr = std::shared_ptr<const Document>;

/// New documents that share everything unchanged with the old one.
DocumentPtr withEntries(const Document& document, const TranscriptSet& added, std::string sourceFile);
Result<DocumentPtr> withEdit(const Document& document, int entry, const Edit& edit);
Result<DocumentPtr> withHistoryNode(const Document& document, int entry, int node);
DocumentPtr withModel(const Document& document, std::string modelId, std::string modelHash);
DocumentPtr withoutEntries(const Document& document, const std::vector<int>& entries);

}  // namespace nscope::data
