// Purpose: the Edit menu and the tracks' context menu: actions that ask for what they need (letters, variant, seed) and
// hand it to the EditController. Thread: GUI.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"
#include "core/data/shuffle.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtGui/QKeySequence>

#include <functional>
#include <optional>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace nscope::app {

class DocumentController;
class EditController;
class TracksPage;

class EditActions : public QObject {
    Q_OBJECT

public:
    EditActions(DocumentController& documents, EditController& edits, TracksPage& page, QWidget* window);

    /// Adds every action to the menu; they are enabled as the selection allows.
    void addTo(QMenu& menu);
    void showContextMenu(const QPoint& globalPosition, std::int64_t positionNt);

    /// Replaces the question for letters, a variant or a seed (tests): title, label, suggestion → text.
    using Asker = std::function<std::optional<QString>(const QString&, const QString&, const QString&)>;
    void setAsker(Asker asker) { m_asker = std::move(asker); }

signals:
    void said(const QString& sentence, bool isError);

private:
    QAction* add(const QString& text, const QKeySequence& keys, std::function<void()> run, bool needsSelection);
    void addShuffles();
    void cut();
    void paste();
    void askInsert();
    void askReplace();
    void askVariant();
    void shuffle(data::ShuffleKind kind);
    void fillSynonyms();
    void updateEnabled();
    void report(const Result<void>& done);
    std::optional<data::Interval> selectionOrWhole() const;
    /// Where insertions go: before the selection, or at the start of what is visible.
    std::int64_t cursor() const;

    DocumentController& m_documents;
    EditController& m_edits;
    TracksPage& m_page;
    QWidget* m_window;
    QAction* m_undo;
    QAction* m_redo;
    QAction* m_revert = nullptr;
    QMenu* m_shuffles;
    QMenu* m_synonyms;
    std::vector<QAction*> m_menuOrder;      ///< nullptr: separator
    std::vector<QAction*> m_needSelection;
    std::vector<QAction*> m_needSequence;
    std::optional<std::int64_t> m_contextPosition;
    Asker m_asker;
};

}  // namespace nscope::app
