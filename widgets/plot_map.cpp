// Purpose: heat maps with names at rows and columns and a colour bar.
#include "widgets/number_text.h"
#include "widgets/plot_frame.h"
#include "widgets/track_drawing.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nscope::widgets {

namespace {

constexpr double kLongestRowName = 12.0;   ///< in text heights
constexpr double kScaleWidth = 4.6;
constexpr double kLargestCell = 5.0;       ///< height of a row
constexpr double kSmallestHatched = 0.9;   ///< cells smaller than this are grey where empty

class MapPicture : public PlotPicture {
public:
    MapPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style) : m_plot(plot), m_map(*plot.map), m_style(style), m_size(size)
    {
        place();
        for (const double value : m_map.values) {
            if (!std::isfinite(value))
                continue;
            m_least = std::min(m_least, value);
            m_most = std::max(m_most, value);
        }
        m_limit = std::max(std::abs(m_least), std::abs(m_most));
    }

    void draw(QPainter& painter) const override
    {
        drawPlotTitle(painter, m_plot, m_size.width(), m_style);
        drawCells(painter);
        drawEmptyCells(painter);
        drawNumbers(painter);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(m_style.theme->outline, m_style.line));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(m_box);
        painter.setRenderHint(QPainter::Antialiasing, true);
        drawNames(painter);
        drawScale(painter);
    }

    std::optional<PlotHit> hit(QPointF place) const override
    {
        if (!m_box.contains(place))
            return std::nullopt;
        const std::size_t row = std::min(rows() - 1, std::size_t((place.y() - m_box.top()) / m_cell.height()));
        const std::size_t column = std::min(columns() - 1, std::size_t((place.x() - m_box.left()) / m_cell.width()));
        const double value = at(row, column);
        const QString text = std::isfinite(value) ? m_map.diverging ? signedText(value) : valueText(value)
                                                  : QCoreApplication::translate("nscope::widgets::ResultPlot", "no value");
        return PlotHit{cellBox(row, column).center(),
                       QStringLiteral("%1, %2\n%3%4").arg(plotText(m_map.rows[row]), plotText(m_map.columns[column]), unitPrefix(), text)};
    }

private:
    std::size_t rows() const { return m_map.rows.size(); }
    std::size_t columns() const { return m_map.columns.size(); }
    double at(std::size_t row, std::size_t column) const { return m_map.values[row * columns() + column]; }
    QString unitPrefix() const { return m_map.unit.empty() ? QString() : plotText(m_map.unit) + QStringLiteral(": "); }
    QRectF cellBox(std::size_t row, std::size_t column) const
    {
        return {m_box.left() + double(column) * m_cell.width(), m_box.top() + double(row) * m_cell.height(), m_cell.width(), m_cell.height()};
    }

    QRgb colourOf(double value) const
    {
        if (m_map.diverging)
            return divergingColour(m_style.theme->diverging(), value, m_limit);
        return colourAt(sequentialTable(), m_most > m_least ? (value - m_least) / (m_most - m_least) : 0.5);
    }

    void place()
    {
        const double text = m_style.textHeight();
        const QFontMetricsF metrics(m_style.smallFont);
        const double top = plotTitleHeight(m_plot, m_style) + 0.4 * text;
        double names = text;
        for (const std::string& name : m_map.rows)
            names = std::max(names, metrics.horizontalAdvance(plotText(name)));
        m_rowNames = std::min(names, kLongestRowName * text);
        const double left = m_rowNames + 0.5 * text + (m_plot.y.label.empty() ? 0.0 : 1.5 * text);
        const double width = std::max(4.0 * text, m_size.width() - left - (kScaleWidth + 1.2) * text);
        std::vector<QString> columnNames;
        for (const std::string& name : m_map.columns)
            columnNames.push_back(plotText(name));
        m_columnNames = layoutNames(columnNames, width / double(columns()), m_style.smallFont);
        const double foot = m_columnNames.height + 0.5 * text + (m_plot.x.label.empty() ? 0.0 : 1.4 * text);
        const double height = std::max(2.0 * text, m_size.height() - top - foot - 0.3 * text);
        m_box = QRectF(left, top, width, std::min(height, kLargestCell * text * double(rows())));
        m_cell = QSizeF(m_box.width() / double(columns()), m_box.height() / double(rows()));
    }

    /// The cells that fall into one of `count` pixels; at least one.
    static std::pair<std::size_t, std::size_t> cellsOfPixel(int pixel, int count, std::size_t cells)
    {
        const auto first = std::size_t(double(pixel) / count * double(cells) + 1e-9);
        return {first, std::max(first + 1, std::size_t(double(pixel + 1) / count * double(cells) + 1e-9))};
    }

    /// Of several cells in a pixel the one that matters: the furthest from zero, or the largest; NaN if all are empty.
    double shownValue(std::pair<std::size_t, std::size_t> rowRange, std::pair<std::size_t, std::size_t> columnRange) const
    {
        double shown = std::numeric_limits<double>::quiet_NaN();
        for (std::size_t row = rowRange.first; row < std::min(rowRange.second, rows()); ++row) {
            for (std::size_t column = columnRange.first; column < std::min(columnRange.second, columns()); ++column) {
                const double value = at(row, column);
                const bool isMore = m_map.diverging ? std::abs(value) > std::abs(shown) : value > shown;
                if (std::isfinite(value) && (!std::isfinite(shown) || isMore))
                    shown = value;
            }
        }
        return shown;
    }

    /// An image of whole cells, or of pixels where cells are smaller than these.
    void drawCells(QPainter& painter) const
    {
        const double perUnit = m_style.rasterPerUnit > 0.0 ? m_style.rasterPerUnit : painter.device()->devicePixelRatioF();
        const auto pixels = [&](double units, std::size_t cells) {
            const int room = std::max(1, int(std::floor(units * perUnit)));  // enlarged a little, so that no column is lost
            if (std::size_t(room) < cells)
                return room;
            // Viewers of figures smooth enlarged images: they get whole multiples.
            return int(cells) * (m_style.rasterPerUnit > 0.0 ? std::max(1, int(std::ceil(double(room) / double(cells)))) : 1);
        };
        const int width = pixels(m_box.width(), columns()), height = pixels(m_box.height(), rows());
        QImage image(width, height, QImage::Format_RGB32);
        for (int y = 0; y < height; ++y) {
            auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
            for (int x = 0; x < width; ++x) {
                const double value = shownValue(cellsOfPixel(y, height, rows()), cellsOfPixel(x, width, columns()));
                line[x] = std::isfinite(value) ? colourOf(value) : m_style.theme->background.rgb();
            }
        }
        drawPixels(painter, m_box, image);
    }

    void drawEmptyCells(QPainter& painter) const
    {
        const double text = m_style.textHeight();
        if (std::min(m_cell.width(), m_cell.height()) < 1.0)
            return;  // they stay in the background's colour
        const bool hatched = std::min(m_cell.width(), m_cell.height()) >= kSmallestHatched * text;
        const double step = 0.45 * text;
        painter.setPen(QPen(m_style.theme->outline, 0.8 * m_style.line));
        ColourBatches grey;
        for (std::size_t row = 0; row < rows(); ++row) {
            for (std::size_t column = 0; column < columns(); ++column) {
                if (std::isfinite(at(row, column)))
                    continue;
                const QRectF cell = cellBox(row, column);
                if (!hatched) {
                    grey.add(m_style.theme->grid.rgb(), cell);
                    continue;
                }
                // Diagonals x + y = c, each cut to the cell.
                for (double c = step; c < cell.width() + cell.height(); c += step) {
                    const double x0 = std::max(0.0, c - cell.height()), x1 = std::min(cell.width(), c);
                    painter.drawLine(cell.topLeft() + QPointF(x0, c - x0), cell.topLeft() + QPointF(x1, c - x1));
                }
            }
        }
        grey.draw(painter);
        painter.setRenderHint(QPainter::Antialiasing, true);
    }

    void drawNumbers(QPainter& painter) const
    {
        constexpr std::size_t kMostNumbers = 400;
        if (rows() * columns() > kMostNumbers)
            return;
        painter.setFont(m_style.smallFont);
        const QFontMetricsF metrics(m_style.smallFont);
        double widest = 0.0;
        for (const double value : m_map.values)
            if (std::isfinite(value))
                widest = std::max(widest, metrics.horizontalAdvance(valueText(value)));
        if (widest * 1.15 > m_cell.width() || metrics.height() > m_cell.height())
            return;
        for (std::size_t row = 0; row < rows(); ++row) {
            for (std::size_t column = 0; column < columns(); ++column) {
                if (!std::isfinite(at(row, column)))
                    continue;
                painter.setPen(Theme::textOn(QColor::fromRgb(colourOf(at(row, column)))));
                painter.drawText(cellBox(row, column), Qt::AlignCenter | Qt::TextDontClip, valueText(at(row, column)));
            }
        }
    }

    void drawNames(QPainter& painter) const
    {
        const double text = m_style.textHeight();
        painter.setFont(m_style.smallFont);
        painter.setPen(m_style.theme->text);
        const QFontMetricsF metrics(m_style.smallFont);
        const int each = std::max(1, int(std::ceil(text * 0.95 / m_cell.height())));
        for (std::size_t row = 0; row < rows(); row += std::size_t(each))
            painter.drawText(QRectF(m_box.left() - m_rowNames - 0.3 * text, cellBox(row, 0).center().y() - text / 2, m_rowNames, text),
                             Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                             metrics.elidedText(plotText(m_map.rows[row]), Qt::ElideRight, m_rowNames + 0.5));
        for (std::size_t column = 0; column < columns(); column += std::size_t(m_columnNames.each))
            drawNameBelow(painter, m_style.smallFont, {cellBox(0, column).center().x(), m_box.bottom() + 0.25 * text},
                          plotText(m_map.columns[column]), m_columnNames);
        const double below = m_box.bottom() + 0.35 * text + m_columnNames.height;
        if (!m_plot.x.label.empty())
            painter.drawText(QRectF(m_box.left(), below, m_box.width(), 1.3 * text), Qt::AlignCenter | Qt::TextDontClip, plotText(m_plot.x.label));
        if (!m_plot.y.label.empty())
            drawVerticalLabel(painter, {0.1 * text, m_box.top(), 1.2 * text, m_box.height()}, plotText(m_plot.y.label), m_style);
    }

    void drawScale(QPainter& painter) const
    {
        if (m_least > m_most)
            return;
        TrackScene scene;
        scene.theme = m_style.theme;
        scene.font = m_style.font;
        scene.smallFont = m_style.smallFont;
        const double text = m_style.textHeight();
        painter.save();
        painter.translate(m_box.right() + 0.7 * text, m_box.top());
        const QSizeF size((kScaleWidth + 0.4) * text, std::max(m_box.height(), 5.0 * text));
        if (m_map.diverging)
            drawColourScale(painter, scene, size, m_style.theme->diverging(), plotText(m_map.unit), signedText(m_limit), QStringLiteral("0"), signedText(-m_limit));
        else
            drawColourScale(painter, scene, size, sequentialTable(), plotText(m_map.unit), valueText(m_most), {}, valueText(m_least));
        painter.restore();
    }

    const data::Plot& m_plot;
    const data::PlotMap& m_map;
    PlotStyle m_style;
    QSizeF m_size;
    QRectF m_box;
    QSizeF m_cell;
    double m_rowNames = 0.0;
    NameLayout m_columnNames;
    double m_least = std::numeric_limits<double>::infinity();
    double m_most = -std::numeric_limits<double>::infinity();
    double m_limit = 0.0;
};

}  // namespace

std::unique_ptr<PlotPicture> makeMapPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style)
{
    const data::PlotMap& map = *plot.map;
    const bool hasValue = std::ranges::any_of(map.values, [](double value) { return std::isfinite(value); });
    if (!hasValue || map.values.size() != map.rows.size() * map.columns.size())
        return nullptr;
    return std::make_unique<MapPicture>(plot, size, style);
}

double mapHeight(const data::Plot& plot, const PlotStyle& style)
{
    constexpr double kPlainRow = 1.5;
    constexpr double kAround = 10.0;
    return (kAround + kPlainRow * double(plot.map->rows.size())) * style.textHeight();
}

}  // namespace nscope::widgets
