// Purpose: what the model says about the open sequence: class probabilities, values, fractions and means of profiles,
// REF against ALT with the difference, and the list of translations. Values are drawn as given; the panel computes only
// differences and means.
// Thread: GUI.
#pragma once

#include "core/data/prediction.h"
#include "widgets/figure_source.h"
#include "widgets/prediction_gauge.h"
#include "widgets/theme.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace nscope::widgets {

using PredictionPtr = std::shared_ptr<const data::Prediction>;

class PredictionPanel : public QWidget, public FigureSource {
    Q_OBJECT
public:
    explicit PredictionPanel(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setSequenceName(const QString& name);
    /// What the model gives: names on screen, of two classes the one whose probability is drawn (empty: the first), and
    /// whether it translates.
    void setOutputs(OutputLabels labels, std::string gaugeClass, bool translates);
    /// `current` is null or equal to `reference` without edits; both null: the empty state.
    void setPredictions(PredictionPtr reference, PredictionPtr current);
    void setUpdating(bool updating);
    void setEmptyText(const QString& sentence);

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;
    double preferredHeightPoints(double widthPoints) const override;

signals:
    /// A translation that matches an ORF exactly was chosen: show that ORF.
    void orfActivated(nscope::data::Interval span);
    /// The user wants translations (decoding with beams), which a plain prediction leaves out.
    void translationsRequested();

private:
    GaugeContent gaugeContent() const;
    const data::Prediction* shown() const;
    void refresh();
    void refreshTranslations();

    PredictionGauge* m_gauge;
    QLabel* m_empty;
    QLabel* m_translationsTitle;
    QPushButton* m_translate;
    QTreeWidget* m_translations;
    QStackedWidget* m_stack;
    PredictionPtr m_reference;
    PredictionPtr m_current;
    QString m_name;
    OutputLabels m_labels;
    std::string m_gaugeClass;
    bool m_translates = true;
    bool m_isUpdating = false;
};

}  // namespace nscope::widgets
