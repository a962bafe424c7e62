// Purpose: a network as boxes with the shape of their output, joined by arrows in the order of the computation. Boxes
// flow down a column and on into the next, as many columns as there is room for; the rest scrolls.
// The drawing is the same on screen and in figures; units are pixels or points. Thread: GUI.
#pragma once

#include "widgets/figure_source.h"
#include "widgets/theme.h"

#include <QAbstractScrollArea>
#include <QRectF>
#include <QString>

#include <vector>

namespace nscope::widgets {

/// One stage of the computation.
struct ArchitectureBox {
    QString name;   ///< "Convolution 32, k 10, ReLU"
    QString shape;  ///< of its output: "1,000 × 32"
    bool operator==(const ArchitectureBox&) const = default;
};

/// Where the boxes stand, from the top left corner.
struct ArchitectureLayout {
    std::vector<QRectF> boxes;
    QSizeF size;

    /// Fills columns downwards: as few as show all of `height`, at most what `width` has room for.
    static ArchitectureLayout make(std::size_t count, QSizeF room, double line);
    /// Index of the box at a point, -1 for none.
    int boxAt(QPointF point) const;
};

class ArchitectureView : public QAbstractScrollArea, public FigureSource {
    Q_OBJECT
public:
    explicit ArchitectureView(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// `title` names the model; `caption` says what the shapes belong to.
    void setBoxes(std::vector<ArchitectureBox> boxes, const QString& title, const QString& caption);
    const std::vector<ArchitectureBox>& boxes() const { return m_boxes; }
    /// Shown when there are no boxes.
    void setEmptyText(const QString& sentence);

    /// Places on the viewport as it is scrolled.
    QRectF boxRect(int index) const;
    int boxAt(QPoint viewportPoint) const;

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;
    double preferredHeightPoints(double widthPoints) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    QRectF captionRect() const;  ///< on the viewport
    double captionHeight() const;
    QPointF origin() const;
    void layOut();

    Theme m_theme = Theme::make({});
    std::vector<ArchitectureBox> m_boxes;
    ArchitectureLayout m_layout;
    QString m_title;
    QString m_caption;
    QString m_emptyText;
};

}  // namespace nscope::widgets
