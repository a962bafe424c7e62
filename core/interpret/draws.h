// Purpose: seeded random numbers that are the same on every machine (the standard distributions differ between
// libraries). Inside core/interpret only. Thread: one at a time.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace nscope::interpret {

class Draws {
public:
    /// Streams with different numbers are independent.
    Draws(std::uint64_t seed, std::uint64_t stream) : m_bits(seed * 0x9E3779B97F4A7C15ULL + stream) {}

    /// In [0, 1).
    double uniform() { return double(m_bits() >> 11) * 0x1.0p-53; }
    /// In [0, count); `count` is small beside 2^53.
    std::int64_t below(std::int64_t count) { return std::int64_t(uniform() * double(count)); }
    /// Standard normal (Box & Muller 1958).
    double normal()
    {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

private:
    std::mt19937_64 m_bits;
};

}  // namespace nscope::interpret
