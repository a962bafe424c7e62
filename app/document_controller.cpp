#include "app/document_controller.h"

#include "app/commands/swap_document_command.h"

#include <QtGui/QUndoStack>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

bool sameRecords(const data::Document& a, const data::Document& b)
{
    return std::ranges::equal(a.entries, b.entries, [](const auto& x, const auto& y) {
        return x == y || x->reference->sequence.id == y->reference->sequence.id;
    });
}

data::DocumentPtr withSelection(const data::Document& document, int entry)
{
    auto changed = std::make_shared<data::Document>(document);
    changed->selectedEntry = entry;
    return changed;
}

}  // namespace

DocumentController::DocumentController(QObject* parent)
    : QObject(parent), m_document(std::make_shared<data::Document>()), m_undoStack(new QUndoStack(this))
{
    connect(m_undoStack, &QUndoStack::cleanChanged, this, [this] { setUnsaved(m_unsavedState); });
}

data::DocumentEntryPtr DocumentController::selected() const
{
    const int index = m_document->selectedEntry;
    return index >= 0 && index < int(m_document->entries.size()) ? m_document->entries[std::size_t(index)] : nullptr;
}

bool DocumentController::isModified() const { return m_unsavedState || !m_undoStack->isClean(); }

void DocumentController::reset(data::DocumentPtr document, QString path)
{
    m_undoStack->clear();
    m_path = std::move(path);
    m_document = std::move(document);
    setUnsaved(false);
    emit pathChanged();
    emit entriesChanged();
    emit selectedEntryChanged();
    emit modelChanged();
}

void DocumentController::markSaved(QString path)
{
    m_path = std::move(path);
    m_undoStack->setClean();
    setUnsaved(false);
    emit pathChanged();
}

void DocumentController::push(data::DocumentPtr next, const QString& name)
{
    if (next != m_document)
        m_undoStack->push(new SwapDocumentCommand(*this, m_document, std::move(next), name));
}

void DocumentController::addEntries(const data::TranscriptSet& added, const std::string& sourceFile,
                                    const QString& name)
{
    if (added.empty())
        return;
    const int first = int(m_document->entries.size());
    data::DocumentPtr next = data::withEntries(*m_document, added, sourceFile);
    if (next->selectedEntry < 0)
        next = withSelection(*next, first);
    push(std::move(next), name);
}

void DocumentController::removeEntries(const std::vector<int>& entries)
{
    if (entries.empty())
        return;
    data::DocumentPtr next = data::withoutEntries(*m_document, entries);
    const int last = int(next->entries.size()) - 1;
    if (next->selectedEntry < 0 || next->selectedEntry > last)
        next = withSelection(*next, std::min(std::max(0, *std::ranges::min_element(entries)), last));
    push(std::move(next), tr("Remove %n sequence(s)", nullptr, int(entries.size())));
}

Result<void> DocumentController::replaceReferences(
    const std::vector<std::pair<int, data::TranscriptPtr>>& replaced, const QString& name)
{
    auto next = std::make_shared<data::Document>(*m_document);
    for (const auto& [index, reference] : replaced) {
        data::DocumentEntry entry = *next->entries[std::size_t(index)];
        entry.reference = reference;
        entry.current = reference;
        if (entry.isEdited()) {
            Result<data::Transcript> edited = entry.history.apply(*reference);
            if (!edited)
                return fail(edited.error());
            entry.current = std::make_shared<data::Transcript>(std::move(*edited));
        }
        next->entries[std::size_t(index)] = std::make_shared<data::DocumentEntry>(std::move(entry));
    }
    if (!replaced.empty())
        push(std::move(next), name);
    return {};
}

Result<void> DocumentController::edit(const data::Edit& edit)
{
    const data::DocumentEntryPtr entry = selected();
    if (!entry)
        return fail(ErrorCode::InvalidArgument, "There is no sequence to edit: select one first.");
    Result<data::DocumentPtr> next = data::withEdit(*m_document, selectedIndex(), edit);
    if (!next)
        return fail(next.error());
    const std::string label =
        edit.label.empty() ? data::describeEdit(edit, entry->current->sequence.alphabet) : edit.label;
    push(std::move(*next), QString::fromStdString(label));
    return {};
}

Result<void> DocumentController::revertToReference()
{
    const data::DocumentEntryPtr entry = selected();
    if (!entry || !entry->isEdited())
        return {};
    Result<data::DocumentPtr> next = data::withHistoryNode(*m_document, selectedIndex(), -1);
    if (!next)
        return fail(next.error());
    push(std::move(*next), tr("Revert to reference"));
    return {};
}

Result<void> DocumentController::goToHistoryNode(int node)
{
    Result<data::DocumentPtr> next = data::withHistoryNode(*m_document, selectedIndex(), node);
    if (!next)
        return fail(next.error());
    push(std::move(*next), tr("Go to another version"));
    return {};
}

void DocumentController::select(int entry)
{
    if (entry == m_document->selectedEntry || entry >= int(m_document->entries.size()))
        return;
    m_document = withSelection(*m_document, entry);
    emit selectedEntryChanged();
}

void DocumentController::setViews(std::vector<data::ViewState> views)
{
    auto changed = std::make_shared<data::Document>(*m_document);
    changed->views = std::move(views);
    m_document = std::move(changed);
}

void DocumentController::setModel(const std::string& id, const std::string& hash)
{
    if (m_document->modelId == id && m_document->modelHash == hash)
        return;
    const bool wasChosen = !m_document->modelId.empty() && m_document->modelId != id;
    m_document = data::withModel(*m_document, id, hash);
    if (wasChosen && !m_document->entries.empty())
        setUnsaved(true);
    emit modelChanged();
}

void DocumentController::show(data::DocumentPtr document)
{
    const data::DocumentPtr before = std::exchange(m_document, std::move(document));
    const data::DocumentEntryPtr selectedBefore =
        before->selectedEntry >= 0 && before->selectedEntry < int(before->entries.size())
            ? before->entries[std::size_t(before->selectedEntry)]
            : nullptr;
    if (!sameRecords(*before, *m_document)) {
        emit entriesChanged();
    } else {
        for (std::size_t i = 0; i < m_document->entries.size(); ++i)
            if (before->entries[i] != m_document->entries[i])
                emit entryChanged(int(i));
    }
    if (before->selectedEntry != m_document->selectedEntry || selectedBefore != selected())
        emit selectedEntryChanged();
    setUnsaved(m_unsavedState);
}

void DocumentController::showKeepingModel(const data::DocumentPtr& document)
{
    auto kept = std::make_shared<data::Document>(*document);
    kept->modelId = m_document->modelId;
    kept->modelHash = m_document->modelHash;
    kept->views = m_document->views;
    show(std::move(kept));
}

void DocumentController::setUnsaved(bool unsaved)
{
    m_unsavedState = unsaved;
    if (const bool modified = isModified(); modified != m_lastModified) {
        m_lastModified = modified;
        emit modifiedChanged(modified);
    }
}

}  // namespace nscope::app
