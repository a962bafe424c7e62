// Purpose: the dot plot reader.
#include "core/io/dot_plot.h"

#include "core/io/text_input.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 64 << 20;  // the drawing repeats the sequence
constexpr std::string_view kPairEnding = " ubox";
constexpr double kRounding = 1e-6;  ///< of a root printed with few digits

/// Takes the next number off the front of `text`.
template <class T>
bool takeNumber(std::string_view& text, T& value)
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(std::size_t(end - text.data()));
    return error == std::errc();
}

}  // namespace

Result<std::vector<data::PairProbability>> readDotPlot(const std::string& path, std::int64_t lengthNt)
{
    auto input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    LineReader lines(*std::move(input), kMaxLineBytes);
    std::vector<data::PairProbability> pairs;
    std::string line;
    for (auto more = lines.next(line); !more || *more; more = lines.next(line)) {
        if (!more)
            return fail(more.error());
        const Where where{.file = path, .line = lines.lineNumber()};
        if (lines.lineNumber() == 1 && !line.starts_with("%!PS"))
            return fail(ErrorCode::Parse, "This is no dot plot: it does not start with %!PS.", where);
        if (line.empty() || line.front() < '0' || line.front() > '9' || !line.ends_with(kPairEnding))
            continue;
        std::string_view rest(line);
        rest.remove_suffix(kPairEnding.size());
        std::int64_t first = 0;
        std::int64_t second = 0;
        double root = 0;
        if (!takeNumber(rest, first) || !takeNumber(rest, second) || !takeNumber(rest, root) || !rest.empty())
            return fail(ErrorCode::Parse, "The line should hold two positions and the root of a probability.", where);
        if (first < 1 || second <= first || second > lengthNt)
            return fail(ErrorCode::Parse, "The base pair " + std::to_string(first) + "-" + std::to_string(second)
                            + " lies outside the sequence of " + std::to_string(lengthNt) + " nt.", where);
        if (!(root >= 0 && root <= 1 + kRounding))
            return fail(ErrorCode::Parse, "The root of a probability must be between 0 and 1.", where);
        pairs.push_back({first - 1, second - 1, root * root});
    }
    return pairs;
}

}  // namespace nscope::io
