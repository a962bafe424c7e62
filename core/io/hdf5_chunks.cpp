// Purpose: undoes the filters of a data set's chunks and puts them in their places.
#include "core/io/hdf5_file.h"

#include "core/io/weight_budget.h"

#include <zlib.h>

#include <algorithm>

namespace nscope::io {
namespace {

using Bytes = std::span<const std::byte>;

std::unexpected<Error> damaged() { return fail(ErrorCode::Parse, "The data set's chunks are damaged or incomplete."); }

struct Filters {
    bool shuffle = false;
    bool deflate = false;
};

/// The filters that were applied to a chunk. Only what h5py's compression="gzip" and shuffle=True give is known.
Result<Filters> filtersOf(const std::vector<Hdf5Filter>& list, std::uint32_t skipped)
{
    constexpr std::uint16_t kDeflate = 1;
    constexpr std::uint16_t kShuffle = 2;
    Filters filters;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool known =
            list[i].id == kDeflate ? !filters.deflate : list[i].id == kShuffle && !filters.shuffle && !filters.deflate;
        if (!known)
            return fail(ErrorCode::Unsupported,
                        "The data set is packed by a filter other than gzip and shuffle, which is not run.");
        const bool applied = (skipped >> i & 1) == 0;
        if (list[i].id == kDeflate)
            filters.deflate = applied;
        else
            filters.shuffle = applied;
    }
    return filters;
}

/// Bytes of one significance stand together in shuffled data: first all first bytes, then all second ones …
std::vector<std::byte> unshuffled(const std::vector<std::byte>& bytes, std::size_t item)
{
    const std::size_t count = bytes.size() / item;
    std::vector<std::byte> values(bytes.size());
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t b = 0; b < item; ++b)
            values[i * item + b] = bytes[b * count + i];
    }
    return values;
}

Result<std::vector<std::byte>> unpacked(const Hdf5Chunk& chunk, const Filters& filters, std::size_t chunkBytes,
                                        std::size_t item)
{
    std::vector<std::byte> bytes(chunkBytes);
    if (filters.deflate) {
        uLongf length = chunkBytes;
        const int code = uncompress(reinterpret_cast<Bytef*>(bytes.data()), &length,
                                    reinterpret_cast<const Bytef*>(chunk.stored.data()), chunk.stored.size());
        if (code != Z_OK || length != chunkBytes)
            return damaged();
    } else if (chunk.stored.size() == chunkBytes) {
        std::ranges::copy(chunk.stored, bytes.begin());
    } else {
        return damaged();
    }
    return filters.shuffle ? unshuffled(bytes, item) : bytes;
}

/// Where chunks stand in the array, counted in elements.
class Grid {
public:
    Grid(const std::vector<std::int64_t>& shape, const std::vector<std::uint32_t>& chunk)
        : m_shape(shape), m_chunk(chunk)
    {
    }

    /// Number of chunks, or nothing on overflow.
    std::optional<std::uint64_t> count() const
    {
        std::uint64_t total = 1;
        for (std::size_t d = 0; d < m_shape.size(); ++d) {
            if (__builtin_mul_overflow(total, alongAxis(d), &total))
                return std::nullopt;
        }
        return total;
    }

    /// The chunk's number in row-major order, or nothing when it does not begin where a chunk begins.
    std::optional<std::uint64_t> number(const std::vector<std::uint64_t>& start) const
    {
        std::uint64_t number = 0;
        for (std::size_t d = 0; d < m_shape.size(); ++d) {
            if (start[d] % m_chunk[d] != 0 || start[d] >= std::uint64_t(m_shape[d]))
                return std::nullopt;
            number = number * alongAxis(d) + start[d] / m_chunk[d];
        }
        return number;
    }

    /// Copies row by row (along the last axis); what a chunk at the edge has beyond the array is left.
    void place(const std::vector<std::uint64_t>& start, const std::vector<std::byte>& from, std::vector<std::byte>& to,
               std::size_t item) const
    {
        const std::size_t last = m_shape.size() - 1;
        const std::size_t rowItems = std::min<std::uint64_t>(m_chunk[last], std::uint64_t(m_shape[last]) - start[last]);
        const std::size_t rows = from.size() / item / m_chunk[last];
        for (std::size_t row = 0; row < rows; ++row) {
            std::size_t rest = row;
            std::uint64_t target = start[last];
            std::uint64_t stride = std::uint64_t(m_shape[last]);
            bool inside = true;
            for (std::size_t d = last; d-- > 0;) {
                const std::uint64_t index = start[d] + rest % m_chunk[d];
                rest /= m_chunk[d];
                inside = inside && index < std::uint64_t(m_shape[d]);
                target += index * stride;
                stride *= std::uint64_t(m_shape[d]);
            }
            if (inside)
                std::copy_n(from.data() + row * m_chunk[last] * item, rowItems * item, to.data() + target * item);
        }
    }

private:
    std::uint64_t alongAxis(std::size_t d) const { return (std::uint64_t(m_shape[d]) + m_chunk[d] - 1) / m_chunk[d]; }

    const std::vector<std::int64_t>& m_shape;
    const std::vector<std::uint32_t>& m_chunk;
};

}  // namespace

Result<std::vector<std::byte>> unpackHdf5Chunks(const Hdf5Object& dataSet, std::span<const Hdf5Chunk> chunks,
                                                std::size_t fileBytes)
{
    const std::vector<std::int64_t>& shape = dataSet.space->shape;
    const std::vector<std::uint32_t>& chunk = dataSet.layout->chunk;
    const std::size_t item = dataSet.type->bytes;
    if (shape.empty() || shape.size() != chunk.size() || std::ranges::find(chunk, 0u) != chunk.end())
        return damaged();
    std::uint64_t chunkBytes = item;
    bool overflows = false;
    for (const std::uint32_t extent : chunk)
        overflows = overflows || __builtin_mul_overflow(chunkBytes, std::uint64_t(extent), &chunkBytes);
    std::uint64_t allBytes = 0;
    overflows = overflows || __builtin_mul_overflow(chunkBytes, std::uint64_t(chunks.size()), &allBytes);
    const Grid grid(shape, chunk);
    if (grid.count() != chunks.size())
        return damaged();
    if (overflows || allBytes > unpackedAllowance(fileBytes))
        return fail(ErrorCode::Parse,
                    "The data set's chunks would unpack to far more than the file's size; it is not trusted.");

    std::vector<std::byte> values(dataSet.space->elements * item);
    std::vector<bool> seen(chunks.size());
    for (const Hdf5Chunk& stored : chunks) {
        const auto number = grid.number(stored.start);
        if (!number || seen[*number])
            return damaged();
        seen[*number] = true;
        const auto filters = filtersOf(dataSet.filters, stored.skippedFilters);
        if (!filters)
            return fail(filters.error());
        const auto bytes = unpacked(stored, *filters, chunkBytes, item);
        if (!bytes)
            return fail(bytes.error());
        grid.place(stored.start, *bytes, values, item);
    }
    return values;
}

}  // namespace nscope::io
