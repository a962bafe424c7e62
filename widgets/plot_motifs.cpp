// Purpose: motifs as a grid of sequence logos, letters stacked by information content.
// Source: Schneider and Stephens 1990 (height of a letter: its probability times the column's information in bits).
#include "widgets/letter_glyphs.h"
#include "widgets/number_text.h"
#include "widgets/plot_frame.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace nscope::widgets {

namespace {

constexpr double kMostBits = 2.0;
constexpr double kLetterWidth = 1.15;  ///< in text heights
constexpr double kNameHeight = 1.8;
constexpr double kLogoHeight = 3.8;
constexpr double kAxis = 1.9;
constexpr double kGap = 1.4;

struct Grid {
    int across = 1;
    double cellWidth = 0.0, cellHeight = 0.0;

    static Grid make(const data::Plot& plot, double width, const PlotStyle& style)
    {
        const double text = style.textHeight();
        const QFontMetricsF metrics(style.smallFont);
        double wide = 9.0 * text;
        for (const data::PlotMotif& motif : plot.motifs) {
            wide = std::max(wide, kLetterWidth * text * double(motif.motif.width()) + kAxis * text);
            wide = std::max(wide, std::min(metrics.horizontalAdvance(plotText(motif.caption)), 16.0 * text));
        }
        Grid grid;
        grid.across = std::clamp(int((width + kGap * text) / (wide + kGap * text)), 1, std::max(1, int(plot.motifs.size())));
        grid.cellWidth = (width - (grid.across - 1) * kGap * text) / grid.across;
        grid.cellHeight = (kNameHeight + kLogoHeight + 1.3 + 0.9) * text;
        return grid;
    }
};

QString nameOf(const data::Motif& motif)
{
    const QString id = plotText(motif.id);
    return motif.name.empty() ? id : QStringLiteral("%1 (%2)").arg(id, plotText(motif.name));
}

class MotifPicture : public PlotPicture {
public:
    MotifPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style)
        : m_plot(plot), m_style(style), m_size(size), m_grid(Grid::make(plot, size.width(), style)), m_top(plotTitleHeight(plot, style))
    {
    }

    void draw(QPainter& painter) const override
    {
        drawPlotTitle(painter, m_plot, m_size.width(), m_style);
        for (std::size_t i = 0; i < m_plot.motifs.size(); ++i)
            if (cell(i).bottom() <= m_size.height() + 1.0)
                drawMotif(painter, cell(i), m_plot.motifs[i]);
    }

    std::optional<PlotHit> hit(QPointF place) const override
    {
        for (std::size_t i = 0; i < m_plot.motifs.size(); ++i) {
            if (!cell(i).contains(place))
                continue;
            const data::Motif& motif = m_plot.motifs[i].motif;
            QStringList lines{nameOf(motif), plotText(data::consensus(motif))};
            const QRectF logo = logoBox(cell(i));
            const auto column = std::int64_t(std::floor((place.x() - logo.left()) / letterWidth(logo, motif)));
            if (column >= 0 && column < motif.width()) {
                QStringList letters;
                for (int base = 0; base < data::kBaseCount; ++base)
                    letters << QStringLiteral("%1 %2").arg(QLatin1Char(letterOf(motif, base))).arg(motif.at(column, base), 0, 'f', 2);
                lines << QCoreApplication::translate("nscope::widgets::ResultPlot", "Column %1: %2; %3 bits")
                             .arg(QString::number(column + 1), letters.join(QStringLiteral(", ")), valueText(data::informationBits(motif, column)));
            }
            if (!m_plot.motifs[i].caption.empty())
                lines << plotText(m_plot.motifs[i].caption);
            return PlotHit{place, lines.join(QLatin1Char('\n'))};
        }
        return std::nullopt;
    }

private:
    QRectF cell(std::size_t index) const
    {
        const int row = int(index) / m_grid.across, column = int(index) % m_grid.across;
        return {column * (m_grid.cellWidth + kGap * m_style.textHeight()), m_top + row * m_grid.cellHeight, m_grid.cellWidth, m_grid.cellHeight};
    }
    QRectF logoBox(const QRectF& cell) const
    {
        const double text = m_style.textHeight();
        return {cell.left() + kAxis * text, cell.top() + kNameHeight * text, cell.width() - kAxis * text, kLogoHeight * text};
    }
    double letterWidth(const QRectF& logo, const data::Motif& motif) const
    {
        return std::min(1.7 * kLetterWidth * m_style.textHeight(), logo.width() / double(std::max<std::int64_t>(1, motif.width())));
    }
    static char letterOf(const data::Motif& motif, int base)
    {
        return base == 3 && motif.alphabet == data::Alphabet::Rna ? 'U' : "ACGT"[base];
    }

    void drawMotif(QPainter& painter, const QRectF& cell, const data::PlotMotif& motif) const
    {
        const double text = m_style.textHeight();
        const QFontMetricsF metrics(m_style.font);
        painter.setFont(m_style.font);
        painter.setPen(m_style.theme->text);
        painter.drawText(QRectF(cell.left(), cell.top(), cell.width(), 1.2 * text), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                         metrics.elidedText(nameOf(motif.motif), Qt::ElideRight, cell.width()));
        const QRectF logo = logoBox(cell);
        drawAxis(painter, logo, letterWidth(logo, motif.motif) * double(motif.motif.width()));
        drawLetters(painter, logo, motif.motif);
        painter.setFont(m_style.smallFont);
        painter.setPen(m_style.theme->mutedText);
        painter.drawText(QRectF(cell.left(), logo.bottom() + 0.15 * text, cell.width(), 1.2 * text),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                         QFontMetricsF(m_style.smallFont).elidedText(plotText(motif.caption), Qt::ElideRight, cell.width()));
    }

    void drawAxis(QPainter& painter, const QRectF& logo, double width) const
    {
        const double text = m_style.textHeight();
        painter.setFont(m_style.smallFont);
        painter.setPen(QPen(m_style.theme->mutedText, m_style.line));
        painter.setRenderHint(QPainter::Antialiasing, m_style.rasterPerUnit > 0.0);
        const double x = logo.left() - 0.25 * text;
        painter.drawLine(QLineF(x, logo.top(), x, logo.bottom()));
        painter.drawLine(QLineF(x, logo.bottom(), logo.left() + width, logo.bottom()));
        for (const int bits : {0, 1, 2}) {
            const double y = logo.bottom() - logo.height() * bits / kMostBits;
            painter.drawLine(QLineF(x - 0.2 * text, y, x, y));
            if (bits != 1)
                painter.drawText(QRectF(x - 2.2 * text, y - text / 2, 1.9 * text, text), Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                                 QString::number(bits));
        }
        painter.setRenderHint(QPainter::Antialiasing, true);
        drawVerticalLabel(painter, {logo.left() - kAxis * text, logo.top() + 0.5 * text, text, logo.height() - text},
                          QCoreApplication::translate("nscope::widgets::ResultPlot", "bits"), m_style);
    }

    void drawLetters(QPainter& painter, const QRectF& logo, const data::Motif& motif) const
    {
        const double width = letterWidth(logo, motif);
        std::array<QPainterPath, data::kBaseCount> paths;
        for (QPainterPath& path : paths)
            path.setFillRule(Qt::WindingFill);
        for (std::int64_t column = 0; column < motif.width(); ++column) {
            std::array<int, data::kBaseCount> order;
            std::iota(order.begin(), order.end(), 0);
            std::ranges::sort(order, {}, [&](int base) { return motif.at(column, base); });
            const double bits = data::informationBits(motif, column);
            double y = logo.bottom();
            for (const int base : order) {
                const double height = motif.at(column, base) * bits / kMostBits * logo.height();
                if (height > 0.02 * m_style.textHeight())
                    addLetter(paths[std::size_t(base)], letterOf(motif, base),
                              {logo.left() + double(column) * width + 0.02 * width, y - height, 0.96 * width, height});
                y -= height;
            }
        }
        painter.setPen(Qt::NoPen);
        for (int base = 0; base < data::kBaseCount; ++base) {
            painter.setBrush(m_style.theme->letterColour(letterOf(motif, base)));
            painter.drawPath(paths[std::size_t(base)]);
        }
    }

    const data::Plot& m_plot;
    PlotStyle m_style;
    QSizeF m_size;
    Grid m_grid;
    double m_top;
};

}  // namespace

std::unique_ptr<PlotPicture> makeMotifPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style)
{
    return std::make_unique<MotifPicture>(plot, size, style);
}

double motifGridHeight(const data::Plot& plot, double width, const PlotStyle& style)
{
    const Grid grid = Grid::make(plot, width, style);
    const int rows = (int(plot.motifs.size()) + grid.across - 1) / grid.across;
    return plotTitleHeight(plot, style) + rows * grid.cellHeight;
}

}  // namespace nscope::widgets
