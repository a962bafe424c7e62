// Purpose: the reader of a corpus: the records of a FASTA file cut into windows.
#include "core/data/locus.h"
#include "core/data/number_text.h"
#include "core/dataset/reading.h"
#include "core/io/fasta.h"

#include <algorithm>
#include <utility>

namespace nscope::dataset {
namespace {

/// Windows of a record; the last may be shorter, and none begins after one that reaches the end.
std::vector<data::Interval> windowsOf(const CorpusSettings& settings, std::int64_t lengthNt)
{
    const std::int64_t strideNt = settings.strideNt > 0 ? settings.strideNt : settings.windowNt;
    std::vector<data::Interval> windows;
    for (std::int64_t start = 0; start < lengthNt; start += strideNt) {
        const std::int64_t end = std::min(start + settings.windowNt, lengthNt);
        if (end - start >= settings.minimumNt)
            windows.push_back({start, end});
        if (end == lengthNt)
            break;
    }
    return windows;
}

void addRecord(const CorpusSettings& settings, data::Sequence record, Reading& reading)
{
    const Where where{.file = settings.fasta, .record = record.id};
    const auto windows = windowsOf(settings, record.length());
    if (windows.empty())
        reading.leftOut.add(Error(
            ErrorCode::InvalidArgument,
            "The record is shorter than " + data::groupedText(settings.minimumNt) + " nt (data.minimum_nt).", where));
    const auto source = std::make_shared<const std::string>(std::move(record.letters));
    for (const data::Interval& window : windows) {
        Example example{.id = windows.size() == 1 ? record.id : data::locusText({record.id, window}),
                        .source = source,
                        .startNt = window.startNt,
                        .lengthNt = window.length(),
                        .target = {},
                        .group = record.id};
        const double unknown = double(unknownLetters(example.letters())) / double(window.length());
        if (unknown > settings.unknownShare) {
            reading.leftOut.add(Error(ErrorCode::InvalidArgument,
                                      data::shortNumber(100.0 * unknown)
                                          + " % of the window's letters are not known (data.unknown_share).",
                                      {.file = settings.fasta, .record = example.id}));
            continue;
        }
        reading.splitValues_N.push_back(record.id);
        reading.examples.push_back(std::move(example));
    }
}

}  // namespace

Result<Reading> readCorpus(const CorpusSettings& settings, const Control& control)
{
    constexpr double kProgressUnits = 1000.0;
    auto reader = io::FastaReader::open(settings.fasta);
    if (!reader)
        return fail(reader.error());
    Reading reading{.task = {.kind = TaskKind::MaskedLetters}};
    control.setTotal(std::int64_t(kProgressUnits));
    std::int64_t bytes = 0;
    while (true) {
        auto record = reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            return reading;
        bytes += (*record)->length();
        auto goesOn = control.poll(std::int64_t(reader->fractionRead() * kProgressUnits));
        if (goesOn)
            goesOn = control.afford(bytes + std::int64_t(reading.examples.size() * sizeof(Example)),
                                    "The windows of " + settings.fasta);
        if (!goesOn)
            return fail(goesOn.error());
        addRecord(settings, *std::move(*record), reading);
    }
}

}  // namespace nscope::dataset
