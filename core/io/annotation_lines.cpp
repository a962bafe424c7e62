// Purpose: lines, cells and numbers of annotation files.
#include "core/io/annotation_lines.h"

#include <charconv>
#include <cmath>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 16 << 20;
constexpr std::int64_t kProgressUnits = 1000;
constexpr std::int64_t kLinesPerLook = 4096;

template <class Number>
std::optional<Number> numberOf(std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace

Result<AnnotationLines> AnnotationLines::open(const std::string& path, const ReadControl& control)
{
    auto input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    if (control.progress != nullptr)
        control.progress->setTotal(kProgressUnits);
    return AnnotationLines(LineReader(*std::move(input), kMaxLineBytes), control);
}

Result<bool> AnnotationLines::next()
{
    const Result<bool> more = m_lines.next(m_line);
    if (!more)
        return more;
    if (!*more || number() % kLinesPerLook == 0) {
        if (m_control.stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Reading was stopped.", {.file = path()});
        if (m_control.progress != nullptr)
            m_control.progress->setDone(std::int64_t(m_lines.input().fractionRead() * double(kProgressUnits)));
    }
    return more;
}

Error AnnotationLines::problem(std::string message, std::string record) const
{
    return problemAt(number(), std::move(message), std::move(record));
}

Error AnnotationLines::problemAt(std::int64_t line, std::string message, std::string record) const
{
    return Error(ErrorCode::Parse, std::move(message), {.file = path(), .line = line, .record = std::move(record)});
}

std::size_t splitCells(std::string_view line, std::span<std::string_view> cells)
{
    std::size_t count = 0;
    while (true) {
        const std::size_t tab = line.find('\t');
        if (count < cells.size())
            cells[count] = line.substr(0, tab);
        ++count;
        if (tab == std::string_view::npos)
            return count;
        line.remove_prefix(tab + 1);
    }
}

std::size_t splitWords(std::string_view line, std::span<std::string_view> cells)
{
    constexpr std::string_view kBlanks = " \t";
    std::size_t count = 0;
    while (true) {
        const std::size_t start = line.find_first_not_of(kBlanks);
        if (start == std::string_view::npos)
            return count;
        line.remove_prefix(start);
        const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
        if (count < cells.size())
            cells[count] = line.substr(0, end);
        ++count;
        line.remove_prefix(end);
    }
}

std::optional<std::int64_t> wholeNumber(std::string_view text) { return numberOf<std::int64_t>(text); }

std::optional<double> finiteNumber(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const auto value = numberOf<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<data::Strand> strandOf(std::string_view text, bool unknownToo)
{
    if (text == "+")
        return data::Strand::Forward;
    if (text == "-")
        return data::Strand::Reverse;
    if (text == "." || (unknownToo && text == "?"))
        return data::Strand::None;
    return std::nullopt;
}

std::string quoted(std::string_view text)
{
    constexpr std::size_t kShown = 40;
    return "\"" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "…" : "") + "\"";
}

}  // namespace nscope::io
