// Purpose: every edit a person can make gives the letters it says, as one named step.
#include "app/document_controller.h"
#include "app/edit_controller.h"
#include "core/data/genetic_code.h"

#include <QtGui/QUndoStack>
#include <QtTest/QTest>

#include <algorithm>
#include <map>

using namespace nscope;
using namespace nscope::app;

namespace {

struct Bench {
    explicit Bench(const std::string& letters, std::optional<data::Interval> cds = {})
    {
        data::Transcript transcript;
        transcript.sequence.id = "x";
        transcript.sequence.letters = letters;
        transcript.cds = cds;
        documents.addEntries({std::make_shared<data::Transcript>(transcript)}, "x.fa", "Open");
    }
    std::string letters() const { return documents.selected()->current->sequence.letters; }

    DocumentController documents;
    EditController edits{documents};
};

std::map<char, int> counts(const std::string& letters)
{
    std::map<char, int> result;
    for (const char letter : letters)
        ++result[letter];
    return result;
}

}  // namespace

class TestEditController : public QObject {
    Q_OBJECT

private slots:
    void pastedTextLosesHeadersBlanksAndNumbers()
    {
        const auto letters = lettersFromText(">seq 1\n  1 acgu acgt\n 61 N\n");
        QVERIFY(letters);
        QCOMPARE(*letters, std::string("ACGTACGTN"));
    }

    void pastedRubbishNamesTheLetter()
    {
        const auto letters = lettersFromText("ACG!");
        QVERIFY(!letters);
        QVERIFY(letters.error().message().find("'!'") != std::string::npos);
    }

    void insertReplaceRemove()
    {
        Bench bench("AACCGG");
        QVERIFY(bench.edits.insert(2, "TT"));
        QCOMPARE(bench.letters(), std::string("AATTCCGG"));
        QVERIFY(bench.edits.replace({0, 2}, "G"));
        QCOMPARE(bench.letters(), std::string("GTTCCGG"));
        QVERIFY(bench.edits.remove({1, 3}));
        QCOMPARE(bench.letters(), std::string("GCCGG"));
        QCOMPARE(bench.documents.undoStack().count(), 4);
    }

    void nothingChangedIsNoStep()
    {
        Bench bench("AACCGG");
        QVERIFY(bench.edits.replace({0, 1}, "A"));
        QCOMPARE(bench.documents.undoStack().count(), 1);
    }

    void outsideIsASentence()
    {
        Bench bench("AACCGG");
        QVERIFY(!bench.edits.remove({4, 9}));
        QVERIFY(!bench.edits.remove({0, 6}));  // nothing would remain
    }

    void reverseComplement()
    {
        Bench bench("AAACGTTTG");
        QVERIFY(bench.edits.reverseComplement({0, 3}));
        QCOMPARE(bench.letters(), std::string("TTTCGTTTG"));
    }

    void shuffleKeepsTheLettersAndSaysTheSeed()
    {
        Bench bench("ACGTACGGTTACCATGACCATTAGA");
        const std::string before = bench.letters();
        QVERIFY(bench.edits.shuffle({2, 20}, data::ShuffleKind::Mononucleotide, 7));
        QVERIFY(bench.letters() != before);
        QCOMPARE(counts(bench.letters()), counts(before));
        QCOMPARE(bench.letters().substr(0, 2), before.substr(0, 2));
        QCOMPARE(bench.letters().substr(20), before.substr(20));
        QVERIFY(bench.documents.undoStack().undoText().contains("seed 7"));
    }

    void codonShuffleKeepsFrameStartAndStop()
    {
        Bench bench("GGATGAAACCCGGGTTTCTGTAAGG", data::Interval{2, 23});
        QVERIFY(bench.edits.shuffle({0, 25}, data::ShuffleKind::Codon, 3));
        const std::string after = bench.letters();
        QCOMPARE(after.substr(0, 5), std::string("GGATG"));
        QCOMPARE(after.substr(20), std::string("TAAGG"));
        std::vector<std::string> codons;
        for (std::size_t i = 5; i < 20; i += 3)
            codons.push_back(after.substr(i, 3));
        std::ranges::sort(codons);
        QCOMPARE(codons, (std::vector<std::string>{"AAA", "CCC", "CTG", "GGG", "TTT"}));
    }

    void synonymKeepsTheProtein()
    {
        Bench bench("GGATGCTGTAAGG", data::Interval{2, 11});
        const auto codon = codonAt(*bench.documents.selected()->current, 6);
        QVERIFY(codon);
        QCOMPARE(*codon, (data::Interval{5, 8}));
        QVERIFY(!bench.edits.swapCodon(*codon, "AAA"));
        QVERIFY(bench.edits.swapCodon(*codon, "TTA"));
        QCOMPARE(bench.letters(), std::string("GGATGTTATAAGG"));
        QCOMPARE(data::translate(bench.letters().substr(2, 9), true), std::string("ML"));
    }

    void codonNeedsAFrame()
    {
        Bench bench("CCCCCCCC");
        QVERIFY(!codonAt(*bench.documents.selected()->current, 3));
        QVERIFY(!bench.edits.shuffle({0, 8}, data::ShuffleKind::Codon, 1));
    }
};

QTEST_GUILESS_MAIN(TestEditController)
#include "tst_edit_controller.moc"
