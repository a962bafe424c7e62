// Purpose: reads explanation archives.
#include "core/io/attribution_reader.h"

#include "core/io/npz.h"

#include <algorithm>

namespace nscope::io {
namespace {

/// One text; an error if the array holds none.
Result<std::string> readText(const ZipReader& zip, const std::string& name)
{
    const auto array = readNpzArray(zip, name);
    if (!array)
        return fail(array.error());
    const auto* texts = array->as<std::string>();
    if (!texts || texts->size() != 1)
        return fail(ErrorCode::Parse, "This should be one text.", {.record = name});
    return texts->front();
}

std::vector<float> floatsOf(const std::vector<double>& values) { return {values.begin(), values.end()}; }

}  // namespace

Result<AttributionReader> AttributionReader::open(const std::string& path)
{
    auto zip = ZipReader::open(path);
    if (!zip)
        return fail(zip.error());
    AttributionReader reader(*std::move(zip));
    reader.m_path = path;
    if (!reader.m_zip.contains("ids.npy") || (!reader.m_zip.contains("method.npy")))
        return fail(ErrorCode::Parse, "This archive holds no explanations; the command explain writes them.", {.file = path});
    if (const auto read = reader.readCommon(); !read)
        return fail(read.error().at({.file = path}));
    return reader;
}

Result<void> AttributionReader::readCommon()
{
    const auto ids = readNpzArray(m_zip, "ids");
    if (!ids)
        return fail(ids.error());
    if (const auto* texts = ids->as<std::string>())
        m_ids = *texts;
    else if (ids->elementCount() > 0)
        return fail(ErrorCode::Parse, "The ids should be texts.", {.record = "ids"});
    for (const auto& [name, member] : {std::pair("method", &data::Attribution::method), std::pair("target", &data::Attribution::target),
                                       std::pair("meaning", &data::Attribution::meaning),
                                       std::pair("model_hash", &data::Attribution::modelHash)}) {
        auto text = readText(m_zip, name);
        if (!text)
            return fail(text.error());
        m_common.*member = *std::move(text);
    }
    const auto scores = readNpzArray(m_zip, "reference_score");
    const auto numbers = scores ? scores->toDoubles() : fail(scores.error());
    if (!numbers)
        return fail(numbers.error());
    if (numbers->size() != m_ids.size())
        return fail(ErrorCode::Parse, "There must be as many reference scores as ids.", {.record = "reference_score"});
    m_scores = *numbers;
    return {};
}

Result<std::optional<ExplainedSequence>> AttributionReader::next()
{
    if (m_next == m_ids.size())
        return std::optional<ExplainedSequence>();
    const std::string index = std::to_string(m_next);
    const Where where{.file = m_path, .record = m_ids[m_next]};
    ExplainedSequence record{{}, m_common};
    record.attribution.referenceScore = m_scores[m_next];

    const auto letters = readText(m_zip, "sequence/" + index);
    if (!letters)
        return fail(letters.error().at(where));
    record.sequence.id = m_ids[m_next];
    record.sequence.letters = data::canonical(*letters);
    record.sequence.alphabet = letters->contains('U') ? data::Alphabet::Rna : data::Alphabet::Dna;
    if (!std::ranges::all_of(record.sequence.letters, data::isIupac))
        return fail(ErrorCode::Parse, "The sequence holds letters that are no nucleotides.", where);

    const auto values = readNpzArray(m_zip, "attribution/" + index);
    const auto numbers = values ? values->toDoubles() : fail(values.error());
    if (!numbers)
        return fail(numbers.error().at(where));
    if (values->shape != std::vector<std::int64_t>{record.sequence.length(), data::kBaseCount})
        return fail(ErrorCode::Parse, "The explanation should have one row of four values per letter.", where);
    record.attribution.values_LC = floatsOf(*numbers);

    if (m_zip.contains("exact/" + index + ".npy")) {
        const auto exact = readNpzArray(m_zip, "exact/" + index);
        const auto flags = exact ? exact->toIntegers() : fail(exact.error());
        if (!flags)
            return fail(flags.error().at(where));
        if (std::int64_t(flags->size()) != record.sequence.length())
            return fail(ErrorCode::Parse, "There should be one exact flag per letter.", where);
        record.attribution.exact_L.assign(flags->begin(), flags->end());
    }
    ++m_next;
    return record;
}

}  // namespace nscope::io
