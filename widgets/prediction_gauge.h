// Purpose: draws the class probability as a bar and the log-odds on a scale, REF against ALT with the difference.
// One drawing function serves the widget and figures; units are pixels or points. Thread: GUI.
#pragma once

#include "core/data/prediction.h"
#include "widgets/theme.h"

#include <QFont>
#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

namespace nscope::widgets {

/// The numbers of one prediction that the gauge shows.
struct GaugeValues {
    QString predictedClass;
    std::optional<double> probability;
    std::vector<data::NamedValue> scalars;
};

/// "coding", "noncoding", or the class's own name.
QString classText(const QString& className);
/// Class names are stored plain or as "p_<class>".
GaugeValues gaugeValues(const data::Prediction& prediction, const QString& className);

struct GaugeContent {
    QString sequenceName;
    QString gaugeClass;
    std::optional<GaugeValues> reference;  ///< only when the sequence is edited
    std::optional<GaugeValues> current;
    bool isUpdating = false;

    /// Rows of text the drawing needs.
    int lineCount() const;
};

/// Height of one line of the drawing for a body font.
double gaugeLineHeight(const QFont& font);
void drawGauge(QPainter& painter, const QSizeF& size, const GaugeContent& content, const Theme& theme, const QFont& font);

class PredictionGauge : public QWidget {
    Q_OBJECT
public:
    explicit PredictionGauge(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setContent(GaugeContent content);
    const GaugeContent& content() const { return m_content; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme m_theme = Theme::make({});
    GaugeContent m_content;
};

}  // namespace nscope::widgets
