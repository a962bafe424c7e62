// Purpose: the drawing of the prediction gauge.
#include "widgets/prediction_gauge.h"

#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace nscope::widgets {

namespace {

using Values = std::vector<data::NamedValue>;

constexpr double kHalf = 0.5;  ///< probability at which the class changes

QString tr(const char* text)
{
    return QCoreApplication::translate("nscope::widgets::PredictionGauge", text);
}

std::string plainClass(const std::string& name) { return name.starts_with("p_") ? name.substr(2) : name; }

constexpr double kVisibleChange = 5e-4;  ///< of the value: three digits are shown

/// What does not show in the digits of the values is no change; its power of ten would not fit the column.
QString changeText(double change, double value)
{
    const bool isTooSmall = change != 0.0 && std::abs(change) < kVisibleChange * std::abs(value);
    return isTooSmall ? QStringLiteral("≈ 0") : signedText(change);
}

QString shareText(double share) { return QString::number(share, 'f', 3); }

int shownCount(const Values& values) { return std::min(int(values.size()), kMostGaugeRows); }

int listLines(const Values& values) { return shownCount(values) + (int(values.size()) > kMostGaugeRows ? 1 : 0); }

/// Draws line by line from the top; knows the columns.
class GaugePainter {
public:
    GaugePainter(QPainter& painter, const QSizeF& size, const GaugeContent& content, const Theme& theme, const QFont& font)
        : m_painter(painter), m_width(size.width()), m_content(content), m_theme(theme), m_font(font), m_line(gaugeLineHeight(font))
    {
        m_labelWidth = QFontMetricsF(font).horizontalAdvance(QStringLiteral("Log-oddsMM"));
        m_valueWidth = QFontMetricsF(font).horizontalAdvance(QStringLiteral("−0.000M"));
    }

    void draw()
    {
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        drawTitle();
        if (!m_content.current)
            return;
        const GaugeValues& now = *m_content.current;
        if (m_content.isTwoClass())
            drawTwoClasses();
        else
            drawBars(now.probabilities, m_content.reference ? &m_content.reference->probabilities : nullptr);
        const Values* before = m_content.reference ? &m_content.reference->scalars : nullptr;
        if (m_content.labels.fractions)
            drawBars(now.scalars, before);
        else
            drawScalars(now.scalars, before);
        if (!now.profileMeans.empty())
            drawValues(tr("Mean of the profile"), now.profileMeans,
                       m_content.reference ? &m_content.reference->profileMeans : nullptr);
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

    QString elided(const QString& what, double width) const
    {
        return QFontMetricsF(m_font).elidedText(what, Qt::ElideMiddle, width);
    }

    QColor classColour(const std::string& name) const
    {
        if (!m_content.isTwoClass())
            return m_theme.accent;
        return name == m_content.gaugeClass ? m_theme.coding : m_theme.noncoding;
    }

    /// A badge with the class, or REF's and ALT's if they differ.
    void drawTitle()
    {
        const QRectF line = nextLine();
        double right = m_width;
        const QFontMetricsF plain(m_font);
        const double most = m_width * 0.45;
        const auto badge = [&](const std::string& name) {
            if (name.empty())
                return;
            const QString shown = elided(m_content.labels.name(name), most);
            const double width = plain.horizontalAdvance(shown) + m_line * 0.8;
            const QRectF box(right - width, line.top() + m_line * 0.08, width, m_line * 0.84);
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(classColour(name));
            m_painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
            text(box, shown, Theme::textOn(classColour(name)), Qt::AlignHCenter);
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
            const double width = plain.horizontalAdvance(tr("updating …"));
            if (right - metrics.horizontalAdvance(m_content.sequenceName) > width + m_line)
                text(QRectF(0, line.top(), right - m_line * 0.5, m_line), tr("updating …"), m_theme.accent, Qt::AlignRight);
        }
        m_y += m_line * 0.3;
    }

    void drawTwoClasses()
    {
        const QString label = tr("P(%1)").arg(m_content.labels.name(m_content.gaugeClass));
        const double now = *valueOf(m_content.current->probabilities, m_content.gaugeClass);
        const auto before = m_content.reference ? valueOf(m_content.reference->probabilities, m_content.gaugeClass) : std::nullopt;
        if (!before) {
            drawBar(label, now, 1.0);
            drawBarScale();
            return;
        }
        drawBar(label + tr(" REF"), *before, 0.55);
        drawBar(label + tr(" ALT"), now, 1.0);
        drawBarScale();
        drawDifference(tr("Δ P"), now - *before);
    }

    QRectF barLane(const QRectF& line) const
    {
        const double label = m_content.reference ? m_labelWidth * 1.65 : m_labelWidth * 1.25;
        return {label, line.top() + m_line * 0.2, std::max(20.0, m_width - label - m_valueWidth), m_line * 0.6};
    }

    void drawLane(const QRectF& lane, double share, QColor fill, double strength)
    {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_theme.grid);
        m_painter.drawRoundedRect(lane, 3, 3);
        fill.setAlphaF(float(strength));
        m_painter.setBrush(fill);
        const double width = std::max(2.0, lane.width() * std::clamp(share, 0.0, 1.0));
        m_painter.drawRoundedRect(QRectF(lane.topLeft(), QSizeF(width, lane.height())), 3, 3);
    }

    void drawBar(const QString& label, double probability, double strength)
    {
        const QRectF line = nextLine();
        const QRectF lane = barLane(line);
        text(line, elided(label, lane.left() - m_line * 0.2), m_theme.mutedText, Qt::AlignLeft);
        drawLane(lane, probability, probability >= kHalf ? m_theme.coding : m_theme.noncoding, strength);
        m_painter.setPen(QPen(m_theme.background, m_line * 0.06));
        m_painter.drawLine(QPointF(lane.center().x(), lane.top()), QPointF(lane.center().x(), lane.bottom()));
        text(line, shareText(probability), m_theme.text, Qt::AlignRight, strength == 1.0);
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

    /// Which values are drawn: all, or the largest (of REF or ALT), in the model's order.
    std::vector<std::size_t> chosen(const Values& now, const Values* before) const
    {
        std::vector<std::size_t> order(now.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        const auto size = [&](std::size_t i) {
            return std::max(now[i].value, before ? valueOf(*before, now[i].name).value_or(0.0) : now[i].value);
        };
        std::ranges::stable_sort(order, std::ranges::greater{}, size);
        order.resize(std::size_t(shownCount(now)));
        std::ranges::sort(order);
        return order;
    }

    void drawRest(const Values& values)
    {
        if (int(values.size()) > kMostGaugeRows)
            text(nextLine(), tr("… and %1 smaller ones in the table").arg(int(values.size()) - kMostGaugeRows),
                 m_theme.mutedText, Qt::AlignLeft);
    }

    /// A bar from 0 to 1 per value; a tick marks REF.
    void drawBars(const Values& now, const Values* before)
    {
        const QFontMetricsF metrics(m_font);
        double widest = 0.0;
        for (const data::NamedValue& value : now)
            widest = std::max(widest, metrics.horizontalAdvance(m_content.labels.name(value.name)));
        const double label = std::min(widest, m_width * 0.4) + m_line * 0.4;
        const double numbers = m_valueWidth * (before ? 1.9 : 1.0);
        for (const std::size_t i : chosen(now, before)) {
            const data::NamedValue& value = now[i];
            const bool isPredicted = value.name == m_content.current->predictedClass;
            const QRectF line = nextLine();
            text(line, elided(m_content.labels.name(value.name), label - m_line * 0.3),
                 isPredicted ? m_theme.text : m_theme.mutedText, Qt::AlignLeft);
            const QRectF lane(label, line.top() + m_line * 0.2, std::max(20.0, m_width - label - numbers), m_line * 0.6);
            drawLane(lane, value.value, m_theme.accent, isPredicted || m_content.current->predictedClass.empty() ? 1.0 : 0.5);
            text(line.adjusted(0, 0, before ? -m_valueWidth * 0.95 : 0.0, 0), shareText(value.value), m_theme.text,
                 Qt::AlignRight, isPredicted);
            if (before)
                drawTick(line, lane, value, *before);
        }
        drawRest(now);
    }

    /// Where REF was on a bar, and the difference.
    void drawTick(const QRectF& line, const QRectF& lane, const data::NamedValue& now, const Values& before)
    {
        const double old = valueOf(before, now.name).value_or(now.value);
        const double x = lane.left() + lane.width() * std::clamp(old, 0.0, 1.0);
        m_painter.setPen(QPen(m_theme.edit, m_line * 0.12));
        m_painter.drawLine(QPointF(x, lane.top() - m_line * 0.08), QPointF(x, lane.bottom() + m_line * 0.08));
        text(line, signedText(now.value - old), old == now.value ? m_theme.mutedText : m_theme.edit, Qt::AlignRight);
    }

    void drawScalars(const Values& now, const Values* before)
    {
        Values plain;
        for (const data::NamedValue& value : now) {
            if (m_content.labels.aroundZero.contains(value.name))
                drawAroundZero(value, before ? valueOf(*before, value.name) : std::nullopt);
            else
                plain.push_back(value);
        }
        if (plain.empty())
            return;
        drawValues({}, plain, before);
    }

    struct ValueRow {
        QString name;
        std::array<QString, 3> numbers;  ///< change, ALT, REF: from the right; without REF the value alone
        bool isChanged = false;
    };

    ValueRow rowOf(const data::NamedValue& now, const Values* before) const
    {
        const QString name = m_content.labels.name(now.name);
        if (!before)
            return {name, {valueText(now.value)}};
        const double old = valueOf(*before, now.name).value_or(now.value);
        return {name, {changeText(now.value - old, now.value), valueText(now.value), valueText(old)}, now.value != old};
    }

    /// Rows of numbers under their heads; each column is as wide as what stands in it.
    void drawValues(const QString& heading, const Values& now, const Values* before)
    {
        std::vector<ValueRow> rows;
        for (const std::size_t i : chosen(now, before))
            rows.push_back(rowOf(now[i], before));
        const std::size_t columns = before ? 3 : 1;
        const ValueRow heads = before ? ValueRow{heading, {tr("Δ"), tr("ALT"), tr("REF")}} : ValueRow{heading, {}};
        QFont bold = m_font;
        bold.setBold(true);
        const QFontMetricsF metrics(bold);
        std::array<double, 4> right{};  // of each column, from the right edge; the last of the names
        for (std::size_t k = 0; k < columns; ++k) {
            double width = std::max(m_valueWidth, metrics.horizontalAdvance(heads.numbers[k]));
            for (const ValueRow& row : rows)
                width = std::max(width, metrics.horizontalAdvance(row.numbers[k] + QStringLiteral("M")));
            right[k + 1] = right[k] + width;
        }
        const double label = m_width - right[columns] - m_line * 0.2;
        if (before || !heading.isEmpty())
            drawRow(heads, right, columns, m_width, [this](std::size_t) { return m_theme.mutedText; }, false);
        for (const ValueRow& row : rows)
            drawRow(row, right, columns, label, [&](std::size_t k) {
                const bool isChange = columns == 3 && k == 0;
                return isChange && row.isChanged ? m_theme.edit : isChange || k == 2 ? m_theme.mutedText : m_theme.text;
            }, true);
        drawRest(now);
    }

    template <class Colour>
    void drawRow(const ValueRow& row, const std::array<double, 4>& right, std::size_t columns, double labelWidth,
                 const Colour& colour, bool boldValue)
    {
        const QRectF line = nextLine();
        text(line, elided(row.name, labelWidth), m_theme.mutedText, Qt::AlignLeft);
        for (std::size_t k = 0; k < columns; ++k)
            text(line.adjusted(0, 0, -right[k], 0), row.numbers[k], colour(k), Qt::AlignRight,
                 boldValue && k == (columns == 3 ? 1 : 0));
    }

    /// The value on a symmetric scale: REF as a ring, ALT as a dot, an arrow between them.
    void drawAroundZero(const data::NamedValue& value, std::optional<double> before)
    {
        const QString label = m_content.labels.name(value.name);
        m_y += m_line * 0.2;
        const QRectF line = nextLine();
        const QRectF lane = barLane(line);
        text(line, elided(label, lane.left() - m_line * 0.2), m_theme.mutedText, Qt::AlignLeft);
        text(line, signedText(value.value), m_theme.text, Qt::AlignRight, true);
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
            drawDifference(tr("Δ %1 (REF %2)").arg(label.toLower(), signedText(*before)), value.value - *before);
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

QString OutputLabels::name(const std::string& id) const
{
    const auto found = names.find(id);
    return found == names.end() ? QString::fromStdString(id) : found->second;
}

std::optional<double> valueOf(const Values& values, const std::string& name)
{
    const auto found = std::ranges::find(values, name, &data::NamedValue::name);
    return found == values.end() ? std::nullopt : std::optional(found->value);
}

GaugeValues gaugeValues(const data::Prediction& prediction)
{
    GaugeValues values;
    values.predictedClass = prediction.predictedClass;
    for (const data::NamedValue& probability : prediction.classProbabilities)
        values.probabilities.push_back({plainClass(probability.name), probability.value});
    values.scalars = prediction.scalars;
    for (const data::Track& profile : prediction.profiles)
        for (std::size_t row = 0; row < profile.rows.size(); ++row)
            values.profileMeans.push_back({profile.rows[row], profile.mean(row)});
    return values;
}

bool GaugeContent::isTwoClass() const
{
    // Labels that do not exclude each other come without a predicted class.
    return current && current->probabilities.size() == 2 && !current->predictedClass.empty()
           && valueOf(current->probabilities, gaugeClass);
}

int GaugeContent::lineCount() const
{
    if (!current)
        return 1;
    int lines = 1;
    if (isTwoClass())
        lines += reference ? 4 : 2;
    else
        lines += listLines(current->probabilities);
    const auto isAround = [this](const data::NamedValue& value) { return labels.aroundZero.contains(value.name); };
    if (labels.fractions) {
        lines += listLines(current->scalars);
    } else {
        lines += int(std::ranges::count_if(current->scalars, isAround)) * (reference ? 2 : 1);
        Values plain;
        std::ranges::remove_copy_if(current->scalars, std::back_inserter(plain), isAround);
        lines += listLines(plain) + (reference && !plain.empty() ? 1 : 0);
    }
    return lines + (current->profileMeans.empty() ? 0 : listLines(current->profileMeans) + 1);
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
    if (m_content.isTwoClass())
        spoken += tr(", probability of %1 %2")
                      .arg(m_content.labels.name(m_content.gaugeClass),
                           shareText(*valueOf(m_content.current->probabilities, m_content.gaugeClass)));
    else if (m_content.current && !m_content.current->predictedClass.empty())
        spoken += QStringLiteral(", ") + m_content.labels.name(m_content.current->predictedClass);
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
