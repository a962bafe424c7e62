// Purpose: the structure track: hidden without a structure, arcs where the pairs are, what hovering says, edits.
#include "core/data/rna_structure.h"
#include "tests/widgets/synthetic.h"
#include "widgets/structure_track.h"
#include "widgets/track_view.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace nscope;
using namespace nscope::widgets;

namespace {

constexpr double kUnits = 12.0;  ///< per column: letters have room

/// A hairpin with a pseudoknot: pairs 2–21, 3–20, 4–19, 5–18 and [ 10–26.
const std::string kText = "..((((....[.......))))....]...";

data::TranscriptPtr withStructure(const std::string& dotBracket)
{
    data::Transcript transcript{{"t", "", std::string(dotBracket.size(), 'A'), data::Alphabet::Rna}, {}};
    if (!dotBracket.empty() && !data::setStructure(transcript, dotBracket))
        qFatal("bad structure in the test");
    return std::make_shared<const data::Transcript>(transcript);
}

}  // namespace

class StructureTrackTest : public QObject {
    Q_OBJECT

    Theme m_theme = Theme::make({});
    TrackSequences m_sequences;
    TrackScene m_scene;
    StructureTrack m_track;

    void show(const data::TranscriptPtr& transcript)
    {
        m_sequences.reference = m_sequences.current = transcript;
        m_sequences.columns = SequenceColumns(transcript->sequence.length());
        m_scene.sequences = &m_sequences;
        m_scene.theme = &m_theme;
        m_scene.unitsPerColumn = kUnits;
        m_scene.widthUnits = kUnits * double(transcript->sequence.length());
        m_scene.font = m_scene.smallFont = QApplication::font();
        m_track.setData(transcript);
    }
    /// Column whose left edge is `units` right of a base's centre.
    static double columnNear(std::int64_t base, double units = 0.0) { return double(base) + 0.5 + units / kUnits; }
    QImage drawn()
    {
        QImage image(int(m_scene.widthUnits), int(m_track.heightPixels(m_scene)), QImage::Format_ARGB32);
        image.fill(m_theme.background);
        QPainter painter(&image);
        m_track.paint(painter, m_scene, image.height());
        return image;
    }
    static bool isNear(const QColor& a, const QColor& b)
    {
        return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) < 90;
    }
    /// Whether a colour stands within two pixels of a place.
    static bool hasColour(const QImage& image, QPointF place, const QColor& colour)
    {
        for (int dx = -2; dx <= 2; ++dx) {
            for (int dy = -2; dy <= 2; ++dy) {
                const QPoint pixel(int(place.x()) + dx, int(place.y()) + dy);
                if (image.rect().contains(pixel) && isNear(image.pixelColor(pixel), colour))
                    return true;
            }
        }
        return false;
    }

private slots:
    void isHiddenWithoutStructure()
    {
        show(withStructure(""));
        QVERIFY(!m_track.hasData());
        QCOMPARE(m_track.heightPixels(m_scene), 0.0);
        data::Transcript wrong = *withStructure("(...)");
        wrong.sequence.letters = "AAAAAAA";  // neither text nor states fit
        show(std::make_shared<const data::Transcript>(wrong));
        QVERIFY(!m_track.hasData());
        show(withStructure("(...)"));
        QVERIFY(m_track.heightPixels(m_scene) > 0);
        m_track.setData(nullptr);
        QVERIFY(!m_track.hasData());
    }

    void statesAloneHaveNoArcs()
    {
        data::Transcript states = *withStructure("");
        states.sequence.letters = "ACGTACGT";
        QVERIFY(data::setStructureStates(states, "ffsshhst").has_value());
        states.features["structure"][0] = data::kUnknownState;
        show(std::make_shared<const data::Transcript>(states));
        const double height = m_track.heightPixels(m_scene);
        QVERIFY(height > 0);
        QCOMPARE(m_track.toolTip(m_scene, 4.5, height - 6, height), QStringLiteral("hairpin loop"));
        QCOMPARE(m_track.toolTip(m_scene, 0.5, height - 6, height), QStringLiteral("state not known"));
        const double plain = height;
        show(withStructure(kText));
        QVERIFY(m_track.heightPixels(m_scene) > plain);
    }

    void hoveringTellsThePair()
    {
        show(withStructure(kText));
        const double height = m_track.heightPixels(m_scene);
        const double textY = height - 8;
        QCOMPARE(m_track.toolTip(m_scene, 2.5, textY, height), QStringLiteral("base pair A3 with A22, 19 nt apart"));
        QCOMPARE(m_track.toolTip(m_scene, 21.5, textY, height), QStringLiteral("base pair A3 with A22, 19 nt apart"));
        QCOMPARE(m_track.toolTip(m_scene, 26.5, textY, height), QStringLiteral("base pair A11 with A27, 16 nt apart, pseudoknot"));
        QCOMPARE(m_track.toolTip(m_scene, 7.5, textY, height), QStringLiteral("hairpin loop"));
        QCOMPARE(m_track.toolTip(m_scene, 0.5, textY, height), QStringLiteral("5' end, unpaired"));
        // On the arcs: at their feet, and the outermost at its top.
        const double foot = height - 4 - 18 - 3;  // margin, line of text, just above it
        QCOMPARE(*m_track.pairAt(m_scene, columnNear(2), foot, height), (data::BasePair{2, 21, false}));
        QCOMPARE(*m_track.pairAt(m_scene, columnNear(5), foot, height), (data::BasePair{5, 18, false}));
        QCOMPARE(*m_track.pairAt(m_scene, columnNear(26), foot, height), (data::BasePair{10, 26, true}));
        QCOMPARE(*m_track.pairAt(m_scene, 12.0, 4.5, height), (data::BasePair{2, 21, false}));
        // Inside the innermost arc, far from all curves, and outside of all.
        QVERIFY(!m_track.pairAt(m_scene, columnNear(7), foot, height));
        QVERIFY(!m_track.pairAt(m_scene, columnNear(29), 10.0, height));
    }

    void arcsStandOverTheirBases()
    {
        show(withStructure(kText));
        const QImage image = drawn();
        const double base = image.height() - 4 - 18;
        const auto foot = [&](int position) { return QPointF(kUnits * (position + 0.5), base - 2); };
        for (const int position : {2, 3, 4, 5, 18, 19, 20, 21})
            QVERIFY2(hasColour(image, foot(position), m_theme.accent), qPrintable(QString::number(position)));
        for (const int position : {10, 26})
            QVERIFY2(hasColour(image, foot(position), m_theme.edit), qPrintable(QString::number(position)));
        for (const int position : {0, 7, 14, 24, 29})
            QVERIFY2(!hasColour(image, foot(position), m_theme.accent) && !hasColour(image, foot(position), m_theme.edit),
                     qPrintable(QString::number(position)));
        QVERIFY(hasColour(image, QPointF(kUnits * 12.0, 4), m_theme.accent));  // the longest pair reaches the top
        QVERIFY(!isNear(m_theme.accent, m_theme.edit));
    }

    void longStructuresDrawFast()
    {
        std::string text;
        for (int i = 0; i < 1000; ++i)
            text += "((((((((((....))))))))))....";
        show(withStructure(text));
        m_scene.unitsPerColumn = 1000.0 / double(text.size());
        m_scene.widthUnits = 1000.0;
        QElapsedTimer timer;
        timer.start();
        const QImage image = drawn();
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(!isNear(image.pixelColor(500, image.height() - 13), m_theme.background));  // stripes
    }

    void theStackShowsAndHidesIt()
    {
        TrackStack stack;
        stack.resize(900, 600);
        stack.setTranscript(withStructure(kText), nullptr, {});
        stack.show();
        QVERIFY(QTest::qWaitForWindowExposed(&stack));
        QSignalSpy hovers(&stack, &TrackStack::hovered);
        const QPoint inRow = stack.viewportPointOf(2, TrackKind::Structure);
        QVERIFY(inRow.y() > stack.viewportPointOf(2, TrackKind::Letters).y());
        QTest::mouseMove(stack.viewport(), inRow + QPoint(0, 38));
        QTRY_VERIFY(!hovers.isEmpty());
        QVERIFY2(hovers.last()[1].toString().contains("base pair A3 with A22"), qPrintable(hovers.last()[1].toString()));
        const double with = stack.preferredHeightPoints(400);
        stack.setTrackShown(TrackKind::Structure, false);
        QVERIFY(stack.preferredHeightPoints(400) < with);
        stack.setTrackShown(TrackKind::Structure, true);
        QCOMPARE(stack.preferredHeightPoints(400), with);
        stack.setTranscript(withStructure(""), nullptr, {});
        stack.setTranscript(tests::makeTranscript(20, 30, 20, 1), nullptr, {});
        QVERIFY(stack.preferredHeightPoints(400) < with);
    }

    void editsMoveTheArcsWithTheColumns()
    {
        const data::TranscriptPtr reference = withStructure(kText);
        const data::Edit edit{8, "", "GGG", {}};
        const auto edited = data::applyEdit(*reference, edit);
        QVERIFY(edited.has_value());
        const auto current = std::make_shared<const data::Transcript>(*edited);
        TrackStack stack;
        stack.resize(900, 600);
        stack.setTranscript(reference, current, {edit});
        stack.show();
        QVERIFY(QTest::qWaitForWindowExposed(&stack));
        QSignalSpy hovers(&stack, &TrackStack::hovered);
        QTest::mouseMove(stack.viewport(), stack.viewportPointOf(24, TrackKind::Structure) + QPoint(0, 38));
        QTRY_VERIFY(!hovers.isEmpty());
        QVERIFY2(hovers.last()[1].toString().contains("base pair A3 with A25, 22 nt apart"), qPrintable(hovers.last()[1].toString()));
    }
};

QTEST_MAIN(StructureTrackTest)
#include "tst_structure_track.moc"
