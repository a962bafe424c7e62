// Purpose: attention files: NPZ and TSV.
#include "core/io/attention_writer.h"

#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"

#include <filesystem>

namespace nscope::io {
namespace {

Result<void> checkShape(const data::Sequence& sequence, const data::AttentionMap& map)
{
    const bool fits = map.keyStartNt >= 0 && map.keyCount >= 0 && map.keyStartNt + map.keyCount <= sequence.length()
        && map.weights_HQK.size() == map.heads.size() * map.queries.size() * std::size_t(map.keyCount);
    if (!fits)
        return fail(ErrorCode::InvalidArgument, "The attention map does not fit the sequence.", {.record = sequence.id});
    return {};
}

class NpzAttentionWriter final : public AttentionWriter {
public:
    NpzAttentionWriter(NpzWriter npz, const Provenance& provenance) : m_npz(std::move(npz)), m_provenance(provenance) {}

    Result<void> add(const data::Sequence& sequence, const data::AttentionMap& map) override
    {
        if (auto good = checkShape(sequence, map); !good)
            return good;
        if (m_ids.empty() || m_ids.back() != sequence.id) {
            m_ids.push_back(sequence.id);
            m_lengths.push_back(sequence.length());
        }
        const std::string place = "/" + std::to_string(m_ids.size() - 1) + "/layer" + std::to_string(map.layer);
        const std::vector<std::int64_t> shape{std::int64_t(map.heads.size()), std::int64_t(map.queries.size()), map.keyCount};
        Result<void> added = m_npz.add("attention" + place, NpyArray::of(map.weights_HQK, shape));
        if (added)
            added = m_npz.add("heads" + place, NpyArray::of(std::vector<std::int64_t>(map.heads.begin(), map.heads.end())));
        if (added)
            added = m_npz.add("queries" + place, NpyArray::of(map.queries));
        if (added)
            added = m_npz.add("key_start" + place, NpyArray::scalar(map.keyStartNt));
        return added;
    }

    Result<void> finish() override
    {
        Result<void> added = m_npz.add("ids", NpyArray::of(std::move(m_ids)));
        if (added)
            added = m_npz.add("lengths", NpyArray::of(std::move(m_lengths)));
        if (added)
            added = m_npz.add("provenance", NpyArray::scalar(jsonText(Json(m_provenance), -1)));
        return added ? m_npz.commit() : added;
    }

private:
    NpzWriter m_npz;
    Provenance m_provenance;
    std::vector<std::string> m_ids;
    std::vector<std::int64_t> m_lengths;
};

class TsvAttentionWriter final : public AttentionWriter {
public:
    explicit TsvAttentionWriter(AtomicFile file) : m_file(std::move(file)) {}

    Result<void> add(const data::Sequence& sequence, const data::AttentionMap& map) override
    {
        if (auto good = checkShape(sequence, map); !good)
            return good;
        for (std::size_t head = 0; head < map.heads.size(); ++head) {
            for (std::size_t query = 0; query < map.queries.size(); ++query) {
                if (auto written = m_file.write(rows(sequence, map, head, query)); !written)
                    return written;
            }
        }
        return {};
    }

    Result<void> finish() override
    {
        if (auto written = m_file.write(header()); !written)
            return written;
        return m_file.commit();
    }

private:
    std::string header()
    {
        return std::exchange(m_started, true) ? std::string() : "id\tlayer\thead\tquery\ttoken\tpos\tweight\n";
    }

    std::string rows(const data::Sequence& sequence, const data::AttentionMap& map, std::size_t head, std::size_t query)
    {
        std::string text = header();
        const std::string start = sequence.id + "\t" + std::to_string(map.layer) + "\t" + std::to_string(map.heads[head]) + "\t"
            + std::to_string(query) + "\t" + map.queries[query] + "\t";
        for (std::int64_t key = 0; key < map.keyCount; ++key)
            text += start + std::to_string(map.keyStartNt + key + 1) + "\t" + floatText(map.at(head, query, key)) + "\n";
        return text;
    }

    AtomicFile m_file;
    bool m_started = false;
};

}  // namespace

Result<std::unique_ptr<AttentionWriter>> AttentionWriter::open(const std::string& path, const Provenance& provenance)
{
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".npz") {
        auto npz = NpzWriter::create(path);
        if (!npz)
            return fail(npz.error());
        return std::make_unique<NpzAttentionWriter>(*std::move(npz), provenance);
    }
    if (extension != ".tsv" && path != "-")
        return fail(ErrorCode::Unsupported, "Attention is written to .npz or .tsv.", {.file = path});
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    return std::make_unique<TsvAttentionWriter>(*std::move(file));
}

}  // namespace nscope::io
