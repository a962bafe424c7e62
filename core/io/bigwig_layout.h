// Purpose: the parts of a bigWig file below its values: header, list of chromosomes (B+ tree), indexes (R trees) and
// packed blocks. Everything read from the file is checked here. Inside core/io only (bigwig_reader.h).
#pragma once

#include "core/io/random_access_file.h"
#include "core/io/signal_file.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace nscope::io {

struct BigWigZoom {
    std::int64_t reductionNt = 0;
    std::uint64_t indexOffset = 0;
};

/// Where a packed block lies.
struct BigWigBlock {
    std::uint64_t offset = 0;
    std::uint64_t sizeBytes = 0;
};

class BigWigLayout {
public:
    static Result<BigWigLayout> open(const std::string& path);

    const std::vector<SignalChromosome>& chromosomes() const { return m_chromosomes; }
    std::uint32_t idOf(std::size_t chromosome) const { return m_ids[chromosome]; }
    const std::vector<BigWigZoom>& zooms() const { return m_zooms; }  ///< ascending
    std::uint64_t indexOffset() const { return m_indexOffset; }       ///< 0: the file holds no values
    bool isSwapped() const { return m_isSwapped; }

    using BlockVisitor = std::function<Result<void>(const BigWigBlock&)>;
    /// Every block of an index that may overlap a stretch of a chromosome, in the index's order.
    Result<void> visitBlocks(std::uint64_t indexOffset, std::uint32_t id, data::Interval interval,
                             const BlockVisitor& visitor) const;
    /// A block's bytes, inflated.
    Result<std::vector<std::byte>> unpack(const BigWigBlock& block) const;

    /// An error at a byte of the file.
    std::unexpected<Error> damaged(const std::string& what, std::uint64_t offset) const;

private:
    explicit BigWigLayout(RandomAccessFile file) : m_file(std::move(file)) {}
    Result<void> readHeader();
    Result<void> readZooms(std::uint16_t count);
    Result<void> readChromosomes(std::uint64_t offset);
    Result<void> readChromosomeNode(std::uint64_t offset, std::uint32_t keyBytes, std::uint64_t count, int depth);
    Result<void> visitNode(std::uint64_t offset, std::uint32_t id, data::Interval interval, int depth,
                           std::uint64_t& left, const BlockVisitor& visitor) const;

    RandomAccessFile m_file;
    bool m_isSwapped = false;
    std::uint64_t m_indexOffset = 0;
    std::uint32_t m_unpackedBytes = 0;  ///< largest block when inflated; 0: blocks are not packed
    std::vector<BigWigZoom> m_zooms;
    std::vector<SignalChromosome> m_chromosomes;
    std::vector<std::uint32_t> m_ids;
};

}  // namespace nscope::io
