#include "widgets/sequence_row.h"

#include "core/data/alphabet.h"

#include <QPainter>

#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kHeight = 20.0;
constexpr double kLeastLetterUnits = 7.0;

}  // namespace

void SequenceRow::setLetters(std::int64_t startNt, std::string letters)
{
    m_startNt = startNt;
    m_letters = std::move(letters);
}

char SequenceRow::letterAt(const GenomeScene& scene, std::int64_t positionNt) const
{
    const std::int64_t at = positionNt - m_startNt;
    if (at < 0 || at >= std::int64_t(m_letters.size()))
        return 0;
    const char letter = m_letters[std::size_t(at)];
    return scene.isReversed ? data::complement(letter) : letter;
}

double SequenceRow::heightPixels(const GenomeScene& scene) const
{
    return scene.ntPerUnit * kLeastUnits <= scene.heightScale ? kHeight : 0.0;
}

void SequenceRow::paint(QPainter& painter, const GenomeScene& scene, double height) const
{
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
    const double units = 1.0 / scene.ntPerUnit;
    const bool hasLetters = units >= kLeastLetterUnits * scene.heightScale;
    QFont font = scene.font;
    font.setBold(true);
    painter.setFont(font);
    const data::Interval visible = scene.visible();
    const data::Interval known{m_startNt, m_startNt + std::int64_t(m_letters.size())};
    if (known.intersected(visible).isEmpty() && !m_sentence.isEmpty()) {
        painter.setFont(scene.font);
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, 0, scene.widthUnits, height), Qt::AlignCenter, m_sentence);
    }
    for (std::int64_t position = visible.startNt; position < visible.endNt; ++position) {
        const char letter = letterAt(scene, position);
        if (letter == 0)
            continue;
        const QRectF box = scene.box({position, position + 1}, 0, height);
        if (hasLetters) {
            painter.setPen(scene.theme->letterColour(letter));
            painter.drawText(box, Qt::AlignCenter | Qt::TextDontClip, QString(QChar::fromLatin1(letter)));
        } else {
            painter.fillRect(box.adjusted(0, height * 0.2, 0, -height * 0.2), scene.theme->baseColour(letter));
        }
    }
}

QString SequenceRow::toolTip(const GenomeScene& scene, double x, double, double) const
{
    const char letter = letterAt(scene, std::int64_t(std::floor(scene.positionAt(x))));
    return letter == 0 ? QString() : QString(QChar::fromLatin1(letter));
}

}  // namespace nscope::widgets
