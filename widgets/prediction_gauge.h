// Purpose: draws what a model says about one sequence, REF against ALT with the difference: class probabilities as bars,
// fractions as bars, scalars as values or on a scale around zero, and the means of profiles. What is drawn how follows
// from the model's description (OutputLabels). One drawing function serves the widget and figures; units are pixels or
// points. Thread: GUI.
#pragma once

#include "core/data/prediction.h"
#include "widgets/theme.h"

#include <QFont>
#include <QString>
#include <QWidget>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nscope::widgets {

/// How the model's classes and scalars are called and drawn.
struct OutputLabels {
    std::map<std::string, QString> names;  ///< on screen; an id without one is shown as it is
    std::set<std::string> aroundZero;      ///< scalars whose sign matters
    bool fractions = false;                ///< the scalars are shares of a whole

    QString name(const std::string& id) const;
    bool operator==(const OutputLabels&) const = default;
};

/// The numbers of one prediction that the gauge shows, in the model's order.
struct GaugeValues {
    std::string predictedClass;
    std::vector<data::NamedValue> probabilities;  ///< by plain class names
    std::vector<data::NamedValue> scalars;
    std::vector<data::NamedValue> profileMeans;   ///< mean over the sequence, by task
};
/// Class names are stored plain or as "p_<class>".
GaugeValues gaugeValues(const data::Prediction& prediction);
/// The value of that name, or nothing.
std::optional<double> valueOf(const std::vector<data::NamedValue>& values, const std::string& name);

struct GaugeContent {
    QString sequenceName;
    std::string gaugeClass;                ///< of two classes, the one whose probability is drawn
    OutputLabels labels;
    std::optional<GaugeValues> reference;  ///< only when the sequence is edited
    std::optional<GaugeValues> current;
    bool isUpdating = false;

    /// Two classes that exclude each other: one bar says it all.
    bool isTwoClass() const;
    /// Rows of text the drawing needs.
    int lineCount() const;
};

/// More bars or values than this are cut to the largest, with a line that says so.
inline constexpr int kMostGaugeRows = 12;

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
