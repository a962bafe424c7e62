#include "core/study/variant_rows.h"

#include "core/io/variant_table.h"
#include "core/io/vcf.h"
#include "core/study/number_text.h"

#include <map>

namespace nscope::study {

namespace {

using experiment::PlacedVariant;
using experiment::VariantPlace;
using experiment::VariantPlaces;

constexpr std::int64_t kFlushNt = 16'000'000;  ///< letters of the sequences that are scored together
constexpr std::size_t kFlushVariants = 64;
constexpr std::int64_t kWholeShiftNt = 32;  ///< largest shift of a whole sequence

void addOutside(FoundVariants& found, const data::Variant& variant)
{
    ++found.outside;
    if (found.firstOutside.size() < 3)
        found.firstOutside.push_back(variant.contig + ":" + std::to_string(variant.startNt + 1));
}

void noteProblems(const io::VcfReader& reader, FoundVariants& found)
{
    for (const Error& problem : reader.problems().first)
        found.notes.push_back("Left out: " + problem.sentence());
    if (reader.problems().count > std::int64_t(reader.problems().first.size()))
        found.notes.push_back("Left out: " + groupedText(reader.problems().count)
                              + " records that break the format in all.");
    if (reader.withoutAlternative() > 0)
        found.notes.push_back("Left out: " + groupedText(reader.withoutAlternative())
                              + " records without an alternative allele.");
}

/// "TERT-GBM" and "TERT-HEK293T" are measured on the element TERT.
std::string recordOf(const std::string& element, const std::map<std::string, std::int64_t>& known)
{
    return known.contains(element) ? element : element.substr(0, element.rfind('-'));
}

/// How many rows from `first` on are scored together.
std::size_t pieceSize(const FoundVariants& found, std::size_t first, const data::TranscriptSet& transcripts,
                      const experiment::VariantSettings& settings)
{
    std::int64_t nt = 0;
    std::size_t count = 0;
    while (first + count < found.rows.size() && count < kFlushVariants && nt < kFlushNt) {
        const VariantPlace& place = found.rows[first + count].placed.place;
        const std::int64_t lengthNt =
            settings.windowNt > 0 ? settings.windowNt : transcripts[place.transcript]->sequence.length();
        nt += 2 * lengthNt * (1 + settings.shifts);
        ++count;
    }
    return count;
}

Result<void> scorePiece(std::span<VariantRow> rows, const data::TranscriptSet& transcripts,
                        const experiment::VariantSettings& settings, const VariantDoors& doors)
{
    std::vector<PlacedVariant> piece;
    for (const VariantRow& row : rows)
        piece.push_back(row.placed);
    if (doors.embed) {
        const auto cosines = experiment::variantCosines(doors.embed, transcripts, piece, settings);
        if (!cosines)
            return fail(cosines.error());
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i].cosine = (*cosines)[i];
    }
    if (doors.masked) {
        const auto odds = experiment::variantMaskedLogOdds(doors.masked, transcripts, piece, settings);
        if (!odds)
            return fail(odds.error());
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i].maskedLogOdds = (*odds)[i];
    }
    const auto scores = experiment::scoreVariants(doors.run, transcripts, piece, settings);
    if (!scores)
        return fail(scores.error());
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].scored = (*scores)[i];
    return {};
}

}  // namespace

Result<FoundVariants> readVcfVariants(const std::string& path, const VariantPlaces& places, std::stop_token stop)
{
    Result<io::VcfReader> reader = io::VcfReader::open(path);
    if (!reader)
        return fail(reader.error());
    FoundVariants found;
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        const Result<std::optional<data::Variant>> variant = reader->next();
        if (!variant)
            return fail(variant.error());
        if (!*variant)
            break;
        const auto placed = places.find(**variant);
        for (const VariantPlace& place : placed)
            found.rows.push_back({.placed = {**variant, place}});
        if (placed.empty())
            addOutside(found, **variant);
    }
    noteProblems(*reader, found);
    return found;
}

Result<FoundVariants> readTableVariants(const std::string& path, const data::TranscriptSet& transcripts,
                                        const VariantPlaces& places)
{
    const auto variants = io::readVariantTable(path);
    if (!variants)
        return fail(variants.error());
    std::map<std::string, std::int64_t> known;
    for (const data::TranscriptPtr& transcript : transcripts)
        known[transcript->sequence.id] = transcript->sequence.length();
    FoundVariants found;
    found.measured = true;
    for (const io::MeasuredVariant& measured : *variants) {
        data::Variant variant = measured.variant;
        variant.contig = recordOf(variant.contig, known);
        const auto placed = places.find(variant);
        for (const VariantPlace& place : placed)
            found.rows.push_back(
                {.placed = {variant, place}, .element = measured.variant.contig, .effect = measured.effect});
        if (placed.empty())
            addOutside(found, measured.variant);
    }
    return found;
}

experiment::VariantSettings VariantWish::settings(std::int64_t inputLengthNt) const
{
    experiment::VariantSettings all;
    all.windowNt = windowNt >= 0 ? windowNt : inputLengthNt;
    all.shifts = robust ? shifts : 0;
    if (robust)
        all.maxShiftNt = maxShiftNt >= 0 ? maxShiftNt : all.windowNt > 0 ? all.windowNt / 4 : kWholeShiftNt;
    all.seed = seed;
    return all;
}

Result<void> scoreVariantRows(FoundVariants& found, const data::TranscriptSet& transcripts,
                              const experiment::VariantSettings& settings, const VariantDoors& doors,
                              Progress* progress)
{
    if (progress)
        progress->setTotal(std::int64_t(found.rows.size()));
    for (std::size_t first = 0; first < found.rows.size();) {
        const std::size_t count = pieceSize(found, first, transcripts, settings);
        const std::span<VariantRow> piece = std::span(found.rows).subspan(first, count);
        if (const Result<void> scored = scorePiece(piece, transcripts, settings, doors); !scored)
            return scored;
        first += count;
        if (progress)
            progress->setDone(std::int64_t(first));
    }
    return {};
}

}  // namespace nscope::study
