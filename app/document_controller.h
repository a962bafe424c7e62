// Purpose: holds the current Document and its undo stack; every change is a command that swaps immutable documents
// (DESIGN §5). Thread: GUI.
#pragma once

#include "core/base/result.h"
#include "core/data/document.h"

#include <QtCore/QObject>
#include <QtCore/QString>

class QUndoStack;

namespace nscope::app {

class DocumentController : public QObject {
    Q_OBJECT

public:
    explicit DocumentController(QObject* parent = nullptr);

    const data::DocumentPtr& document() const { return m_document; }
    QUndoStack& undoStack() const { return *m_undoStack; }

    /// The selected entry, or null.
    data::DocumentEntryPtr selected() const;
    int selectedIndex() const { return m_document->selectedEntry; }

    /// Whether something would be lost by closing.
    bool isModified() const;
    /// The session file, empty before the first save.
    const QString& path() const { return m_path; }

    /// A document just read from a session (or an empty one): clears the undo history.
    void reset(data::DocumentPtr document, QString path);
    /// Says that the current document is what the file holds.
    void markSaved(QString path);

    /// Puts `next` in place, undoable under `name`. Nothing happens if it is the same document.
    void push(data::DocumentPtr next, const QString& name);
    /// Adds sequences of a file, undoable, and selects the first of them if nothing was selected.
    void addEntries(const data::TranscriptSet& added, const std::string& sourceFile, const QString& name);
    /// Takes entries out, undoable.
    void removeEntries(const std::vector<int>& entries);
    /// Replaces the reference of entries by the same sequences with other coding regions, undoable. The edits of
    /// those entries are applied again; the first that no longer fits is the error and nothing changes.
    Result<void> replaceReferences(const std::vector<std::pair<int, data::TranscriptPtr>>& replaced,
                                   const QString& name);
    /// Edits the selected sequence; the name in the undo menu is the edit's label.
    Result<void> edit(const data::Edit& edit);
    /// Goes to the reference of the selected sequence, undoable.
    Result<void> revertToReference();
    /// Goes to another node of the selected sequence's history, undoable.
    Result<void> goToHistoryNode(int node);

    /// Selection, views and the model's hash are kept in the document but are not undone.
    void select(int entry);
    void setViews(std::vector<data::ViewState> views);
    void setModel(const std::string& id, const std::string& hash);

signals:
    /// Entries were added or removed, or another document is here.
    void entriesChanged();
    /// The letters of one entry changed (also after undo).
    void entryChanged(int entry);
    /// The selected entry or its letters changed (also after undo).
    void selectedEntryChanged();
    void modelChanged();
    void modifiedChanged(bool modified);
    void pathChanged();

private:
    friend class SwapDocumentCommand;
    /// Puts a document in place and tells what changed.
    void show(data::DocumentPtr document);
    /// The same for undo and redo: model and views stay as they are now.
    void showKeepingModel(const data::DocumentPtr& document);
    void setUnsaved(bool unsaved);

    data::DocumentPtr m_document;
    QUndoStack* m_undoStack;
    QString m_path;
    bool m_unsavedState = false;  ///< something that is not on the undo stack changed: the model
    bool m_lastModified = false;
};

}  // namespace nscope::app
