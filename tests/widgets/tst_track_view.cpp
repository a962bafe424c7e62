// Purpose: what a user can do with the tracks: click, type, drag, zoom, copy, paste; and how REF and ALT align.
#include "tests/widgets/synthetic.h"
#include "widgets/attribution_track.h"
#include "widgets/track_view.h"

#include <QApplication>
#include <QClipboard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace nscope;
using namespace nscope::widgets;

class TrackViewTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TrackStack> m_stack;
    data::TranscriptPtr m_transcript;

    QPoint at(std::int64_t position, TrackKind kind = TrackKind::Letters) const { return m_stack->viewportPointOf(position, kind); }
    void click(std::int64_t position, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(m_stack->viewport(), Qt::LeftButton, modifiers, at(position));
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(m_stack->viewport(), Qt::LeftButton, modifiers, from);
        for (int step = 1; step <= 4; ++step) {
            const QPoint place = from + (to - from) * step / 4;
            QMouseEvent move(QEvent::MouseMove, QPointF(place), QPointF(m_stack->viewport()->mapToGlobal(place)), Qt::LeftButton, Qt::LeftButton, modifiers);
            QApplication::sendEvent(m_stack->viewport(), &move);
        }
        QTest::mouseRelease(m_stack->viewport(), Qt::LeftButton, modifiers, to);
    }
    void wheel(QPoint place, int delta, Qt::KeyboardModifiers modifiers)
    {
        QWheelEvent event(QPointF(place), QPointF(m_stack->viewport()->mapToGlobal(place)), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_stack->viewport(), &event);
    }

private slots:
    void init()
    {
        m_transcript = tests::makeTranscript(52, 120, 210, 3);
        m_stack = std::make_unique<TrackStack>();
        m_stack->resize(1100, 700);
        m_stack->setTranscript(m_transcript, nullptr, {});
        m_stack->setAttribution(tests::makeMutagenesis(*m_transcript, 1, {0, 1000}), nullptr);
        m_stack->setMutagenesis(tests::makeMutagenesis(*m_transcript, 1, {0, 1000}), nullptr);
        m_stack->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_stack.get()));
        m_stack->setVisibleRange({40, 100});
    }

    // A region of a genome is numbered along its chromosome, on both strands.
    void aRegionHasItsPlacesOnTheChromosome()
    {
        for (const auto& [id, expected] : {std::pair{"chr8:1001-1625", "chr8:1,051"}, {"chr8:1001-1625(-)", "chr8:1,575"}}) {
            data::Transcript region = *m_transcript;
            QCOMPARE(region.sequence.length(), std::int64_t(625));
            region.sequence.id = id;
            m_stack->setTranscript(std::make_shared<const data::Transcript>(region), nullptr, {});
            m_stack->setVisibleRange({40, 100});
            QSignalSpy hovered(m_stack.get(), &TrackStack::hovered);
            QMouseEvent move(QEvent::MouseMove, QPointF(at(50)), QPointF(m_stack->viewport()->mapToGlobal(at(50))), Qt::NoButton, Qt::NoButton, {});
            QApplication::sendEvent(m_stack->viewport(), &move);
            QVERIFY2(!hovered.isEmpty() && hovered.back()[1].toString().startsWith(expected), hovered.isEmpty() ? "" : qPrintable(hovered.back()[1].toString()));
        }
    }

    void clickSelectsTheBaseUnderTheMouse()
    {
        QSignalSpy selected(m_stack.get(), &TrackStack::selectionChanged);
        for (const TrackKind kind : {TrackKind::Letters, TrackKind::Explanation, TrackKind::Mutagenesis}) {
            QTest::mouseClick(m_stack->viewport(), Qt::LeftButton, {}, at(60 + int(kind), kind));
            QCOMPARE(m_stack->selection(), (data::Interval{60 + int(kind), 61 + int(kind)}));
        }
        QCOMPARE(selected.count(), 3);
        QTest::keyClick(m_stack.get(), Qt::Key_Escape);
        QVERIFY(!m_stack->selection());
    }

    void typingALetterAsksForAnEdit()
    {
        QSignalSpy edits(m_stack.get(), &TrackStack::baseEditRequested);
        QTest::keyClicks(m_stack.get(), "G");
        QCOMPARE(edits.count(), 0);  // nothing selected
        click(63);
        QTest::keyClicks(m_stack.get(), "gUn");
        QCOMPARE(edits.count(), 3);
        QCOMPARE(edits[0][0].value<std::int64_t>(), 63);
        QCOMPARE(edits[0][1].value<char>(), 'G');
        QCOMPARE(edits[1][1].value<char>(), 'T');  // U is stored as T
        QCOMPARE(edits[2][1].value<char>(), 'N');
        QTest::keyClicks(m_stack.get(), "x");
        QCOMPARE(edits.count(), 3);
    }

    void shiftDragSelectsAndDeleteAsks()
    {
        QSignalSpy deletions(m_stack.get(), &TrackStack::deletionRequested);
        drag(at(50), at(58), Qt::ShiftModifier);
        QCOMPARE(m_stack->selection(), (data::Interval{50, 59}));
        QTest::keyClick(m_stack.get(), Qt::Key_Delete);
        QCOMPARE(deletions.count(), 1);
        QCOMPARE(deletions[0][0].value<data::Interval>(), (data::Interval{50, 59}));
    }

    void copyAndPaste()
    {
        QSignalSpy pastes(m_stack.get(), &TrackStack::pasteRequested);
        m_stack->setSelection(data::Interval{52, 55});
        QTest::keyClick(m_stack.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("AUG"));  // RNA is shown and copied with U
        QApplication::clipboard()->setText(QStringLiteral(" 1 acgu\n 5 ggg\n"));
        QTest::keyClick(m_stack.get(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(pastes.count(), 1);
        QCOMPARE(pastes[0][0].value<std::int64_t>(), 52);
        QCOMPARE(pastes[0][1].toString(), QStringLiteral("ACGUGGG"));
    }

    void zoomKeepsTheBaseUnderTheMouse()
    {
        m_stack->setVisibleRange({100, 400});
        const QPoint place = at(230);
        const std::int64_t before = m_stack->positionAtViewport(place);
        const double scale = m_stack->pixelsPerBase();
        for (int notch = 0; notch < 5; ++notch) {
            wheel(place, 120, Qt::ControlModifier);
            QCOMPARE(m_stack->positionAtViewport(place), before);
        }
        QVERIFY(m_stack->pixelsPerBase() > 2.0 * scale);
        for (int notch = 0; notch < 5; ++notch)
            wheel(place, -120, Qt::ControlModifier);
        QVERIFY(std::abs(m_stack->pixelsPerBase() - scale) < 1e-6);
        QCOMPARE(m_stack->positionAtViewport(place), before);
    }

    void dragOnTheRulerZoomsToTheRange()
    {
        m_stack->zoomToAll();
        const int y = 8;
        drag({at(100).x(), y}, {at(200).x(), y});
        const data::Interval range = m_stack->visibleRange();
        QVERIFY2(std::abs(range.startNt - 100) <= 2 && std::abs(range.endNt - 201) <= 2,
                 qPrintable(QStringLiteral("%1-%2").arg(range.startNt).arg(range.endNt)));
        QVERIFY(!m_stack->selection());
    }

    void dragOnATrackPans()
    {
        m_stack->setVisibleRange({100, 200});
        const QPoint place = at(150);
        drag(place, place + QPoint(60, 0));
        QCOMPARE(m_stack->positionAtViewport(place + QPoint(60, 0)), 150);
        QVERIFY(!m_stack->selection());
    }

    void keysPanZoomAndJump()
    {
        m_stack->setVisibleRange({200, 260});
        QTest::keyClick(m_stack.get(), Qt::Key_Home);
        QCOMPARE(m_stack->visibleRange().startNt, 0);
        QTest::keyClick(m_stack.get(), Qt::Key_End);
        QCOMPARE(m_stack->visibleRange().endNt, m_transcript->sequence.length());
        const std::int64_t start = m_stack->visibleRange().startNt;
        QTest::keyClick(m_stack.get(), Qt::Key_Left);
        QVERIFY(m_stack->visibleRange().startNt < start);
        const double scale = m_stack->pixelsPerBase();
        QTest::keyClick(m_stack.get(), Qt::Key_Minus);
        QVERIFY(m_stack->pixelsPerBase() < scale);
        m_stack->zoomToAll();
        QTest::keyClick(m_stack.get(), Qt::Key_F);
        QCOMPARE(m_stack->selection(), (data::Interval{52, 55}));  // start codon
        QTest::keyClick(m_stack.get(), Qt::Key_F);
        QCOMPARE(m_stack->selection()->endNt, m_transcript->cds->endNt);  // stop codon
        QTest::keyClick(m_stack.get(), Qt::Key_F, Qt::ShiftModifier);
        QCOMPARE(m_stack->selection(), (data::Interval{52, 55}));
    }

    void doubleClickZoomsIn()
    {
        m_stack->setVisibleRange({100, 400});
        const double scale = m_stack->pixelsPerBase();
        QTest::mouseDClick(m_stack->viewport(), Qt::LeftButton, {}, at(200));
        QVERIFY(std::abs(m_stack->pixelsPerBase() - 2.0 * scale) < 1e-6);
    }

    void contextMenuSelectsTheBase()
    {
        QSignalSpy menus(m_stack.get(), &TrackStack::contextMenuRequested);
        const QPoint place = m_stack->viewport()->mapTo(m_stack.get(), at(70));
        QContextMenuEvent event(QContextMenuEvent::Mouse, place, m_stack->mapToGlobal(place));
        QApplication::sendEvent(m_stack->viewport(), &event);
        QCOMPARE(menus.count(), 1);
        QCOMPARE(menus[0][1].value<std::int64_t>(), 70);
        QCOMPARE(menus[0][2].value<data::Interval>(), (data::Interval{70, 71}));
    }

    void insertionDoesNotShiftAltAgainstRef()
    {
        const data::Edit edit{60, "", "CCC", ""};
        const auto edited = std::make_shared<const data::Transcript>(*data::applyEdit(*m_transcript, edit));
        const int before = at(59).x();
        const int after = at(60).x();
        m_stack->setTranscript(m_transcript, edited, {edit});
        QCOMPARE(at(59).x(), before);
        const double base = m_stack->pixelsPerBase();
        // The base that followed moves by three columns, together in both rows; its ALT position is three higher.
        QVERIFY(std::abs(at(63).x() - (after + 3 * base)) <= 2);
        click(61);
        QCOMPARE(m_stack->selection(), (data::Interval{61, 62}));
    }

    void anEditKeepsRangeAndResultsAnotherSequenceDoesNot()
    {
        const data::Edit edit{60, m_transcript->sequence.letters.substr(60, 1), m_transcript->sequence.letters[60] == 'A' ? "C" : "A", ""};
        const auto edited = std::make_shared<const data::Transcript>(*data::applyEdit(*m_transcript, edit));
        const data::Interval range = m_stack->visibleRange();
        click(60);
        m_stack->setTranscript(m_transcript, edited, {edit});
        QCOMPARE(m_stack->visibleRange(), range);
        QCOMPARE(m_stack->selection(), (data::Interval{60, 61}));
        m_stack->setTranscript(tests::makeTranscript(10, 30, 10, 9), nullptr, {});
        QCOMPARE(m_stack->visibleRange(), (data::Interval{0, 113}));
        QVERIFY(!m_stack->selection());
    }

    void hoverSaysTheExactValue()
    {
        QSignalSpy hovers(m_stack.get(), &TrackStack::hovered);
        const QPoint place = at(62, TrackKind::Mutagenesis);
        QTest::mouseMove(m_stack->viewport(), place);
        QMouseEvent move(QEvent::MouseMove, QPointF(place), QPointF(m_stack->viewport()->mapToGlobal(place)), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(m_stack->viewport(), &move);
        QVERIFY(hovers.count() > 0);
        QCOMPARE(hovers.last()[0].value<std::int64_t>(), 62);
        const QString text = hovers.last()[1].toString();
        QVERIFY2(text.contains(QStringLiteral("63")), qPrintable(text));  // 1-based
    }

    void scoresFollowTheirDefinition()
    {
        data::Attribution ism;
        ism.values_LC = {0, -1, -2, -3, 2, 0, 4, 6};
        QCOMPARE(letterScores(ism, "AC", LetterScore::Automatic), (std::vector<float>{2.0f, -4.0f}));
        QCOMPARE(letterScores(ism, "AC", LetterScore::LargestEffect), (std::vector<float>{3.0f, -6.0f}));
        data::Attribution gradient;
        gradient.values_LC = {0.5f, 0, 0, 0, 0, 0, 0, -0.25f};
        QCOMPARE(letterScores(gradient, "AT", LetterScore::Automatic), (std::vector<float>{0.5f, -0.25f}));
        QCOMPARE(letterScores(gradient, "NN", LetterScore::MeanEffect), (std::vector<float>{0.0f, 0.0f}));
    }

    void resultsOfAnotherLengthAreIgnored()
    {
        m_stack->setAttribution(tests::makeMutagenesis(*tests::makeTranscript(10, 30, 10, 9), 1, {0, 1000}), nullptr);
        m_stack->grab();  // must not read beyond the shorter result
        QVERIFY(m_stack->isTrackShown(TrackKind::Explanation));
    }

    void aRangeAskedForBeforeShowingIsKept()
    {
        TrackStack stack;
        stack.setTranscript(m_transcript, nullptr, {});
        stack.setVisibleRange({40, 100});
        stack.resize(1300, 500);
        stack.show();
        QVERIFY(QTest::qWaitForWindowExposed(&stack));
        QCOMPARE(stack.visibleRange(), (data::Interval{40, 100}));
    }

    void scrollBarFollowsAndLeads()
    {
        m_stack->setVisibleRange({100, 160});
        QVERIFY(m_stack->horizontalScrollBar()->maximum() > 0);
        m_stack->horizontalScrollBar()->setValue(0);
        QCOMPARE(m_stack->visibleRange().startNt, 0);
    }
};

QTEST_MAIN(TrackViewTest)
#include "tst_track_view.moc"
