#include "core/io/profile_writer.h"

#include "core/io/atomic_file.h"
#include "core/io/bigwig_writer.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"
#include "core/io/task_files.h"

#include <filesystem>
#include <map>

namespace nscope::io {

namespace {

/// The one profile of a prediction; its tasks are those of the run's first.
Result<const data::Track*> profileOf(const data::Sequence& sequence, const data::Prediction& prediction,
                                     const std::vector<std::string>& tasks)
{
    if (prediction.profiles.size() != 1)
        return fail(ErrorCode::Internal, "The model gave no profile.", {.record = sequence.id});
    const data::Track& track = prediction.profiles.front();
    if (track.rows.empty() || (!tasks.empty() && track.rows != tasks))
        return fail(ErrorCode::Internal, "The model's tasks changed between two sequences.", {.record = sequence.id});
    return &track;
}

float valueAt(const data::Track& track, std::size_t row, std::int64_t bin)
{
    return track.values_RB[row * std::size_t(track.binCount()) + std::size_t(bin)];
}

class TsvProfileWriter final : public PredictionWriter {
public:
    explicit TsvProfileWriter(AtomicFile file) : m_file(std::move(file)) {}

    Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) override
    {
        const auto track = profileOf(sequence, prediction, m_tasks);
        if (!track)
            return fail(track.error());
        std::string text;
        if (m_tasks.empty()) {
            m_tasks = (*track)->rows;
            text = "id\tstart\tend";
            for (const std::string& task : m_tasks)
                text += "\t" + task;
            for (const data::NamedValue& scalar : prediction.scalars)
                text += "\t" + scalar.name;
            text += "\n";
        }
        std::string scalars;
        for (const data::NamedValue& scalar : prediction.scalars)
            scalars += "\t" + numberText(scalar.value);
        for (std::int64_t bin = 0; bin < (*track)->binCount(); ++bin) {
            const std::int64_t start = (*track)->startNt + bin * (*track)->binNt;
            text += sequence.id + "\t" + std::to_string(start) + "\t" + std::to_string(start + (*track)->binNt);
            for (std::size_t row = 0; row < m_tasks.size(); ++row)
                text += "\t" + floatText(valueAt(**track, row, bin));
            text += scalars + "\n";
        }
        return m_file.write(text);
    }

    Result<void> finish() override
    {
        if (m_tasks.empty()) {
            if (auto written = m_file.write("id\tstart\tend\n"); !written)
                return written;
        }
        return m_file.commit();
    }

private:
    AtomicFile m_file;
    std::vector<std::string> m_tasks;
};

class NpzProfileWriter final : public PredictionWriter {
public:
    NpzProfileWriter(NpzWriter npz, const Provenance& provenance) : m_npz(std::move(npz)), m_provenance(provenance) {}

    Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) override
    {
        const auto track = profileOf(sequence, prediction, m_tasks);
        if (!track)
            return fail(track.error());
        m_tasks = (*track)->rows;
        m_binNt = (*track)->binNt;
        const std::int64_t bins = (*track)->binCount();
        std::vector<float> values_BT;
        values_BT.reserve((*track)->values_RB.size());
        for (std::int64_t bin = 0; bin < bins; ++bin) {
            for (std::size_t row = 0; row < m_tasks.size(); ++row)
                values_BT.push_back(valueAt(**track, row, bin));
        }
        const std::string name = "profile/" + std::to_string(m_ids.size());
        m_ids.push_back(sequence.id);
        m_lengths.push_back(sequence.length());
        m_starts.push_back((*track)->startNt);
        for (const data::NamedValue& scalar : prediction.scalars)
            m_scalars[scalar.name].push_back(scalar.value);
        return m_npz.add(name, NpyArray::of(std::move(values_BT), {bins, std::int64_t(m_tasks.size())}));
    }

    Result<void> finish() override
    {
        NpzArrays arrays{
            {"ids", NpyArray::of(std::move(m_ids))},       {"lengths", NpyArray::of(std::move(m_lengths))},
            {"starts", NpyArray::of(std::move(m_starts))}, {"tasks", NpyArray::of(std::move(m_tasks))},
            {"bin_nt", NpyArray::of(std::vector<std::int64_t>{m_binNt})},
            {"provenance", NpyArray::scalar(jsonText(Json(m_provenance), -1))}};
        for (auto& [name, values] : m_scalars)
            arrays[name] = NpyArray::of(std::move(values));
        return m_npz.finish(arrays);
    }

private:
    NpzWriter m_npz;
    Provenance m_provenance;
    std::vector<std::string> m_ids;
    std::vector<std::int64_t> m_lengths;
    std::vector<std::int64_t> m_starts;
    std::vector<std::string> m_tasks;
    std::map<std::string, std::vector<double>> m_scalars;  ///< name → a value per record
    std::int64_t m_binNt = 1;
};

class BigWigProfileWriter final : public PredictionWriter {
public:
    explicit BigWigProfileWriter(std::filesystem::path path) : m_path(std::move(path)) {}

    Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) override
    {
        const auto track = profileOf(sequence, prediction, m_tasks);
        if (!track)
            return fail(track.error());
        if (m_tasks.empty()) {
            m_tasks = (*track)->rows;
            if (auto named = openFiles(); !named)
                return named;
        }
        const std::int64_t bins = (*track)->binCount();
        for (std::size_t row = 0; row < m_tasks.size(); ++row) {
            const auto first = (*track)->values_RB.begin() + std::int64_t(row) * bins;
            if (auto added = m_files[row].add(sequence.id, sequence.length(), (*track)->startNt, (*track)->binNt,
                                              {first, first + bins});
                !added)
                return added;
        }
        return {};
    }

    Result<void> finish() override
    {
        if (m_files.empty())
            m_files.emplace_back(m_path.string());
        for (BigWigWriter& file : m_files) {
            if (auto finished = file.finish(); !finished)
                return finished;
        }
        return {};
    }

private:
    Result<void> openFiles()
    {
        const auto files = taskFiles(m_path.string(), m_path.extension().string(), m_tasks);
        if (!files)
            return fail(files.error());
        for (const std::string& file : *files)
            m_files.emplace_back(file);
        return {};
    }

    std::filesystem::path m_path;
    std::vector<std::string> m_tasks;
    std::vector<BigWigWriter> m_files;
};

}  // namespace

Result<std::unique_ptr<PredictionWriter>> openProfileWriter(const std::string& path, const PredictionWriterOptions& options)
{
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".bw" || extension == ".bigWig")
        return std::make_unique<BigWigProfileWriter>(path);
    if (extension == ".npz") {
        auto npz = NpzWriter::create(path);
        if (!npz)
            return fail(npz.error());
        return std::make_unique<NpzProfileWriter>(*std::move(npz), options.provenance);
    }
    if (extension != ".tsv" && path != "-")
        return fail(ErrorCode::Unsupported, "Profiles are written to .tsv, .npz or .bw.", {.file = path});
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    return std::make_unique<TsvProfileWriter>(*std::move(file));
}

}  // namespace nscope::io
