#include "core/io/bigwig_output.h"

#include "core/io/bigwig_format.h"

#include <zlib.h>

#include <algorithm>

namespace nscope::io {
namespace {

using namespace bigwig;

constexpr std::uint32_t kChildren = 256;
constexpr std::uint64_t kValueBytes = 8;  ///< of the tree: a number and a length, or an offset

/// How many nodes every level of a tree has, leaves first, root last.
std::vector<std::uint64_t> levelsOf(std::uint64_t items)
{
    std::vector<std::uint64_t> levels{std::max<std::uint64_t>(1, (items + kChildren - 1) / kChildren)};
    while (levels.back() > 1)
        levels.push_back((levels.back() + kChildren - 1) / kChildren);
    return levels;
}

void putNodeHeader(BigWigBytes& bytes, bool isLeaf, std::uint64_t children)
{
    bytes.put(std::uint8_t(isLeaf));
    bytes.put(std::uint8_t(0));
    bytes.put(std::uint16_t(children));
}

/// First and last block below a node.
std::pair<std::uint64_t, std::uint64_t> itemsBelow(std::size_t level, std::uint64_t node, std::uint64_t items)
{
    std::uint64_t width = kChildren;
    for (std::size_t i = 0; i < level; ++i)
        width *= kChildren;
    return {node * width, std::min(items, (node + 1) * width)};
}

void putSpan(BigWigBytes& bytes, const BigWigSpan& first, const BigWigSpan& last)
{
    for (const std::uint32_t value : {first.id, first.startNt, last.id, last.endNt})
        bytes.put(value);
}

}  // namespace

void BigWigOutput::write(const std::string& bytes)
{
    m_failed = failed() || std::fwrite(bytes.data(), 1, bytes.size(), m_file.get()) != bytes.size();
    m_position += bytes.size();
}

void BigWigOutput::patch(std::uint64_t offset, const std::string& bytes)
{
    m_failed = failed() || ::fseeko(m_file.get(), off_t(offset), SEEK_SET) != 0
               || std::fwrite(bytes.data(), 1, bytes.size(), m_file.get()) != bytes.size()
               || ::fseeko(m_file.get(), off_t(m_position), SEEK_SET) != 0;
}

bool BigWigOutput::flush()
{
    m_failed = failed() || std::fflush(m_file.get()) != 0;
    return !m_failed;
}

void BigWigOutput::writeBlock(const std::string& bytes, BigWigSpan& span)
{
    uLongf size = compressBound(bytes.size());
    std::string packed(size, '\0');
    m_failed = failed()
               || compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                           bytes.size())
                      != Z_OK;
    packed.resize(size);
    span.offset = m_position;
    span.sizeBytes = size;
    write(packed);
}

void BigWigOutput::writeChromosomes(const std::vector<SignalChromosome>& sorted)
{
    std::size_t keyBytes = 1;
    for (const SignalChromosome& chromosome : sorted)
        keyBytes = std::max(keyBytes, chromosome.name.size());
    const std::uint64_t count = sorted.size();
    BigWigBytes bytes;
    for (const std::uint32_t value : {kTreeMagic, kChildren, std::uint32_t(keyBytes), std::uint32_t(kValueBytes)})
        bytes.put(value);
    bytes.put(count);
    bytes.put(std::uint64_t(0));
    // All nodes have the room of a full one, as other readers take them.
    const std::uint64_t nodeBytes = kNodeHeaderBytes + kChildren * (keyBytes + kValueBytes);
    const std::vector<std::uint64_t> levels = levelsOf(count);
    std::uint64_t belowOffset = m_position + bytes.size();
    for (std::size_t level = levels.size(); level-- > 0;) {
        belowOffset += levels[level] * nodeBytes;
        const std::uint64_t children = level == 0 ? count : levels[level - 1];
        for (std::uint64_t node = 0; node < levels[level]; ++node) {
            const std::uint64_t first = node * kChildren, last = std::min(children, first + kChildren);
            const std::size_t start = bytes.size();
            putNodeHeader(bytes, level == 0, last - first);
            for (std::uint64_t child = first; child < last; ++child) {
                const std::uint64_t item = level == 0 ? child : itemsBelow(level - 1, child, count).first;
                bytes.putText(sorted[item].name, keyBytes);
                if (level > 0) {
                    bytes.put(belowOffset + child * nodeBytes);
                } else {
                    bytes.put(std::uint32_t(child));
                    bytes.put(std::uint32_t(sorted[item].lengthNt));
                }
            }
            bytes.putText({}, nodeBytes - (bytes.size() - start));
        }
    }
    write(bytes.text());
}

void BigWigOutput::writeIndex(const std::vector<BigWigSpan>& spans, std::uint32_t itemsPerBlock)
{
    BigWigBytes bytes;
    bytes.put(kIndexMagic);
    bytes.put(kChildren);
    bytes.put(std::uint64_t(spans.size()));
    putSpan(bytes, spans.front(), spans.back());
    bytes.put(m_position);
    bytes.put(itemsPerBlock);
    bytes.put(std::uint32_t(0));
    const std::vector<std::uint64_t> levels = levelsOf(spans.size());
    std::uint64_t belowOffset = m_position + bytes.size();
    write(bytes.text());
    for (std::size_t level = levels.size(); level-- > 0;) {
        const std::uint64_t children = level == 0 ? spans.size() : levels[level - 1];
        belowOffset += levels[level] * kNodeHeaderBytes + children * (level == 0 ? kLeafBytes : kBranchBytes);
        std::uint64_t childOffset = belowOffset;
        for (std::uint64_t node = 0; node < levels[level]; ++node) {
            const std::uint64_t first = node * kChildren, last = std::min(children, first + kChildren);
            bytes.clear();
            putNodeHeader(bytes, level == 0, last - first);
            for (std::uint64_t child = first; child < last; ++child) {
                if (level == 0) {
                    putSpan(bytes, spans[child], spans[child]);
                    bytes.put(spans[child].offset);
                    bytes.put(spans[child].sizeBytes);
                    continue;
                }
                const auto [from, to] = itemsBelow(level - 1, child, spans.size());
                putSpan(bytes, spans[from], spans[to - 1]);
                bytes.put(childOffset);
                const std::uint64_t grandchildren = level == 1 ? spans.size() : levels[level - 2];
                const std::uint64_t own = std::min(grandchildren, (child + 1) * kChildren) - child * kChildren;
                childOffset += kNodeHeaderBytes + own * (level == 1 ? kLeafBytes : kBranchBytes);
            }
            write(bytes.text());
        }
    }
}

}  // namespace nscope::io
