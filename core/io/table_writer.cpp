// Purpose: prediction files: TSV, JSON, NPZ.
#include "core/io/table_writer.h"

#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"
#include "core/io/profile_writer.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

namespace nscope::io {
namespace {

template <class T>
std::string shortest(T value)
{
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc() ? std::string(buffer, end) : std::string("nan");
}

/// Names of the numbers of a prediction, in order, and whether it has a class.
struct Columns {
    std::vector<std::string> names;
    bool hasClass = false;

    static Columns of(const data::Prediction& prediction)
    {
        Columns columns;
        for (const auto& p : prediction.classProbabilities)
            columns.names.push_back(probabilityColumn(p.name));
        for (const auto& scalar : prediction.scalars)
            columns.names.push_back(scalar.name);
        columns.hasClass = !prediction.predictedClass.empty();
        return columns;
    }
    bool operator==(const Columns&) const = default;
};

std::vector<double> numbersOf(const data::Prediction& prediction)
{
    std::vector<double> numbers;
    for (const auto* group : {&prediction.classProbabilities, &prediction.scalars}) {
        for (const data::NamedValue& value : *group)
            numbers.push_back(value.value);
    }
    return numbers;
}

/// Keeps the first prediction's columns and refuses predictions with others.
class ColumnGuard {
public:
    Result<void> check(const data::Sequence& sequence, const data::Prediction& prediction)
    {
        if (!prediction.profiles.empty())
            return fail(ErrorCode::Unsupported, "Profiles do not fit into a table of predictions.", {.record = sequence.id});
        Columns columns = Columns::of(prediction);
        if (!m_columns)
            m_columns = std::move(columns);
        else if (*m_columns != columns)
            return fail(ErrorCode::Internal, "The model's outputs changed between two sequences.", {.record = sequence.id});
        return {};
    }
    bool isEmpty() const { return !m_columns; }
    Columns columns() const { return m_columns.value_or(Columns{}); }

private:
    std::optional<Columns> m_columns;
};

class TsvPredictionWriter final : public PredictionWriter {
public:
    TsvPredictionWriter(AtomicFile file, int beams) : m_file(std::move(file)), m_beams(beams) {}

    Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) override
    {
        const bool first = m_guard.isEmpty();
        if (auto good = m_guard.check(sequence, prediction); !good)
            return good;
        std::string line = first ? header() : std::string();
        line += sequence.id + "\t" + std::to_string(sequence.length());
        for (const double number : numbersOf(prediction))
            line += "\t" + numberText(number);
        if (!prediction.predictedClass.empty())
            line += "\t" + prediction.predictedClass;
        for (int k = 0; k < m_beams; ++k)
            line += beamCells(std::size_t(k) < prediction.translations.size() ? &prediction.translations[std::size_t(k)] : nullptr);
        return m_file.write(line + "\n");
    }

    Result<void> finish() override
    {
        if (m_guard.isEmpty()) {
            if (auto written = m_file.write(header()); !written)
                return written;
        }
        return m_file.commit();
    }

private:
    std::string header() const
    {
        std::string line = "id\tlength";
        for (const std::string& name : m_guard.columns().names)
            line += "\t" + name;
        if (m_guard.columns().hasClass)
            line += "\tclass";
        for (int k = 1; k <= m_beams; ++k) {
            for (const char* part : {"class", "score", "log_probability", "ended", "orf_start", "orf_end", "peptide"})
                line += "\tbeam" + std::to_string(k) + "_" + part;
        }
        return line + "\n";
    }

    static std::string beamCells(const data::Translation* beam)
    {
        if (beam == nullptr)
            return std::string(7, '\t');
        const std::string orf = beam->exactOrf ? std::to_string(beam->exactOrf->startNt) + "\t" + std::to_string(beam->exactOrf->endNt) : "\t";
        return "\t" + beam->classToken + "\t" + numberText(beam->score) + "\t" + numberText(beam->logProbability) + "\t"
            + (beam->ended ? "true" : "false") + "\t" + orf + "\t" + beam->peptide;
    }

    AtomicFile m_file;
    int m_beams;
    ColumnGuard m_guard;
};

Json beamJson(const data::Translation& beam)
{
    Json json = {{"class", beam.classToken}, {"score", beam.score}, {"log_probability", beam.logProbability},
                 {"ended", beam.ended}, {"peptide", beam.peptide}};
    if (beam.exactOrf)
        json["orf"] = {beam.exactOrf->startNt, beam.exactOrf->endNt};
    return json;
}

class JsonPredictionWriter final : public PredictionWriter {
public:
    JsonPredictionWriter(AtomicFile file, int beams, const Provenance& provenance)
        : m_file(std::move(file)), m_beams(beams), m_head("{\"provenance\": " + jsonText(Json(provenance), -1) + ",\n\"predictions\": [")
    {
    }

    Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) override
    {
        if (auto good = m_guard.check(sequence, prediction); !good)
            return good;
        Json json = {{"id", sequence.id}, {"length", sequence.length()}};
        const std::vector<std::string> names = m_guard.columns().names;
        const std::vector<double> numbers = numbersOf(prediction);
        for (std::size_t i = 0; i < names.size(); ++i)
            json[names[i]] = numbers[i];
        if (!prediction.predictedClass.empty())
            json["class"] = prediction.predictedClass;
        const std::size_t beams = std::min(prediction.translations.size(), std::size_t(m_beams));
        for (std::size_t k = 0; k < beams; ++k)
            json["translations"].push_back(beamJson(prediction.translations[k]));
        const std::string before = m_head.empty() ? ",\n" : std::exchange(m_head, {}) + "\n";
        return m_file.write(before + jsonText(json, -1));
    }

    Result<void> finish() override
    {
        if (auto written = m_file.write(std::exchange(m_head, {}) + "\n]}\n"); !written)
            return written;
        return m_file.commit();
    }

private:
    AtomicFile m_file;
    int m_beams;
    std::string m_head;
    ColumnGuard m_guard;
};

class NpzPredictionWriter final : public PredictionWriter {
public:
    NpzPredictionWriter(NpzWriter npz, const Provenance& provenance) : m_npz(std::move(npz)), m_provenance(provenance) {}

    Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) override
    {
        if (auto good = m_guard.check(sequence, prediction); !good)
            return good;
        m_ids.push_back(sequence.id);
        m_lengths.push_back(sequence.length());
        const std::vector<double> numbers = numbersOf(prediction);
        m_numbers.resize(numbers.size());
        for (std::size_t i = 0; i < numbers.size(); ++i)
            m_numbers[i].push_back(numbers[i]);
        m_classes.push_back(prediction.predictedClass);
        return {};
    }

    Result<void> finish() override
    {
        const Columns columns = m_guard.columns();
        NpzArrays arrays{{"ids", NpyArray::of(std::move(m_ids))}, {"lengths", NpyArray::of(std::move(m_lengths))},
                         {"provenance", NpyArray::scalar(jsonText(Json(m_provenance), -1))}};
        for (std::size_t i = 0; i < columns.names.size(); ++i)
            arrays[columns.names[i]] = NpyArray::of(std::move(m_numbers[i]));
        if (columns.hasClass)
            arrays["class"] = NpyArray::of(std::move(m_classes));
        return m_npz.finish(arrays);
    }

private:
    NpzWriter m_npz;
    Provenance m_provenance;
    ColumnGuard m_guard;
    std::vector<std::string> m_ids;
    std::vector<std::int64_t> m_lengths;
    std::vector<std::vector<double>> m_numbers;  // columns × records
    std::vector<std::string> m_classes;
};

}  // namespace

std::string floatText(float value) { return shortest(value); }

std::string probabilityColumn(const std::string& name) { return name.starts_with("p_") ? name : "p_" + name; }

Result<std::unique_ptr<PredictionWriter>> PredictionWriter::open(const std::string& path, const PredictionWriterOptions& options)
{
    if (options.profiles)
        return openProfileWriter(path, options);
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".npz") {
        if (options.beams > 0)
            return fail(ErrorCode::Unsupported, "Translations are written to .tsv or .json, not to .npz.", {.file = path});
        auto npz = NpzWriter::create(path);
        if (!npz)
            return fail(npz.error());
        return std::make_unique<NpzPredictionWriter>(*std::move(npz), options.provenance);
    }
    if (extension != ".tsv" && extension != ".json" && path != "-")
        return fail(ErrorCode::Unsupported, "Predictions are written to .tsv, .json or .npz.", {.file = path});
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    if (extension == ".json")
        return std::make_unique<JsonPredictionWriter>(*std::move(file), options.beams, options.provenance);
    return std::make_unique<TsvPredictionWriter>(*std::move(file), options.beams);
}

}  // namespace nscope::io
