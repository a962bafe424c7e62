// Purpose: the learned LFNet filters: per layer heat maps (frequency bins × channels) of magnitude and phase, with the
// nucleotide period on the axis, and the mean magnitude beside them. Bin f has the period W / f nt.
// Source: spec/models.md 1.3 and 1.9 (Fig. 3A–D of the paper). Thread: GUI.
#pragma once

#include "core/data/filter_spectrum.h"
#include "widgets/figure_source.h"
#include "widgets/theme.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QMouseEvent;
class QStackedWidget;

namespace nscope::widgets {

using FilterSpectrumPtr = std::shared_ptr<const data::FilterSpectrum>;

class FilterPlot;

class FilterPage : public QWidget, public FigureSource {
    Q_OBJECT
public:
    explicit FilterPage(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setSpectrum(FilterSpectrumPtr spectrum);
    void setUpdating(bool updating);
    int layer() const;
    void setLayer(int index);

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;

signals:
    void layerChanged(int index);

private:
    FilterPlot* m_plot;
    QComboBox* m_layers;
    QLabel* m_readout;
    QLabel* m_empty;
    QLabel* m_updating;
    QStackedWidget* m_stack;
    FilterSpectrumPtr m_spectrum;
};

}  // namespace nscope::widgets
