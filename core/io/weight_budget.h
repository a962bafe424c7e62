// Purpose: bounds what a file of weights may claim by its own size, before anything is allocated: a file of 2 kB that
// declares 4 GB is refused. Inside core/io only.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace nscope::io {

/// Bytes that a file of this size may become in memory: bytes widened to floats take 4 times their size, a tied tensor
/// stands twice, and weights hardly compress. Small files get 1 MiB for constants that do.
constexpr std::uint64_t unpackedAllowance(std::uint64_t fileBytes) { return 16 * fileBytes + (1 << 20); }

class WeightBudget {
public:
    static constexpr std::size_t kMaxTensors = 100'000;
    static constexpr std::size_t kMaxDimensions = 16;

    explicit WeightBudget(std::uint64_t fileBytes) : m_fileBytes(fileBytes), m_left(unpackedAllowance(fileBytes)) {}

    /// Takes a tensor of this shape, as floats, out of the budget. Errors: Parse, when it is spent.
    Result<void> take(std::span<const std::int64_t> shape)
    {
        std::uint64_t bytes = sizeof(float);
        bool overflows = false;
        for (const std::int64_t extent : shape)
            overflows = overflows || extent < 0 || __builtin_mul_overflow(bytes, std::uint64_t(extent), &bytes);
        if (++m_tensors > kMaxTensors)
            return fail(ErrorCode::Parse, "The file holds more than 100,000 tensors.");
        if (overflows || bytes > m_left)
            return fail(ErrorCode::Parse, "The file declares more numbers than can be in its "
                                              + std::to_string(m_fileBytes)
                                              + " bytes; it is damaged or made to exhaust the memory.");
        m_left -= bytes;
        return {};
    }

private:
    std::uint64_t m_fileBytes;
    std::uint64_t m_left;
    std::size_t m_tensors = 0;
};

}  // namespace nscope::io
