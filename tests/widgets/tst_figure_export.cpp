// Purpose: figures come out valid, at the size asked for, with provenance, live text, no masks, and small.
#include "core/data/orf.h"
#include "tests/widgets/synthetic.h"
#include "widgets/figure_dialog.h"
#include "widgets/filter_page.h"
#include "widgets/prediction_panel.h"
#include "widgets/track_view.h"

#include <QFile>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace nscope;
using namespace nscope::widgets;

class FigureExportTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<TrackStack> m_stack;
    data::TranscriptPtr m_transcript;

    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static FigureSettings settings(double width, double height)
    {
        FigureSettings s;
        s.widthMm = width;
        s.heightMm = height;
        s.provenance = QStringLiteral("model 0123abcd; method ism; seed 42");
        return s;
    }

private slots:
    void init()
    {
        m_transcript = tests::makeTranscript(52, 120, 210, 3);
        m_stack = std::make_unique<TrackStack>();
        m_stack->resize(1280, 700);
        m_stack->setTranscript(m_transcript, nullptr, {});
        m_stack->setOrfs(data::findOrfs(m_transcript->sequence.letters, {.minCodons = 10}));
        const auto values = tests::makeMutagenesis(*m_transcript, 1, {0, 1000});
        m_stack->setAttribution(values, nullptr);
        m_stack->setMutagenesis(values, nullptr);
        m_stack->setAttention({tests::makeAttention(*m_transcript, 0, 8)});
        m_stack->grab();
        m_stack->setVisibleRange({40, 110});
    }

    void svg()
    {
        const QString file = path("a.svg");
        m_stack->setVisibleRange({0, 50});  // no amino acids: their T would look like a base
        QVERIFY(exportFigure(*m_stack, file, settings(kDoubleColumnMm, 90), Theme::make({.kind = ThemeKind::Dark})));
        const QByteArray svg = read(file);
        QXmlStreamReader xml(svg);
        QStringList texts;
        QStringList elements;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            elements << xml.name().toString();
            if (xml.name() == QLatin1String("svg")) {
                QCOMPARE(xml.attributes().value("width").toString(), QStringLiteral("183mm"));
                QCOMPARE(xml.attributes().value("height").toString(), QStringLiteral("90mm"));
            }
            if (xml.name() == QLatin1String("text")) {
                const double size = xml.attributes().value("font-size").toDouble();
                QVERIFY2(size >= 5.0 && size <= 7.0, qPrintable(QString::number(size)));
                texts << xml.readElementText();
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(svg.contains("model 0123abcd; method ism; seed 42"));
        QVERIFY(texts.contains(QStringLiteral("A")) && texts.contains(QStringLiteral("U")) && !texts.contains(QStringLiteral("T")));
        QVERIFY(!elements.contains(QStringLiteral("mask")) && !elements.contains(QStringLiteral("clipPath")));
        QVERIFY(QSvgRenderer(svg).isValid());
    }

    void nothingStandsOutsideTheFigure()
    {
        const QString file = path("outside.svg");
        QVERIFY(exportFigure(*m_stack, file, settings(kDoubleColumnMm, 90), Theme::make({})));
        QSvgRenderer renderer(read(file));
        const QSizeF size = renderer.viewBoxF().size();
        // Drawn with a margin around: the margin must stay empty.
        constexpr int kMargin = 40;
        QImage image(int(size.width()) + 2 * kMargin, int(size.height()) + 2 * kMargin, QImage::Format_RGB32);
        image.fill(Qt::white);
        renderer.setViewBox(QRectF(-kMargin, -kMargin, size.width() + 2 * kMargin, size.height() + 2 * kMargin));
        QPainter painter(&image);
        renderer.render(&painter, QRectF(image.rect()));
        painter.end();
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const bool inside = x >= kMargin - 2 && y >= kMargin - 2 && x <= image.width() - kMargin + 2 && y <= image.height() - kMargin + 2;
                if (!inside)
                    QVERIFY2(image.pixel(x, y) == qRgb(255, 255, 255), qPrintable(QStringLiteral("%1,%2").arg(x).arg(y)));
            }
        }
    }

    void pdf()
    {
        const QString file = path("a.pdf");
        QVERIFY(exportFigure(*m_stack, file, settings(kSingleColumnMm, 60), Theme::make({})));
        const QByteArray pdf = read(file);
        QVERIFY(pdf.startsWith("%PDF-"));
        const auto box = QRegularExpression(QStringLiteral("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]")).match(QString::fromLatin1(pdf));
        QVERIFY(box.hasMatch());
        QVERIFY(std::abs(box.captured(1).toDouble() - kSingleColumnMm * kPointsPerMm) < 1.0);
        QVERIFY(std::abs(box.captured(2).toDouble() - 60 * kPointsPerMm) < 1.0);
        QVERIFY(pdf.contains("/FontFile2"));  // live text: the font is embedded
        QVERIFY(pdf.contains("model 0123abcd; method ism; seed 42"));
    }

    void png()
    {
        const QString file = path("a.png");
        FigureSettings s = settings(kSingleColumnMm, 60);
        s.dpi = 100;  // too little: at least 300 are written
        QVERIFY(exportFigure(*m_stack, file, s, Theme::make({})));
        const QImage image(file);
        QCOMPARE(image.width(), int(std::lround(kSingleColumnMm / 25.4 * 300)));
        QCOMPARE(image.height(), int(std::lround(60 / 25.4 * 300)));
        QCOMPARE(int(std::lround(image.dotsPerMeterX() * 0.0254)), 300);
        QCOMPARE(image.text(QStringLiteral("Description")), s.provenance);
        QCOMPARE(image.pixelColor(2, image.height() - 2), QColor(Qt::white));
    }

    void fourThousandLettersStaySmall()
    {
        const auto transcript = tests::makeTranscript(100, 600, 100, 8);  // 2,003 nt: as sequence and as explanation
        m_stack->setTranscript(transcript, nullptr, {});
        m_stack->setAttribution(tests::makeMutagenesis(*transcript, 1, {0, 10000}), nullptr);
        m_stack->setTrackShown(TrackKind::Mutagenesis, false);
        m_stack->setTrackShown(TrackKind::Attention, false);
        m_stack->zoomToAll();
        const QString file = path("big.svg");
        QVERIFY(exportFigure(*m_stack, file, settings(2000.0, 100), Theme::make({})));
        const QByteArray svg = read(file);
        // 2,000 mm for 2,003 nt is too narrow for text, but each base of the explanation is a letter.
        QVERIFY2(svg.size() < 2'000'000, qPrintable(QString::number(svg.size())));
        m_stack->setVisibleRange({0, 1300});
        QVERIFY(exportFigure(*m_stack, file, settings(2000.0, 100), Theme::make({})));
        const QByteArray letters = read(file);
        QVERIFY2(letters.count("<text") > 1300, qPrintable(QString::number(letters.count("<text"))));
        QVERIFY2(letters.size() < 2'000'000 / 4000 * 2600, qPrintable(QString::number(letters.size())));
    }

    void errorsAreSentences()
    {
        const auto ending = exportFigure(*m_stack, path("a.jpg"), settings(89, 60), Theme::make({}));
        QVERIFY(!ending && ending.error().code() == ErrorCode::Unsupported);
        const auto folder = exportFigure(*m_stack, path("missing/a.svg"), settings(89, 60), Theme::make({}));
        QVERIFY(!folder && folder.error().code() == ErrorCode::Io);
        QVERIFY(!exportFigure(*m_stack, path("b.svg"), settings(0, 60), Theme::make({})));
        QVERIFY(!QFile::exists(path("b.svg")));
    }

    void everyViewIsASource()
    {
        PredictionPanel panel;
        panel.setSequenceName(QStringLiteral("HBB"));
        panel.setPredictions(tests::makePrediction(2.0, true), tests::makePrediction(-1.0, true));
        FilterPage page;
        page.setSpectrum(std::make_shared<const data::FilterSpectrum>(tests::makeSpectrum(2, 200, 16)));
        for (const FigureSource* source : {static_cast<const FigureSource*>(&panel), static_cast<const FigureSource*>(&page)}) {
            const QImage image = renderFigure(*source, settings(89, 60), Theme::make({}), 150);
            int dark = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    dark += qGray(image.pixel(x, y)) < 200;
            }
            QVERIFY(dark > 500);
            QVERIFY(!source->figureTitle().isEmpty());
        }
    }

    void dialogSaves()
    {
        FigureDialog dialog(*m_stack, Theme::make({}), QStringLiteral("provenance"));
        QCOMPARE(dialog.settings().widthMm, kDoubleColumnMm);
        QVERIFY(dialog.settings().heightMm <= kMaxHeightMm);
        QVERIFY(!dialog.save(path("missing/x.svg")));
        QVERIFY(dialog.save(path("x.svg")));
        QVERIFY(QFile::exists(path("x.svg")));
    }
};

QTEST_MAIN(FigureExportTest)
#include "tst_figure_export.moc"
