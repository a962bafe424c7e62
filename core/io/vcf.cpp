// Purpose: VCF text by lines of our own (so that every problem has its line), BCF by htslib.
#include "core/io/vcf.h"

#include "core/data/alphabet.h"
#include "core/io/text_input.h"

#include <htslib/hts.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <filesystem>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 256 << 20;  // a line holds every sample
constexpr std::size_t kColumns = 8;
constexpr std::size_t kLeastColumns = 7;  ///< files without INFO are about, those without FILTER are cut short

/// CHROM … ALT of one record.
struct Record {
    std::string contig;
    std::int64_t startNt = -1;
    std::string id;
    std::string ref;
    std::vector<std::string> alts;
    std::int64_t line = -1;
};

bool isSequence(const std::string& text) { return !text.empty() && std::ranges::all_of(text, data::isIupac); }

bool isSymbolic(const std::string& alt)
{
    const bool isBracketed = alt.starts_with('<') && alt.ends_with('>');
    const bool isBreakend = alt.find_first_of("[]") != std::string::npos || alt.starts_with('.') || alt.ends_with('.');
    return alt == "*" || isBracketed || isBreakend;
}

/// What is wrong with a record; empty: nothing.
std::string problemOf(const Record& record)
{
    if (record.contig.empty())
        return "The record names no chromosome or sequence (CHROM).";
    if (record.startNt < 0)
        return "POS must be a whole number from 1.";
    if (!isSequence(record.ref))
        return "REF \"" + record.ref.substr(0, 40) + "\" is not a sequence of nucleotide letters.";
    for (const std::string& alt : record.alts) {
        if (!isSequence(alt) && !isSymbolic(alt))
            return "ALT \"" + alt.substr(0, 40) + "\" is neither nucleotide letters nor a symbolic allele.";
    }
    return {};
}

std::vector<std::string> split(std::string_view text, char separator, std::size_t most)
{
    std::vector<std::string> parts;
    while (parts.size() + 1 < most) {
        const std::size_t end = text.find(separator);
        if (end == std::string_view::npos)
            break;
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.emplace_back(text);
    return parts;
}

std::int64_t startOf(const std::string& position)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(position.data(), position.data() + position.size(), value);
    return error == std::errc() && end == position.data() + position.size() ? value - 1 : -1;
}

class RecordSource {
public:
    virtual ~RecordSource() = default;
    /// The next record; a Parse error with `mayGoOn` set concerns this record alone.
    virtual Result<std::optional<Record>> next(bool& mayGoOn) = 0;
    virtual double fractionRead() const = 0;
};

class TextSource : public RecordSource {
public:
    explicit TextSource(LineReader lines) : m_lines(std::move(lines)) {}

    Result<void> readHeader()
    {
        std::string line;
        while (true) {
            const Result<bool> more = m_lines.next(line);
            if (!more)
                return fail(more.error());
            const Where where{.file = m_lines.input().path(), .line = std::max<std::int64_t>(1, m_lines.lineNumber())};
            if (!*more || (m_lines.lineNumber() == 1 && !line.starts_with("##fileformat=VCF")))
                return fail(ErrorCode::Parse,
                            *more ? "This is not a VCF file: its first line is not ##fileformat=VCF…"
                                  : "The file ends before its line of columns (#CHROM …).",
                            where);
            if (line.starts_with("#CHROM\t"))
                return {};
            if (!line.starts_with("##"))
                return fail(ErrorCode::Parse, "A record stands before the line of columns (#CHROM …).", where);
        }
    }

    Result<std::optional<Record>> next(bool& mayGoOn) override
    {
        std::string line;
        do {
            const Result<bool> more = m_lines.next(line);
            if (!more)
                return fail(more.error());
            if (!*more)
                return std::nullopt;
        } while (line.empty());
        mayGoOn = true;
        std::vector<std::string> cells = split(line, '\t', kColumns);
        if (cells.size() < kLeastColumns)
            return fail(ErrorCode::Parse,
                        "The record has " + std::to_string(cells.size())
                            + " columns separated by tabs; VCF has 8.",
                        where());
        Record record{
            cells[0], startOf(cells[1]),   cells[2] == "." ? std::string() : cells[2], data::canonical(cells[3]),
            {},       m_lines.lineNumber()};
        if (cells[4] != ".")
            record.alts = split(cells[4], ',', std::string::npos);
        if (const std::string problem = problemOf(record); !problem.empty())
            return fail(ErrorCode::Parse, problem, where());
        return record;
    }
    double fractionRead() const override { return m_lines.input().fractionRead(); }

private:
    Where where() const { return {.file = m_lines.input().path(), .line = m_lines.lineNumber()}; }

    LineReader m_lines;
};

class BcfSource : public RecordSource {
public:
    static Result<std::unique_ptr<RecordSource>> open(const std::string& path)
    {
        auto source = std::make_unique<BcfSource>();
        source->m_path = path;
        source->m_file.reset(hts_open(std::filesystem::absolute(path).c_str(), "r"));
        if (source->m_file)
            source->m_header.reset(bcf_hdr_read(source->m_file.get()));
        if (!source->m_header)
            return fail(ErrorCode::Parse, "The header of the BCF file cannot be read; the file is damaged.",
                        {.file = path});
        if (hts_check_EOF(source->m_file.get()) == 0)
            return fail(ErrorCode::Parse, "The BCF file is truncated; copy or download it again.", {.file = path});
        return source;
    }

    Result<std::optional<Record>> next(bool& mayGoOn) override
    {
        const int status = bcf_read(m_file.get(), m_header.get(), m_record.get());
        if (status == -1)
            return std::nullopt;
        ++m_number;
        if (status < -1)
            return fail(ErrorCode::Parse, "The BCF file is truncated or damaged; copy or download it again.", where());
        mayGoOn = true;
        bcf1_t& line = *m_record;
        const char* contig = line.errcode == 0 ? bcf_hdr_id2name(m_header.get(), line.rid) : nullptr;
        if (contig == nullptr || bcf_unpack(&line, BCF_UN_STR) != 0 || line.n_allele == 0)
            return fail(ErrorCode::Parse, "The record does not agree with the file's header.", where());
        const std::string id = line.d.id;
        Record record{contig, line.pos, id == "." ? std::string() : id, data::canonical(line.d.allele[0]),
                      {},     m_number};
        for (int allele = 1; allele < int(line.n_allele); ++allele)
            record.alts.emplace_back(line.d.allele[allele]);
        if (const std::string problem = problemOf(record); !problem.empty())
            return fail(ErrorCode::Parse, problem, where());
        return record;
    }
    double fractionRead() const override { return -1.0; }

private:
    Where where() const { return {.file = m_path, .line = m_number}; }

    struct Close {
        void operator()(htsFile* file) const { hts_close(file); }
        void operator()(bcf_hdr_t* header) const { bcf_hdr_destroy(header); }
        void operator()(bcf1_t* record) const { bcf_destroy(record); }
    };
    std::string m_path;
    std::unique_ptr<htsFile, Close> m_file;
    std::unique_ptr<bcf_hdr_t, Close> m_header;
    std::unique_ptr<bcf1_t, Close> m_record{bcf_init()};
    std::int64_t m_number = 0;
};

/// Whether the (decompressed) file begins as BCF does.
Result<bool> isBcf(const std::string& path)
{
    if (path == "-")
        return false;
    Result<TextInput> input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    const Result<std::string_view> start = input->chunk();
    if (!start)
        return fail(start.error());
    return start->starts_with(std::string_view("BCF\2", 4));
}

Result<std::unique_ptr<RecordSource>> openSource(const std::string& path)
{
    const Result<bool> binary = isBcf(path);
    if (!binary)
        return fail(binary.error());
    if (*binary)
        return BcfSource::open(path);
    Result<TextInput> input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    auto source = std::make_unique<TextSource>(LineReader(*std::move(input), kMaxLineBytes));
    if (const Result<void> header = source->readHeader(); !header)
        return fail(header.error());
    return source;
}

}  // namespace

struct VcfReader::Impl {
    std::unique_ptr<RecordSource> source;
    std::deque<data::Variant> waiting;
    ReadProblems problems;
    std::int64_t withoutAlternative = 0;

    void add(const Record& record)
    {
        withoutAlternative += record.alts.empty() ? 1 : 0;
        for (const std::string& alt : record.alts) {
            const bool symbolic = !isSequence(alt);
            waiting.push_back({record.contig, record.startNt, record.id, record.ref,
                               symbolic ? alt : data::canonical(alt), symbolic, record.line});
        }
    }
};

VcfReader::VcfReader(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
VcfReader::~VcfReader() = default;
VcfReader::VcfReader(VcfReader&&) noexcept = default;

Result<VcfReader> VcfReader::open(const std::string& path)
{
    Result<std::unique_ptr<RecordSource>> source = openSource(path);
    if (!source)
        return fail(source.error());
    return VcfReader(std::make_unique<Impl>(Impl{*std::move(source), {}, {}, 0}));
}

Result<std::optional<data::Variant>> VcfReader::next()
{
    while (m_impl->waiting.empty()) {
        bool mayGoOn = false;
        const Result<std::optional<Record>> record = m_impl->source->next(mayGoOn);
        if (!record && !mayGoOn)
            return fail(record.error());
        if (!record) {
            m_impl->problems.add(record.error());
            continue;
        }
        if (!*record)
            return std::nullopt;
        m_impl->add(**record);
    }
    data::Variant variant = std::move(m_impl->waiting.front());
    m_impl->waiting.pop_front();
    return variant;
}

const ReadProblems& VcfReader::problems() const { return m_impl->problems; }
std::int64_t VcfReader::withoutAlternative() const { return m_impl->withoutAlternative; }
double VcfReader::fractionRead() const { return m_impl->source->fractionRead(); }

}  // namespace nscope::io
