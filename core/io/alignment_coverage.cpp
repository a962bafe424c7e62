#include "core/io/alignment_coverage.h"

#include "core/io/alignment_index.h"
#include "core/io/index_place.h"
#include "core/io/random_access_file.h"

#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <htslib/sam.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace nscope::io {
namespace {

constexpr int kLeftOut = BAM_FUNMAP | BAM_FSECONDARY | BAM_FDUP | BAM_FSUPPLEMENTARY;
constexpr int kNeededFields = SAM_FLAG | SAM_RNAME | SAM_POS | SAM_CIGAR;

struct Close {
    void operator()(samFile* file) const { sam_close(file); }
    void operator()(sam_hdr_t* header) const { sam_hdr_destroy(header); }
    void operator()(bam1_t* record) const { bam_destroy1(record); }
    void operator()(hts_idx_t* index) const { hts_idx_destroy(index); }
    void operator()(hts_itr_t* iterator) const { hts_itr_destroy(iterator); }
};

/// Depth along a stretch, from the ends of aligned blocks. Reads come sorted, so all before the newest one is settled.
class DepthSweep {
public:
    DepthSweep(data::Interval interval, const SignalVisitor& visitor) : m_interval(interval), m_visitor(visitor) {}

    void add(data::Interval block)
    {
        const data::Interval inside = block.intersected(m_interval);
        if (inside.isEmpty())
            return;
        ++m_changes[inside.startNt];
        --m_changes[inside.endNt];
    }

    /// Gives away everything in front of `positionNt`.
    Result<void> settleBefore(std::int64_t positionNt)
    {
        while (!m_changes.empty() && m_changes.begin()->first < positionNt) {
            const auto [atNt, change] = *m_changes.begin();
            m_changes.erase(m_changes.begin());
            if (change == 0)
                continue;
            if (m_depth > 0) {
                if (const Result<void> visited = m_visitor({m_startNt, atNt, float(m_depth)}); !visited)
                    return visited;
            }
            m_depth += change;
            m_startNt = atNt;
        }
        return {};
    }

private:
    data::Interval m_interval;
    const SignalVisitor& m_visitor;
    std::map<std::int64_t, std::int64_t> m_changes;
    std::int64_t m_startNt = 0;
    std::int64_t m_depth = 0;
};

class Coverage : public SignalSource {
public:
    Coverage(const std::string& path, data::Strand strand) : SignalSource(path), m_strand(strand) {}

    Result<void> load(std::stop_token stop, Progress* progress)
    {
        hts_set_log_level(HTS_LOG_OFF);  // our error says it in one sentence
        m_file.reset(sam_open(localName(path()).c_str(), "r"));
        if (!m_file)
            return damaged();
        const htsExactFormat format = hts_get_format(m_file.get())->format;
        if (format != bam && format != cram)
            return fail(
                ErrorCode::Unsupported,
                "This is SAM text, in which no place can be looked up; make a BAM file of it (samtools sort -o).",
                {.file = path()});
        if (hts_check_EOF(m_file.get()) == 0)
            return damaged();
        if (format == cram)
            hts_set_opt(m_file.get(), CRAM_OPT_REQUIRED_FIELDS, kNeededFields);
        m_header.reset(sam_hdr_read(m_file.get()));
        if (!m_header)
            return damaged();
        for (int i = 0; i < sam_hdr_nref(m_header.get()); ++i)
            m_chromosomes.push_back(
                {sam_hdr_tid2name(m_header.get(), i), std::int64_t(sam_hdr_tid2len(m_header.get(), i))});
        if (m_chromosomes.empty())
            return fail(ErrorCode::Unsupported,
                        "The reads of this file are not aligned: its header names no chromosomes.", {.file = path()});
        return loadIndex(format == cram, std::move(stop), progress);
    }

    const std::vector<SignalChromosome>& chromosomes() const override { return m_chromosomes; }

protected:
    float uncoveredValue() const override { return 0.0f; }

    Result<void> visitInside(std::size_t chromosome, data::Interval interval, const SignalVisitor& visitor) override
    {
        const std::unique_ptr<hts_itr_t, Close> reads(
            sam_itr_queryi(m_index.get(), int(chromosome), interval.startNt, interval.endNt));
        if (!reads)
            return damaged();
        DepthSweep sweep(interval, visitor);
        const std::unique_ptr<bam1_t, Close> read(bam_init1());
        int status = 0;
        while ((status = sam_itr_next(m_file.get(), reads.get(), read.get())) >= 0) {
            const bool isReverse = (read->core.flag & BAM_FREVERSE) != 0;
            const bool isOtherStrand =
                m_strand != data::Strand::None && isReverse != (m_strand == data::Strand::Reverse);
            if ((read->core.flag & kLeftOut) != 0 || isOtherStrand)
                continue;
            if (const Result<void> settled = sweep.settleBefore(read->core.pos); !settled)
                return settled;
            addBlocks(*read, sweep);
        }
        if (status < -1)
            return damaged();
        return sweep.settleBefore(interval.endNt + 1);
    }

private:
    std::unexpected<Error> damaged() const
    {
        return fail(ErrorCode::Parse, "The file of reads is truncated or damaged; copy or download it again.",
                    {.file = path()});
    }

    Result<void> loadIndex(bool isCram, std::stop_token stop, Progress* progress)
    {
        std::vector<std::string> said;
        const Result<std::string> index = alignmentIndex(path(), isCram, std::move(stop), progress, said);
        if (!index)
            return fail(index.error());
        for (std::string& sentence : said)
            addNotice(std::move(sentence));
        if (index->ends_with(".bai") && !fitsChromosomes(*index))
            return fail(ErrorCode::Parse, "The index does not fit its file; delete it, and it is built again.",
                        {.file = *index});
        m_index.reset(sam_index_load3(m_file.get(), localName(path()).c_str(), index->c_str(), 0));
        if (!m_index)
            return fail(ErrorCode::Parse, "The index cannot be read; delete it, and it is built again.",
                        {.file = *index});
        return {};
    }

    /// htslib makes room for as many chromosomes as a .bai file claims, before it reads on.
    bool fitsChromosomes(const std::string& index) const
    {
        constexpr std::uint32_t kMagic = 0x01494142;  // "BAI\1"
        const auto file = RandomAccessFile::open(index);
        const auto start = file ? file->read(0, 8) : fail(file.error());
        if (!start)
            return false;
        BinaryNumbers numbers(*start, false);
        return numbers.u32() == kMagic && numbers.u32() == m_chromosomes.size();
    }

    static void addBlocks(const bam1_t& read, DepthSweep& sweep)
    {
        const std::uint32_t* const cigar = bam_get_cigar(&read);
        std::int64_t atNt = read.core.pos;
        for (std::uint32_t i = 0; i < read.core.n_cigar; ++i) {
            const int operation = int(bam_cigar_op(cigar[i]));
            const std::int64_t nt = bam_cigar_oplen(cigar[i]);
            if (operation == BAM_CMATCH || operation == BAM_CEQUAL || operation == BAM_CDIFF)
                sweep.add({atNt, atNt + nt});
            if ((bam_cigar_type(operation) & 2) != 0)  // uses up reference
                atNt += nt;
        }
    }

    data::Strand m_strand;
    std::vector<SignalChromosome> m_chromosomes;
    std::unique_ptr<samFile, Close> m_file;
    std::unique_ptr<sam_hdr_t, Close> m_header;
    std::unique_ptr<hts_idx_t, Close> m_index;
};

}  // namespace

bool isAlignment(const std::string& path)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return false;
    hFILE* const file = hopen(localName(path).c_str(), "r");
    if (file == nullptr)
        return false;
    htsFormat format{};
    const int status = hts_detect_format(file, &format);
    [[maybe_unused]] const int ignored = hclose(file);  // it was only read
    return status == 0 && (format.format == bam || format.format == cram || format.format == sam);
}

Result<std::unique_ptr<SignalSource>> openCoverage(const std::string& path, const SignalOptions& options,
                                                   std::stop_token stop, Progress* progress)
{
    auto source = std::make_unique<Coverage>(path, options.strand);
    if (const Result<void> loaded = source->load(std::move(stop), progress); !loaded)
        return fail(loaded.error());
    return source;
}

}  // namespace nscope::io
