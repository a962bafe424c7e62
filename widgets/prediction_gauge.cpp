// Purpose: the drawing of the prediction gauge.
#include "widgets/prediction_gauge.h"

#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("nscope::widgets::PredictionGauge", text);
}

QString plainClass(const std::string& name)
{
    const QString text = QString::fromStdString(name);
    return text.startsWith(QLatin1String("p_")) ? text.mid(2) : text;
}

QString scalarText(const std::string& name)
{
    return name == "log_odds" ? tr("Log-odds") : QString::fromStdString(name);
}

std::optional<double> scalar(const std::optional<GaugeValues>& values, const std::string& name)
{
    if (!values)
        return std::nullopt;
    const auto found = std::ranges::find(values->scalars, name, &data::NamedValue::name);
    return found == values->scalars.end() ? std::nullopt : std::optional(found->value);
}

/// Draws line by line from the top; knows the columns.
class GaugePainter {
public:
    GaugePainter(QPainter& painter, const QSizeF& size, const GaugeContent& content, const Theme& theme, const QFont& font)
        : m_painter(painter), m_width(size.width()), m_content(content), m_theme(theme), m_font(font), m_line(gaugeLineHeight(font))
    {
        m_labelWidth = QFontMetricsF(font).horizontalAdvance(tr("Log-odds") + QStringLiteral("MM"));
        m_valueWidth = QFontMetricsF(font).horizontalAdvance(QStringLiteral("−0.000M"));
    }

    void draw()
    {
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        drawTitle();
        if (!m_content.current)
            return;
        drawProbabilities();
        for (const data::NamedValue& value : m_content.current->scalars)
            drawScalar(value);
    }

private:
    QRectF nextLine()
    {
        const QRectF line(0, m_y, m_width, m_line);
        m_y += m_line;
        return line;
    }

    void text(const QRectF& box, const QString& what, const QColor& colour, int flags, bool bold = false)
    {
        QFont font = m_font;
        font.setBold(bold);
        m_painter.setFont(font);
        m_painter.setPen(colour);
        m_painter.drawText(box, flags | Qt::AlignVCenter | Qt::TextDontClip, what);
    }

    QColor classColour(const QString& name) const
    {
        return name == m_content.gaugeClass ? m_theme.coding : m_theme.noncoding;
    }

    /// A badge with the class, or REF's and ALT's if they differ; returns nothing but moves to the left.
    void drawTitle()
    {
        const QRectF line = nextLine();
        double right = m_width;
        const auto badge = [&](const QString& name) {
            if (name.isEmpty())
                return;
            const QFontMetricsF metrics(m_font);
            const double width = metrics.horizontalAdvance(classText(name)) + m_line * 0.8;
            const QRectF box(right - width, line.top() + m_line * 0.08, width, m_line * 0.84);
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(classColour(name));
            m_painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
            text(box, classText(name), Theme::textOn(classColour(name)), Qt::AlignHCenter);
            right -= width;
        };
        if (m_content.current)
            badge(m_content.current->predictedClass);
        if (m_content.reference && m_content.reference->predictedClass != m_content.current->predictedClass) {
            const double arrow = m_line * 1.2;
            text(QRectF(right - arrow, line.top(), arrow, m_line), QStringLiteral("→"), m_theme.text, Qt::AlignHCenter);
            right -= arrow;
            badge(m_content.reference->predictedClass);
        }
        QFont bold = m_font;
        bold.setBold(true);
        const QFontMetricsF metrics(bold);
        text(QRectF(0, line.top(), right - m_line * 0.5, m_line),
             metrics.elidedText(m_content.sequenceName, Qt::ElideRight, std::max(10.0, right - m_line * 0.5)), m_theme.text, Qt::AlignLeft, true);
        if (m_content.isUpdating) {
            const double width = QFontMetricsF(m_font).horizontalAdvance(tr("updating …"));
            if (right - metrics.horizontalAdvance(m_content.sequenceName) > width + m_line)
                text(QRectF(0, line.top(), right - m_line * 0.5, m_line), tr("updating …"), m_theme.accent, Qt::AlignRight);
        }
        m_y += m_line * 0.3;
    }

    void drawProbabilities()
    {
        if (!m_content.current->probability)
            return;
        const QString label = tr("P(%1)").arg(classText(m_content.gaugeClass));
        if (!m_content.reference || !m_content.reference->probability) {
            drawBar(label, *m_content.current->probability, 1.0);
            drawBarScale();
            return;
        }
        drawBar(label + tr(" REF"), *m_content.reference->probability, 0.55);
        drawBar(label + tr(" ALT"), *m_content.current->probability, 1.0);
        drawBarScale();
        drawDifference(tr("Δ P"), *m_content.current->probability - *m_content.reference->probability);
    }

    QRectF barLane(const QRectF& line) const
    {
        const double label = m_content.reference ? m_labelWidth * 1.65 : m_labelWidth * 1.25;
        return {label, line.top() + m_line * 0.2, std::max(20.0, m_width - label - m_valueWidth), m_line * 0.6};
    }

    void drawBar(const QString& label, double probability, double strength)
    {
        const QRectF line = nextLine();
        text(line, label, m_theme.mutedText, Qt::AlignLeft);
        const QRectF lane = barLane(line);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_theme.grid);
        m_painter.drawRoundedRect(lane, 3, 3);
        QColor fill = probability >= 0.5 ? m_theme.coding : m_theme.noncoding;
        fill.setAlphaF(float(strength));
        m_painter.setBrush(fill);
        m_painter.drawRoundedRect(QRectF(lane.topLeft(), QSizeF(std::max(2.0, lane.width() * std::clamp(probability, 0.0, 1.0)), lane.height())), 3, 3);
        m_painter.setPen(QPen(m_theme.background, m_line * 0.06));
        m_painter.drawLine(QPointF(lane.center().x(), lane.top()), QPointF(lane.center().x(), lane.bottom()));
        text(line, QString::number(probability, 'f', 3), m_theme.text, Qt::AlignRight, strength == 1.0);
    }

    void drawBarScale()
    {
        QRectF line = nextLine();
        m_y -= m_line * 0.25;
        const QRectF lane = barLane(line);
        QFont small = m_font;
        small.setPixelSize(std::max(5, m_font.pixelSize() - 2));
        m_painter.setFont(small);
        m_painter.setPen(m_theme.mutedText);
        const QRectF row(lane.left(), line.top() - m_line * 0.15, lane.width(), m_line * 0.7);
        m_painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, QStringLiteral("0"));
        m_painter.drawText(row, Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextDontClip, QStringLiteral("0.5"));
        m_painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, QStringLiteral("1"));
    }

    void drawDifference(const QString& label, double difference)
    {
        const QRectF line = nextLine();
        text(line, label, m_theme.mutedText, Qt::AlignLeft);
        text(line, signedText(difference), difference == 0.0 ? m_theme.mutedText : m_theme.edit, Qt::AlignRight, true);
    }

    /// The value on a symmetric scale: REF as a ring, ALT as a dot, an arrow between them.
    void drawScalar(const data::NamedValue& value)
    {
        const std::optional<double> before = scalar(m_content.reference, value.name);
        m_y += m_line * 0.2;
        const QRectF line = nextLine();
        text(line, scalarText(value.name), m_theme.mutedText, Qt::AlignLeft);
        text(line, signedText(value.value), m_theme.text, Qt::AlignRight, true);
        const QRectF lane = barLane(line);
        const double reach = std::max({5.0, std::abs(value.value) * 1.15, before ? std::abs(*before) * 1.15 : 0.0});
        const auto x = [&](double v) { return lane.center().x() + v / reach * lane.width() / 2; };
        const double y = lane.center().y();
        m_painter.setPen(QPen(m_theme.outline, m_line * 0.06));
        m_painter.drawLine(QPointF(lane.left(), y), QPointF(lane.right(), y));
        m_painter.drawLine(QPointF(x(0), y - m_line * 0.25), QPointF(x(0), y + m_line * 0.25));
        const double radius = m_line * 0.2;
        if (before) {
            m_painter.setPen(QPen(m_theme.edit, m_line * 0.09));
            m_painter.drawLine(QPointF(x(*before), y), QPointF(x(value.value), y));
            m_painter.setBrush(m_theme.background);
            m_painter.setPen(QPen(m_theme.text, m_line * 0.08));
            m_painter.drawEllipse(QPointF(x(*before), y), radius * 0.85, radius * 0.85);
        }
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(value.value >= 0 ? m_theme.coding : m_theme.noncoding);
        m_painter.drawEllipse(QPointF(x(value.value), y), radius, radius);
        if (before)
            drawDifference(tr("Δ %1 (REF %2)").arg(scalarText(value.name).toLower(), signedText(*before)), value.value - *before);
    }

    QPainter& m_painter;
    double m_width;
    const GaugeContent& m_content;
    const Theme& m_theme;
    QFont m_font;
    double m_line;
    double m_labelWidth = 0.0;
    double m_valueWidth = 0.0;
    double m_y = 0.0;
};

}  // namespace

QString classText(const QString& className)
{
    if (className == QLatin1String("PC"))
        return tr("coding");
    if (className == QLatin1String("NC"))
        return tr("noncoding");
    return className;
}

GaugeValues gaugeValues(const data::Prediction& prediction, const QString& className)
{
    GaugeValues values;
    values.predictedClass = QString::fromStdString(prediction.predictedClass);
    for (const data::NamedValue& probability : prediction.classProbabilities) {
        if (plainClass(probability.name) == className)
            values.probability = probability.value;
    }
    values.scalars = prediction.scalars;
    return values;
}

int GaugeContent::lineCount() const
{
    if (!current)
        return 1;
    int lines = 1;
    if (current->probability)
        lines += reference ? 4 : 2;
    return lines + int(current->scalars.size()) * (reference ? 2 : 1);
}

double gaugeLineHeight(const QFont& font)
{
    return QFontMetricsF(font).height() * 1.3;
}

void drawGauge(QPainter& painter, const QSizeF& size, const GaugeContent& content, const Theme& theme, const QFont& font)
{
    GaugePainter(painter, size, content, theme, font).draw();
}

PredictionGauge::PredictionGauge(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PredictionGauge::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void PredictionGauge::setContent(GaugeContent content)
{
    m_content = std::move(content);
    QString spoken = m_content.sequenceName;
    if (m_content.current && m_content.current->probability)
        spoken += tr(", probability of %1 %2").arg(classText(m_content.gaugeClass), QString::number(*m_content.current->probability, 'f', 3));
    setAccessibleName(spoken);
    updateGeometry();
    update();
}

QSize PredictionGauge::sizeHint() const
{
    return {260, int(std::ceil((m_content.lineCount() + 0.9) * gaugeLineHeight(font())))};
}

void PredictionGauge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    QFont body = font();
    body.setPixelSize(fontInfo().pixelSize());
    drawGauge(painter, size(), m_content, m_theme, body);
}

}  // namespace nscope::widgets
