// Purpose: draws predicted profiles.
#include "widgets/profile_track.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::widgets {

namespace {

constexpr double kMargin = 4.0;
constexpr double kRowPixels = 46.0;
constexpr double kGap = 5.0;  ///< between rows
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

constexpr std::size_t indexOf(SequenceRole role) { return role == SequenceRole::Reference ? 0 : 1; }

double yOf(double value, const QRectF& area, const ValueRange& axis)
{
    const double share = axis.span() > 0 ? (std::clamp(value, axis.low, axis.high) - axis.low) / axis.span() : 0.0;
    return area.bottom() - share * area.height();
}

/// A name in one line, or broken at a blank into two; what is too long is cut in the middle.
QStringList nameLines(const QString& name, const QFontMetricsF& metrics, double width, int most)
{
    qsizetype split = -1;
    if (most > 1 && metrics.horizontalAdvance(name) > width)
        for (qsizetype blank = name.indexOf(QLatin1Char(' ')); blank > 0; blank = name.indexOf(QLatin1Char(' '), blank + 1))
            if (metrics.horizontalAdvance(name.left(blank)) <= width)
                split = blank;
    const auto fitted = [&](const QString& text) { return metrics.elidedText(text, Qt::ElideMiddle, width); };
    return split < 0 ? QStringList{fitted(name)} : QStringList{name.left(split), fitted(name.mid(split + 1))};
}

}  // namespace

ProfileTrack::Source ProfileTrack::find(const ProfilesPtr& profiles, const std::string& task)
{
    for (std::size_t i = 0; profiles && i < profiles->size(); ++i) {
        const data::Track& track = (*profiles)[i];
        const auto name = std::ranges::find(track.rows, task);
        if (name != track.rows.end() && track.binCount() > 0)
            return {&track, std::size_t(name - track.rows.begin())};
    }
    return {};
}

void ProfileTrack::setData(ProfilesPtr reference, ProfilesPtr current, const std::vector<std::string>& tasks,
                           const TrackSequences& sequences)
{
    m_profiles = {std::move(reference), std::move(current)};
    m_rows.clear();
    m_differences.clear();
    if (sequences.isEmpty())
        return;
    for (const std::string& task : tasks) {
        Row row{.task = task, .sources = {find(m_profiles[0], task), find(m_profiles[1], task)}, .wholeRange = {}, .axis = {}};
        if (!row.sources[0].track && !row.sources[1].track)
            continue;
        for (const Source& source : row.sources)
            for (std::int64_t bin = 0; source.track && bin < source.track->binCount(); ++bin)
                if (const double value = source.track->at(source.row, bin); std::isfinite(value))
                    row.wholeRange.include(value);
        row.axis = row.wholeRange;
        const bool hasBoth = row.sources[0].track && row.sources[1].track;
        m_rows.push_back(std::move(row));
        if (hasBoth && sequences.isEdited())
            addDifference(sequences);
    }
}

/// ALT − REF of the last row, on ALT's bins: the mean over the bases of a bin that both have.
void ProfileTrack::addDifference(const TrackSequences& sequences)
{
    const Source reference = m_rows.back().sources[0], current = m_rows.back().sources[1];
    auto& track = *m_differences.emplace_back(std::make_unique<data::Track>());
    track.startNt = current.track->startNt;
    track.binNt = current.track->binNt;
    track.rows = {"\u0394 " + m_rows.back().task};
    Row row{.task = track.rows.front(), .sources = {}, .wholeRange = {}, .axis = {}};
    for (std::int64_t bin = 0; bin < current.track->binCount(); ++bin) {
        double sum = 0.0;
        std::int64_t count = 0;
        for (std::int64_t i = 0; i < track.binNt; ++i) {
            const std::int64_t alt = track.startNt + bin * track.binNt + i;
            const std::int64_t ref = sequences.columns.refAt(sequences.columns.columnOfAlt(alt));
            const std::int64_t refBin = ref < 0 ? -1 : reference.track->binOf(ref);
            if (refBin < 0)
                continue;
            sum += double(current.track->at(current.row, bin)) - double(reference.track->at(reference.row, refBin));
            ++count;
        }
        track.values_RB.push_back(count > 0 ? float(sum / double(count)) : std::numeric_limits<float>::quiet_NaN());
        if (std::isfinite(track.values_RB.back()))
            row.wholeRange.include(track.values_RB.back());
    }
    row.sources[1] = {&track, 0};
    row.axis = row.wholeRange;
    m_rows.push_back(std::move(row));
}

std::optional<double> ProfileTrack::value(std::size_t row, SequenceRole role, std::int64_t positionNt) const
{
    const Source& source = m_rows[row].sources[indexOf(role)];
    const std::int64_t bin = source.track && positionNt >= 0 ? source.track->binOf(positionNt) : -1;
    if (bin < 0)
        return std::nullopt;
    const double value = source.track->at(source.row, bin);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void ProfileTrack::prepareScales(const TrackScene& scene, bool wholeSequence)
{
    for (Row& row : m_rows) {
        row.axis = row.wholeRange;
        if (wholeSequence)
            continue;
        row.axis = {};
        for (const SequenceRole role : {SequenceRole::Reference, SequenceRole::Current})
            for (const Span& span : spans(scene, row, role))
                row.axis.include(span.value);
    }
}

/// The visible part as steps: a column each while they are wide, else a pixel each with its largest value.
std::vector<ProfileTrack::Span> ProfileTrack::spans(const TrackScene& scene, const Row& row, SequenceRole role) const
{
    std::vector<Span> result;
    const Source& source = row.sources[indexOf(role)];
    if (!source.track)
        return result;
    const auto valueAt = [&](std::int64_t column) {
        const std::int64_t position = positionAt(scene, role, column);
        const std::int64_t bin = position < 0 ? -1 : source.track->binOf(position);
        return bin < 0 ? kNothing : double(source.track->at(source.row, bin));
    };
    const auto add = [&](double left, double right, double value) {
        if (!std::isfinite(value))
            return;
        if (!result.empty() && result.back().right == left && result.back().value == value)
            result.back().right = right;  // the columns of a bin are one step
        else
            result.push_back({left, right, value});
    };
    if (scene.showsSingleBases()) {
        const data::Interval visible = scene.visibleColumns();
        for (std::int64_t column = visible.startNt; column < visible.endNt; ++column)
            add(scene.xOf(double(column)), scene.xOf(double(column + 1)), valueAt(column));
        return result;
    }
    TrackScene grid = scene;  // figures: two values per point are enough
    grid.devicePixelRatio = scene.isFigure ? 2.0 : scene.devicePixelRatio;
    for (int pixel = 0; pixel < pixelCount(grid); ++pixel) {
        const data::Interval columns = columnsOfPixel(grid, pixel).intersected({0, scene.columns().count()});
        double largest = kNothing;
        for (std::int64_t column = columns.startNt; column < columns.endNt; ++column)
            if (const double value = valueAt(column); std::isfinite(value) && !(std::abs(value) <= std::abs(largest)))
                largest = value;
        add(pixel / grid.devicePixelRatio, (pixel + 1) / grid.devicePixelRatio, largest);
    }
    return result;
}

QString ProfileTrack::title(const TrackScene&) const { return tr("Profile"); }

double ProfileTrack::heightPixels(const TrackScene&) const
{
    if (!hasData())
        return 56.0;
    return kRowPixels * double(m_rows.size()) + 2 * kMargin;
}

QString ProfileTrack::emptyText(const TrackScene&) const { return hasData() ? QString() : m_emptyText; }

QRectF ProfileTrack::plotArea(const TrackScene& scene, std::size_t row, double height) const
{
    const double margin = kMargin * scene.heightScale;
    const double gap = kGap * scene.heightScale;
    const double pitch = (height - 2 * margin) / double(m_rows.size());
    return {0, margin + double(row) * pitch + gap / 2, scene.widthUnits, pitch - gap};
}

std::size_t ProfileTrack::rowAt(const TrackScene& scene, double y, double height) const
{
    const double margin = kMargin * scene.heightScale;
    const double row = (y - margin) / std::max(1.0, height - 2 * margin) * double(m_rows.size());
    return std::size_t(std::clamp(row, 0.0, double(m_rows.size() - 1)));
}

void ProfileTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const QRectF area = plotArea(scene, row, height);
        paintAxis(painter, scene, area, m_rows[row]);
        const DataClip clip(painter, scene, height);
        paintCurve(painter, scene, area, m_rows[row], SequenceRole::Reference);
        paintCurve(painter, scene, area, m_rows[row], SequenceRole::Current);
    }
}

void ProfileTrack::paintAxis(QPainter& painter, const TrackScene& scene, const QRectF& area, const Row& row) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(scene.smallFont);
    const double line = QFontMetricsF(scene.smallFont).height();
    const double zero = yOf(0.0, area, row.axis);
    double lastY = -1e9;
    for (const double value : {row.axis.high, 0.0, row.axis.low}) {
        const double y = yOf(value, area, row.axis);
        painter.setPen(QPen(y == zero ? scene.theme->outline : scene.theme->grid, scene.heightScale));
        painter.drawLine(QPointF(0, y), QPointF(scene.widthUnits, y));
        if (y - lastY < line * 0.9)
            continue;
        lastY = y;
        painter.setPen(scene.theme->mutedText);
        const double top = std::clamp(y - line / 2, area.top(), area.bottom() - line);  // rows stand close together
        painter.drawText(QRectF(-6.0 * line, top, 5.7 * line, line),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, valueText(value));
    }
}

/// A filled step curve with a line on top; gaps stay empty.
void ProfileTrack::paintCurve(QPainter& painter, const TrackScene& scene, const QRectF& area, const Row& row,
                              SequenceRole role) const
{
    const std::vector<Span> steps = spans(scene, row, role);
    const double zero = yOf(0.0, area, row.axis);
    QPainterPath fill;
    QPainterPath line;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double y = yOf(steps[i].value, area, row.axis);
        const bool begins = i == 0 || steps[i - 1].right != steps[i].left;
        if (begins) {
            fill.moveTo(steps[i].left, zero);
            line.moveTo(steps[i].left, y);
        } else {
            line.lineTo(steps[i].left, y);
        }
        fill.lineTo(steps[i].left, y);
        fill.lineTo(steps[i].right, y);
        line.lineTo(steps[i].right, y);
        if (i + 1 == steps.size() || steps[i + 1].left != steps[i].right) {
            fill.lineTo(steps[i].right, zero);
            fill.closeSubpath();
        }
    }
    const bool isReference = role == SequenceRole::Reference;
    const QColor colour = isReference ? scene.theme->mutedText : scene.theme->accent;
    QColor body = colour;
    body.setAlphaF(isReference ? 0.35F : 0.4F);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(body);
    painter.drawPath(fill);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, (isReference ? 0.9 : 1.3) * scene.heightScale));
    painter.drawPath(line);
}

void ProfileTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const double line = metrics.height();
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const QRectF area = plotArea(scene, row, size.height());
        double y = area.top();
        painter.setPen(scene.theme->text);
        for (const QString& text : nameLines(taskOf(row), metrics, size.width(), area.height() > 3.2 * line ? 2 : 1)) {
            painter.drawText(QRectF(0, y, size.width(), line), Qt::AlignLeft | Qt::AlignVCenter, text);
            y += line;
        }
        if (!m_profiles[0] || y + line > area.bottom() + 0.3 * line)
            continue;
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, y, size.width() / 2, line), Qt::AlignLeft | Qt::AlignVCenter, tr("REF"));
        painter.setPen(scene.theme->accent);
        painter.drawText(QRectF(metrics.horizontalAdvance(QStringLiteral("REF  ")), y, size.width() / 2, line),
                         Qt::AlignLeft | Qt::AlignVCenter, tr("ALT"));
    }
}

QString ProfileTrack::toolTip(const TrackScene& scene, double column, double y, double height) const
{
    if (!hasData())
        return {};
    const std::size_t row = rowAt(scene, y, height);
    const auto at = [&](SequenceRole role) { return value(row, role, positionAt(scene, role, std::int64_t(column))); };
    const std::optional<double> current = at(SequenceRole::Current);
    const std::optional<double> reference = at(SequenceRole::Reference);
    const bool isDifference = std::ranges::any_of(m_differences, [&](const auto& track) { return track.get() == m_rows[row].sources[1].track; });
    if (isDifference)
        return current ? tr("%1: %2").arg(taskOf(row), signedText(*current)) : tr("%1: no base of both here").arg(taskOf(row));
    if (!current && !reference)
        return tr("%1: the profile does not reach here").arg(taskOf(row));
    if (!m_profiles[0])
        return tr("%1: %2").arg(taskOf(row), valueText(*current));
    QStringList parts;
    if (reference)
        parts << tr("REF %1").arg(valueText(*reference));
    if (current)
        parts << tr("ALT %1").arg(valueText(*current));
    if (reference && current)
        parts << tr("Δ %1").arg(signedText(*current - *reference));
    return tr("%1: %2").arg(taskOf(row), parts.join(QStringLiteral(", ")));
}

}  // namespace nscope::widgets
