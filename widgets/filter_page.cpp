// Purpose: the filter page: layer selector, plot, readout.
#include "widgets/filter_page.h"

#include "widgets/filter_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace nscope::widgets {

FilterPage::FilterPage(QWidget* parent)
    : QWidget(parent), m_plot(new FilterPlot(this)), m_layers(new QComboBox(this)), m_readout(new QLabel(this)), m_empty(new QLabel(this)),
      m_updating(new QLabel(tr("updating …"), this)), m_stack(new QStackedWidget(this))
{
    m_layers->setAccessibleName(tr("Encoder layer"));
    m_readout->setTextFormat(Qt::PlainText);
    m_readout->setMinimumHeight(fontMetrics().height());
    m_updating->hide();
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setText(tr("No filters to show. Load a model with LFNet layers to see the frequencies it has learned."));

    auto* page = new QWidget(this);
    auto* line = new QHBoxLayout;
    auto* label = new QLabel(tr("&Layer:"), page);
    label->setBuddy(m_layers);
    line->addWidget(label);
    line->addWidget(m_layers);
    line->addSpacing(12);
    line->addWidget(m_readout, 1);
    line->addWidget(m_updating);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addLayout(line);
    layout->addWidget(m_plot, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    connect(m_plot, &FilterPlot::hovered, m_readout, &QLabel::setText);
    connect(m_layers, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (!m_spectrum || index < 0)
            return;
        m_plot->setLayer(m_spectrum->layers[std::size_t(index)]);
        emit layerChanged(index);
    });
    setTheme(Theme::make({}));
}

void FilterPage::setTheme(const Theme& theme)
{
    m_plot->setTheme(theme);
    QPalette muted = m_empty->palette();
    muted.setColor(QPalette::WindowText, theme.mutedText);
    m_empty->setPalette(muted);
    m_readout->setPalette(muted);
    QPalette accent = m_updating->palette();
    accent.setColor(QPalette::WindowText, theme.accent);
    m_updating->setPalette(accent);
}

void FilterPage::setSpectrum(FilterSpectrumPtr spectrum)
{
    const int kept = layer();
    m_spectrum = std::move(spectrum);
    const QSignalBlocker quiet(m_layers);
    m_layers->clear();
    if (m_spectrum) {
        for (const data::FilterLayer& layer : m_spectrum->layers)
            m_layers->addItem(tr("%1 (window %2 nt, %3 channels)").arg(layer.layer + 1).arg(layer.windowNt).arg(layer.channels));
    }
    const bool isThere = m_layers->count() > 0;
    m_stack->setCurrentIndex(isThere ? 1 : 0);
    if (!isThere) {
        m_plot->setLayer(std::nullopt);
        return;
    }
    setLayer(std::clamp(kept, 0, m_layers->count() - 1));
    m_plot->setLayer(m_spectrum->layers[std::size_t(layer())]);
}

void FilterPage::setUpdating(bool updating)
{
    m_updating->setVisible(updating);
}

int FilterPage::layer() const
{
    return m_layers->currentIndex();
}

void FilterPage::setLayer(int index)
{
    m_layers->setCurrentIndex(index);
}

void FilterPage::drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const
{
    if (!m_spectrum || layer() < 0)
        return;
    constexpr double kRasterDpi = 600.0;
    FilterPlotStyle style;
    style.theme = &theme;
    style.font = font();
    style.font.setPixelSize(kFigureTextPoints);
    style.smallFont = font();
    style.smallFont.setPixelSize(kFigureSmallTextPoints);
    style.line = 0.4;
    style.rasterPerUnit = kRasterDpi / 72.0;
    QFont title = font();
    title.setPixelSize(kFigureTitlePoints);
    title.setBold(true);
    painter.setFont(title);
    painter.setPen(theme.text);
    const double head = kFigureTitlePoints * 1.7;
    painter.drawText(QRectF(0, 0, sizePoints.width(), head), Qt::AlignLeft | Qt::AlignVCenter, figureTitle());
    painter.translate(0, head);
    drawFilterLayer(painter, {sizePoints.width(), sizePoints.height() - head}, m_spectrum->layers[std::size_t(layer())], style);
}

QString FilterPage::figureTitle() const
{
    return tr("Filters of layer %1").arg(layer() + 1);
}

}  // namespace nscope::widgets
