// Purpose: plots of results: ticks at round numbers, what is under the mouse, zoom by wheel, frame and keys, and figures
// without masks whose text can be edited.
#include "tests/widgets/synthetic_plots.h"
#include "widgets/figure_export.h"
#include "widgets/plot_frame.h"
#include "widgets/plot_shapes.h"
#include "widgets/result_plot.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <limits>

using namespace nscope;
using namespace nscope::widgets;

namespace {

constexpr QPointF kMargin{10, 10};

void show(ResultPlot& view, const data::Plot& plot)
{
    view.setAttribute(Qt::WA_DontShowOnScreen);
    view.resize(720, 420);
    view.setPlot(std::make_shared<const data::Plot>(plot));
    view.show();
    QCoreApplication::processEvents();
}

QStringList labelsOf(const std::vector<PlotTickMark>& ticks)
{
    QStringList labels;
    for (const PlotTickMark& tick : ticks)
        if (!tick.label.isEmpty())
            labels << tick.label;
    return labels;
}

void wheel(ResultPlot& view, QPointF place, int steps)
{
    QWheelEvent event(place, view.mapToGlobal(place), {}, {0, 120 * steps}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&view, &event);
}

/// Pixels that are not the background in the middle of a grab.
int inkOf(QWidget& view)
{
    const QImage image = view.grab().toImage();
    const QRgb background = image.pixel(1, 1);
    int ink = 0;
    for (int y = 60; y < image.height() - 60; ++y)
        for (int x = 80; x < image.width() - 40; ++x)
            ink += image.pixel(x, y) != background;
    return ink;
}

}  // namespace

class ResultPlotTest : public QObject {
    Q_OBJECT

private slots:
    void ticksAreRound()
    {
        QCOMPARE(labelsOf(PlotScale({-1.2, 1.9}, false).ticks(4)), QStringList({"−1", "0", "1"}));
        QCOMPARE(labelsOf(PlotScale({0.0, 0.021}, false).ticks(5)), QStringList({"0", "0.005", "0.010", "0.015", "0.020"}));
        QCOMPARE(labelsOf(PlotScale({900, 4100}, false).ticks(4)), QStringList({"1,000", "2,000", "3,000", "4,000"}));
        QCOMPARE(labelsOf(PlotScale({0.5, 2000}, true).ticks(8)), QStringList({"1", "10", "100", "1,000"}));
        QCOMPARE(labelsOf(PlotScale({2, 30}, true).ticks(8)), QStringList({"2", "5", "10", "20"}));
    }

    void scalesGoBothWays()
    {
        for (const bool logarithmic : {false, true}) {
            PlotScale scale({0.5, 80.0}, logarithmic);
            scale.setUnits(300, 20);
            QCOMPARE(scale.toUnit(0.5), 300.0);
            QCOMPARE(scale.toUnit(80.0), 20.0);
            QVERIFY(std::abs(scale.toValue(scale.toUnit(7.0)) - 7.0) < 1e-9);
            QVERIFY(std::abs(PlotScale(scale.zoomed(100, 0.5), logarithmic).range().to - scale.zoomed(100, 0.5).to) < 1e-12);
            QVERIFY(scale.shows(1.0) && !scale.shows(std::numeric_limits<double>::quiet_NaN()));
            QCOMPARE(scale.shows(-1.0), !logarithmic);
        }
        QVERIFY(PlotScale({3.0, 3.0}, false).range().width() > 0.0);  // a single value
    }

    void everythingIsCutToTheBox()
    {
        const QRectF box(0, 0, 10, 10);
        QCOMPARE(cutToBox(QLineF(-5, 5, 15, 5), box), std::optional(QLineF(0, 5, 10, 5)));
        QCOMPARE(cutToBox(QLineF(-5, -5, -1, 20), box), std::nullopt);
        for (const QPointF& point : cutToBox(QPolygonF({{-3, 4}, {5, -8}, {14, 6}, {5, 22}}), box))
            QVERIFY(box.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(point));
    }

    void everyKindIsDrawn()
    {
        for (const data::Plot& plot : tests::allPlots()) {
            ResultPlot view;
            show(view, plot);
            QVERIFY2(inkOf(view) > 300, plot.id.c_str());
            QCOMPARE(view.frame() != nullptr, !plot.series.empty() && plot.id != "empty");
        }
    }

    void valuesUnderTheMouse()
    {
        ResultPlot view;
        show(view, tests::pointPlot());
        const data::PlotSeries& series = view.plot()->series.front();
        const QPointF at = view.frame()->toUnits(series.x[1], series.y[1]) + kMargin;
        QCOMPARE(view.textAt(at + QPointF(3, 2)), QStringLiteral("AUGG\nChange of logit of mRNA: 0.648 (0.398 to 0.898)"));
        QCOMPARE(view.textAt({2, 2}), QString());

        show(view, tests::barPlot());
        const PlotFrame& frame = *view.frame();
        const QString bar = view.textAt(QPointF(frame.x().toUnit(0.2), frame.y().toUnit(-0.1)) + kMargin);
        QVERIFY2(bar.startsWith(QStringLiteral("MALAT1-202\nReading frame: 1\n")), qPrintable(bar));

        show(view, tests::divergingMap());
        QVERIFY(view.textAt({200, 200}).contains(QStringLiteral("Δ logit: ")));
        show(view, tests::violinPlot());
        QVERIFY(view.textAt({120, 200}).contains(QStringLiteral("400 values")));
        show(view, tests::motifPlot(3));
        QVERIFY(view.textAt({60, 70}).startsWith(QStringLiteral("filter1 (PUM2)\n")));
        show(view, tests::emptyPlot());
        QCOMPARE(view.textAt({300, 200}), QString());
    }

    void wheelZoomsAroundTheMouse()
    {
        ResultPlot view;
        show(view, tests::linePlot());
        const PlotRange before = view.frame()->x().range(), up = view.frame()->y().range();
        const QPointF place = view.frame()->toUnits(30, 0.03) + kMargin;
        wheel(view, place, 3);
        const PlotRange after = view.frame()->x().range();
        QVERIFY(after.width() < 0.7 * before.width());
        QVERIFY(std::abs(view.frame()->x().toUnit(30) + kMargin.x() - place.x()) < 8.0);  // the axis labels may move it a little
        QCOMPARE(view.frame()->y().range(), up);
        wheel(view, {30, 200}, 2);  // over the y axis
        QVERIFY(view.frame()->y().range().width() < up.width());
        QTest::mouseDClick(&view, Qt::LeftButton, {}, place.toPoint());
        QCOMPARE(view.frame()->x().range(), before);
        QCOMPARE(view.frame()->y().range(), up);
    }

    void frameAndKeysZoom()
    {
        ResultPlot view;
        show(view, tests::densityPlot(500));
        const QRectF box = view.frame()->box().translated(kMargin);
        const double wanted = view.frame()->x().toValue(box.left() - kMargin.x() + 100);
        QTest::mousePress(&view, Qt::LeftButton, {}, (box.topLeft() + QPointF(100, 60)).toPoint());
        QTest::mouseMove(&view, (box.topLeft() + QPointF(250, 160)).toPoint());
        QTest::mouseRelease(&view, Qt::LeftButton, {}, (box.topLeft() + QPointF(250, 160)).toPoint());
        QVERIFY(view.zoom().x && view.zoom().y);
        QVERIFY(std::abs(view.zoom().x->from - wanted) < 0.05);
        QVERIFY(std::abs(view.zoom().x->width() / view.zoom().y->width()) > 0.5);
        QTest::keyClick(&view, Qt::Key_0);
        QCOMPARE(view.zoom(), PlotZoom{});
        const double width = view.frame()->x().range().width();
        QTest::keyClick(&view, Qt::Key_Plus);
        QVERIFY(view.frame()->x().range().width() < width);
        const double from = view.frame()->x().range().from;
        QTest::keyClick(&view, Qt::Key_Right);
        QVERIFY(view.frame()->x().range().from > from);
        QTest::mouseClick(&view, Qt::LeftButton, {}, box.center().toPoint());  // no frame, no zoom
        QVERIFY(view.frame()->x().range().width() < width);
    }

    /// Of cells smaller than a pixel the one that matters is seen.
    void strongCellsAreNotLost()
    {
        data::Plot plot;
        plot.map = data::PlotMap{.rows = {"A"}, .columns = {}, .values = {}, .diverging = true, .unit = ""};
        for (int column = 0; column < 9000; ++column) {
            plot.map->columns.push_back(std::to_string(column + 1));
            plot.map->values.push_back(column % 1000 == 501 ? -1.0 : 0.0);
        }
        ResultPlot view;
        show(view, plot);
        const QImage image = view.grab().toImage();
        const QRgb strongest = Theme::make({}).diverging().front();
        int seen = 0;
        for (int x = 0; x < image.width() - 100; ++x)  // not the colour bar
            seen += image.pixel(x, 30) == strongest;
        QVERIFY2(seen >= 9 && seen <= 18, qPrintable(QString::number(seen)));
    }

    void motifsMakeThemselvesRoom()
    {
        ResultPlot view;
        show(view, tests::motifPlot(60));
        QVERIFY(view.minimumHeight() > 1000);
        view.setPlot(std::make_shared<const data::Plot>(tests::linePlot()));
        QVERIFY(view.minimumHeight() < 300);
    }

    void figuresHaveNoMasksAndLiveText()
    {
        QTemporaryDir folder;
        for (const data::Plot& plot : tests::allPlots()) {
            ResultPlot view;
            show(view, plot);
            if (plot.id == "bins") {
                wheel(view, view.frame()->box().center() + kMargin, 8);
                QVERIFY(view.zoom().x);  // a zoomed plot is cut, not masked
            }
            FigureSettings settings;
            settings.widthMm = kSingleColumnMm;
            settings.heightMm = 70.0;
            const QString path = folder.filePath(QString::fromStdString(plot.id) + QStringLiteral(".svg"));
            QVERIFY(exportFigure(view, path, settings, Theme::make({.kind = ThemeKind::Dark})));
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString svg = QString::fromUtf8(file.readAll());
            QVERIFY(!svg.contains(QStringLiteral("clip")) && !svg.contains(QStringLiteral("mask")));
            QVERIFY2(svg.contains(QString::fromStdString(plot.title).toHtmlEscaped().left(12)), plot.id.c_str());
            static const QRegularExpression kSize(QStringLiteral("<text[^>]*font-size=\"([0-9.]+)\""));
            auto match = kSize.globalMatch(svg);
            QVERIFY(match.hasNext());
            while (match.hasNext()) {
                const double size = match.next().captured(1).toDouble();
                QVERIFY2(size >= 5.0 && size <= 7.0, qPrintable(QString::number(size)));
            }
        }
    }
};

QTEST_MAIN(ResultPlotTest)
#include "tst_result_plot.moc"
