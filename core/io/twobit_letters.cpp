// Purpose: letters of a UCSC 2bit file: two bits per base, T C A G, and a list of runs of N.
#include "core/io/letter_source.h"
#include "core/io/random_access_file.h"

#include <algorithm>
#include <optional>

namespace nscope::io {
namespace {

constexpr std::uint32_t kMagic = 0x1A412743;
constexpr std::uint32_t kMagicSwapped = 0x4327411A;
constexpr std::uint64_t kHeaderBytes = 16;
constexpr std::uint64_t kMaxNameBytes = 255;
constexpr std::string_view kLetters = "TCAG";

/// Where the parts of a record lie.
struct Layout {
    std::uint64_t basesOffset = 0;
    std::vector<data::Interval> runsOfN;  ///< ascending
};

class TwoBitLetters : public LetterSource {
public:
    explicit TwoBitLetters(RandomAccessFile file) : m_file(std::move(file)) {}

    Result<void> readIndex()
    {
        const auto start = m_file.read(0, kHeaderBytes);
        if (!start)
            return fail(ErrorCode::Parse, "The 2bit file ends inside its header.", {.file = m_file.path()});
        BinaryNumbers magic(*start, false);
        const std::uint32_t first = magic.u32();
        if (first != kMagic && first != kMagicSwapped)
            return fail(ErrorCode::Parse, "This is not a 2bit file.", {.file = m_file.path()});
        m_swapped = first == kMagicSwapped;
        BinaryNumbers header(*start, m_swapped);
        header.skip(4);
        const std::uint32_t version = header.u32();
        if (version > 1)
            return fail(ErrorCode::Unsupported,
                        "2bit files of version " + std::to_string(version) + " are not read; 0 and 1 are.",
                        {.file = m_file.path()});
        const std::uint32_t count = header.u32();
        if (count == 0)
            return fail(ErrorCode::Parse, "The file is empty: it holds no sequence.", {.file = m_file.path()});
        return readNames(count, version == 1 ? 8 : 4);
    }

    const std::vector<LetterRecord>& records() const override { return m_records; }
    Result<std::string> header(std::size_t record) override { return m_records[record].name; }

    Result<std::string> letters(std::size_t record, data::Interval interval) override
    {
        if (m_layoutOf != record) {
            Result<Layout> layout = readLayout(record);
            if (!layout)
                return fail(layout.error().at({.record = m_records[record].name}));
            m_layout = *std::move(layout);
            m_layoutOf = record;
        }
        const auto firstByte = std::uint64_t(interval.startNt / 4);
        const auto endByte = std::uint64_t((interval.endNt + 3) / 4);
        const auto packed = m_file.read(m_layout.basesOffset + firstByte, endByte - firstByte);
        if (!packed)
            return fail(packed.error().at({.record = m_records[record].name}));
        std::string letters(std::size_t(interval.length()), 'N');
        for (std::int64_t i = 0; i < interval.length(); ++i) {
            const std::int64_t position = interval.startNt + i;
            const auto four = std::to_integer<unsigned>((*packed)[std::size_t(position / 4) - firstByte]);
            letters[std::size_t(i)] = kLetters[(four >> (6 - 2 * (position % 4))) & 3];
        }
        for (const data::Interval& run : m_layout.runsOfN) {
            const data::Interval hidden = run.intersected(interval);
            if (hidden.isEmpty())
                continue;
            std::fill_n(letters.begin() + (hidden.startNt - interval.startNt), hidden.length(), 'N');
        }
        return letters;
    }

private:
    Result<void> readNames(std::uint32_t count, std::uint64_t offsetBytes)
    {
        // No name can be shorter than nothing: that bounds what a file of this size may claim.
        if (count > m_file.sizeBytes() / (1 + offsetBytes))
            return fail(ErrorCode::Parse,
                        "The file claims more sequences than fit into it; it is truncated or damaged.",
                        {.file = m_file.path()});
        const std::uint64_t most =
            std::min(m_file.sizeBytes() - kHeaderBytes, count * (1 + kMaxNameBytes + offsetBytes));
        const auto bytes = m_file.read(kHeaderBytes, most);
        if (!bytes)
            return fail(bytes.error());
        BinaryNumbers index(*bytes, m_swapped);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::string name = index.text(index.u8());
            m_offsets.push_back(offsetBytes == 8 ? index.u64() : index.u32());
            if (index.failed() || name.empty())
                return fail(ErrorCode::Parse,
                            "The list of sequences is cut short or has an empty name; the file is damaged.",
                            {.file = m_file.path()});
            m_records.push_back({name, 0});
        }
        for (std::size_t i = 0; i < m_records.size(); ++i) {
            const auto length = m_file.read(m_offsets[i], 4);
            if (!length)
                return fail(length.error().at({.record = m_records[i].name}));
            m_records[i].lengthNt = BinaryNumbers(*length, m_swapped).u32();
        }
        return {};
    }

    /// The number of blocks at `offset`, which is moved behind them, and their starts and sizes.
    Result<std::vector<data::Interval>> readBlocks(std::uint64_t& offset) const
    {
        const auto countBytes = m_file.read(offset, 4);
        if (!countBytes)
            return fail(countBytes.error());
        const std::uint64_t count = BinaryNumbers(*countBytes, m_swapped).u32();
        const auto bytes = m_file.read(offset + 4, count * 8);
        if (!bytes)
            return fail(bytes.error());
        offset += 4 + count * 8;
        std::vector<data::Interval> blocks(count);
        BinaryNumbers numbers(*bytes, m_swapped);
        for (data::Interval& block : blocks)
            block.startNt = numbers.u32();
        for (data::Interval& block : blocks)
            block.endNt = block.startNt + numbers.u32();
        return blocks;
    }

    Result<Layout> readLayout(std::size_t record) const
    {
        Layout layout;
        std::uint64_t offset = m_offsets[record] + 4;
        Result<std::vector<data::Interval>> runs = readBlocks(offset);
        if (!runs)
            return fail(runs.error());
        layout.runsOfN = *std::move(runs);
        const std::int64_t lengthNt = m_records[record].lengthNt;
        if (std::ranges::any_of(layout.runsOfN, [lengthNt](const data::Interval& run) { return run.endNt > lengthNt; }))
            return fail(ErrorCode::Parse, "A run of N lies behind the end of its sequence; the file is damaged.",
                        {.file = m_file.path()});
        if (const auto masked = readBlocks(offset); !masked)
            return fail(masked.error());
        layout.basesOffset = offset + 4;  // a reserved number
        return layout;
    }

    RandomAccessFile m_file;
    bool m_swapped = false;
    std::vector<LetterRecord> m_records;
    std::vector<std::uint64_t> m_offsets;
    std::optional<std::size_t> m_layoutOf;  ///< the record whose layout is kept, as neighbours are asked for in a row
    Layout m_layout;
};

}  // namespace

bool isTwoBit(const std::string& path)
{
    const auto file = RandomAccessFile::open(path);
    const auto start = file ? file->read(0, 4) : fail(file.error());
    if (!start)
        return false;
    const std::uint32_t magic = BinaryNumbers(*start, false).u32();
    return magic == kMagic || magic == kMagicSwapped;
}

Result<std::unique_ptr<LetterSource>> openTwoBit(const std::string& path)
{
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file)
        return fail(file.error());
    auto source = std::make_unique<TwoBitLetters>(*std::move(file));
    if (const Result<void> read = source->readIndex(); !read)
        return fail(read.error());
    return source;
}

}  // namespace nscope::io
