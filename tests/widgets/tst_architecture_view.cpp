// Purpose: a network's stages are boxes in order, none over another, found under the mouse, and drawn into figures.
#include "tests/widgets/synthetic.h"
#include "widgets/architecture_view.h"
#include "widgets/figure_export.h"

#include <QFile>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>

using namespace nscope;
using namespace nscope::widgets;

class ArchitectureViewTest : public QObject {
    Q_OBJECT
private slots:
    void boxesFlowDownColumns_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<QSizeF>("room");
        QTest::addColumn<int>("columns");
        QTest::newRow("one fits below another") << 3 << QSizeF(900, 600) << 1;
        QTest::newRow("a second column for what does not fit") << 10 << QSizeF(900, 400) << 2;
        QTest::newRow("no more columns than there is width for") << 90 << QSizeF(900, 400) << 3;
        QTest::newRow("narrower than a box") << 5 << QSizeF(50, 100) << 1;
    }

    void boxesFlowDownColumns()
    {
        QFETCH(int, count);
        QFETCH(QSizeF, room);
        QFETCH(int, columns);
        const auto layout = ArchitectureLayout::make(std::size_t(count), room, 15.0);
        QCOMPARE(int(layout.boxes.size()), count);
        std::vector<double> lefts;
        for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
            if (std::ranges::find(lefts, layout.boxes[i].left()) == lefts.end())
                lefts.push_back(layout.boxes[i].left());
            QVERIFY(QRectF(QPointF(0, 0), layout.size).contains(layout.boxes[i]));
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!layout.boxes[i].intersects(layout.boxes[j]));
        }
        QCOMPARE(int(lefts.size()), columns);
    }

    void theBoxUnderTheMouseScrolls()
    {
        ArchitectureView view;
        view.resize(500, 300);
        view.setBoxes(tests::makeStages(40), QStringLiteral("Deep"), QStringLiteral("One pass"));
        view.show();
        QVERIFY(view.verticalScrollBar()->maximum() > 0);
        const QPoint first = view.boxRect(0).center().toPoint();
        QCOMPARE(view.boxAt(first), 0);
        QCOMPARE(view.boxAt({2, first.y()}), -1);
        view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
        const QRectF last = view.boxRect(int(view.boxes().size()) - 1);
        QVERIFY(QRectF(view.viewport()->rect()).contains(last));
        QCOMPARE(view.boxAt(last.center().toPoint()), int(view.boxes().size()) - 1);
        QVERIFY(view.boxAt(first) != 0);
    }

    void figuresNameEveryStage()
    {
        ArchitectureView view;
        view.setBoxes(tests::makeStages(3), QStringLiteral("Small"), QStringLiteral("One pass"));
        QTemporaryDir folder;
        const QString path = folder.filePath("architecture.svg");
        FigureSettings settings;
        settings.heightMm = view.preferredHeightPoints(settings.widthMm * kPointsPerMm) / kPointsPerMm;
        QVERIFY(exportFigure(view, path, settings, Theme::make({})));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString svg = QString::fromUtf8(file.readAll());
        for (const ArchitectureBox& box : view.boxes())
            QVERIFY2(svg.contains(box.shape), qPrintable(box.shape));
        QVERIFY(svg.contains(QStringLiteral("Small, architecture")));
    }
};

QTEST_MAIN(ArchitectureViewTest)
#include "tst_architecture_view.moc"
