// Purpose: what the model says about the open sequence: P(coding), log-odds and class, REF against ALT with the
// difference, and the list of translations. Values are drawn as given; the panel computes only differences.
// Thread: GUI.
#pragma once

#include "core/data/prediction.h"
#include "widgets/figure_source.h"
#include "widgets/theme.h"

#include <QWidget>

#include <memory>

class QLabel;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace nscope::widgets {

using PredictionPtr = std::shared_ptr<const data::Prediction>;

class PredictionGauge;

class PredictionPanel : public QWidget, public FigureSource {
    Q_OBJECT
public:
    explicit PredictionPanel(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setSequenceName(const QString& name);
    /// Class whose probability the gauge shows, e.g. "PC"; default is the first class of the prediction.
    void setGaugeClass(const QString& className);
    /// `current` is null or equal to `reference` without edits; both null: the empty state.
    void setPredictions(PredictionPtr reference, PredictionPtr current);
    void setUpdating(bool updating);
    void setEmptyText(const QString& sentence);

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;
    double preferredHeightPoints(double widthPoints) const override;

signals:
    /// An ORF that a translation matches exactly was double-clicked.
    void orfActivated(nscope::data::Interval span);
    void translationsRequested();

private:
    void refresh();
    void refreshTranslations();

    PredictionGauge* m_gauge;
    QLabel* m_empty;
    QLabel* m_translationsTitle;
    QTreeWidget* m_translations;
    QStackedWidget* m_stack;
    PredictionPtr m_reference;
    PredictionPtr m_current;
    QString m_name;
};

}  // namespace nscope::widgets
