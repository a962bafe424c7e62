// Purpose: documents made from documents; unchanged entries are shared.
#include "core/data/document.h"

#include <algorithm>
#include <utility>

namespace nscope::data {
namespace {

std::unexpected<Error> noSuchEntry(int entry)
{
    return fail(ErrorCode::InvalidArgument, "The document has no sequence number " + std::to_string(entry + 1) + ".");
}

Result<DocumentPtr> withHistory(const Document& document, int entry, EditHistory history)
{
    const DocumentEntry& old = *document.entries[std::size_t(entry)];
    auto changed = std::make_shared<DocumentEntry>();
    changed->reference = old.reference;
    if (history.isReference()) {
        changed->current = old.reference;
    } else {
        auto current = history.apply(*old.reference);
        if (!current)
            return fail(current.error());
        changed->current = std::make_shared<const Transcript>(*std::move(current));
    }
    changed->history = std::move(history);
    auto next = std::make_shared<Document>(document);
    next->entries[std::size_t(entry)] = std::move(changed);
    return next;
}

bool hasEntry(const Document& document, int entry)
{
    return entry >= 0 && std::size_t(entry) < document.entries.size();
}

}  // namespace

int Document::indexOf(std::string_view id) const
{
    const auto found = std::ranges::find_if(entries, [id](const DocumentEntryPtr& entry) {
        return entry->reference->sequence.id == id;
    });
    return found == entries.end() ? -1 : int(found - entries.begin());
}

DocumentPtr withEntries(const Document& document, const TranscriptSet& added, std::string sourceFile)
{
    auto next = std::make_shared<Document>(document);
    next->entries.reserve(document.entries.size() + added.size());
    for (const TranscriptPtr& transcript : added)
        next->entries.push_back(std::make_shared<const DocumentEntry>(DocumentEntry{transcript, {}, transcript}));
    const bool known = std::ranges::find(next->sourceFiles, sourceFile) != next->sourceFiles.end();
    if (!sourceFile.empty() && !known)
        next->sourceFiles.push_back(std::move(sourceFile));
    if (next->selectedEntry < 0 && !next->entries.empty())
        next->selectedEntry = 0;
    return next;
}

Result<DocumentPtr> withEdit(const Document& document, int entry, const Edit& edit)
{
    if (!hasEntry(document, entry))
        return noSuchEntry(entry);
    return withHistory(document, entry, document.entries[std::size_t(entry)]->history.withEdit(edit));
}

Result<DocumentPtr> withHistoryNode(const Document& document, int entry, int node)
{
    if (!hasEntry(document, entry))
        return noSuchEntry(entry);
    auto history = document.entries[std::size_t(entry)]->history.at(node);
    if (!history)
        return fail(history.error());
    return withHistory(document, entry, *std::move(history));
}

DocumentPtr withModel(const Document& document, std::string modelId, std::string modelHash)
{
    auto next = std::make_shared<Document>(document);
    next->modelId = std::move(modelId);
    next->modelHash = std::move(modelHash);
    return next;
}

DocumentPtr withoutEntries(const Document& document, const std::vector<int>& entries)
{
    auto next = std::make_shared<Document>(document);
    next->entries.clear();
    int selected = -1;
    for (int i = 0; i < int(document.entries.size()); ++i) {
        if (std::ranges::find(entries, i) != entries.end())
            continue;
        if (i <= document.selectedEntry)
            selected = int(next->entries.size());
        next->entries.push_back(document.entries[std::size_t(i)]);
    }
    const bool anyLeft = !next->entries.empty();
    next->selectedEntry = document.selectedEntry < 0 ? -1 : selected < 0 && anyLeft ? 0 : selected;
    return next;
}

}  // namespace nscope::data
