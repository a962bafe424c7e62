#include "app/pages/result_report.h"

#include "core/base/version.h"
#include "widgets/figure_export.h"
#include "widgets/number_text.h"
#include "widgets/result_plot.h"

#include <QtCore/QBuffer>
#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>
#include <QtGui/QAbstractTextDocumentLayout>
#include <QtGui/QPainter>
#include <QtGui/QPdfWriter>
#include <QtGui/QTextDocument>

#include <algorithm>
#include <cmath>

namespace nscope::app {

namespace {

constexpr double kPlotWidthMm = 150.0;
constexpr double kMarginMm = 18.0;
constexpr int kResolution = 300;
constexpr double kPointsPerInch = 72.0;

QString tr(const char* text) { return QCoreApplication::translate("nscope::app::ResultReport", text); }

QString text(const std::string& value) { return QString::fromStdString(value); }

QString cell(const data::ResultColumn& column, std::size_t row)
{
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
        return std::isnan((*numbers)[row]) ? QStringLiteral("–") : widgets::valueText((*numbers)[row]);
    return text(column.cell(row)).toHtmlEscaped();
}

QString tableHtml(const data::ResultTable& table)
{
    QString html = QStringLiteral("<h2>%1</h2><table><tr>").arg(text(table.name).replace('_', ' ').toHtmlEscaped());
    for (const data::ResultColumn& column : table.columns)
        html += QStringLiteral("<th>%1</th>").arg(text(column.name).toHtmlEscaped());
    html += QStringLiteral("</tr>");
    for (std::size_t row = 0; row < std::min(table.rows(), kMostReportRows); ++row) {
        html += QStringLiteral("<tr>");
        for (const data::ResultColumn& column : table.columns)
            html += QStringLiteral("<td>%1</td>").arg(cell(column, row));
        html += QStringLiteral("</tr>");
    }
    html += QStringLiteral("</table>");
    if (table.rows() > kMostReportRows)
        html += QStringLiteral("<p>%1</p>").arg(tr("The first %1 of %2 rows.")
                                                    .arg(kMostReportRows)
                                                    .arg(widgets::countText(std::int64_t(table.rows()))));
    return html;
}

QString headHtml(const StudyResult& result, const QString& madeFrom)
{
    QString html = QStringLiteral("<h1>%1</h1><p class=\"origin\">%2<br>%3</p>")
                       .arg(result.title.toHtmlEscaped(), madeFrom.toHtmlEscaped(),
                            tr("Nucleoscope %1, %2")
                                .arg(QString::fromLatin1(kVersion),
                                     QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    for (const std::string& note : result.outcome->notes)
        html += QStringLiteral("<p>%1</p>").arg(text(note).toHtmlEscaped());
    return html;
}

/// Draws the plots one after the other.
template <class Draw>
void forEachPlot(const StudyResult& result, const Draw& draw)
{
    for (const data::Plot& plot : result.outcome->plots) {
        widgets::ResultPlot drawn;
        drawn.setPlot(widgets::PlotPtr(result.outcome, &plot));
        draw(drawn);
    }
}

QByteArray htmlOf(const StudyResult& result, const QString& madeFrom, const widgets::Theme& theme)
{
    QString html = QStringLiteral(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>%1</title><style>"
        "body{font-family:Arial,Helvetica,sans-serif;max-width:190mm;margin:12mm auto;color:#222}"
        "table{border-collapse:collapse;font-size:90%}th,td{padding:2px 10px 2px 0;text-align:left;"
        "border-bottom:1px solid #ddd}.origin{color:#666}svg{max-width:100%;height:auto}</style></head><body>")
                       .arg(result.title.toHtmlEscaped());
    html += headHtml(result, madeFrom);
    forEachPlot(result, [&](const widgets::ResultPlot& plot) {
        widgets::FigureSettings settings;
        settings.widthMm = kPlotWidthMm;
        settings.heightMm = plot.preferredHeightPoints(kPlotWidthMm * widgets::kPointsPerMm) / widgets::kPointsPerMm;
        const QString svg = QString::fromUtf8(widgets::figureSvg(plot, settings, theme));
        html += svg.mid(std::max<qsizetype>(0, svg.indexOf(QStringLiteral("<svg"))));
    });
    for (const data::ResultTable& table : result.outcome->tables)
        html += tableHtml(table);
    return (html + QStringLiteral("</body></html>\n")).toUtf8();
}

/// Pages of a PDF that are filled from the top; units are points.
class Pages {
public:
    explicit Pages(QPdfWriter& writer) : m_writer(writer), m_painter(&writer)
    {
        m_painter.scale(kResolution / kPointsPerInch, kResolution / kPointsPerInch);
    }
    double width() const { return m_writer.width() * kPointsPerInch / kResolution; }
    double height() const { return m_writer.height() * kPointsPerInch / kResolution; }

    void addPlot(const widgets::ResultPlot& plot, const widgets::Theme& theme)
    {
        const double high = std::min(plot.preferredHeightPoints(width()), height());
        need(high);
        m_painter.save();
        m_painter.translate(0, m_top);
        plot.drawFigure(m_painter, {width(), high}, theme);
        m_painter.restore();
        m_top += high + 12.0;
    }
    /// Text breaks across pages at lines.
    void addHtml(const QString& html)
    {
        QTextDocument document;
        QFont font(QStringLiteral("Helvetica"));
        font.setPointSizeF(9.0);
        document.setDefaultFont(font);
        document.documentLayout()->setPaintDevice(nullptr);
        document.setHtml(html);
        document.setTextWidth(width());
        const double all = document.size().height();
        if (all <= height())
            need(all);
        for (double from = 0.0; from < all;) {
            const double room = std::min(height() - m_top, all - from);
            m_painter.save();
            m_painter.translate(0, m_top - from);
            document.drawContents(&m_painter, QRectF(0, from, width(), room));
            m_painter.restore();
            from += room;
            m_top += room;
            if (from < all)
                next();
        }
        m_top += 8.0;
    }

private:
    void need(double high)
    {
        if (m_top > 0.0 && m_top + high > height())
            next();
    }
    void next()
    {
        m_writer.newPage();
        m_top = 0.0;
    }

    QPdfWriter& m_writer;
    QPainter m_painter;
    double m_top = 0.0;
};

QByteArray pdfOf(const StudyResult& result, const QString& madeFrom, const widgets::Theme& theme)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
    writer.setResolution(kResolution);
    writer.setTitle(result.title);
    writer.setCreator(QStringLiteral("Nucleoscope ") + QString::fromLatin1(kVersion));
    {
        Pages pages(writer);
        pages.addHtml(headHtml(result, madeFrom));
        forEachPlot(result, [&](const widgets::ResultPlot& plot) { pages.addPlot(plot, theme.forPrint()); });
        for (const data::ResultTable& table : result.outcome->tables)
            pages.addHtml(tableHtml(table));
    }
    return buffer.data();
}

}  // namespace

Result<void> writeReport(const StudyResult& result, const QString& madeFrom, const QString& path,
                         const widgets::Theme& theme)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending != QLatin1String("html") && ending != QLatin1String("pdf"))
        return fail(ErrorCode::Unsupported, tr("Reports are written as .html or .pdf; choose one of these endings.").toStdString(),
                    {.file = path.toStdString()});
    const QByteArray bytes =
        ending == QLatin1String("pdf") ? pdfOf(result, madeFrom, theme) : htmlOf(result, madeFrom, theme);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Io, tr("The report could not be written: %1.").arg(file.errorString()).toStdString(),
                    {.file = path.toStdString()});
    return {};
}

}  // namespace nscope::app
