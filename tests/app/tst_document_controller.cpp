// Purpose: undo and redo swap whole documents; what is not the user's doing stays.
#include "app/document_controller.h"

#include <QtGui/QUndoStack>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace nscope;
using app::DocumentController;

namespace {

data::TranscriptPtr transcript(const std::string& id, const std::string& letters)
{
    data::Transcript made;
    made.sequence.id = id;
    made.sequence.letters = letters;
    return std::make_shared<data::Transcript>(std::move(made));
}

std::string lettersOf(const DocumentController& controller) { return controller.selected()->current->sequence.letters; }

}  // namespace

class TestDocumentController : public QObject {
    Q_OBJECT

private slots:
    void undoPutsTheVeryDocumentBack()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "ATGGCCTAA")}, "a.fa", "Open a.fa");
        const auto before = controller.selected();
        QVERIFY(controller.edit({3, "G", "C", {}}));
        QCOMPARE(lettersOf(controller), std::string("ATGCCCTAA"));
        const auto after = controller.selected();
        QCOMPARE(controller.undoStack().undoText(), QString("4G>C"));
        controller.undoStack().undo();
        QCOMPARE(controller.selected(), before);
        controller.undoStack().redo();
        QCOMPARE(controller.selected(), after);
    }

    void undoOfOpeningTakesTheSequencesAway()
    {
        DocumentController controller;
        QSignalSpy entries(&controller, &DocumentController::entriesChanged);
        controller.addEntries({transcript("a", "ATG"), transcript("b", "CCC")}, "x.fa", "Open x.fa");
        QCOMPARE(controller.selectedIndex(), 0);
        controller.undoStack().undo();
        QVERIFY(controller.document()->entries.empty());
        QVERIFY(!controller.selected());
        QCOMPARE(entries.count(), 2);
    }

    void undoKeepsTheModel()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "ATGGCC")}, "a.fa", "Open");
        controller.setModel("first", "hash 1");
        QVERIFY(controller.edit({0, "A", "C", {}}));
        controller.setModel("second", "hash 2");
        controller.undoStack().undo();
        QCOMPARE(controller.document()->modelId, std::string("second"));
        QCOMPARE(lettersOf(controller), std::string("ATGGCC"));
    }

    void undoGoesToTheSequenceItChanges()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "ATGGCC"), transcript("b", "CCCCCC")}, "a.fa", "Open");
        QVERIFY(controller.edit({0, "A", "C", {}}));
        controller.select(1);
        controller.undoStack().undo();
        QCOMPARE(controller.selectedIndex(), 0);
    }

    void editTellsWhichEntryChanged()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "ATGGCC"), transcript("b", "CCCCCC")}, "a.fa", "Open");
        controller.select(1);
        QSignalSpy changed(&controller, &DocumentController::entryChanged);
        QSignalSpy entries(&controller, &DocumentController::entriesChanged);
        QVERIFY(controller.edit({0, "C", "A", {}}));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toInt(), 1);
        QCOMPARE(entries.count(), 0);
    }

    void modifiedFollowsTheSavedState()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "ATGGCC")}, "a.fa", "Open");
        QVERIFY(controller.isModified());
        controller.markSaved("s.nscope");
        QVERIFY(!controller.isModified());
        QVERIFY(controller.edit({0, "A", "C", {}}));
        QVERIFY(controller.isModified());
        controller.undoStack().undo();
        QVERIFY(!controller.isModified());
    }

    void revertIsUndoable()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "ATGGCC")}, "a.fa", "Open");
        QVERIFY(controller.edit({0, "A", "C", {}}));
        QVERIFY(controller.edit({1, "T", "", {}}));
        QVERIFY(controller.revertToReference());
        QCOMPARE(lettersOf(controller), std::string("ATGGCC"));
        controller.undoStack().undo();
        QCOMPARE(lettersOf(controller), std::string("CGGCC"));
    }

    void removingTheSelectedSelectsANeighbour()
    {
        DocumentController controller;
        controller.addEntries({transcript("a", "A"), transcript("b", "C"), transcript("c", "G")}, "x.fa", "Open");
        controller.select(2);
        controller.removeEntries({2});
        QVERIFY(controller.selected());
        QCOMPARE(controller.selected()->current->sequence.id, std::string("b"));
    }
};

QTEST_GUILESS_MAIN(TestDocumentController)
#include "tst_document_controller.moc"
