#include "core/dataset/reading.h"

#include "core/data/alphabet.h"
#include "core/data/number_text.h"

#include <algorithm>

namespace nscope::dataset {

Result<void> Control::afford(std::int64_t bytes, const std::string& what) const
{
    constexpr std::int64_t kMb = 1 << 20;
    if (bytes <= memoryBytes)
        return {};
    return fail(ErrorCode::OutOfMemory, what + " would take " + data::groupedText(bytes / kMb)
                                            + " MB of memory, but data.memory_mb is "
                                            + data::groupedText(memoryBytes / kMb)
                                            + ": take fewer or shorter sequences, wider bins, or allow more memory.");
}

std::string badLetters(std::string_view letters)
{
    if (letters.empty())
        return "The sequence is empty.";
    const auto bad = std::ranges::find_if_not(letters, data::isIupac);
    if (bad == letters.end())
        return {};
    return "The sequence has a character that is no nucleotide at position "
           + data::groupedText(bad - letters.begin() + 1) + ": '" + *bad + "'.";
}

std::int64_t unknownLetters(std::string_view letters)
{
    return std::ranges::count_if(letters, [](char letter) { return data::baseIndex(letter) < 0; });
}

}  // namespace nscope::dataset
