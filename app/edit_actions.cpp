#include "app/edit_actions.h"

#include "app/document_controller.h"
#include "app/edit_controller.h"
#include "app/locus.h"
#include "app/pages/tracks_page.h"
#include "core/data/genetic_code.h"
#include "widgets/track_view.h"

#include <QtCore/QRandomGenerator>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QUndoStack>
#include <QtWidgets/QInputDialog>
#include <QtWidgets/QMenu>

namespace nscope::app {

EditActions::EditActions(DocumentController& documents, EditController& edits, TracksPage& page, QWidget* window)
    : QObject(window)
    , m_documents(documents)
    , m_edits(edits)
    , m_page(page)
    , m_window(window)
    , m_undo(documents.undoStack().createUndoAction(this, tr("Undo")))
    , m_redo(documents.undoStack().createRedoAction(this, tr("Redo")))
    , m_shuffles(new QMenu(tr("Shuffle"), window))
    , m_synonyms(new QMenu(tr("Synonymous codon"), window))
{
    m_undo->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Z));
    m_redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    m_menuOrder = {m_undo, m_redo, nullptr};
    add(tr("Cut"), QKeySequence::Cut, [this] { cut(); }, true);
    add(tr("Copy"), QKeySequence::Copy, [this] { m_page.tracks().copySelection(); }, true);
    add(tr("Paste"), QKeySequence::Paste, [this] { paste(); }, false);
    // No shortcut: the tracks have the key, and a text box must keep it.
    add(tr("Delete bases"), {}, [this] { report(m_edits.remove(*m_page.selection())); }, true);
    m_menuOrder.push_back(nullptr);
    add(tr("Insert…"), QKeySequence(Qt::CTRL | Qt::Key_I), [this] { askInsert(); }, false);
    add(tr("Replace…"), QKeySequence(Qt::CTRL | Qt::Key_R), [this] { askReplace(); }, true);
    add(tr("Apply variant…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V), [this] { askVariant(); }, false);
    m_menuOrder.push_back(nullptr);
    add(tr("Reverse-complement"), {}, [this] { report(m_edits.reverseComplement(*m_page.selection())); }, true);
    addShuffles();
    m_menuOrder.push_back(m_synonyms->menuAction());
    m_menuOrder.push_back(nullptr);
    m_revert = add(tr("Revert to reference"), {}, [this] { report(m_documents.revertToReference()); }, false);

    m_asker = [this](const QString& title, const QString& label, const QString& suggestion) {
        bool accepted = false;
        const QString text =
            QInputDialog::getText(m_window, title, label, QLineEdit::Normal, suggestion, &accepted);
        return accepted ? std::optional(text) : std::nullopt;
    };
    connect(m_synonyms, &QMenu::aboutToShow, this, &EditActions::fillSynonyms);
    connect(&page.tracks(), &widgets::TrackStack::selectionChanged, this, [this] {
        m_contextPosition.reset();
        updateEnabled();
    });
    connect(&page.tracks(), &widgets::TrackStack::contextMenuRequested, this,
            [this](const QPoint& position, std::int64_t positionNt) { showContextMenu(position, positionNt); });
    connect(&documents, &DocumentController::selectedEntryChanged, this, &EditActions::updateEnabled);
    updateEnabled();
}

QAction* EditActions::add(const QString& text, const QKeySequence& keys, std::function<void()> run, bool needsSelection)
{
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, std::move(run));
    (needsSelection ? m_needSelection : m_needSequence).push_back(action);
    m_menuOrder.push_back(action);
    return action;
}

void EditActions::addShuffles()
{
    const std::pair<QString, data::ShuffleKind> kinds[] = {
        {tr("Mononucleotides…"), data::ShuffleKind::Mononucleotide},
        {tr("Dinucleotides…"), data::ShuffleKind::Dinucleotide},
        {tr("Codons…"), data::ShuffleKind::Codon},
    };
    for (const auto& [text, kind] : kinds) {
        QAction* action = m_shuffles->addAction(text);
        action->setStatusTip(tr("Shuffle the selection, or the whole sequence without one; the seed is kept with it"));
        connect(action, &QAction::triggered, this, [this, kind = kind] { shuffle(kind); });
    }
    m_needSequence.push_back(m_shuffles->menuAction());
    m_menuOrder.push_back(m_shuffles->menuAction());
}

void EditActions::addTo(QMenu& menu)
{
    for (QAction* action : m_menuOrder) {
        if (action)
            menu.addAction(action);
        else
            menu.addSeparator();
    }
}

void EditActions::showContextMenu(const QPoint& globalPosition, std::int64_t positionNt)
{
    if (!m_documents.selected())
        return;
    m_contextPosition = positionNt >= 0 ? std::optional(positionNt) : std::nullopt;
    QMenu menu(m_window);
    addTo(menu);
    menu.exec(globalPosition);
}

void EditActions::cut()
{
    m_page.tracks().copySelection();
    report(m_edits.remove(*m_page.selection()));
}

void EditActions::paste()
{
    const Result<std::string> letters = lettersFromText(QGuiApplication::clipboard()->text());
    if (!letters) {
        report(fail(letters.error()));
        return;
    }
    if (letters->empty()) {
        emit said(tr("The clipboard holds no letters to paste."), true);
        return;
    }
    if (const auto selected = m_page.selection())
        report(m_edits.replace(*selected, *letters));
    else
        report(m_edits.insert(cursor(), *letters));
}

void EditActions::askInsert()
{
    const auto text = m_asker(tr("Insert"), tr("Letters to insert before position %1:").arg(cursor() + 1), {});
    if (!text || text->isEmpty())
        return;
    const Result<std::string> letters = lettersFromText(*text);
    report(letters ? m_edits.insert(cursor(), *letters) : fail(letters.error()));
}

void EditActions::askReplace()
{
    const auto text = m_asker(tr("Replace"), tr("Letters instead of the selection:"), m_page.tracks().selectedText());
    if (!text)
        return;
    const Result<std::string> letters = lettersFromText(*text);
    report(letters ? m_edits.replace(*m_page.selection(), *letters) : fail(letters.error()));
}

void EditActions::askVariant()
{
    const auto text = m_asker(tr("Apply variant"), tr("Variant, for example c.20A>T, 70A>T, c.118_120del:"), {});
    if (!text || text->isEmpty() || !m_documents.selected())
        return;
    const Result<data::Edit> edit = parseVariant(text->toStdString(), *m_documents.selected()->current);
    report(edit ? m_documents.edit(*edit) : fail(edit.error()));
    if (edit)
        m_page.tracks().ensureVisible({edit->startNt, edit->startNt + 1});
}

void EditActions::shuffle(data::ShuffleKind kind)
{
    const auto range = selectionOrWhole();
    if (!range)
        return;
    const QString suggestion = QString::number(QRandomGenerator::global()->bounded(1, 10000));
    const auto text = m_asker(tr("Shuffle"), tr("Seed (the same seed gives the same shuffle):"), suggestion);
    if (!text)
        return;
    bool isNumber = false;
    const qulonglong seed = text->trimmed().toULongLong(&isNumber);
    if (isNumber)
        report(m_edits.shuffle(*range, kind, seed));
    else
        emit said(tr("The seed must be a whole number."), true);
}

void EditActions::fillSynonyms()
{
    m_synonyms->clear();
    const data::DocumentEntryPtr entry = m_documents.selected();
    const auto codon = entry ? codonAt(*entry->current, cursor()) : std::nullopt;
    if (!codon) {
        m_synonyms->addAction(tr("The cursor is in no codon"))->setEnabled(false);
        return;
    }
    const std::string letters = entry->current->sequence.letters.substr(std::size_t(codon->startNt), 3);
    const data::Alphabet alphabet = entry->current->sequence.alphabet;
    const QString shown = QString::fromStdString(data::displayLetters(letters, alphabet));
    const QString aminoAcid(QLatin1Char(data::translateCodon(letters)));
    m_synonyms->addAction(tr("%1 = %2, position %3").arg(shown, aminoAcid).arg(codon->startNt + 1))->setEnabled(false);
    m_synonyms->addSeparator();
    const std::vector<std::string> synonyms = data::synonymousCodons(letters);
    if (synonyms.empty())
        m_synonyms->addAction(tr("It has no synonym"))->setEnabled(false);
    for (const std::string& synonym : synonyms)
        connect(m_synonyms->addAction(QString::fromStdString(data::displayLetters(synonym, alphabet))),
                &QAction::triggered, this, [this, codon, synonym] { report(m_edits.swapCodon(*codon, synonym)); });
}

void EditActions::updateEnabled()
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    const bool selected = entry && m_page.selection().has_value();
    for (QAction* action : m_needSelection)
        action->setEnabled(selected);
    for (QAction* action : m_needSequence)
        action->setEnabled(entry != nullptr);
    m_synonyms->setEnabled(entry != nullptr);
    if (m_revert)
        m_revert->setEnabled(entry && entry->isEdited());
}

void EditActions::report(const Result<void>& done)
{
    if (!done)
        emit said(QString::fromStdString(done.error().message()), true);
}

std::optional<data::Interval> EditActions::selectionOrWhole() const
{
    if (const auto selected = m_page.selection())
        return selected;
    const data::DocumentEntryPtr entry = m_documents.selected();
    return entry ? std::optional(data::Interval{0, entry->current->sequence.length()}) : std::nullopt;
}

std::int64_t EditActions::cursor() const
{
    if (m_contextPosition)
        return *m_contextPosition;
    const auto selected = m_page.selection();
    return selected ? selected->startNt : m_page.tracks().visibleRange().startNt;
}

}  // namespace nscope::app
