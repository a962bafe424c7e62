// Purpose: the table reader.
#include "core/io/tsv_table.h"

#include "core/io/text_input.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 64 << 20;  // a cell may hold a sequence

std::vector<std::string> tabCells(std::string_view line)
{
    std::vector<std::string> cells;
    while (true) {
        const std::size_t tab = line.find('\t');
        cells.emplace_back(line.substr(0, tab));
        if (tab == std::string_view::npos)
            return cells;
        line.remove_prefix(tab + 1);
    }
}

/// A doubled quote inside quotes is one.
std::vector<std::string> commaCells(std::string_view line)
{
    std::vector<std::string> cells(1);
    bool isQuoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool isQuote = line[i] == '"';
        if (isQuote && isQuoted && i + 1 < line.size() && line[i + 1] == '"')
            cells.back() += line[i++];
        else if (isQuote && (isQuoted || cells.back().empty()))
            isQuoted = !isQuoted;
        else if (line[i] == ',' && !isQuoted)
            cells.emplace_back();
        else
            cells.back() += line[i];
    }
    return cells;
}

bool hasDoubles(std::vector<std::string> names)
{
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

}  // namespace

Result<TsvTable> TsvTable::read(const std::string& path)
{
    auto input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    LineReader lines(*std::move(input), kMaxLineBytes);
    TsvTable table;
    table.m_path = path;
    const bool isCsv = path.ends_with(".csv") || path.ends_with(".csv.gz");
    std::string line;
    while (true) {
        const auto more = lines.next(line);
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
        const bool isHeader = table.m_columns.empty();
        if (line.empty() || (isHeader && line.starts_with('#')))
            continue;
        std::vector<std::string> cells = isCsv ? commaCells(line) : tabCells(line);
        const Where where{.file = path, .line = lines.lineNumber()};
        if (isHeader) {
            if (hasDoubles(cells))
                return fail(ErrorCode::Parse, "Two columns of the table have the same name.", where);
            table.m_columns = std::move(cells);
            continue;
        }
        if (cells.size() != table.m_columns.size())
            return fail(ErrorCode::Parse,
                        "The row has " + std::to_string(cells.size()) + " cells, but the header has "
                            + std::to_string(table.m_columns.size()) + "; cells are separated by "
                            + (isCsv ? "commas." : "tabs."),
                        where);
        std::ranges::move(cells, std::back_inserter(table.m_cells));
        table.m_lines.push_back(lines.lineNumber());
    }
    if (table.m_columns.empty())
        return fail(ErrorCode::Parse, "The table is empty: it has no header line.", {.file = path});
    return table;
}

std::optional<std::size_t> TsvTable::column(std::string_view name) const
{
    const auto found = std::ranges::find(m_columns, name);
    if (found == m_columns.end())
        return std::nullopt;
    return std::size_t(found - m_columns.begin());
}

Result<std::size_t> TsvTable::requireColumn(std::string_view name) const
{
    if (const auto index = column(name))
        return *index;
    std::string known;
    for (const std::string& other : m_columns)
        known += (known.empty() ? "" : ", ") + other.substr(0, 40);
    return fail(ErrorCode::Parse, "The table has no column \"" + std::string(name) + "\"; it has: " + known + ".",
                {.file = m_path});
}

Result<std::int64_t> TsvTable::integer(std::size_t row, std::size_t column) const
{
    const std::string& text = cell(row, column);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(ErrorCode::Parse, "\"" + text.substr(0, 40) + "\" is not a whole number.",
                    {.file = m_path, .line = line(row), .record = m_columns[column]});
    return value;
}

Result<double> TsvTable::number(std::size_t row, std::size_t column) const
{
    const std::string& text = cell(row, column);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(ErrorCode::Parse, "\"" + text.substr(0, 40) + "\" is not a number.",
                    {.file = m_path, .line = line(row), .record = m_columns[column]});
    return value;
}

}  // namespace nscope::io
