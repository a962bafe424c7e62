#include "core/experiment/codon_scans.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"

#include <algorithm>
#include <map>

namespace nscope::experiment {

namespace {

Result<data::Interval> codingRegion(const data::Transcript& transcript)
{
    if (!transcript.cds || transcript.cds->length() < 3)
        return fail(ErrorCode::NotFound, "This record has no coding region; give the regions with a table.",
                    {.record = transcript.sequence.id});
    return *transcript.cds;
}

std::string replacedAt(std::string letters, std::int64_t startNt, const std::string& after)
{
    letters.replace(std::size_t(startNt), after.size(), after);
    return letters;
}

/// Scores the transcript and all changes, whose place, letters before and after are known.
Result<Scan> scoreScan(const Run& run, const data::TranscriptPtr& transcript, std::vector<ScanRow> rows)
{
    run.expect(1 + rows.size());
    const std::string& letters = transcript->sequence.letters;
    const auto make = [&](std::size_t i) {
        return i == 0 ? transcript
                      : withLetters(*transcript, replacedAt(letters, rows[i - 1].startNt, rows[i - 1].after));
    };
    const Result<std::vector<double>> scores = scoreEach(run, 1 + rows.size(), make);
    if (!scores)
        return fail(scores.error());
    Scan scan{scores->front(), std::move(rows)};
    for (std::size_t i = 0; i < scan.rows.size(); ++i) {
        ScanRow& row = scan.rows[i];
        row.score = (*scores)[i + 1];
        row.change = row.score - scan.score;
        row.consequence = consequenceOf(*transcript, row.startNt, row.after);
        if (transcript->cds && transcript->cds->contains(row.startNt))
            row.codon = (row.startNt - transcript->cds->startNt) / 3;
    }
    return scan;
}

/// The gravest first.
enum class Consequence { Start, StopLost, Nonsense, Missense, Synonymous };
constexpr const char* kConsequenceNames[] = {"start", "stop-lost", "nonsense", "missense", "synonymous"};

Consequence codonConsequence(std::string_view before, std::string_view after, bool isFirst)
{
    const char from = data::translateCodon(before), to = data::translateCodon(after);
    if (isFirst && before != after)
        return Consequence::Start;
    if (from == to)
        return Consequence::Synonymous;
    if (from == '*')
        return Consequence::StopLost;
    return to == '*' ? Consequence::Nonsense : Consequence::Missense;
}

}  // namespace

std::string consequenceOf(const data::Transcript& transcript, std::int64_t startNt, std::string_view after)
{
    if (!transcript.cds)
        return {};
    const data::Interval cds = *transcript.cds;
    const std::int64_t endNt = startNt + std::int64_t(after.size());
    const data::Interval inside = cds.intersected({startNt, endNt});
    if (inside.isEmpty())
        return startNt < cds.startNt ? "utr5" : "utr3";
    const std::string& before = transcript.sequence.letters;
    const std::string changed = replacedAt(before, startNt, std::string(after));
    Consequence gravest = Consequence::Synonymous;
    const std::int64_t first = cds.startNt + (inside.startNt - cds.startNt) / 3 * 3;
    for (std::int64_t codon = first; codon < inside.endNt && codon + 3 <= cds.endNt; codon += 3) {
        const auto at = std::size_t(codon);
        gravest = std::min(gravest, codonConsequence(std::string_view(before).substr(at, 3),
                                                     std::string_view(changed).substr(at, 3), codon == cds.startNt));
    }
    return kConsequenceNames[int(gravest)];
}

Result<Scan> startLossScan(const Run& run, const data::TranscriptPtr& transcript)
{
    const Result<data::Interval> cds = codingRegion(*transcript);
    if (!cds)
        return fail(cds.error());
    const std::string own = transcript->sequence.letters.substr(std::size_t(cds->startNt), 3);
    std::vector<ScanRow> rows;
    for (const char first : data::kBases) {
        for (const char second : data::kBases) {
            for (const char third : data::kBases) {
                const std::string codon{first, second, third};
                if (codon != own)
                    rows.push_back({.startNt = cds->startNt, .before = own, .after = codon, .consequence = {}});
            }
        }
    }
    return scoreScan(run, transcript, std::move(rows));
}

Result<Scan> prematureStopScan(const Run& run, const data::TranscriptPtr& transcript, const StopScanSettings& settings)
{
    const Result<data::Interval> cds = codingRegion(*transcript);
    if (!cds)
        return fail(cds.error());
    const bool areStops =
        std::ranges::all_of(settings.stops, [](const std::string& c) { return data::isStopCodon(c); });
    if (settings.stops.empty() || !areStops || settings.stepCodons < 1)
        return fail(ErrorCode::InvalidArgument,
                    "A stop scan needs stop codons (TAA, TAG, TGA) and a step of 1 or more.");
    std::vector<ScanRow> rows;
    for (std::int64_t start = cds->startNt + 3; start + 6 <= cds->endNt; start += 3 * settings.stepCodons) {
        const std::string own = transcript->sequence.letters.substr(std::size_t(start), 3);
        for (const std::string& stop : settings.stops) {
            if (stop != own)
                rows.push_back({.startNt = start, .before = own, .after = stop, .consequence = {}});
        }
    }
    return scoreScan(run, transcript, std::move(rows));
}

std::vector<CodonBin> binnedByCodon(const Scan& scan, std::int64_t binCodons, std::uint64_t seed)
{
    std::map<std::int64_t, std::vector<double>> bins;
    for (const ScanRow& row : scan.rows)
        bins[row.codon / binCodons].push_back(row.change);
    std::vector<CodonBin> result;
    for (const auto& [bin, changes] : bins)
        result.push_back({bin * binCodons, (bin + 1) * binCodons, bootstrapMean(changes, seed)});
    return result;
}

Result<Scan> saturate(const Run& run, const data::TranscriptPtr& transcript, data::Interval region)
{
    if (region.isEmpty() || region.startNt < 0 || region.endNt > transcript->sequence.length())
        return fail(ErrorCode::InvalidArgument,
                    "The region lies outside the sequence of " + std::to_string(transcript->sequence.length()) + " nt.",
                    {.record = transcript->sequence.id});
    std::vector<ScanRow> rows;
    for (std::int64_t position = region.startNt; position < region.endNt; ++position) {
        const char own = transcript->sequence.letters[std::size_t(position)];
        for (const char base : data::kBases) {
            if (base != own)
                rows.push_back({.startNt = position, .before = {own}, .after = {base}, .consequence = {}});
        }
    }
    return scoreScan(run, transcript, std::move(rows));
}

}  // namespace nscope::experiment
