#include "core/io/fasta_index.h"

#include "core/io/atomic_file.h"
#include "core/io/fasta_index_builder.h"
#include "core/io/index_place.h"
#include "core/io/mapped_file.h"
#include "core/io/text_input.h"

#include <htslib/bgzf.h>
#include <htslib/hts.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>

namespace nscope::io {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMaxIndexBytes = 1 << 30;

struct CloseBgzf {
    void operator()(BGZF* file) const { bgzf_close(file); }
};
using Bgzf = std::unique_ptr<BGZF, CloseBgzf>;

enum class Packing { Plain, Gzip, Bgzip };

Result<Packing> packingOf(const std::string& path)
{
    const Result<TextInput> readable = TextInput::open(path);
    if (!readable)
        return fail(readable.error());
    const Bgzf file(bgzf_open(localName(path).c_str(), "r"));
    const int compression = file ? bgzf_compression(file.get()) : 0;
    if (compression == bgzf && bgzf_check_EOF(file.get()) == 0)
        return fail(ErrorCode::Parse, "The compressed file is truncated or damaged; copy or download it again.",
                    {.file = path});
    return compression == bgzf ? Packing::Bgzip : compression == gzip ? Packing::Gzip : Packing::Plain;
}

/// The lines of a .fai file; std::nullopt for one that is damaged or does not fit its file.
std::optional<std::vector<FastaRecord>> parseIndex(std::string_view text, std::int64_t fileBytes)
{
    std::vector<FastaRecord> records;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t tab = line.find('\t');
        FastaRecord record{.name = std::string(line.substr(0, tab))};
        const char* at = line.data() + std::min(tab, line.size());
        const char* const end = line.data() + line.size();
        for (std::int64_t* number :
             {&record.lengthNt, &record.offsetBytes, &record.basesPerLine, &record.bytesPerLine}) {
            const auto [next, error] = at == end ? std::from_chars_result{at, std::errc::invalid_argument}
                                                 : std::from_chars(at + 1, end, *number);
            if (error != std::errc() || *number < 0)
                return std::nullopt;
            at = next;
        }
        const bool fits = record.basesPerLine > 0 && record.bytesPerLine > record.basesPerLine && record.lengthNt > 0;
        if (at != end || record.name.empty() || !fits)
            return std::nullopt;
        const std::int64_t lines = (record.lengthNt - 1) / record.basesPerLine;
        const std::int64_t lastBase =
            record.offsetBytes + lines * record.bytesPerLine + record.lengthNt - lines * record.basesPerLine;
        if (fileBytes >= 0 && lastBase > fileBytes)
            return std::nullopt;
        records.push_back(std::move(record));
    }
    return records.empty() ? std::nullopt : std::optional(std::move(records));
}

std::string indexText(const std::vector<FastaRecord>& records)
{
    std::string text;
    for (const FastaRecord& record : records)
        text += record.name + "\t" + std::to_string(record.lengthNt) + "\t" + std::to_string(record.offsetBytes) + "\t"
                + std::to_string(record.basesPerLine) + "\t" + std::to_string(record.bytesPerLine) + "\n";
    return text;
}

/// Bytes of one pass over the file, for the index of a bgzip file or for a bgzip copy.
class Pass {
public:
    Pass(std::string path, std::stop_token stop, Progress* progress)
        : m_path(std::move(path)), m_stop(std::move(stop)), m_progress(progress)
    {
    }

    /// Calls `use` with all bytes of the file, decompressed.
    template <class Use>
    Result<void> run(const Use& use) const
    {
        Result<TextInput> input = TextInput::open(m_path);
        if (!input)
            return fail(input.error());
        std::error_code error;
        const auto bytes = double(fs::file_size(m_path, error));
        if (m_progress != nullptr)
            m_progress->setTotal(std::int64_t(bytes));
        while (true) {
            if (m_stop.stop_requested())
                return fail(ErrorCode::Cancelled, "Stopped; the file was not opened.", {.file = m_path});
            const Result<std::string_view> chunk = input->chunk();
            if (!chunk)
                return fail(chunk.error());
            if (chunk->empty())
                return {};
            if (const Result<void> used = use(*chunk); !used)
                return used;
            if (m_progress != nullptr)
                m_progress->setDone(std::int64_t(input->fractionRead() * bytes));
        }
    }

private:
    std::string m_path;
    std::stop_token m_stop;
    Progress* m_progress;
};

std::unexpected<Error> cannotWrite(const std::string& path)
{
    return fail(ErrorCode::Io, "Cannot write; the disk may be full.", {.file = path});
}

/// The .gzi of a bgzip file: where its blocks begin. htslib notes them while it reads.
Result<void> writeBlockIndex(const std::string& path, const std::string& gziPath, std::stop_token stop)
{
    const Bgzf file(bgzf_open(localName(path).c_str(), "r"));
    if (!file || bgzf_index_build_init(file.get()) != 0)
        return fail(ErrorCode::Io, "Cannot open the file.", {.file = path});
    std::vector<char> buffer(1 << 16);
    ssize_t got = 1;
    while (got > 0 && !stop.stop_requested())
        got = bgzf_read(file.get(), buffer.data(), buffer.size());
    if (got < 0)
        return fail(ErrorCode::Parse, "The compressed file is truncated or damaged; copy or download it again.",
                    {.file = path});
    if (got > 0)
        return fail(ErrorCode::Cancelled, "Stopped; the file was not opened.", {.file = path});
    Result<AtomicFile> target = AtomicFile::create(gziPath);
    if (!target)
        return fail(target.error());
    if (bgzf_index_dump(file.get(), target->temporaryPath().c_str(), nullptr) != 0)
        return cannotWrite(gziPath);
    return target->commit();
}

Result<std::vector<FastaRecord>> buildIndex(const std::string& path, const std::string& faiPath,
                                            const std::string& gziPath, std::stop_token stop, Progress* progress)
{
    FastaIndexBuilder builder(path);
    const Result<void> read =
        Pass(path, stop, progress).run([&builder](std::string_view bytes) { return builder.add(bytes); });
    if (!read)
        return fail(read.error());
    Result<std::vector<FastaRecord>> records = builder.finish();
    if (!records)
        return records;
    if (!gziPath.empty()) {
        if (const Result<void> written = writeBlockIndex(path, gziPath, stop); !written)
            return fail(written.error());
    }
    if (const Result<void> written = writeFileAtomically(faiPath, indexText(*records)); !written)
        return fail(written.error());
    return records;
}

/// A bgzip copy of a gzip file with both indexes.
Result<std::vector<FastaRecord>> packAnew(const std::string& path, const IndexedFasta& copy, std::stop_token stop,
                                          Progress* progress)
{
    Result<AtomicFile> target = AtomicFile::create(copy.path);
    if (!target)
        return fail(target.error());
    Bgzf packed(bgzf_open(target->temporaryPath().c_str(), "w1"));
    if (!packed || bgzf_index_build_init(packed.get()) != 0)
        return cannotWrite(copy.path);
    FastaIndexBuilder builder(path);
    const Result<void> read = Pass(path, stop, progress).run([&](std::string_view bytes) -> Result<void> {
        if (bgzf_write(packed.get(), bytes.data(), bytes.size()) != ssize_t(bytes.size()))
            return cannotWrite(copy.path);
        return builder.add(bytes);
    });
    if (!read)
        return fail(read.error());
    Result<std::vector<FastaRecord>> records = builder.finish();
    if (!records)
        return records;
    Result<AtomicFile> blocks = AtomicFile::create(copy.gziPath);
    if (!blocks)
        return fail(blocks.error());
    const bool flushed =
        bgzf_flush(packed.get()) == 0 && bgzf_index_dump(packed.get(), blocks->temporaryPath().c_str(), nullptr) == 0;
    if (!flushed || bgzf_close(packed.release()) != 0)
        return cannotWrite(copy.path);
    // The copy comes first and its index after it, so that the index is never the older one.
    if (const Result<void> committed = target->commit(); !committed)
        return fail(committed.error());
    if (const Result<void> committed = blocks->commit(); !committed)
        return fail(committed.error());
    if (const Result<void> written = writeFileAtomically(copy.faiPath, indexText(*records)); !written)
        return fail(written.error());
    return records;
}

/// An index that cannot be used, and why.
struct UnfitIndex {
    std::string path;
    std::string reason;
};

/// Reads an index; notes why it cannot be used.
std::optional<std::vector<FastaRecord>> readIndex(const std::string& path, const IndexedFasta& indexed,
                                                  std::vector<UnfitIndex>& unfit)
{
    const bool isPacked = !indexed.gziPath.empty();
    const IndexState state = indexState(path, indexed.faiPath);
    const IndexState blocks = isPacked ? indexState(path, indexed.gziPath) : IndexState::Ready;
    if (state == IndexState::Missing || blocks == IndexState::Missing)
        return std::nullopt;
    if (state == IndexState::Older || blocks == IndexState::Older) {
        unfit.push_back({state == IndexState::Older ? indexed.faiPath : indexed.gziPath, " was older than its file"});
        return std::nullopt;
    }
    std::error_code error;
    const std::int64_t bytes = isPacked ? -1 : std::int64_t(fs::file_size(indexed.path, error));
    const Result<std::string> text = readWholeFile(indexed.faiPath, kMaxIndexBytes);
    auto records = text ? parseIndex(*text, bytes) : std::nullopt;
    if (!records)
        unfit.push_back({indexed.faiPath, " did not fit its file"});
    return records;
}

/// Says what came in the place of indexes that could not be used.
void explain(const std::vector<UnfitIndex>& unfit, IndexedFasta& indexed)
{
    for (const UnfitIndex& index : unfit) {
        const bool isSame = index.path == indexed.faiPath || index.path == indexed.gziPath;
        indexed.notices.push_back("The index " + index.path + index.reason
                                  + (isSame ? " and was built again." : "; " + indexed.faiPath + " is used."));
    }
}

Result<IndexedFasta> openPackedAnew(const std::string& path, std::stop_token stop, Progress* progress)
{
    const Result<std::string> place = cachedName(path, ".bgz");
    if (!place)
        return fail(place.error());
    IndexedFasta copy{*place, *place + ".fai", *place + ".gzi", {}, {}};
    std::optional<std::vector<FastaRecord>> known;
    std::vector<UnfitIndex> unfit;
    if (indexState(path, copy.path) == IndexState::Ready)
        known = readIndex(path, copy, unfit);
    if (known) {
        copy.records = *std::move(known);
        return copy;
    }
    Result<std::vector<FastaRecord>> records = packAnew(path, copy, stop, progress);
    if (!records)
        return fail(records.error());
    copy.records = *std::move(records);
    explain(unfit, copy);
    copy.notices.push_back("The file is gzip, in which no place can be looked up; a bgzip copy is kept as " + copy.path
                           + ". Pack it with bgzip to do without the copy.");
    return copy;
}

}  // namespace

Result<IndexedFasta> indexFasta(const std::string& path, std::stop_token stop, Progress* progress)
{
    const Result<Packing> packing = packingOf(path);
    if (!packing)
        return fail(packing.error());
    if (*packing == Packing::Gzip)
        return openPackedAnew(path, stop, progress);
    const auto placed = [&](const std::string& stem) {
        return IndexedFasta{path, stem + ".fai", *packing == Packing::Bgzip ? stem + ".gzi" : std::string(), {}, {}};
    };
    IndexedFasta indexed = placed(path);
    std::vector<UnfitIndex> unfit;
    auto known = readIndex(path, indexed, unfit);
    if (!known && !canWriteBeside(path)) {
        const Result<std::string> stem = cachedName(path, "");
        if (!stem)
            return fail(stem.error());
        indexed = placed(*stem);
        known = readIndex(path, indexed, unfit);
    }
    if (!known) {
        Result<std::vector<FastaRecord>> records = buildIndex(path, indexed.faiPath, indexed.gziPath, stop, progress);
        if (!records)
            return fail(records.error());
        known = *std::move(records);
    }
    indexed.records = *std::move(known);
    explain(unfit, indexed);
    return indexed;
}

}  // namespace nscope::io
