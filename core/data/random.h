// Purpose: a seeded generator that draws the same numbers on every machine; the standard library's distributions do not.
// Source: SplitMix64 (Steele, Lea & Flood 2014).
#pragma once

#include <cstdint>
#include <string_view>

namespace nscope::data {

class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    /// Uniform in [0, bound); rejection keeps it exactly uniform. Precondition: bound > 0.
    std::uint64_t below(std::uint64_t bound)
    {
        const std::uint64_t limit = ~std::uint64_t(0) - ~std::uint64_t(0) % bound;
        std::uint64_t value = next();
        while (value >= limit)
            value = next();
        return value % bound;
    }

    /// In [0, 1).
    double uniform() { return double(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t m_state;
};

/// A seed for something with a name (FNV-1a): a record's random numbers do not depend on its neighbours.
inline std::uint64_t seedFor(std::uint64_t seed, std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
    for (const char letter : name)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
    return hash;
}

}  // namespace nscope::data
