// Purpose: rows over one stretch of a chromosome: a bar that says where on the chromosome it is, a ruler in chromosome
// coordinates, and the rows below each other. It draws what its rows hold and says where the user goes; its owner reads
// what is needed there. Keys and mouse: spec/conventions.md "Places and keys". Positions are 0-based in the interface,
// 1-based on screen. Thread: GUI.
#pragma once

#include "widgets/figure_source.h"
#include "widgets/genome_row.h"

#include <QAbstractScrollArea>

#include <memory>
#include <optional>
#include <vector>

namespace nscope::widgets {

using GenomeRowPtr = std::shared_ptr<GenomeRow>;

class GenomeView : public QAbstractScrollArea, public FigureSource {
    Q_OBJECT
public:
    explicit GenomeView(QWidget* parent = nullptr);
    ~GenomeView() override;

    void setTheme(const Theme& theme);
    /// Another chromosome is shown whole; the same one, of another length now, keeps its range, or stays whole.
    void setChromosome(const QString& name, std::int64_t lengthNt);
    const QString& chromosome() const;
    std::int64_t chromosomeLength() const;
    void setEmptyText(const QString& sentence);  ///< while there is no chromosome

    void setRows(std::vector<GenomeRowPtr> rows);
    /// What rows hold or how they draw it has changed.
    void updateRows();

    data::Interval visibleRange() const;
    /// Shows at least this range (clamped), as large as it fits.
    void setVisibleRange(data::Interval range);
    /// Keeps the zoom.
    void centreOn(double positionNt);
    double ntPerPixel() const;
    /// Read from right to left, as the reverse strand is.
    void setReversed(bool reversed);
    bool isReversed() const;

    std::optional<data::Interval> selection() const;
    void setSelection(std::optional<data::Interval> range);

    /// The scene as drawn on screen, and a row's box in viewport coordinates; for tests and tool tips.
    GenomeScene scene() const;
    QRectF rowBox(std::size_t row) const;
    QRectF rowBoxOf(const GenomeRow& row) const;
    /// Row at a viewport point.
    GenomeRowPtr rowAt(QPointF point) const;
    /// Position under a viewport x.
    double positionAtX(double x) const;
    double xOfPosition(double positionNt) const;

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;
    double preferredHeightPoints(double widthPoints) const override;

public slots:
    void zoomIn();
    void zoomOut();
    void zoomToAll();
    void zoomToSelection();

signals:
    void rangeChanged(nscope::data::Interval range);
    /// An empty interval means that nothing is selected.
    void selectionChanged(nscope::data::Interval range);
    /// F, B: the next feature after this position, or the one before.
    void featureAsked(bool forward, std::int64_t fromNt);
    void hovered(const QString& text);
    void contextMenuRequested(const QPoint& globalPosition);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace nscope::widgets
