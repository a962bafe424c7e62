// Purpose: explanations and arcs in the genome view: they are drawn where they lie, along either strand, and at every
// zoom.
#include "core/data/alphabet.h"
#include "core/data/other_strand.h"
#include "tests/widgets/synthetic_genome.h"
#include "widgets/arcs_row.h"
#include "widgets/genome_view.h"
#include "widgets/placed_track_row.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>

using namespace nscope;
using namespace nscope::widgets;

namespace {

constexpr std::int64_t kWindowNt = 200;
constexpr data::Interval kWindow{10'000, 10'000 + kWindowNt};

PlacedRecord placed(data::Strand strand)
{
    auto record = std::make_shared<data::Transcript>();
    const std::string letters = tests::makeLetters(kWindowNt, 3);
    record->sequence.letters = strand == data::Strand::Reverse ? data::reverseComplement(letters) : letters;
    return {{"chr1", kWindow, strand}, record};
}

/// Only one base has a value, `positionNt` on the chromosome.
AttributionPtr oneLetter(const PlacedRecord& at, std::int64_t positionNt)
{
    auto attribution = std::make_shared<data::Attribution>();
    attribution->values_LC.assign(std::size_t(kWindowNt) * 4, 0.0F);
    const std::int64_t row = at.window.strand == data::Strand::Reverse ? kWindow.endNt - 1 - positionNt
                                                                      : positionNt - kWindow.startNt;
    const int base = data::baseIndex(at.record->sequence.letters[std::size_t(row)]);
    attribution->values_LC[std::size_t(row * 4 + base)] = 2.5F;
    return attribution;
}

GenomeScene sceneOf(const Theme& theme, data::Interval shown, bool isReversed)
{
    GenomeScene scene;
    scene.theme = &theme;
    scene.startNt = double(shown.startNt);
    scene.widthUnits = 1'000.0;
    scene.ntPerUnit = double(shown.length()) / scene.widthUnits;
    scene.isReversed = isReversed;
    scene.font.setPixelSize(13);
    scene.smallFont.setPixelSize(11);
    return scene;
}

QImage drawn(GenomeRow& row, const GenomeScene& scene)
{
    row.prepare(scene);
    const double height = row.heightPixels(scene);
    QImage image(int(scene.widthUnits), int(std::ceil(height)), QImage::Format_RGB32);
    image.fill(scene.theme->background);
    QPainter painter(&image);
    painter.setFont(scene.font);
    row.paint(painter, scene, height);
    return image;
}

/// Columns in which there is more than the lines of the axis: pixels of this colour.
std::pair<int, int> columnsWith(const QImage& image, QRgb colour)
{
    int first = -1, last = -1;
    for (int x = 0; x < image.width(); ++x) {
        for (int y = 0; y < image.height(); ++y) {
            if (image.pixel(x, y) == colour) {
                first = first < 0 ? x : first;
                last = x;
            }
        }
    }
    return {first, last};
}

}  // namespace

class PlacedRowsTest : public QObject {
    Q_OBJECT

    Theme m_theme = Theme::make({});

private slots:
    void aLetterStandsAtItsPosition_data()
    {
        QTest::addColumn<bool>("isReverseStrand");
        QTest::addColumn<bool>("isReversedView");
        for (const bool strand : {false, true})
            for (const bool view : {false, true})
                QTest::addRow("%s strand, view %s", strand ? "reverse" : "forward", view ? "reversed" : "forward")
                    << strand << view;
    }
    void aLetterStandsAtItsPosition()
    {
        QFETCH(bool, isReverseStrand);
        QFETCH(bool, isReversedView);
        const PlacedRecord at = placed(isReverseStrand ? data::Strand::Reverse : data::Strand::Forward);
        constexpr std::int64_t kPosition = 10'050;
        const auto row = explanationRow(at, oneLetter(at, kPosition));
        QVERIFY(row);
        // 100 positions on 1,000 pixels: a base is 10 wide.
        const GenomeScene scene = sceneOf(m_theme, {10'010, 10'110}, isReversedView);
        const char forward = tests::makeLetters(kWindowNt, 3)[std::size_t(kPosition - kWindow.startNt)];
        const char shown = isReversedView ? data::complement(forward) : forward;
        const auto [first, last] = columnsWith(drawn(*row, scene), m_theme.letterColour(shown).rgb());
        const double left = std::min(scene.xOf(kPosition), scene.xOf(kPosition + 1));
        QVERIFY2(first >= int(left) && last < int(left) + 10 && last - first >= 4,
                 qPrintable(QStringLiteral("%1 to %2, expected from %3").arg(first).arg(last).arg(left)));
        QVERIFY(row->toolTip(scene, left + 5, 20, 110).contains("2.5"));
        QVERIFY(row->toolTip(scene, left - 5, 20, 110).contains("height 0"));
    }

    void onlyTheWindowIsDrawn()
    {
        const PlacedRecord at = placed(data::Strand::Forward);
        const auto row = mutagenesisRow(at, oneLetter(at, 10'050));
        QVERIFY(row);
        for (const bool isReversed : {false, true}) {
            for (const data::Interval shown : {data::Interval{9'900, 10'300}, data::Interval{9'000, 30'000}}) {
                const GenomeScene scene = sceneOf(m_theme, shown, isReversed);
                const QImage image = drawn(*row, scene);
                const double a = scene.xOf(double(kWindow.startNt)), b = scene.xOf(double(kWindow.endNt));
                bool isInside = false;
                for (int x = 0; x < image.width(); ++x) {
                    // Left of the window stand the names of the rows.
                    const bool isOutside = x < std::min(a, b) - row->axisPixels() - 1 || x > std::max(a, b) + 1;
                    for (int y = 0; y < image.height(); ++y) {
                        const bool isDrawn = image.pixel(x, y) != m_theme.background.rgb();
                        QVERIFY2(!isDrawn || !isOutside, qPrintable(QString::number(x)));
                        isInside = isInside || isDrawn;
                    }
                }
                QVERIFY(isInside);
            }
        }
    }

    void elsewhereThereIsASentence()
    {
        const PlacedRecord at = placed(data::Strand::Forward);
        const auto row = explanationRow(at, oneLetter(at, 10'050));
        const GenomeScene scene = sceneOf(m_theme, {20'000, 20'100}, false);
        QVERIFY(row->heightPixels(scene) < 30);
        QVERIFY(columnsWith(drawn(*row, scene), m_theme.mutedText.rgb()).first > 0);
        QVERIFY(row->toolTip(scene, 500, 10, 24).isEmpty());
    }

    void valuesOfAnotherLengthAreNoRow()
    {
        const PlacedRecord at = placed(data::Strand::Forward);
        auto shorter = std::make_shared<data::Attribution>();
        shorter->values_LC.assign(40, 1.0F);
        QVERIFY(!explanationRow(at, shorter));
        QVERIFY(!mutagenesisRow(at, nullptr));
        QVERIFY(!attentionRow(at, {}));
        QVERIFY(!attentionRow(at, {nullptr}));
    }

    void attentionFollowsTheStrand()
    {
        auto map = std::make_shared<data::AttentionMap>();
        map->heads = {0};
        map->queries = {"CLS"};
        map->keyCount = kWindowNt;
        map->weights_HQK.assign(std::size_t(kWindowNt), 0.0F);
        map->weights_HQK[30] = 1.0F;
        const PlacedRecord at = placed(data::Strand::Reverse);
        const auto row = attentionRow(at, {map});
        QVERIFY(row);
        const std::int64_t position = kWindow.endNt - 1 - 30;
        for (const bool isReversed : {false, true}) {
            const GenomeScene scene = sceneOf(m_theme, kWindow, isReversed);
            row->prepare(scene);
            QVERIFY(row->toolTip(scene, scene.xOf(double(position) + 0.5), 8, 18).contains(": 1"));
            QVERIFY(row->toolTip(scene, scene.xOf(double(position) + 1.5), 8, 18).endsWith(": 0"));
        }
    }

    void theOtherStrandOfTheOtherStrandIsTheSame()
    {
        const PlacedRecord at = placed(data::Strand::Forward);
        auto attribution = std::make_shared<data::Attribution>(*oneLetter(at, 10'050));
        attribution->exact_L.assign(std::size_t(kWindowNt), 1);
        attribution->exact_L[7] = 0;
        const data::Attribution other = data::onOtherStrand(*attribution);
        QVERIFY(!other.isExact(kWindowNt - 1 - 7));
        const int base = data::baseIndex(at.record->sequence.letters[50]);
        QCOMPARE(other.at(kWindowNt - 1 - 50, 3 - base), 2.5F);
        QVERIFY(data::onOtherStrand(other) == *attribution);
        data::AttentionMap map;
        map.heads = {0};
        map.queries = {"3", "4"};
        map.queryNt = {2, 3};
        map.keyStartNt = 1;
        map.keyCount = 3;
        map.weights_HQK = {1, 2, 3, 4, 5, 6};
        const data::AttentionMap turned = data::onOtherStrand(map, 10);
        QCOMPARE(turned.keyStartNt, std::int64_t(6));
        QCOMPARE(turned.queryNt, (std::vector<std::int64_t>{7, 6}));
        QCOMPARE(turned.weights_HQK, (std::vector<float>{3, 2, 1, 6, 5, 4}));
        QVERIFY(data::onOtherStrand(turned, 10) == map);
    }

    void arcsSpanTheirPlaces()
    {
        ArcsRow row("Arcs", kWindow, {{10'020.5, 10'060.5, 0.2}, {10'150.5, 10'100.5, 0.8}}, "what it means");
        QCOMPARE(row.arcs().back().weight, 0.8);
        for (const bool isReversed : {false, true}) {
            const GenomeScene scene = sceneOf(m_theme, kWindow, isReversed);
            const QImage image = drawn(row, scene);
            const auto inkAbove = [&](double positionNt) {
                int ink = 0;
                for (int y = 0; y < image.height() - 8; ++y)
                    ink += image.pixel(int(scene.xOf(positionNt)), y) != m_theme.background.rgb();
                return ink;
            };
            QVERIFY(inkAbove(10'040.0) > 0 && inkAbove(10'125.0) > 0);
            QVERIFY(inkAbove(10'010.0) == 0 && inkAbove(10'080.0) == 0 && inkAbove(10'170.0) == 0);
            const QString tip = row.toolTip(scene, scene.xOf(10'150.5), 40, 72);
            QVERIFY2(tip.startsWith("10,151 → 10,101: 0.8") && tip.endsWith("what it means"), qPrintable(tip));
            QVERIFY(row.toolTip(scene, scene.xOf(10'080.5), 40, 72).isEmpty());
        }
        QCOMPARE(row.heightPixels(sceneOf(m_theme, {20'000, 21'000}, false)), 0.0);
    }

    void figuresShowWholeBases()
    {
        const PlacedRecord at = placed(data::Strand::Forward);
        const auto row = explanationRow(at, oneLetter(at, 10'050));
        for (const bool isReversed : {false, true}) {
            // The base lies half outside, on either side.
            for (const double startNt : {10'050.5, 10'000.5}) {
                GenomeScene scene = sceneOf(m_theme, {10'000, 10'050}, isReversed);
                scene.startNt = startNt;
                scene.isFigure = true;
                scene.heightScale = 0.56;
                const QImage image = drawn(*row, scene);
                for (const char letter : std::string_view("ACGT"))
                    QCOMPARE(columnsWith(image, m_theme.letterColour(letter).rgb()).first, -1);
            }
        }
    }

    void aViewMakesRoomForTheAxis()
    {
        GenomeView view;
        view.resize(900, 400);
        view.setChromosome(QStringLiteral("chr1"), 50'000);
        const PlacedRecord at = placed(data::Strand::Forward);
        const auto row = explanationRow(at, oneLetter(at, 10'050));
        view.setRows({row});
        view.setVisibleRange({10'020, 10'120});
        QImage image(view.viewport()->size(), QImage::Format_RGB32);
        view.viewport()->render(&image);
        const QRectF box = view.rowBoxOf(*row);
        // Numbers of the axis stand left of the data, below the title.
        bool hasNumbers = false;
        for (int x = int(box.left() - row->axisPixels()); x < int(box.left()) - 4; ++x)
            for (int y = int(box.top()) + 20; y < int(box.bottom()); ++y)
                hasNumbers = hasNumbers || image.pixel(x, y) != m_theme.background.rgb();
        QVERIFY(hasNumbers);
    }
};

QTEST_MAIN(PlacedRowsTest)
#include "tst_placed_rows.moc"
