// Purpose: writes figures.
#include "widgets/figure_export.h"

#include "core/base/version.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("nscope::widgets::FigureExport", text);
}

QSizeF pointsOf(const FigureSettings& settings)
{
    return {settings.widthMm * kPointsPerMm, settings.heightMm * kPointsPerMm};
}

QString titleOf(const FigureSource& source, const FigureSettings& settings)
{
    return settings.title.isEmpty() ? source.figureTitle() : settings.title;
}

QString creatorText()
{
    return QStringLiteral("Nucleoscope ") + QString::fromLatin1(kVersion);
}

/// The description of a PDF, where readers of metadata look for it.
QByteArray xmpOf(const QString& title, const QString& description)
{
    return QStringLiteral("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                          "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                          "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">"
                          "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%1</rdf:li></rdf:Alt></dc:title>"
                          "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">%2</rdf:li></rdf:Alt></dc:description>"
                          "<xmp:CreatorTool>%3</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
        .arg(title.toHtmlEscaped(), description.toHtmlEscaped(), creatorText())
        .toUtf8();
}

/// Qt repeats what its groups already say (figures of thousands of letters shrink by a third), and names a font that
/// only this machine may have.
QByteArray compactSvg(QByteArray svg)
{
    svg.replace(" stroke-opacity=\"1\" ", " ");
    svg.replace(" transform=\"matrix(1,0,0,1,0,0)\"", "");
    svg.replace(" vector-effect=\"none\"", "");
    svg.replace("stroke=\"none\" xml:space=\"preserve\"", "stroke=\"none\"");
    static const QRegularExpression kFamily(QStringLiteral("font-family=\"[^\"]*\""));
    return QString::fromUtf8(svg).replace(kFamily, QStringLiteral("font-family=\"Arial,Helvetica,'DejaVu Sans',sans-serif\"")).toUtf8();
}

QByteArray svgOf(const FigureSource& source, const FigureSettings& settings, const Theme& theme)
{
    const QSizeF size = pointsOf(settings);
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(72);  // one unit is one point
    generator.setSize(QSize(int(std::lround(size.width())), int(std::lround(size.height()))));
    generator.setViewBox(QRectF(QPointF(0, 0), size));
    generator.setTitle(titleOf(source, settings));
    generator.setDescription(settings.provenance);
    QPainter painter(&generator);
    painter.fillRect(QRectF(QPointF(0, 0), size), theme.background);
    source.drawFigure(painter, size, theme);
    painter.end();
    QByteArray svg = compactSvg(buffer.data());
    // Qt writes whole millimetres; the size that was asked for is exact.
    const qsizetype width = svg.indexOf("width=\"");
    const qsizetype end = svg.indexOf('\n', svg.indexOf("height=\"", width));
    const QByteArray exact = QStringLiteral("width=\"%1mm\" height=\"%2mm\"").arg(settings.widthMm).arg(settings.heightMm).toUtf8();
    if (width > 0 && end > width)
        svg.replace(width, end - width, exact);
    return svg;
}

QByteArray pdfOf(const FigureSource& source, const FigureSettings& settings, const Theme& theme)
{
    constexpr int kResolution = 1200;
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(QSizeF(settings.widthMm, settings.heightMm), QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setResolution(kResolution);
    writer.setTitle(titleOf(source, settings));
    writer.setCreator(creatorText());
    writer.setDocumentXmpMetadata(xmpOf(titleOf(source, settings), settings.provenance));
    QPainter painter(&writer);
    painter.scale(kResolution / 72.0, kResolution / 72.0);
    source.drawFigure(painter, pointsOf(settings), theme);
    painter.end();
    return buffer.data();
}

QByteArray pngOf(const FigureSource& source, const FigureSettings& settings, const Theme& theme)
{
    QImage image = renderFigure(source, settings, theme, std::max(300, settings.dpi));
    image.setText(QStringLiteral("Title"), titleOf(source, settings));
    image.setText(QStringLiteral("Description"), settings.provenance);
    image.setText(QStringLiteral("Software"), creatorText());
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return buffer.data();
}

}  // namespace

Result<FigureFormat> figureFormatOf(const QString& path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("svg"))
        return FigureFormat::Svg;
    if (ending == QLatin1String("pdf"))
        return FigureFormat::Pdf;
    if (ending == QLatin1String("png"))
        return FigureFormat::Png;
    return fail(ErrorCode::Unsupported, tr("Figures are written as .svg, .pdf or .png; choose one of these endings.").toStdString(),
                {.file = path.toStdString()});
}

QByteArray figureSvg(const FigureSource& source, const FigureSettings& settings, const Theme& theme)
{
    return svgOf(source, settings, theme.forPrint());
}

QImage renderFigure(const FigureSource& source, const FigureSettings& settings, const Theme& theme, int dpi)
{
    const double perPoint = dpi / 72.0;
    const QSizeF size = pointsOf(settings);
    QImage image(int(std::lround(size.width() * perPoint)), int(std::lround(size.height() * perPoint)), QImage::Format_RGB32);
    constexpr double kInchesPerMetre = 1000.0 / 25.4;
    image.setDotsPerMeterX(int(std::lround(dpi * kInchesPerMetre)));
    image.setDotsPerMeterY(int(std::lround(dpi * kInchesPerMetre)));
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(perPoint, perPoint);
    source.drawFigure(painter, size, theme.forPrint());
    return image;
}

Result<void> exportFigure(const FigureSource& source, const QString& path, const FigureSettings& settings, const Theme& theme)
{
    const Result<FigureFormat> format = figureFormatOf(path);
    if (!format)
        return fail(format.error());
    if (!(settings.widthMm >= 10.0 && settings.widthMm <= 2000.0 && settings.heightMm >= 10.0 && settings.heightMm <= 2000.0))
        return fail(ErrorCode::InvalidArgument, tr("A figure is between 10 mm and 2,000 mm wide and high.").toStdString());
    const Theme print = theme.forPrint();
    const QByteArray bytes = *format == FigureFormat::Svg   ? svgOf(source, settings, print)
                             : *format == FigureFormat::Pdf ? pdfOf(source, settings, print)
                                                            : pngOf(source, settings, theme);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Io, tr("The figure could not be written: %1.").arg(file.errorString()).toStdString(), {.file = path.toStdString()});
    return {};
}

}  // namespace nscope::widgets
