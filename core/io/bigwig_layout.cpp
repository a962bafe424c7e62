#include "core/io/bigwig_layout.h"

#include "core/io/bigwig_format.h"

#include <zlib.h>

#include <algorithm>
#include <unordered_set>

namespace nscope::io {
namespace {

using namespace bigwig;

constexpr std::uint64_t kTreeHeaderBytes = 32;
constexpr std::uint64_t kIndexHeaderBytes = 48;
constexpr std::uint32_t kMostKeyBytes = 4096;
/// Blocks count their items in 16 bits, of 12 bytes at most; zoom blocks, which do not, are as small in practice.
constexpr std::uint64_t kMostBlockBytes = 16 << 20;
/// A tree of four billion leaves with two children per node is no deeper.
constexpr int kMostDepth = 32;

/// Positions in the order of the genome: chromosome first.
struct Place {
    std::uint32_t id;
    std::int64_t positionNt;
    auto operator<=>(const Place&) const = default;
};

}  // namespace

std::unexpected<Error> BigWigLayout::damaged(const std::string& what, std::uint64_t offset) const
{
    return fail(ErrorCode::Parse, what + " The bigWig file is damaged; copy or download it again.",
                {.file = m_file.path(), .position = std::int64_t(std::min(offset, m_file.sizeBytes())) + 1});
}

Result<BigWigLayout> BigWigLayout::open(const std::string& path)
{
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file)
        return fail(file.error());
    BigWigLayout layout(*std::move(file));
    if (const Result<void> read = layout.readHeader(); !read)
        return fail(read.error());
    return layout;
}

Result<void> BigWigLayout::readHeader()
{
    const auto bytes = m_file.read(0, kHeaderBytes);
    if (!bytes)
        return damaged("The file ends inside its header.", 0);
    BinaryNumbers magic(*bytes, false);
    const std::uint32_t first = magic.u32();
    m_isSwapped = first == std::byteswap(kMagic) || first == std::byteswap(kBigBedMagic);
    const std::uint32_t kind = m_isSwapped ? std::byteswap(first) : first;
    if (kind == kBigBedMagic)
        return fail(ErrorCode::Unsupported, "This is a bigBed file, which holds features and not a signal.",
                    {.file = m_file.path()});
    if (kind != kMagic)
        return fail(ErrorCode::Parse, "This is not a bigWig file.", {.file = m_file.path()});
    BinaryNumbers header(*bytes, m_isSwapped);
    header.skip(4);
    const std::uint16_t version = header.u16();
    const std::uint16_t zoomCount = header.u16();
    const std::uint64_t treeOffset = header.u64();
    const std::uint64_t dataOffset = header.u64();
    m_indexOffset = header.u64();
    header.skip(4 + 8 + 8);  // fields and text of bigBed, summary of everything
    m_unpackedBytes = header.u32();
    if (version < 1 || version > 4)
        return fail(ErrorCode::Unsupported,
                    "bigWig files of version " + std::to_string(version) + " are not read; 1 to 4 are.",
                    {.file = m_file.path()});
    const auto isOutside = [this](std::uint64_t offset) {
        return offset < kHeaderBytes || offset >= m_file.sizeBytes();
    };
    if (isOutside(treeOffset) || (m_indexOffset != 0 && (isOutside(dataOffset) || isOutside(m_indexOffset))))
        return damaged("The header points to a place outside the file.", 0);
    if (m_unpackedBytes > kMostBlockBytes)
        return damaged("The header claims blocks of more than 16 MiB.", 52);
    if (const Result<void> read = readZooms(zoomCount); !read)
        return read;
    return readChromosomes(treeOffset);
}

Result<void> BigWigLayout::readZooms(std::uint16_t count)
{
    const auto bytes = m_file.read(kHeaderBytes, count * kZoomHeaderBytes);
    if (!bytes)
        return fail(bytes.error());
    BinaryNumbers zooms(*bytes, m_isSwapped);
    for (std::uint16_t i = 0; i < count; ++i) {
        BigWigZoom zoom;
        zoom.reductionNt = zooms.u32();
        zooms.skip(4 + 8);  // reserved; where the level's data begin
        zoom.indexOffset = zooms.u64();
        if (zoom.reductionNt == 0 && zoom.indexOffset == 0)
            continue;  // libBigWig leaves room for levels that it does not fill
        if (zoom.reductionNt == 0 || zoom.indexOffset < kHeaderBytes || zoom.indexOffset >= m_file.sizeBytes())
            return damaged("A zoom level has no size or lies outside the file.", kHeaderBytes + i * kZoomHeaderBytes);
        m_zooms.push_back(zoom);
    }
    std::ranges::sort(m_zooms, {}, &BigWigZoom::reductionNt);
    return {};
}

Result<void> BigWigLayout::readChromosomes(std::uint64_t offset)
{
    const auto bytes = m_file.read(offset, kTreeHeaderBytes);
    if (!bytes)
        return fail(bytes.error());
    BinaryNumbers tree(*bytes, m_isSwapped);
    const std::uint32_t magic = tree.u32();
    tree.skip(4);  // most children of a node
    const std::uint32_t keyBytes = tree.u32();
    const std::uint32_t valueBytes = tree.u32();
    const std::uint64_t count = tree.u64();
    if (magic != kTreeMagic || valueBytes != 8 || keyBytes == 0 || keyBytes > kMostKeyBytes
        || count > m_file.sizeBytes() / (keyBytes + 8))
        return damaged("The list of chromosomes cannot be read.", offset);
    if (count > 0) {
        if (const Result<void> read = readChromosomeNode(offset + kTreeHeaderBytes, keyBytes, count, 0); !read)
            return read;
    }
    if (m_chromosomes.size() != count)
        return damaged("The list of chromosomes is not as long as it says.", offset);
    std::unordered_set<std::string> names;
    std::unordered_set<std::uint32_t> ids(m_ids.begin(), m_ids.end());
    for (const SignalChromosome& chromosome : m_chromosomes)
        names.insert(chromosome.name);
    if (names.size() != count || ids.size() != count || names.contains(""))
        return damaged("Two chromosomes have one name or number, or one has none.", offset);
    return {};
}

Result<void> BigWigLayout::readChromosomeNode(std::uint64_t offset, std::uint32_t keyBytes, std::uint64_t count,
                                              int depth)
{
    const auto header = m_file.read(offset, kNodeHeaderBytes);
    if (!header)
        return fail(header.error());
    BinaryNumbers node(*header, m_isSwapped);
    const bool isLeaf = node.u8() != 0;
    node.skip(1);
    const std::uint16_t children = node.u16();
    // Depth and total bound a tree that points back to itself.
    if (depth > kMostDepth || (isLeaf && m_chromosomes.size() + children > count))
        return damaged("The list of chromosomes has a loop.", offset);
    const auto bytes = m_file.read(offset + kNodeHeaderBytes, std::uint64_t(children) * (keyBytes + 8));
    if (!bytes)
        return fail(bytes.error());
    BinaryNumbers items(*bytes, m_isSwapped);
    for (std::uint16_t i = 0; i < children; ++i) {
        const std::string name = items.text(keyBytes);
        if (isLeaf) {
            m_ids.push_back(items.u32());
            m_chromosomes.push_back({name, std::int64_t(items.u32())});
            continue;
        }
        const std::uint64_t before = m_chromosomes.size();
        if (const Result<void> read = readChromosomeNode(items.u64(), keyBytes, count, depth + 1); !read)
            return read;
        if (m_chromosomes.size() == before)
            return damaged("The list of chromosomes has an empty branch.", offset);
    }
    return {};
}

Result<void> BigWigLayout::visitBlocks(std::uint64_t indexOffset, std::uint32_t id, data::Interval interval,
                                       const BlockVisitor& visitor) const
{
    if (indexOffset == 0)
        return {};
    const auto bytes = m_file.read(indexOffset, kIndexHeaderBytes);
    if (!bytes)
        return fail(bytes.error());
    if (BinaryNumbers(*bytes, m_isSwapped).u32() != kIndexMagic)
        return damaged("Where an index should be there is none.", indexOffset);
    // An index whose branches lead back into it would be walked for ages; no honest one has more parts than fit.
    std::uint64_t left = m_file.sizeBytes() / kBranchBytes;
    return visitNode(indexOffset + kIndexHeaderBytes, id, interval, 0, left, visitor);
}

Result<void> BigWigLayout::visitNode(std::uint64_t offset, std::uint32_t id, data::Interval interval, int depth,
                                     std::uint64_t& left, const BlockVisitor& visitor) const
{
    const auto header = m_file.read(offset, kNodeHeaderBytes);
    if (!header)
        return fail(header.error());
    BinaryNumbers node(*header, m_isSwapped);
    const bool isLeaf = node.u8() != 0;
    node.skip(1);
    const std::uint16_t children = node.u16();
    const auto bytes = m_file.read(offset + kNodeHeaderBytes, children * (isLeaf ? kLeafBytes : kBranchBytes));
    if (!bytes)
        return fail(bytes.error());
    BinaryNumbers items(*bytes, m_isSwapped);
    for (std::uint16_t i = 0; i < children; ++i) {
        Place start{items.u32(), 0};
        start.positionNt = items.u32();
        Place end{items.u32(), 0};
        end.positionNt = items.u32();
        const std::uint64_t target = items.u64();
        const std::uint64_t sizeBytes = isLeaf ? items.u64() : 0;
        if (end < start)
            return damaged("The index is not in order.", offset);
        if (!(start < Place{id, interval.endNt} && Place{id, interval.startNt} < end))
            continue;
        if (left == 0 || depth > kMostDepth)
            return damaged("The index has a loop.", offset);
        --left;
        const Result<void> visited =
            isLeaf ? visitor({target, sizeBytes}) : visitNode(target, id, interval, depth + 1, left, visitor);
        if (!visited)
            return visited;
    }
    return {};
}

Result<std::vector<std::byte>> BigWigLayout::unpack(const BigWigBlock& block) const
{
    if (block.sizeBytes > kMostBlockBytes)
        return damaged("The index names a block of more than 16 MiB.", block.offset);
    Result<std::vector<std::byte>> packed = m_file.read(block.offset, block.sizeBytes);
    if (!packed || m_unpackedBytes == 0)
        return packed;
    std::vector<std::byte> bytes(m_unpackedBytes);
    uLongf size = bytes.size();
    if (uncompress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(packed->data()),
                   packed->size())
        != Z_OK)
        return damaged("A block cannot be unpacked.", block.offset);
    bytes.resize(size);
    return bytes;
}

}  // namespace nscope::io
