#include "app/edit_controller.h"

#include "app/document_controller.h"
#include "core/data/genetic_code.h"
#include "core/data/orf.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace nscope::app {

namespace {

QString spanText(data::Interval range)
{
    return range.length() == 1 ? QString::number(range.startNt + 1)
                               : QStringLiteral("%1–%2").arg(range.startNt + 1).arg(range.endNt);
}

std::optional<data::Interval> readingFrame(const data::Transcript& transcript)
{
    if (transcript.cds)
        return transcript.cds;
    const auto orf = data::longestOrf(transcript.sequence.letters);
    return orf ? std::optional(orf->span) : std::nullopt;
}

/// The largest part of a range made of whole codons of the reading frame, inside it.
data::Interval wholeCodons(data::Interval range, data::Interval frame)
{
    const data::Interval inside = range.intersected(frame);
    const auto offset = [&](std::int64_t position) { return (position - frame.startNt) % 3; };
    const std::int64_t start = inside.startNt + (3 - offset(inside.startNt)) % 3;
    return {start, inside.endNt - offset(inside.endNt)};
}

}  // namespace

Result<std::string> lettersFromText(const QString& text)
{
    std::string letters;
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        if (line.startsWith(QLatin1Char('>')) || line.startsWith(QLatin1Char(';')))
            continue;
        for (const QChar character : line) {
            if (character.isSpace() || character.isDigit() || character == QLatin1Char('-'))
                continue;
            const char letter = character.toLatin1();
            if (!data::isIupac(letter))
                return fail(ErrorCode::InvalidArgument, "'" + QString(character).toStdString()
                                                            + "' is not a nucleotide letter: use A, C, G, U, T or an "
                                                              "IUPAC code.");
            letters += letter;
        }
    }
    return data::canonical(letters);
}

std::optional<data::Interval> codonAt(const data::Transcript& transcript, std::int64_t positionNt)
{
    const std::optional<data::Interval> frame = readingFrame(transcript);
    if (!frame || !frame->contains(positionNt))
        return std::nullopt;
    const std::int64_t start = positionNt - (positionNt - frame->startNt) % 3;
    if (start + 3 > frame->endNt)
        return std::nullopt;
    return data::Interval{start, start + 3};
}

Result<std::string> EditController::lettersIn(data::Interval range) const
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    if (!entry)
        return fail(ErrorCode::InvalidArgument, "There is no sequence to edit: select one first.");
    const std::string& letters = entry->current->sequence.letters;
    if (range.startNt < 0 || range.endNt < range.startNt || range.endNt > std::int64_t(letters.size()))
        return fail(ErrorCode::InvalidArgument, "The place to edit lies outside the sequence.");
    return letters.substr(std::size_t(range.startNt), std::size_t(range.length()));
}

Result<void> EditController::replace(data::Interval range, const std::string& canonicalLetters, const QString& label)
{
    const Result<std::string> removed = lettersIn(range);
    if (!removed)
        return fail(removed.error());
    if (*removed == canonicalLetters)
        return {};
    return m_documents.edit({range.startNt, *removed, canonicalLetters, label.toStdString()});
}

Result<void> EditController::reverseComplement(data::Interval range)
{
    const Result<std::string> letters = lettersIn(range);
    if (!letters)
        return fail(letters.error());
    if (letters->empty())
        return fail(ErrorCode::InvalidArgument, "Nothing is selected: select the bases to reverse-complement.");
    return replace(range, data::reverseComplement(*letters), tr("Reverse-complement %1").arg(spanText(range)));
}

Result<void> EditController::shuffle(data::Interval range, data::ShuffleKind kind, std::uint64_t seed)
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    QString kindName = kind == data::ShuffleKind::Mononucleotide ? tr("mononucleotide") : tr("dinucleotide");
    if (entry && kind == data::ShuffleKind::Codon) {
        const auto frame = readingFrame(*entry->current);
        if (!frame)
            return fail(ErrorCode::InvalidArgument, "A codon shuffle needs a reading frame, and this sequence has "
                                                    "neither a coding region nor an open reading frame.");
        const bool hasEnds = range.startNt <= frame->startNt || range.endNt >= frame->endNt;
        range = wholeCodons(range, *frame);
        if (hasEnds)
            range = range.intersected({frame->startNt + 3, frame->endNt - 3});
        kindName = tr("codon");
    }
    const Result<std::string> letters = lettersIn(range);
    if (!letters)
        return fail(letters.error());
    if (letters->size() < 2)
        return fail(ErrorCode::InvalidArgument, "There is too little to shuffle: select more bases.");
    const Result<std::string> mixed = data::shuffled(*letters, kind, seed, false);
    if (!mixed)
        return fail(mixed.error());
    return replace(range, *mixed, tr("Shuffle %1 (%2, seed %3)").arg(spanText(range), kindName).arg(seed));
}

Result<void> EditController::swapCodon(data::Interval codon, const std::string& synonym)
{
    const Result<std::string> letters = lettersIn(codon);
    if (!letters)
        return fail(letters.error());
    const std::vector<std::string> synonyms = data::synonymousCodons(*letters);
    if (std::ranges::find(synonyms, synonym) == synonyms.end())
        return fail(ErrorCode::InvalidArgument, "Codon " + synonym + " does not stand for the same amino acid.");
    return replace(codon, synonym,
                   tr("Codon %1 %2>%3")
                       .arg(codon.startNt + 1)
                       .arg(QString::fromStdString(*letters), QString::fromStdString(synonym)));
}

}  // namespace nscope::app
