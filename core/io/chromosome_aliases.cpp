#include "core/io/chromosome_aliases.h"

#include "core/io/text_input.h"

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 64 * 1024;

}  // namespace

Result<data::ChromosomeAliases> readChromosomeAliases(const std::string& path)
{
    if (path.empty())
        return data::ChromosomeAliases();
    Result<TextInput> input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    LineReader lines(*std::move(input), kMaxLineBytes);
    data::ChromosomeAliases aliases;
    std::string line;
    while (true) {
        const Result<bool> more = lines.next(line);
        if (!more)
            return fail(more.error());
        if (!*more)
            return aliases;
        if (line.empty() || line.starts_with('#'))
            continue;
        const std::size_t tab = line.find('\t');
        const std::string first = line.substr(0, tab);
        if (tab == std::string::npos || tab == 0 || tab + 1 == line.size())
            return fail(ErrorCode::Parse, "The line needs two names of one chromosome, separated by a tab.",
                        {.file = path, .line = lines.lineNumber()});
        for (std::size_t start = tab + 1; start <= line.size();) {
            const std::size_t end = std::min(line.find('\t', start), line.size());
            if (end > start)
                aliases.add(first, line.substr(start, end - start));
            start = end + 1;
        }
    }
}

}  // namespace nscope::io
