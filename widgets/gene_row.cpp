#include "widgets/gene_row.h"

#include "widgets/number_text.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <map>

namespace nscope::widgets {

namespace {

constexpr double kLaneHeight = 20.0;
constexpr int kMostLanes = 12;
constexpr double kCodingShare = 0.62, kExonShare = 0.36;  ///< of a lane
constexpr double kLabelGap = 6.0;                         ///< between a transcript and the next one's label
constexpr double kLeastLabelled = 14.0;                   ///< units: narrower transcripts have no name

}  // namespace

void GeneRow::setTranscripts(std::vector<data::TranscriptModelPtr> transcripts)
{
    m_all = std::move(transcripts);
    choose();
}

void GeneRow::setLanes(GeneLanes lanes)
{
    m_mode = lanes;
    choose();
}

void GeneRow::choose()
{
    m_chosen = m_all;
    if (m_mode == GeneLanes::Collapsed) {
        std::map<std::string, data::TranscriptModelPtr> longest;
        for (const auto& transcript : m_all) {
            const std::string& gene = !transcript->geneId.empty()     ? transcript->geneId
                                      : !transcript->geneName.empty() ? transcript->geneName
                                                                      : transcript->id;
            auto& best = longest[gene];
            if (!best || best->splicedLength() < transcript->splicedLength())
                best = transcript;
        }
        m_chosen.clear();
        for (auto& [gene, transcript] : longest)
            m_chosen.push_back(std::move(transcript));
    }
    std::ranges::sort(m_chosen, {}, [](const auto& t) { return std::pair(t->span().startNt, -t->span().endNt); });
}

QString GeneRow::labelOf(const data::TranscriptModel& transcript) const
{
    const bool isGene = m_mode == GeneLanes::Collapsed && !transcript.geneName.empty();
    return QString::fromStdString(isGene || transcript.id.empty() ? transcript.geneName : transcript.id);
}

double GeneRow::heightPixels(const GenomeScene&) const { return std::max(1, m_laneCount) * kLaneHeight + 4.0; }

void GeneRow::prepare(const GenomeScene& scene) { placeIn(scene); }

/// First lane with room, from the left of the screen; a name stands left of its transcript.
void GeneRow::placeIn(const GenomeScene& scene)
{
    m_placed.clear();
    m_hidden = 0;
    const QFontMetricsF metrics(scene.smallFont);
    struct Wanted {
        data::TranscriptModelPtr transcript;
        double left, right;
        QString label;
    };
    std::vector<Wanted> wanted;
    for (const auto& transcript : m_chosen) {
        if (!scene.shows(transcript->span()))
            continue;
        const QRectF box = scene.box(transcript->span(), 0, 1, 1.0);
        const bool isNamed = box.width() >= kLeastLabelled * scene.heightScale;
        const QString label = isNamed ? labelOf(*transcript) : QString();
        const double room = label.isEmpty() ? 0.0 : metrics.horizontalAdvance(label) + kLabelGap * scene.heightScale;
        // One that begins left of the screen has its name on it.
        const double left = std::max(0.0, box.left()) - room;
        wanted.push_back(
            {transcript, left, std::max(box.right(), left < 0.0 ? room : 0.0) + kLabelGap * scene.heightScale, label});
    }
    if (scene.isReversed)
        std::ranges::sort(wanted, {}, &Wanted::left);
    std::vector<double> freeFrom;
    for (Wanted& w : wanted) {
        auto lane = std::ranges::find_if(freeFrom, [&](double from) { return w.left >= from; });
        if (lane == freeFrom.end()) {
            if (int(freeFrom.size()) == kMostLanes) {
                ++m_hidden;
                continue;
            }
            freeFrom.push_back(-1e18);
            lane = freeFrom.end() - 1;
        }
        *lane = w.right;
        m_placed.push_back({std::move(w.transcript), int(lane - freeFrom.begin()), std::move(w.label)});
    }
    m_laneCount = int(freeFrom.size());
}

void GeneRow::paintArrows(QPainter& painter, const GenomeScene& scene, const data::TranscriptModel& transcript,
                          double middle, double size) const
{
    if (transcript.strand == data::Strand::None)
        return;
    const QRectF box = scene.box(transcript.span(), 0, 1);
    const bool isRight = (transcript.strand == data::Strand::Forward) != scene.isReversed;
    const double step = 26.0 * scene.heightScale, reach = isRight ? -size : size;
    QPainterPath path;
    const double start = scene.xOf(double(scene.isReversed ? transcript.span().endNt : transcript.span().startNt));
    const double first =
        start + std::max(0.0, std::ceil(-start / step)) * step;  // places of the transcript: they move with it
    for (double x = first + step / 2; x < std::min(box.right(), scene.widthUnits); x += step) {
        path.moveTo(x + reach, middle - size);
        path.lineTo(x, middle);
        path.lineTo(x + reach, middle + size);
    }
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void GeneRow::paintTranscript(QPainter& painter, const GenomeScene& scene, const Placed& placed, double top,
                              double height) const
{
    const data::TranscriptModel& transcript = *placed.transcript;
    const Theme& theme = *scene.theme;
    const QColor colour = transcript.cds ? theme.cds : theme.utr3;
    const double middle = top + height / 2;
    const QRectF span = scene.box(transcript.span(), top, height, scene.heightScale);
    painter.setPen(QPen(colour, scene.heightScale));
    painter.drawLine(QPointF(span.left(), middle), QPointF(span.right(), middle));
    paintArrows(painter, scene, transcript, middle, height * 0.13);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const auto part = [&](data::Interval range, double share) {
        if (!range.isEmpty() && scene.shows(range))
            painter.drawRect(scene.box(range, middle - height * share / 2, height * share, scene.heightScale));
    };
    for (const data::Interval& exon : transcript.exons) {
        if (!scene.shows(exon))
            continue;
        part(exon, kExonShare);
        if (transcript.cds)
            part(exon.intersected(*transcript.cds), kCodingShare);
    }
    if (placed.label.isEmpty())
        return;
    const QFontMetricsF metrics(scene.smallFont);
    const double width = metrics.horizontalAdvance(placed.label);
    const double right = std::max(span.left(), 0.0) - 3.0 * scene.heightScale;
    painter.setPen(theme.text);
    if (right - width >= -0.5) {
        painter.drawText(QRectF(right - width, top, width, height),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, placed.label);
        return;
    }
    // The transcript begins left of the screen: its name stands on it, on a patch of background.
    const QRectF patch(2.0 * scene.heightScale, top + height * 0.14, width + 4.0 * scene.heightScale, height * 0.72);
    QColor veil = theme.background;
    veil.setAlpha(215);
    painter.fillRect(patch, veil);
    painter.drawText(patch, Qt::AlignCenter | Qt::TextDontClip, placed.label);
}

void GeneRow::paint(QPainter& painter, const GenomeScene& scene, double height) const
{
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
    painter.setFont(scene.smallFont);
    if (m_placed.empty()) {
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, 0, scene.widthUnits, height), Qt::AlignCenter,
                         m_sentence.isEmpty() ? tr("no transcript here") : m_sentence);
        return;
    }
    const double lane = height / std::max(1, m_laneCount);
    for (const Placed& placed : m_placed)
        paintTranscript(painter, scene, placed, placed.lane * lane, lane);
}

void GeneRow::paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const
{
    painter.setFont(scene.smallFont);
    painter.setPen(scene.theme->mutedText);
    const QFontMetricsF metrics(scene.smallFont);
    QString text = m_placed.empty() ? QString() : tr("%n transcript(s)", nullptr, int(m_placed.size()) + m_hidden);
    if (m_hidden > 0)
        text = tr("%1, %2 not shown").arg(text, countText(m_hidden));
    painter.drawText(QRectF(0, 0, size.width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(text, Qt::ElideRight, size.width()));
}

data::TranscriptModelPtr GeneRow::transcriptAt(const GenomeScene& scene, double x, double y, double height) const
{
    const int lane = int(y / (height / std::max(1, m_laneCount)));
    const double slack = 2.0 * scene.ntPerUnit, at = scene.positionAt(x);
    for (const Placed& placed : m_placed) {
        const data::Interval span = placed.transcript->span();
        if (placed.lane == lane && at >= double(span.startNt) - slack && at <= double(span.endNt) + slack)
            return placed.transcript;
    }
    return nullptr;
}

QString GeneRow::toolTip(const GenomeScene& scene, double x, double y, double height) const
{
    const auto transcript = transcriptAt(scene, x, y, height);
    if (!transcript)
        return {};
    QStringList lines;
    const QString id = QString::fromStdString(transcript->id), gene = QString::fromStdString(transcript->geneName);
    lines << (gene.isEmpty() || gene == id ? id : QStringLiteral("%1, %2").arg(gene, id));
    if (!transcript->biotype.empty())
        lines << QString::fromStdString(transcript->biotype).replace('_', ' ');
    lines << tr("%1:%2, strand %3")
                 .arg(QString::fromStdString(transcript->chromosome), intervalText(transcript->span()),
                      QString(QChar::fromLatin1(char(transcript->strand))).replace('-', QChar(0x2212)));
    lines << tr("%n exon(s), %1 nt spliced", nullptr, int(transcript->exons.size()))
                 .arg(countText(transcript->splicedLength()));
    const auto at = std::int64_t(scene.positionAt(x));
    for (std::size_t i = 0; i < transcript->exons.size(); ++i) {
        if (!transcript->exons[i].contains(at))
            continue;
        const bool isReverse = transcript->strand == data::Strand::Reverse;
        const std::size_t number = isReverse ? transcript->exons.size() - i : i + 1;
        lines << tr("exon %1, %2")
                     .arg(QString::number(number),
                          transcript->cds && transcript->cds->contains(at) ? tr("coding") : tr("not coding"));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace nscope::widgets
