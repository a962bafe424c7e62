// Purpose: draws the letters track.
#include "widgets/letters_track.h"

#include "core/data/genetic_code.h"
#include "widgets/figure_source.h"
#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kBaseLine = 20.0;
constexpr double kProteinLine = 16.0;
constexpr double kMargin = 3.0;
constexpr std::string_view kLetterOrder = "ACGTN";

/// The amino acid whose codon starts at `codonNt`, and the one of the other sequence in the same columns.
struct Codon {
    std::int64_t startNt;
    data::Interval columns;
    char aminoAcid;
    bool isChanged;
    bool isBehindStop;  ///< an earlier stop codon in frame ends the protein
};

char aminoAcidAt(const data::Transcript& transcript, std::int64_t startNt)
{
    return data::translateCodon(std::string_view(transcript.sequence.letters).substr(std::size_t(startNt), 3));
}

/// Start of the first stop codon in the frame of the CDS, or its end.
std::int64_t firstStop(const data::Transcript& transcript)
{
    const data::Interval cds = *transcript.cds;
    for (std::int64_t start = cds.startNt; start + 3 <= cds.endNt; start += 3) {
        if (aminoAcidAt(transcript, start) == '*')
            return start;
    }
    return cds.endNt;
}

/// Same amino acid in the same columns and the same frame?
bool isSameInReference(const TrackScene& scene, std::int64_t codonStartNt, char aminoAcid)
{
    const auto& reference = scene.sequences->reference;
    const std::int64_t refStart = scene.columns().refAt(scene.columns().columnOfAlt(codonStartNt));
    if (!reference || !reference->cds || refStart < 0 || refStart + 3 > reference->cds->endNt)
        return false;
    return (refStart - reference->cds->startNt) % 3 == 0 && aminoAcidAt(*reference, refStart) == aminoAcid;
}

std::vector<Codon> visibleCodons(const TrackScene& scene, SequenceRole role)
{
    std::vector<Codon> codons;
    const auto& transcript = transcriptOf(scene, role);
    if (!transcript || !transcript->cds)
        return codons;
    const data::Interval cds = *transcript->cds;
    const data::Interval visible = scene.visibleColumns();
    const bool isCurrent = role == SequenceRole::Current;
    const std::int64_t stop = firstStop(*transcript);
    std::int64_t first = -1;
    for (std::int64_t column = visible.startNt; column < visible.endNt && first < 0; ++column)
        first = positionAt(scene, role, column);
    if (first < 0)
        return codons;
    const std::int64_t firstCodon = std::max<std::int64_t>(0, (first - cds.startNt) / 3);
    for (std::int64_t start = cds.startNt + 3 * firstCodon; start + 3 <= cds.endNt; start += 3) {
        const data::Interval span{start, start + 3};
        const data::Interval columns = isCurrent ? scene.columns().columnsOfAlt(span) : scene.columns().columnsOfRef(span);
        if (columns.startNt >= visible.endNt)
            break;
        const char aminoAcid = aminoAcidAt(*transcript, start);
        const bool isChanged = isCurrent && scene.sequences->isEdited() && !isSameInReference(scene, start, aminoAcid);
        codons.push_back({start, columns, aminoAcid, isChanged, start > stop});
    }
    return codons;
}

}  // namespace

QString LettersTrack::title(const TrackScene&) const
{
    return tr("Sequence");
}

std::vector<LettersTrack::Line> LettersTrack::lines(const TrackScene& scene) const
{
    std::vector<Line> all;
    double y = kMargin;
    const auto add = [&](SequenceRole role) {
        all.push_back({role, false, y, kBaseLine});
        y += kBaseLine;
        if (const auto& transcript = transcriptOf(scene, role); transcript && transcript->cds) {
            all.push_back({role, true, y, kProteinLine});
            y += kProteinLine;
        }
    };
    if (scene.sequences->isEdited())
        add(SequenceRole::Reference);
    add(SequenceRole::Current);
    return all;
}

double LettersTrack::heightPixels(const TrackScene& scene) const
{
    const Line last = lines(scene).back();
    return last.y + last.height + kMargin;
}

void LettersTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    const double unit = height / heightPixels(scene);
    if (scene.sequences->isEdited())
        paintDifferences(painter, scene, height);
    for (const Line& line : lines(scene)) {
        const QRectF area(0, line.y * unit, scene.widthUnits, line.height * unit);
        if (!line.isProtein && scene.sequences->isEdited()) {
            painter.setFont(scene.smallFont);
            painter.setPen(line.role == SequenceRole::Current ? scene.theme->edit : scene.theme->mutedText);
            painter.drawText(QRectF(-area.height() * 3, area.top(), area.height() * 2.7, area.height()),
                             Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                             line.role == SequenceRole::Current ? tr("ALT") : tr("REF"));
        }
        const DataClip clip(painter, scene, height);
        if (line.isProtein)
            paintProtein(painter, scene, line.role, area);
        else if (scene.showsLetters())
            paintBases(painter, scene, line.role, area);
        else if (scene.showsSingleBases() || (scene.isFigure && scene.drawsShapes(scene.visibleColumns().length())))
            paintBlocks(painter, scene, line.role, area);
        else
            paintComposition(painter, scene, line.role, area);
    }
}

void LettersTrack::paintDifferences(QPainter& painter, const TrackScene& scene, double height) const
{
    QColor tint = scene.theme->edit;
    tint.setAlpha(42);
    for (const data::Interval& columns : scene.sequences->differences) {
        const data::Interval shown = columns.intersected(scene.visibleColumns());
        if (!shown.isEmpty())
            painter.fillRect(QRectF(scene.xOf(double(shown.startNt)), 0, double(shown.length()) * scene.unitsPerColumn, height), tint);
    }
}

void LettersTrack::paintBases(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const
{
    const std::string& letters = transcriptOf(scene, role)->sequence.letters;
    const data::Interval visible = scene.visibleColumns();
    QFont font = scene.font;
    const double maxSize = scene.isFigure ? double(kFigureTitlePoints) : area.height() * 0.72;
    font.setPixelSize(std::max(5, int(std::min(maxSize, scene.unitsPerColumn * 1.25))));
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const double baseline = area.center().y() + metrics.capHeight() / 2;
    painter.setRenderHint(QPainter::TextAntialiasing, true);

    const bool anyOther = letters.find_first_not_of("ACGT") != std::string::npos;
    for (const char group : kLetterOrder) {  // one colour at a time: fewer state changes, smaller figures
        if (group == 'N' && !anyOther)
            continue;
        QColor tint = group == 'N' ? scene.theme->otherBase : scene.theme->baseColour(group);
        tint.setAlpha(scene.theme->isDark() ? 44 : 30);
        painter.setPen(group == 'N' ? scene.theme->mutedText : scene.theme->letterColour(group));
        for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
            const std::int64_t position = positionAt(scene, role, column);
            if (position < 0)
                continue;
            const char letter = letters[std::size_t(position)];
            if ((group == 'N') ? data::baseIndex(letter) >= 0 : letter != group)
                continue;
            const QRectF cell(scene.xOf(double(column)), area.top(), scene.unitsPerColumn, area.height());
            if (!scene.isFigure)
                painter.fillRect(cell.adjusted(0.5, 1, -0.5, -1), tint);
            const QString text(QLatin1Char(data::displayLetter(letter, scene.sequences->alphabet())));
            painter.drawText(QPointF(cell.center().x() - metrics.horizontalAdvance(text) / 2, baseline), text);
        }
    }
    painter.setPen(QPen(scene.theme->mutedText, scene.heightScale));
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        if (positionAt(scene, role, column) >= 0)
            continue;
        const double x = scene.xOf(double(column));
        painter.drawLine(QPointF(x + scene.unitsPerColumn * 0.2, area.center().y()),
                         QPointF(x + scene.unitsPerColumn * 0.8, area.center().y()));
    }
}

void LettersTrack::paintBlocks(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const
{
    const std::string& letters = transcriptOf(scene, role)->sequence.letters;
    const data::Interval visible = scene.visibleColumns();
    ColourBatches batches;
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        const std::int64_t position = positionAt(scene, role, column);
        const QRectF cell(scene.xOf(double(column)), area.top() + area.height() * 0.1, scene.unitsPerColumn, area.height() * 0.8);
        if (position < 0)
            batches.add(scene.theme->grid.rgb(), QRectF(cell.left(), cell.center().y(), cell.width(), scene.heightScale));
        else
            batches.add(scene.theme->baseColour(letters[std::size_t(position)]).rgb(), cell);
    }
    batches.draw(painter);
}

void LettersTrack::paintComposition(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const
{
    constexpr int kRows = 16;
    const std::string& letters = transcriptOf(scene, role)->sequence.letters;
    data::Interval counted{-1, -1};
    std::array<double, 5> upTo{};  // cumulative shares of A, C, G, T, other
    const auto count = [&](data::Interval columns) {
        counted = columns;
        std::array<int, 5> counts{};
        int total = 0;
        for (std::int64_t column = columns.startNt; column < columns.endNt; ++column) {
            const std::int64_t position = positionAt(scene, role, column);
            if (position < 0)
                continue;
            const int base = data::baseIndex(letters[std::size_t(position)]);
            ++counts[base < 0 ? 4u : std::size_t(base)];
            ++total;
        }
        double sum = 0;
        for (std::size_t i = 0; i < counts.size(); ++i)
            upTo[i] = total == 0 ? 0.0 : (sum += counts[i]) / total;
    };
    const QRectF bar = area.adjusted(0, area.height() * 0.1, 0, -area.height() * 0.1);
    drawRasterRows(painter, scene, kRows, bar, [&](int row, data::Interval columns) -> QRgb {
        if (columns != counted)
            count(columns);
        const double share = (row + 0.5) / kRows;
        for (std::size_t i = 0; i < upTo.size(); ++i) {
            if (share < upTo[i])
                return i < 4 ? scene.theme->bases[i].rgb() : scene.theme->otherBase.rgb();
        }
        return qRgba(0, 0, 0, 0);
    });
}

void LettersTrack::paintProtein(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const
{
    const Theme& theme = *scene.theme;
    const data::Interval visible = scene.visibleColumns();
    const double minCodonUnits = scene.isFigure ? 5.0 : 9.0;
    if (3.0 * scene.unitsPerColumn < minCodonUnits) {
        const auto& transcript = transcriptOf(scene, role);
        const data::Interval cds = role == SequenceRole::Current ? scene.columns().columnsOfAlt(*transcript->cds)
                                                                 : scene.columns().columnsOfRef(*transcript->cds);
        const data::Interval shown = cds.intersected(visible);
        QColor bar = theme.cds;
        bar.setAlpha(110);
        if (!shown.isEmpty())
            painter.fillRect(QRectF(scene.xOf(double(shown.startNt)), area.top() + area.height() * 0.35,
                                    double(shown.length()) * scene.unitsPerColumn, area.height() * 0.3), bar);
        return;
    }
    painter.setFont(scene.smallFont);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const Codon& codon : visibleCodons(scene, role)) {
        const data::Interval shown = codon.columns.intersected(visible);
        if (shown.isEmpty())
            continue;
        const QRectF cell = QRectF(scene.xOf(double(shown.startNt)), area.top(), double(shown.length()) * scene.unitsPerColumn,
                                   area.height()).adjusted(0.5, 1, -0.5, -1);
        QColor fill = codon.aminoAcid == '*' ? theme.stopCodon : codon.aminoAcid == 'M' ? theme.startCodon : theme.cds;
        if (codon.aminoAcid != '*' && codon.aminoAcid != 'M')
            fill.setAlpha(codon.startNt / 3 % 2 == 0 ? 70 : 40);
        if (codon.isChanged && codon.aminoAcid != '*')
            fill = theme.edit;
        if (codon.isBehindStop)
            fill = Qt::transparent;
        painter.fillRect(cell, fill);
        painter.setPen(codon.isBehindStop ? theme.mutedText : fill.alpha() < 255 ? theme.text : Theme::textOn(fill));
        drawFitting(painter, cell, QString(QLatin1Char(codon.aminoAcid)));
    }
}

void LettersTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const double cell = metrics.height();
    double x = 0;
    for (const char base : data::kBases) {
        const QRectF key(x, kMargin * scene.heightScale + cell * 0.2, cell, cell);
        const QColor fill = scene.theme->baseColour(base);
        painter.fillRect(key, fill);
        painter.setPen(Theme::textOn(fill));
        painter.drawText(key, Qt::AlignCenter | Qt::TextDontClip, QString(QLatin1Char(data::displayLetter(base, scene.sequences->alphabet()))));
        x += cell * 1.2;
        if (x + cell > size.width())
            break;
    }
}

QString LettersTrack::toolTip(const TrackScene& scene, double column, double y, double height) const
{
    const double unit = height / heightPixels(scene);
    const auto at = std::int64_t(column);
    for (const Line& line : lines(scene)) {
        if (y < line.y * unit || y >= (line.y + line.height) * unit)
            continue;
        const QString name = !scene.sequences->isEdited() ? QString()
                             : line.role == SequenceRole::Current ? tr("ALT ") : tr("REF ");
        if (line.isProtein) {
            for (const Codon& codon : visibleCodons(scene, line.role)) {
                if (codon.columns.contains(at)) {
                    const auto& transcript = transcriptOf(scene, line.role);
                    const QString letters = QString::fromStdString(data::displayLetters(
                        std::string_view(transcript->sequence.letters).substr(std::size_t(codon.startNt), 3), scene.sequences->alphabet()));
                    return tr("%1codon %2: %3, amino acid %4")
                        .arg(name, countText((codon.startNt - transcript->cds->startNt) / 3 + 1), letters,
                             (codon.aminoAcid == '*' ? tr("stop") : QString(QLatin1Char(codon.aminoAcid)))
                                 + (codon.isBehindStop ? tr(" (behind a stop codon, not translated)") : QString()));
                }
            }
            return {};
        }
        const std::int64_t position = positionAt(scene, line.role, at);
        if (position < 0)
            return tr("%1gap").arg(name);
        const char letter = transcriptOf(scene, line.role)->sequence.letters[std::size_t(position)];
        return tr("%1base %2").arg(name, QString(QLatin1Char(data::displayLetter(letter, scene.sequences->alphabet()))));
    }
    return {};
}

}  // namespace nscope::widgets
