// Purpose: coverage along a chromosome, measured or predicted: one curve or several over each other on one axis. Zoomed
// out, a column shows the mean, the largest value, or the mean with the range behind it. Thread: GUI.
#pragma once

#include "core/data/signal_pyramid.h"
#include "widgets/genome_row.h"

#include <QColor>
#include <QCoreApplication>

#include <memory>
#include <vector>

namespace nscope::widgets {

using SignalPtr = std::shared_ptr<const data::SignalPyramid>;

enum class SignalSummary { Mean, Maximum, MeanAndRange };

struct SignalSeries {
    QString name;
    QColor colour;
    SignalPtr signal;     ///< null: not read yet
    bool isLine = false;  ///< a line over filled curves: a prediction over a measurement
};

struct SignalSettings {
    SignalSummary summary = SignalSummary::MeanAndRange;
    bool isLogarithmic = false;            ///< log10(1 + x), x below zero as zero
    std::optional<AxisRange> fixedAxis{};  ///< none: as far as the values on show go
    int scaleGroup = 0;                    ///< rows of one group share their axis
    bool operator==(const SignalSettings&) const = default;
};

class SignalRow : public GenomeRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::SignalRow)
public:
    explicit SignalRow(QString title) : m_title(std::move(title)) {}

    void setSeries(std::vector<SignalSeries> series) { m_series = std::move(series); }
    const std::vector<SignalSeries>& series() const { return m_series; }
    void setSettings(const SignalSettings& settings) { m_settings = settings; }
    const SignalSettings& settings() const { return m_settings; }
    /// Shown in the middle while there is nothing to draw.
    void setSentence(const QString& sentence) { m_sentence = sentence; }

    AxisRange axis() const { return m_axis; }
    /// Mean of a series over the column under x; nothing where there is no value.
    std::optional<double> valueAt(const GenomeScene& scene, std::size_t series, double x) const;

    QString title() const override { return m_title; }
    double heightPixels(const GenomeScene& scene) const override;
    void prepare(const GenomeScene& scene) override;
    void paint(QPainter& painter, const GenomeScene& scene, double height) const override;
    void paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const override;
    QString toolTip(const GenomeScene& scene, double x, double y, double height) const override;
    std::optional<AxisRange> valueRange() const override;
    int scaleGroup() const override { return m_settings.scaleGroup; }
    void setAxis(AxisRange axis) override;

private:
    double scaled(double value) const;
    double yOf(double value, double height) const;
    double shownValue(const data::SignalColumn& column) const;
    void paintFilled(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const;
    void paintPixels(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const;
    void paintShapes(QPainter& painter, double height, std::size_t series) const;
    void paintLinePixels(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const;
    void paintLine(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const;
    double columnUnits(const GenomeScene& scene) const;

    QString m_title, m_sentence;
    std::vector<SignalSeries> m_series;
    SignalSettings m_settings;
    AxisRange m_axis{0.0, 1.0};
    std::vector<std::vector<data::SignalColumn>> m_columns;  ///< of the scene last prepared, from left to right
};

}  // namespace nscope::widgets
