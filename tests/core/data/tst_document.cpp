// Tests of documents as values: sharing, edits, history, removal.
#include "core/data/document.h"
#include "core/data/option_value.h"

#include <QTest>

#include <cmath>

using namespace nscope::data;

namespace {

TranscriptPtr transcript(const std::string& id, const std::string& letters)
{
    return std::make_shared<const Transcript>(Transcript{{id, "", letters, Alphabet::Rna}, std::nullopt});
}

DocumentPtr threeSequences()
{
    return withEntries(Document{}, {transcript("a", "ACGT"), transcript("b", "GGGG"), transcript("c", "TTTT")}, "f.fa");
}

}  // namespace

class TestDocument : public QObject {
    Q_OBJECT

private slots:
    void entriesAreAddedAndFound()
    {
        const DocumentPtr document = threeSequences();
        QCOMPARE(document->entries.size(), std::size_t(3));
        QCOMPARE(document->selectedEntry, 0);
        QCOMPARE(document->indexOf("b"), 1);
        QCOMPARE(document->indexOf("x"), -1);
        QCOMPARE(document->sourceFiles, std::vector<std::string>{"f.fa"});
        const DocumentPtr more = withEntries(*document, {transcript("d", "A")}, "f.fa");
        QCOMPARE(more->sourceFiles.size(), std::size_t(1));
        QVERIFY(more->entries[0] == document->entries[0]);  // shared, not copied
    }

    void anEditMakesANewDocumentAndLeavesTheOld()
    {
        const DocumentPtr before = threeSequences();
        const auto after = withEdit(*before, 1, {0, "G", "A", "1G>A"});
        QVERIFY(after.has_value());
        QCOMPARE(before->entries[1]->current->sequence.letters, std::string("GGGG"));
        QVERIFY(!before->entries[1]->isEdited());
        QCOMPARE((*after)->entries[1]->current->sequence.letters, std::string("AGGG"));
        QVERIFY((*after)->entries[1]->isEdited());
        QVERIFY((*after)->entries[1]->reference == before->entries[1]->reference);
        QVERIFY((*after)->entries[0] == before->entries[0]);

        const auto back = withHistoryNode(**after, 1, -1);
        QVERIFY((*back)->entries[1]->current == before->entries[1]->reference);
        QCOMPARE((*back)->entries[1]->history.nodes().size(), std::size_t(1));
        const auto again = withHistoryNode(**back, 1, 0);
        QCOMPARE((*again)->entries[1]->current->sequence.letters, std::string("AGGG"));
    }

    void whatDoesNotExistIsRefused()
    {
        const DocumentPtr document = threeSequences();
        QVERIFY(!withEdit(*document, 3, {0, "A", "C", ""}));
        QVERIFY(!withEdit(*document, -1, {0, "A", "C", ""}));
        QVERIFY(!withEdit(*document, 0, {0, "C", "A", ""}));
        QVERIFY(!withHistoryNode(*document, 0, 0));
        QVERIFY(!withHistoryNode(*document, 9, -1));
    }

    void removalKeepsTheSelectionNear()
    {
        auto document = std::make_shared<Document>(*threeSequences());
        document->selectedEntry = 1;
        QCOMPARE(withoutEntries(*document, {0})->selectedEntry, 0);
        QCOMPARE(withoutEntries(*document, {0})->entries.size(), std::size_t(2));
        QCOMPARE(withoutEntries(*document, {1})->selectedEntry, 0);
        QCOMPARE(withoutEntries(*document, {2})->selectedEntry, 1);
        QCOMPARE(withoutEntries(*document, {0, 1})->selectedEntry, 0);
        QCOMPARE(withoutEntries(*document, {0, 1, 2})->selectedEntry, -1);
    }

    void modelIsRemembered()
    {
        const DocumentPtr document = withModel(*threeSequences(), "bioseq2seq", "abc");
        QCOMPARE(document->modelId, std::string("bioseq2seq"));
        QCOMPARE(document->modelHash, std::string("abc"));
        QCOMPARE(document->entries.size(), std::size_t(3));
    }

    void optionValuesAsText()
    {
        QCOMPARE(toText(OptionValue(true)), std::string("true"));
        QCOMPARE(toText(OptionValue(std::int64_t(12))), std::string("12"));
        QCOMPARE(toText(OptionValue(0.004)), std::string("0.004"));
        QCOMPARE(toText(OptionValue(std::string("lfnet"))), std::string("lfnet"));
        QCOMPARE(std::stod(toText(OptionValue(1.0 / 3.0))), 1.0 / 3.0);
    }
};

QTEST_APPLESS_MAIN(TestDocument)
#include "tst_document.moc"
