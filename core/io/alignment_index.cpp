#include "core/io/alignment_index.h"

#include "core/io/atomic_file.h"
#include "core/io/index_place.h"

#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/sam.h>

#include <filesystem>
#include <memory>

namespace nscope::io {
namespace {

constexpr int kSmallestBinBits = 14;
constexpr std::int64_t kMostOfBai = std::int64_t(1) << 29;
constexpr std::int64_t kReadsPerLook = 1 << 16;

struct Close {
    void operator()(samFile* file) const { sam_close(file); }
    void operator()(sam_hdr_t* header) const { sam_hdr_destroy(header); }
    void operator()(bam1_t* record) const { bam_destroy1(record); }
    void operator()(hts_idx_t* index) const { hts_idx_destroy(index); }
};

std::unexpected<Error> damaged(const std::string& path)
{
    return fail(ErrorCode::Parse, "The file of reads is truncated or damaged; copy or download it again.",
                {.file = path});
}

/// Levels of a .csi index for the longest chromosome, as htslib counts them; 0: a .bai reaches.
int levelsFor(const sam_hdr_t* header)
{
    std::int64_t longest = 0;
    for (int i = 0; i < sam_hdr_nref(header); ++i)
        longest = std::max<std::int64_t>(longest, sam_hdr_tid2len(header, i));
    if (longest < kMostOfBai)
        return 0;
    int levels = 0;
    for (std::int64_t span = std::int64_t(1) << kSmallestBinBits; longest + 256 > span; span <<= 3)
        ++levels;
    return levels;
}

Result<void> pushReads(samFile* file, sam_hdr_t* header, hts_idx_t* index, const std::string& path,
                       const std::stop_token& stop, Progress* progress)
{
    const std::unique_ptr<bam1_t, Close> read(bam_init1());
    for (std::int64_t count = 1;; ++count) {
        const int status = sam_read1(file, header, read.get());
        if (status < -1)
            return damaged(path);
        if (status == -1)
            return {};
        const bool isMapped = (read->core.flag & BAM_FUNMAP) == 0;
        if (hts_idx_push(index, read->core.tid, read->core.pos, bam_endpos(read.get()),
                         std::uint64_t(bgzf_tell(file->fp.bgzf)), isMapped)
            < 0)
            return fail(ErrorCode::Parse,
                        "The reads are not sorted by position (read " + std::to_string(count)
                            + " is the first out of order); sort them with samtools sort.",
                        {.file = path, .record = bam_get_qname(read.get())});
        if (count % kReadsPerLook != 0)
            continue;
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped; the file was not opened.", {.file = path});
        if (progress != nullptr)
            progress->setDone(bgzf_tell(file->fp.bgzf) >> 16);
    }
}

/// Writes `stem`.bai, or `stem`.csi where a chromosome is longer than a .bai reaches; returns which.
Result<std::string> buildBamIndex(const std::string& path, const std::string& stem, const std::stop_token& stop,
                                  Progress* progress)
{
    const std::unique_ptr<samFile, Close> file(sam_open(localName(path).c_str(), "r"));
    const std::unique_ptr<sam_hdr_t, Close> header(file ? sam_hdr_read(file.get()) : nullptr);
    if (!header)
        return damaged(path);
    std::error_code error;
    if (progress != nullptr)
        progress->setTotal(std::int64_t(std::filesystem::file_size(path, error)));
    const int levels = levelsFor(header.get());
    const int kind = levels == 0 ? HTS_FMT_BAI : HTS_FMT_CSI;
    const std::string indexPath = stem + (levels == 0 ? ".bai" : ".csi");
    constexpr int kLevelsOfBai = 5;
    const std::unique_ptr<hts_idx_t, Close> index(hts_idx_init(sam_hdr_nref(header.get()), kind,
                                                               std::uint64_t(bgzf_tell(file->fp.bgzf)),
                                                               kSmallestBinBits, levels == 0 ? kLevelsOfBai : levels));
    if (!index)
        return fail(ErrorCode::OutOfMemory, "There is not enough memory for the index of this file.", {.file = path});
    if (const Result<void> pushed = pushReads(file.get(), header.get(), index.get(), path, stop, progress); !pushed)
        return fail(pushed.error());
    Result<AtomicFile> target = AtomicFile::create(indexPath);
    if (!target)
        return fail(target.error());
    if (hts_idx_finish(index.get(), std::uint64_t(bgzf_tell(file->fp.bgzf))) < 0
        || hts_idx_save_as(index.get(), nullptr, target->temporaryPath().c_str(), kind) < 0)
        return fail(ErrorCode::Io, "Cannot write the index of this file; the disk may be full.", {.file = path});
    const Result<void> committed = target->commit();
    return committed ? Result<std::string>(indexPath) : fail(committed.error());
}

/// Writes `stem`.crai. htslib reads the outlines of a CRAM file only, which takes seconds, and writes by name.
Result<std::string> buildCramIndex(const std::string& path, const std::string& stem)
{
    const std::string indexPath = stem + ".crai";
    Result<AtomicFile> target = AtomicFile::create(indexPath);
    if (!target)
        return fail(target.error());
    if (sam_index_build3(localName(path).c_str(), target->temporaryPath().c_str(), 0, 0) < 0)
        return fail(ErrorCode::Parse,
                    "The CRAM file cannot be indexed: it is damaged, or its reads are not sorted by position (samtools "
                    "sort does that).",
                    {.file = path});
    const Result<void> committed = target->commit();
    return committed ? Result<std::string>(indexPath) : fail(committed.error());
}

}  // namespace

Result<std::string> alignmentIndex(const std::string& path, bool isCram, std::stop_token stop, Progress* progress,
                                   std::vector<std::string>& notices)
{
    std::string stem = path;  // of an index that is built
    if (!canWriteBeside(path)) {
        const Result<std::string> cached = cachedName(path, "");
        if (!cached)
            return fail(cached.error());
        stem = *cached;
    }
    std::vector<std::string> places;
    for (const std::string& start : stem == path ? std::vector{path} : std::vector{path, stem}) {
        for (const char* ending : isCram ? std::vector{".crai"} : std::vector{".bai", ".csi"})
            places.push_back(start + ending);
    }
    if (!isCram)
        places.push_back(std::filesystem::path(path).replace_extension(".bai").string());
    std::vector<std::string> older;
    const auto explained = [&](const std::string& index, const std::string& what) {
        for (const std::string& place : older)
            notices.push_back("The index " + place + " was older than its file; " + index + what);
        return index;
    };
    for (const std::string& place : places) {
        const IndexState state = indexState(path, place);
        if (state == IndexState::Ready)
            return explained(place, " is used.");
        if (state == IndexState::Older)
            older.push_back(place);
    }
    const Result<std::string> built = isCram ? buildCramIndex(path, stem) : buildBamIndex(path, stem, stop, progress);
    return built ? explained(*built, " was built.") : built;
}

}  // namespace nscope::io
