// Tests of letters: channel order, IUPAC codes, complements, canonical form, content hash.
#include "core/data/alphabet.h"
#include "core/data/sequence.h"
#include "core/data/transcript.h"

#include <QTest>

using namespace nscope::data;

class TestAlphabet : public QObject {
    Q_OBJECT

private slots:
    void channelOrderIsAcgt()
    {
        QCOMPARE(baseIndex('A'), 0);
        QCOMPARE(baseIndex('c'), 1);
        QCOMPARE(baseIndex('G'), 2);
        QCOMPARE(baseIndex('t'), 3);
        QCOMPARE(baseIndex('u'), 3);
        QCOMPARE(baseIndex('N'), -1);
        QCOMPARE(baseIndex('R'), -1);
        QCOMPARE(baseIndex('\0'), -1);
        QCOMPARE(baseIndex(char(0xc3)), -1);
    }

    void exactlyTheIupacCodesAreLetters()
    {
        std::string accepted;
        for (int c = 0; c < 256; ++c) {
            if (isIupac(char(c)))
                accepted += char(c);
        }
        QCOMPARE(accepted, std::string("ABCDGHKMNRSTUVWYabcdghkmnrstuvwy"));
        QCOMPARE(int(iupacMask('N')), 15);
        QCOMPARE(int(iupacMask('y')), 2 | 8);
        QCOMPARE(int(iupacMask('B')), 2 | 4 | 8);
    }

    void complementKeepsTheMeaning()
    {
        for (const char c : std::string("ACGTRYSWKMBDHVN")) {
            QCOMPARE(complement(complement(c)), c);
            const int mask = iupacMask(c);
            // A(1)<->T(8), C(2)<->G(4): the bits are reversed.
            const int reversed = (mask & 1) << 3 | (mask & 2) << 1 | (mask & 4) >> 1 | (mask & 8) >> 3;
            QCOMPARE(int(iupacMask(complement(c))), reversed);
        }
        QCOMPARE(complement('u'), 'A');
        QCOMPARE(reverseComplement("ATGRN"), std::string("NYCAT"));
        QCOMPARE(reverseComplement(""), std::string());
    }

    void canonicalFormAndDisplay()
    {
        QCOMPARE(canonical("acgUnU-x"), std::string("ACGTNT-x"));
        QCOMPARE(displayLetters("ACGTT", Alphabet::Rna), std::string("ACGUU"));
        QCOMPARE(displayLetters("ACGTT", Alphabet::Dna), std::string("ACGTT"));
        QCOMPARE(displayLetter('T', Alphabet::Rna), 'U');
        QCOMPARE(displayLetter('T', Alphabet::Dna), 'T');
    }

    void contentHashDependsOnLettersOnly()
    {
        const Sequence a{"a", "", "ACGT", Alphabet::Dna};
        const Sequence b{"b", "other", "ACGT", Alphabet::Rna};
        QCOMPARE(a.contentHash(), b.contentHash());
        const Sequence c{"a", "", "ACGA", Alphabet::Dna};
        QVERIFY(a.contentHash() != c.contentHash());
        const Sequence d{"a", "", "ACGTA", Alphabet::Dna};
        QVERIFY(a.contentHash() != d.contentHash());
    }

    void regionsFollowFromTheCds()
    {
        Transcript t{{"t", "", "AAATGCCCTAAGG", Alphabet::Dna}, Interval{2, 11}};
        QCOMPARE(t.utr5()->startNt, 0);
        QCOMPARE(t.utr5()->endNt, 2);
        QCOMPARE(t.utr3()->startNt, 11);
        QCOMPARE(t.utr3()->endNt, 13);
        t.cds.reset();
        QVERIFY(!t.utr5() && !t.utr3());
    }
};

QTEST_APPLESS_MAIN(TestAlphabet)
#include "tst_alphabet.moc"
