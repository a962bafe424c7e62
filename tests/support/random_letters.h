// Purpose: reproducible random sequences for property tests.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace nscope::tests {

inline std::size_t randomBelow(std::mt19937_64& random, std::size_t bound) { return std::size_t(random() % bound); }

inline std::string randomLetters(std::mt19937_64& random, std::size_t count, std::string_view letters = "ACGT")
{
    std::string text(count, 'A');
    for (char& letter : text)
        letter = letters[randomBelow(random, letters.size())];
    return text;
}

}  // namespace nscope::tests
