// Purpose: writes figures.
#include "widgets/figure_export.h"

#include "core/base/version.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
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

/// Qt repeats what its groups already say and gives text no fallback family; figures of thousands of letters halve.
QByteArray compactSvg(QByteArray svg)
{
    svg.replace(" fill-opacity=\"1\" ", " ");
    svg.replace(" stroke-opacity=\"1\" ", " ");
    svg.replace(" transform=\"matrix(1,0,0,1,0,0)\"", "");
    svg.replace(" vector-effect=\"none\"", "");
    svg.replace("stroke=\"none\" xml:space=\"preserve\"", "stroke=\"none\"");
    svg.replace("font-family=\"DejaVu Sans\"", "font-family=\"DejaVu Sans, Arial, Helvetica, sans-serif\"");
    return svg;
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
    writer.setDocumentXmpMetadata({});
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
