// Purpose: seeded random choices that are the same on every machine and need no stored state: every stream is named
// by numbers (seed, epoch, purpose), so a resumed run draws what an uninterrupted one draws.
// Source: SplitMix64 (Steele, Lea & Flood 2014) for mixing.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace nscope::train {

class RandomStream {
public:
    /// Streams with different names are independent.
    explicit RandomStream(std::initializer_list<std::uint64_t> name)
    {
        for (const std::uint64_t part : name)
            m_state = mixed(m_state ^ mixed(part + kStep));
    }

    std::uint64_t bits()
    {
        m_state += kStep;
        return mixed(m_state);
    }
    /// In [0, 1).
    double uniform() { return double(bits() >> 11) * 0x1.0p-53; }
    /// In [0, count). Precondition: count > 0.
    std::size_t below(std::size_t count) { return std::size_t(uniform() * double(count)); }

    template <class T>
    void shuffle(std::vector<T>& values)
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(i)]);
    }

private:
    static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15ULL;
    static std::uint64_t mixed(std::uint64_t z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }

    std::uint64_t m_state = 0;
};

}  // namespace nscope::train
