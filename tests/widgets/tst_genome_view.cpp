// Purpose: what a user can do with the genome view: zoom at the cursor, pan, jump, select, read the reverse strand; and
// that rows draw what they hold where it stands.
#include "tests/widgets/synthetic_genome.h"
#include "widgets/genome_view.h"

#include <QApplication>
#include <QBuffer>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace nscope;
using namespace nscope::widgets;

namespace {

constexpr std::int64_t kLength = 1'000'000;

}  // namespace

class GenomeViewTest : public QObject {
    Q_OBJECT

    std::unique_ptr<GenomeView> m_view;
    tests::SyntheticGenome m_rows;

    QPoint at(double positionNt, double y = 300) const { return QPointF(m_view->xOfPosition(positionNt), y).toPoint(); }
    void move(QPoint to, Qt::KeyboardModifiers modifiers = {})
    {
        QMouseEvent event(QEvent::MouseMove, QPointF(to), QPointF(m_view->viewport()->mapToGlobal(to)), Qt::LeftButton,
                          Qt::LeftButton, modifiers);
        QApplication::sendEvent(m_view->viewport(), &event);
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(m_view->viewport(), Qt::LeftButton, modifiers, from);
        for (int step = 1; step <= 4; ++step)
            move(from + (to - from) * step / 4, modifiers);
        QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, modifiers, to);
    }
    void wheel(QPoint place, int delta, Qt::KeyboardModifiers modifiers)
    {
        QWheelEvent event(QPointF(place), QPointF(m_view->viewport()->mapToGlobal(place)), {}, {0, delta}, Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view->viewport(), &event);
    }
    void key(int code, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_view.get(), Qt::Key(code), modifiers);
    }
    bool isNear(data::Interval range, std::int64_t start, std::int64_t end, double share = 0.02) const
    {
        const double slack = share * double(end - start) + 2;
        return std::abs(double(range.startNt - start)) <= slack && std::abs(double(range.endNt - end)) <= slack;
    }

private slots:
    void init()
    {
        m_view = std::make_unique<GenomeView>();
        m_view->resize(1200, 620);
        m_view->setChromosome(QStringLiteral("chr1"), kLength);
        m_rows = tests::makeGenomeRows(kLength, 3, Theme::make({}));
        m_view->setRows(m_rows.all());
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->setVisibleRange({400'000, 500'000});
    }

    void showsTheChromosomeWholeUntilAsked()
    {
        GenomeView view;
        view.setChromosome(QStringLiteral("chr2"), 5'000);
        QCOMPARE(view.visibleRange(), (data::Interval{0, 5'000}));
        view.resize(700, 300);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.resize(900, 300);
        QCOMPARE(view.visibleRange(), (data::Interval{0, 5'000}));
        view.setVisibleRange({4'900, 9'999});  // beyond the end
        QVERIFY(view.visibleRange().endNt == 5'000 && view.visibleRange().length() <= 110);
    }

    void zoomsAtTheCursor()
    {
        QSignalSpy changed(m_view.get(), &GenomeView::rangeChanged);
        for (const bool isReversed : {false, true}) {
            m_view->setReversed(isReversed);
            m_view->setVisibleRange({400'000, 500'000});
            const QPoint place = at(420'000);
            wheel(place, 120, Qt::ControlModifier);
            QVERIFY(std::abs(m_view->positionAtX(place.x()) - 420'000) < 200);
            QVERIFY(m_view->visibleRange().length() < 90'000);
            QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, place);
            QVERIFY(std::abs(m_view->positionAtX(place.x()) - 420'000) < 200);
            QVERIFY(m_view->visibleRange().length() < 45'000);
        }
        QVERIFY(changed.size() >= 4);
        for (int i = 0; i < 60; ++i)
            m_view->zoomIn();
        QVERIFY(m_view->visibleRange().length() >= 10 && m_view->visibleRange().length() < 60);
        m_view->zoomToAll();
        QCOMPARE(m_view->visibleRange(), (data::Interval{0, kLength}));
    }

    void dragsPansAndJumps()
    {
        drag(at(420'000), at(440'000));  // the paper moves to the right
        QVERIFY(isNear(m_view->visibleRange(), 380'000, 480'000));
        drag(at(400'000, 30), at(430'000, 30));  // on the ruler
        QVERIFY(isNear(m_view->visibleRange(), 400'000, 430'000, 0.05));
        key(Qt::Key_Right);
        QVERIFY(isNear(m_view->visibleRange(), 404'500, 434'500, 0.05));
        key(Qt::Key_End);
        QCOMPARE(m_view->visibleRange().endNt, kLength);
        key(Qt::Key_Home);
        QCOMPARE(m_view->visibleRange().startNt, std::int64_t(0));
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {},
                          QPoint(150 + (m_view->viewport()->width() - 160) / 2, 6));
        QVERIFY(std::abs(m_view->visibleRange().startNt + 15'000 - kLength / 2)
                < 4'000);  // half way along the overview
    }

    void theReverseStrandIsReadFromTheRight()
    {
        m_view->setReversed(true);
        QVERIFY(m_view->xOfPosition(410'000) > m_view->xOfPosition(490'000));
        key(Qt::Key_Right);
        QVERIFY(isNear(m_view->visibleRange(), 385'000, 485'000, 0.03));
        drag(at(400'000), at(400'000) + QPoint(104, 0));
        QVERIFY(m_view->visibleRange().startNt > 385'000);
        m_view->setVisibleRange({1'000, 1'040});
        const std::string letters = tests::makeLetters(kLength, 3);
        const double x = m_view->scene().xOf(1'010.5);
        const QString letter = m_rows.sequence->toolTip(m_view->scene(), x, 5, 20);
        const char forward = letters[1'010];
        QCOMPARE(letter, QString(QChar::fromLatin1(forward == 'A'   ? 'T'
                                                   : forward == 'T' ? 'A'
                                                   : forward == 'C' ? 'G'
                                                                    : 'C')));
    }

    void selectsARange()
    {
        QSignalSpy selected(m_view.get(), &GenomeView::selectionChanged);
        drag(at(420'000), at(450'000), Qt::ShiftModifier);
        QVERIFY(m_view->selection());
        QVERIFY(isNear(*m_view->selection(), 420'000, 450'000));
        QVERIFY(selected.size() > 0);
        m_view->zoomToSelection();
        QVERIFY(isNear(m_view->visibleRange(), 420'000, 450'000, 0.05));
        key(Qt::Key_Escape);
        QVERIFY(!m_view->selection());
    }

    void asksForFeatures()
    {
        QSignalSpy asked(m_view.get(), &GenomeView::featureAsked);
        key(Qt::Key_F);
        key(Qt::Key_F, Qt::ShiftModifier);
        key(Qt::Key_B);
        m_view->setReversed(true);
        key(Qt::Key_F);
        QCOMPARE(asked.size(), 4);
        QCOMPARE(asked[0][0].toBool(), true);
        QCOMPARE(asked[1][0].toBool(), false);
        QCOMPARE(asked[2][0].toBool(), false);
        QCOMPARE(asked[3][0].toBool(), false);  // to the right is backwards
        QVERIFY(std::abs(asked[0][1].toLongLong() - 450'000) < 100);
    }

    void signalsShowTheirValues()
    {
        // One base of height 7 in zeros: its column has it as the largest value at any zoom, and where it stands.
        std::vector<float> values(std::size_t(kLength), 0.0F);
        values[432'100] = 7.0F;
        auto row = std::make_shared<SignalRow>(QStringLiteral("spike"));
        row->setSeries(
            {{QStringLiteral("spike"), Qt::red, std::make_shared<const data::SignalPyramid>(0, 1.0, values), false}});
        m_view->setRows({row});
        for (const bool isReversed : {false, true}) {
            m_view->setReversed(isReversed);
            for (const std::int64_t width : {20LL, 1'000LL, 100'000LL, 900'000LL}) {
                m_view->setVisibleRange({432'100 - width / 3, 432'100 + width});
                const QString tip = row->toolTip(m_view->scene(), m_view->scene().xOf(432'100.5), 10, 50);
                QVERIFY2(width == 20 ? tip == "spike: 7.00" : tip.contains("7.00"), qPrintable(tip));
                m_view->viewport()->repaint();
                QCOMPARE(row->axis(), (AxisRange{0.0, 7.0}));
            }
        }
        row->setSettings({.fixedAxis = AxisRange{0.0, 2.0}});
        m_view->updateRows();
        m_view->viewport()->repaint();
        QCOMPARE(row->axis(), (AxisRange{0.0, 2.0}));
    }

    void rowsOfAGroupShareTheirAxis()
    {
        const auto row = [](float height, int group) {
            auto made = std::make_shared<SignalRow>(QString::number(height));
            made->setSeries(
                {{QStringLiteral("s"), Qt::blue,
                  std::make_shared<const data::SignalPyramid>(0, 1000.0, std::vector<float>(1000, height)), false}});
            made->setSettings({.scaleGroup = group});
            return made;
        };
        const auto a = row(3, 1), b = row(-5, 1), c = row(9, 0);
        m_view->setRows({a, b, c});
        m_view->viewport()->repaint();
        QCOMPARE(a->axis(), (AxisRange{-5.0, 3.0}));
        QCOMPARE(b->axis(), (AxisRange{-5.0, 3.0}));
        QCOMPARE(c->axis(), (AxisRange{0.0, 9.0}));
    }

    void genesDoNotOverlap()
    {
        // Three transcripts one over the other, one apart: three lanes.
        std::vector<data::TranscriptModelPtr> genes;
        for (const auto& [start, end, gene] : {std::tuple{410'000, 440'000, "A"},
                                               {412'000, 430'000, "A"},
                                               {420'000, 445'000, "B"},
                                               {470'000, 480'000, "C"}}) {
            data::TranscriptModel model;
            model.id = std::string("T") + gene + std::to_string(start);
            model.geneId = model.geneName = gene;
            model.chromosome = "chr1";
            model.strand = data::Strand::Forward;
            model.exons = {{start, start + 2'000}, {end - 1'000, end}};
            genes.push_back(std::make_shared<const data::TranscriptModel>(model));
        }
        auto row = std::make_shared<GeneRow>(QStringLiteral("Genes"));
        row->setTranscripts(genes);
        m_view->setRows({row});
        QCOMPARE(row->laneCount(), 3);
        const QRectF box = m_view->rowBox(0);
        const QString tip = row->toolTip(m_view->scene(), m_view->scene().xOf(470'500), 5, box.height());
        QVERIFY2(tip.contains("C, TC470000") && tip.contains("exon 1, not coding"), qPrintable(tip));
        row->setLanes(GeneLanes::Collapsed);
        m_view->updateRows();
        QCOMPARE(row->laneCount(), 2);  // the longest of A, then B
        m_view->setReversed(true);
        QCOMPARE(row->laneCount(), 2);
    }

    void hasAFigure()
    {
        QByteArray svg;
        {
            QBuffer buffer(&svg);
            QSvgGenerator generator;
            generator.setOutputDevice(&buffer);
            generator.setSize({500, 300});
            generator.setViewBox(QRect(0, 0, 500, 300));
            QPainter painter(&generator);
            m_view->drawFigure(painter, {500, 300}, Theme::make({}).forPrint());
        }
        QVERIFY(svg.contains("DNase HepG2") && svg.contains("ENST3900"));
        QVERIFY(!svg.contains("<image") && !svg.contains("clipPath"));
        QVERIFY2(svg.size() < 2'000'000, qPrintable(QString::number(svg.size())));
        QVERIFY2(m_view->figureTitle().startsWith("chr1:400,0") && m_view->figureTitle().contains("-500,0"),
                 qPrintable(m_view->figureTitle()));
    }

    void nothingToShow()
    {
        GenomeView view;
        view.setEmptyText(QStringLiteral("Open a genome."));
        view.resize(400, 200);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTest::keyClick(&view, Qt::Key_F);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {200, 100});
        QVERIFY(!view.grab().isNull());
    }
};

QTEST_MAIN(GenomeViewTest)
#include "tst_genome_view.moc"
