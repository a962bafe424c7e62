// Purpose: explanation files: NPZ, TSV and bigWig.
#include "core/io/attribution_writer.h"

#include "core/data/letter_scores.h"
#include "core/io/atomic_file.h"
#include "core/io/bigwig_writer.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"

#include <filesystem>

namespace nscope::io {
namespace {

Result<void> checkLength(const data::Sequence& sequence, const data::Attribution& attribution)
{
    const bool fits = attribution.values_LC.size() == sequence.letters.size() * 4
        && (attribution.exact_L.empty() || attribution.exact_L.size() == sequence.letters.size());
    if (!fits)
        return fail(ErrorCode::InvalidArgument, "The explanation has " + std::to_string(attribution.length())
                        + " positions, the sequence " + std::to_string(sequence.length()) + ".", {.record = sequence.id});
    return {};
}

class NpzAttributionWriter final : public AttributionWriter {
public:
    NpzAttributionWriter(NpzWriter npz, const Provenance& provenance) : m_npz(std::move(npz)), m_provenance(provenance) {}

    Result<void> add(const data::Sequence& sequence, const data::Attribution& attribution) override
    {
        if (auto good = checkLength(sequence, attribution); !good)
            return good;
        const std::string index = std::to_string(m_ids.size());
        m_ids.push_back(sequence.id);
        m_lengths.push_back(sequence.length());
        m_scores.push_back(attribution.referenceScore);
        m_method = attribution.method;
        m_target = attribution.target;
        m_meaning = attribution.meaning;
        m_modelHash = attribution.modelHash;
        m_options = attribution.options;
        Result<void> added = m_npz.add("attribution/" + index, NpyArray::of(attribution.values_LC, {sequence.length(), 4}));
        if (added)
            added = m_npz.add("sequence/" + index, NpyArray::scalar(sequence.displayed()));
        if (added && !attribution.exact_L.empty())
            added = m_npz.add("exact/" + index, {{sequence.length()}, NpyBools{attribution.exact_L}});
        if (added && !attribution.diagnostics.empty())
            added = addDiagnostics(index, attribution.diagnostics);
        return added;
    }

    Result<void> finish() override
    {
        const NpzArrays arrays{
            {"ids", NpyArray::of(std::move(m_ids))},           {"lengths", NpyArray::of(std::move(m_lengths))},
            {"reference_score", NpyArray::of(std::move(m_scores))}, {"method", NpyArray::scalar(m_method)},
            {"target", NpyArray::scalar(m_target)},            {"meaning", NpyArray::scalar(m_meaning)},
            {"model_hash", NpyArray::scalar(m_modelHash)},     {"options", NpyArray::scalar(jsonText(Json(m_options), -1))},
            {"provenance", NpyArray::scalar(jsonText(Json(m_provenance), -1))},
            {"channels", NpyArray::scalar(std::string("ACGU"))}};
        return m_npz.finish(arrays);
    }

private:
    Result<void> addDiagnostics(const std::string& index, const std::vector<data::NamedValue>& diagnostics)
    {
        std::vector<std::string> names;
        std::vector<double> values;
        for (const data::NamedValue& diagnostic : diagnostics) {
            names.push_back(diagnostic.name);
            values.push_back(diagnostic.value);
        }
        Result<void> added = m_npz.add("diagnostic_names/" + index, NpyArray::of(std::move(names)));
        return added ? m_npz.add("diagnostics/" + index, NpyArray::of(std::move(values))) : added;
    }

    NpzWriter m_npz;
    Provenance m_provenance;
    std::vector<std::string> m_ids;
    std::vector<std::int64_t> m_lengths;
    std::vector<double> m_scores;
    std::string m_method;
    std::string m_target;
    std::string m_meaning;
    std::string m_modelHash;
    std::map<std::string, std::string> m_options;
};

class TsvAttributionWriter final : public AttributionWriter {
public:
    explicit TsvAttributionWriter(AtomicFile file) : m_file(std::move(file)) {}

    Result<void> add(const data::Sequence& sequence, const data::Attribution& attribution) override
    {
        if (auto good = checkLength(sequence, attribution); !good)
            return good;
        std::string text = header();
        const std::string letters = sequence.displayed();
        for (std::int64_t i = 0; i < sequence.length(); ++i) {
            text += sequence.id + "\t" + std::to_string(i + 1) + "\t" + letters[std::size_t(i)];
            for (int base = 0; base < data::kBaseCount; ++base)
                text += "\t" + floatText(attribution.at(i, base));
            text += "\n";
        }
        return m_file.write(text);
    }

    Result<void> finish() override
    {
        if (auto written = m_file.write(header()); !written)
            return written;
        return m_file.commit();
    }

private:
    std::string header() { return std::exchange(m_started, true) ? std::string() : "id\tpos\tref\tA\tC\tG\tU\n"; }

    AtomicFile m_file;
    bool m_started = false;
};

class BigWigAttributionWriter final : public AttributionWriter {
public:
    explicit BigWigAttributionWriter(const std::string& path) : m_file(path) {}

    Result<void> add(const data::Sequence& sequence, const data::Attribution& attribution) override
    {
        if (auto good = checkLength(sequence, attribution); !good)
            return good;
        return m_file.add(sequence.id, sequence.length(), 0, 1,
                          data::letterScores(attribution, sequence.letters, data::LetterScore::Automatic));
    }
    Result<void> finish() override { return m_file.finish(); }

private:
    BigWigWriter m_file;
};

}  // namespace

Result<std::unique_ptr<AttributionWriter>> AttributionWriter::open(const std::string& path, const Provenance& provenance)
{
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".npz") {
        auto npz = NpzWriter::create(path);
        if (!npz)
            return fail(npz.error());
        return std::make_unique<NpzAttributionWriter>(*std::move(npz), provenance);
    }
    if (extension == ".bw" || extension == ".bigWig")
        return std::make_unique<BigWigAttributionWriter>(path);
    if (extension != ".tsv" && path != "-")
        return fail(ErrorCode::Unsupported, "Explanations are written to .npz, .tsv or .bw.", {.file = path});
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    return std::make_unique<TsvAttributionWriter>(*std::move(file));
}

}  // namespace nscope::io
