// Purpose: letters of an indexed FASTA file through htslib's faidx.
#include "core/io/fasta_index.h"
#include "core/io/index_place.h"
#include "core/io/letter_source.h"

#include <htslib/bgzf.h>
#include <htslib/faidx.h>
#include <htslib/hts.h>
#include <htslib/hts_log.h>

#include <algorithm>
#include <cstdlib>

namespace nscope::io {
namespace {

constexpr std::int64_t kMaxHeaderBytes = 64 * 1024;

struct Close {
    void operator()(faidx_t* index) const { fai_destroy(index); }
    void operator()(BGZF* file) const { bgzf_close(file); }
    void operator()(char* text) const { std::free(text); }
};

class FastaLetters : public LetterSource {
public:
    explicit FastaLetters(IndexedFasta indexed) : m_indexed(std::move(indexed))
    {
        for (const FastaRecord& record : m_indexed.records)
            m_records.push_back({record.name, record.lengthNt});
    }

    Result<void> load()
    {
        hts_set_log_level(HTS_LOG_OFF);  // our error says it in one sentence
        const char* blocks = m_indexed.gziPath.empty() ? nullptr : m_indexed.gziPath.c_str();
        m_index.reset(
            fai_load3_format(localName(m_indexed.path).c_str(), m_indexed.faiPath.c_str(), blocks, 0, FAI_FASTA));
        m_file.reset(bgzf_open(localName(m_indexed.path).c_str(), "r"));
        if (m_index && m_file && (blocks == nullptr || bgzf_index_load(m_file.get(), blocks, nullptr) == 0))
            return {};
        return fail(ErrorCode::Parse, "The index of this file cannot be read; delete it, and it is built again.",
                    {.file = m_indexed.faiPath});
    }

    const std::vector<LetterRecord>& records() const override { return m_records; }
    std::vector<std::string> notices() const override { return m_indexed.notices; }

    Result<std::string> header(std::size_t record) override
    {
        const std::int64_t end = m_indexed.records[record].offsetBytes;
        const std::int64_t start = std::max<std::int64_t>(0, end - kMaxHeaderBytes);
        std::string text(std::size_t(end - start), '\0');
        if (bgzf_useek(m_file.get(), off_t(start), SEEK_SET) != 0
            || bgzf_read(m_file.get(), text.data(), text.size()) != ssize_t(text.size()))
            return misfit(record);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
            text.pop_back();
        text.erase(0, text.rfind('\n') + 1);
        if (!text.starts_with('>'))
            return misfit(record);
        return text.substr(1);
    }

    Result<std::string> letters(std::size_t record, data::Interval interval) override
    {
        hts_pos_t length = 0;
        const std::unique_ptr<char, Close> text(faidx_fetch_seq64(m_index.get(), m_records[record].name.c_str(),
                                                                  interval.startNt, interval.endNt - 1, &length));
        if (!text || length != interval.length())
            return misfit(record);
        return std::string(text.get(), std::size_t(length));
    }

private:
    std::unexpected<Error> misfit(std::size_t record) const
    {
        return fail(ErrorCode::Parse,
                    "The file does not hold what its index says; delete the index " + m_indexed.faiPath
                        + ", and it is built again.",
                    {.file = m_indexed.path, .record = m_records[record].name});
    }

    IndexedFasta m_indexed;
    std::vector<LetterRecord> m_records;
    std::unique_ptr<faidx_t, Close> m_index;
    std::unique_ptr<BGZF, Close> m_file;
};

}  // namespace

Result<std::unique_ptr<LetterSource>> openFastaLetters(const std::string& path, std::stop_token stop,
                                                       Progress* progress)
{
    Result<IndexedFasta> indexed = indexFasta(path, std::move(stop), progress);
    if (!indexed)
        return fail(indexed.error());
    auto source = std::make_unique<FastaLetters>(*std::move(indexed));
    if (const Result<void> loaded = source->load(); !loaded)
        return fail(loaded.error());
    return source;
}

}  // namespace nscope::io
