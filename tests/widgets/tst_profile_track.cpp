// Purpose: predicted profiles stand over their bases, REF against ALT in common columns, each task on its own scale.
#include "tests/widgets/synthetic.h"
#include "widgets/profile_track.h"

#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

using namespace nscope;
using namespace nscope::widgets;

namespace {

ProfilesPtr profiles(std::vector<data::Track> tracks)
{
    return std::make_shared<const std::vector<data::Track>>(std::move(tracks));
}

data::TranscriptPtr transcript(const std::string& letters)
{
    data::Transcript made;
    made.sequence.id = "x";
    made.sequence.letters = letters;
    return std::make_shared<const data::Transcript>(std::move(made));
}

/// A scene of 10 pixels per column.
TrackScene sceneOf(const TrackSequences& sequences, const Theme& theme)
{
    TrackScene scene;
    scene.sequences = &sequences;
    scene.theme = &theme;
    scene.unitsPerColumn = 10.0;
    scene.widthUnits = 10.0 * double(sequences.columns.count());
    scene.font.setPixelSize(12);
    scene.smallFont.setPixelSize(10);
    return scene;
}

TrackSequences unedited(const std::string& letters)
{
    TrackSequences sequences;
    sequences.reference = sequences.current = transcript(letters);
    sequences.columns = SequenceColumns(std::int64_t(letters.size()));
    return sequences;
}

/// Height of the topmost opaque pixel of the curve at x; the row's bottom if nothing is filled there.
int topOf(const QImage& image, int x, QRgb colour)
{
    for (int y = 0; y < image.height(); ++y)
        if (image.pixel(x, y) == colour)
            return y;
    return image.height();
}

}  // namespace

class ProfileTrackTest : public QObject {
    Q_OBJECT

private slots:
    // REF ACGT, ALT ACTTGT: two letters go in before position 2; bins of one and of two bases.
    void theDifferenceFollowsTheSequences()
    {
        TrackSequences sequences;
        sequences.reference = transcript("ACGT");
        sequences.current = transcript("ACTTGT");
        sequences.columns = SequenceColumns(data::altToRef({data::Edit{2, "", "TT", ""}}, 4), 4);
        sequences.differences = sequences.columns.differences("ACGT", "ACTTGT");
        QVERIFY(sequences.isEdited());
        ProfileTrack track;
        track.setData(profiles({{0, 1, {"liver"}, {1, 2, 3, 4}}}), profiles({{0, 1, {"liver"}, {1, 5, 9, 9, 2, 4}}}), {"liver"}, sequences);
        QCOMPARE(track.rowCount(), std::size_t(2));
        QCOMPARE(track.taskOf(1), QString::fromUtf8("Δ liver"));
        const std::optional<double> expected[] = {0.0, 3.0, std::nullopt, std::nullopt, -1.0, 0.0};
        for (std::int64_t i = 0; i < 6; ++i)
            QVERIFY2(track.value(1, SequenceRole::Current, i) == expected[i], qPrintable(QString::number(i)));
        track.setData(profiles({{0, 2, {"liver"}, {1, 3}}}), profiles({{0, 2, {"liver"}, {4, 7, 8}}}), {"liver"}, sequences);
        QVERIFY(track.value(1, SequenceRole::Current, 1) == 3.0);
        QVERIFY(!track.value(1, SequenceRole::Current, 2));
        QVERIFY(track.value(1, SequenceRole::Current, 5) == 5.0);
        // Without an edit there is nothing to compare.
        const TrackSequences same = unedited("ACGT");
        track.setData(nullptr, profiles({{0, 1, {"liver"}, {1, 2, 3, 4}}}), {"liver"}, same);
        QCOMPARE(track.rowCount(), std::size_t(1));
    }
private slots:
    void binsLieOnTheirBases()
    {
        ProfileTrack track;
        const TrackSequences sequences = unedited("ACGTACGTAC");
        // Bins of 3 from position 2: 2–4, 5–7; the rest of the sequence is not covered.
        track.setData(nullptr, profiles({{.startNt = 2, .binNt = 3, .rows = {"a", "b"}, .values_RB = {1, 2, 30, 40}}}),
                      {"b", "no such task", "a"}, sequences);
        QCOMPARE(track.rowCount(), std::size_t(2));
        QCOMPARE(track.taskOf(0), QStringLiteral("b"));
        QVERIFY(!track.value(0, SequenceRole::Current, 1));
        QCOMPARE(*track.value(0, SequenceRole::Current, 2), 30.0);
        QCOMPARE(*track.value(0, SequenceRole::Current, 4), 30.0);
        QCOMPARE(*track.value(1, SequenceRole::Current, 5), 2.0);
        QVERIFY(!track.value(1, SequenceRole::Current, 8));
        QVERIFY(!track.value(1, SequenceRole::Reference, 5));
    }

    void everyTaskHasItsScale()
    {
        ProfileTrack track;
        const Theme theme = Theme::make({});
        const TrackSequences sequences = unedited("ACGTACGT");
        track.setData(nullptr, profiles({{.startNt = 0, .binNt = 1, .rows = {"a", "b"},
                                          .values_RB = {1, 1, 1, 1, 5, 5, 5, 5, -2, 0, 0, 0, 0, 0, 0, 100}}}),
                      {"a", "b"}, sequences);
        TrackScene scene = sceneOf(sequences, theme);
        track.prepareScales(scene, true);
        QCOMPARE(track.axisOf(0).high, 5.0);
        QCOMPARE(track.axisOf(1).low, -2.0);
        QCOMPARE(track.axisOf(1).high, 100.0);
        scene.widthUnits = 40.0;  // the first four bases
        track.prepareScales(scene, false);
        QCOMPARE(track.axisOf(0).high, 1.0);
        QCOMPARE(track.axisOf(1).high, 0.0);
    }

    void whatIsDrawnIsAsHighAsItsValue()
    {
        ProfileTrack track;
        Theme theme = Theme::make({});
        const TrackSequences sequences = unedited("ACGTACGT");
        track.setData(nullptr, profiles({{.startNt = 0, .binNt = 1, .rows = {"a"}, .values_RB = {4, 4, 2, 2, 0, 0, 1, 1}}}),
                      {"a"}, sequences);
        const TrackScene scene = sceneOf(sequences, theme);
        track.prepareScales(scene, true);
        const int height = int(track.heightPixels(scene));
        QImage image(80, height, QImage::Format_ARGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        track.paint(painter, scene, height);
        painter.end();
        const QRgb filled = image.pixel(5, height / 2);
        QVERIFY(filled != qRgb(255, 255, 255));
        const int full = topOf(image, 5, filled);
        const int half = topOf(image, 25, filled);
        const int quarter = topOf(image, 75, filled);
        const int none = topOf(image, 45, filled);
        QCOMPARE(none, height);
        const double bottom = height - 4 - 2.5;  // margins as in the track
        QVERIFY(std::abs((bottom - half) / (bottom - full) - 0.5) < 0.07);
        QVERIFY(std::abs((bottom - quarter) / (bottom - full) - 0.25) < 0.07);
    }

    void anInsertionShiftsNothing()
    {
        TrackStack stack;
        stack.resize(900, 400);
        const data::TranscriptPtr reference = transcript("AAAACCCC");
        const data::Edit insertion{4, "", "GG", ""};
        const auto current = std::make_shared<const data::Transcript>(*data::applyEdit(*reference, insertion));
        stack.setTranscript(reference, current, {insertion});
        stack.setTrackAvailable(TrackKind::Profile, true);
        stack.setProfiles(profiles({{.startNt = 0, .binNt = 1, .rows = {"a"}, .values_RB = {1, 1, 1, 1, 7, 7, 7, 7}}}),
                          profiles({{.startNt = 0, .binNt = 1, .rows = {"a"}, .values_RB = {1, 1, 1, 1, 2, 2, 9, 9, 9, 9}}}));
        stack.setProfileTasks({"a"});
        stack.show();
        QSignalSpy hovered(&stack, &TrackStack::hovered);
        const QPoint kUp(0, 20);  // the row of the task lies above that of the difference
        // The first C is base 7 of ALT and base 5 of REF.
        QTest::mouseMove(stack.viewport(), stack.viewportPointOf(6, TrackKind::Profile) - kUp);
        QTRY_VERIFY(!hovered.isEmpty());
        const QString text = hovered.last()[1].toString();
        QVERIFY2(text.contains(QStringLiteral("REF 7.00")) && text.contains(QStringLiteral("ALT 9.00"))
                     && text.contains(QStringLiteral("Δ +2.00")), qPrintable(text));
        hovered.clear();
        QTest::mouseMove(stack.viewport(), stack.viewportPointOf(4, TrackKind::Profile) - kUp);
        QTRY_VERIFY(!hovered.isEmpty());
        const QString inserted = hovered.last()[1].toString();
        QVERIFY2(inserted.contains(QStringLiteral("ALT 2.00")) && !inserted.contains(QStringLiteral("REF 7")), qPrintable(inserted));
        hovered.clear();
        QTest::mouseMove(stack.viewport(), stack.viewportPointOf(6, TrackKind::Profile) + kUp);
        QTRY_VERIFY(!hovered.isEmpty());
        QVERIFY2(hovered.last()[1].toString().contains(QString::fromUtf8("Δ a: +2.00")), qPrintable(hovered.last()[1].toString()));
    }

    void anUnavailableTrackTakesNoRoom()
    {
        TrackStack stack;
        stack.resize(900, 400);
        stack.setTranscript(transcript("ACGTACGT"), nullptr, {});
        const double without = stack.preferredHeightPoints(500);
        QVERIFY(!stack.isTrackAvailable(TrackKind::Profile));
        stack.setTrackAvailable(TrackKind::Profile, true);
        QVERIFY(stack.preferredHeightPoints(500) > without);
        stack.setTrackAvailable(TrackKind::Attention, false);
        stack.setTrackAvailable(TrackKind::Profile, false);
        QVERIFY(stack.preferredHeightPoints(500) < without);
        QVERIFY(stack.isTrackShown(TrackKind::Attention));  // the user's choice stays
    }
};

QTEST_MAIN(ProfileTrackTest)
#include "tst_profile_track.moc"
