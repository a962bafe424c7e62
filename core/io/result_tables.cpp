// Purpose: writes result tables.
#include "core/io/result_tables.h"

#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace nscope::io {
namespace {

std::string tsvText(const ResultTable& table)
{
    std::string text;
    const auto line = [&](auto cellOf) {
        for (std::size_t column = 0; column < table.columns.size(); ++column)
            text += (column > 0 ? "\t" : "") + cellOf(table.columns[column]);
        text += "\n";
    };
    line([](const ResultColumn& column) { return column.name; });
    for (std::size_t row = 0; row < table.rows(); ++row)
        line([row](const ResultColumn& column) { return column.cell(row); });
    return text;
}

Json jsonValues(const ResultColumn& column)
{
    Json values = Json::array();
    std::visit(
        [&](const auto& cells) {
            for (const auto& cell : cells) {
                if constexpr (std::is_same_v<std::decay_t<decltype(cell)>, double>)
                    values.push_back(std::isfinite(cell) ? Json(cell) : Json(nullptr));
                else
                    values.push_back(cell);
            }
        },
        column.values);
    return values;
}

std::string jsonDocument(const std::vector<ResultTable>& tables, const Provenance& provenance)
{
    Json document{{"provenance", provenance}, {"tables", Json::object()}};
    for (const ResultTable& table : tables) {
        Json columns = Json::object();
        for (const ResultColumn& column : table.columns)
            columns[column.name] = jsonValues(column);
        document["tables"][table.name] = std::move(columns);
    }
    return jsonText(document, 1) + "\n";
}

Result<void> writeArrays(const std::string& path, const std::vector<ResultTable>& tables, const Provenance& provenance)
{
    NpzArrays arrays{{"provenance", NpyArray::scalar(jsonText(Json(provenance), -1))}};
    for (const ResultTable& table : tables)
        for (const ResultColumn& column : table.columns)
            arrays[table.name + "/" + column.name] =
                std::visit([](const auto& values) { return NpyArray::of(values); }, column.values);
    return writeNpz(path, arrays);
}

}  // namespace

std::string tablePath(const std::string& path, const std::vector<ResultTable>& tables, std::size_t index)
{
    if (index == 0)
        return path;
    return std::filesystem::path(path).replace_extension("." + tables[index].name + ".tsv").string();
}

Result<void> writeResultTables(const std::string& path, const std::vector<ResultTable>& tables, const Provenance& provenance)
{
    for (const ResultTable& table : tables)
        for (const ResultColumn& column : table.columns)
            if (column.size() != table.rows())
                return fail(ErrorCode::InvalidArgument, "The columns of a table must be equally long.",
                            {.file = path, .record = table.name + "/" + column.name});
    if (path == "-") {
        std::string text;
        for (std::size_t i = 0; i < tables.size(); ++i)
            text += (i == 0 ? "" : "\n# " + tables[i].name + "\n") + tsvText(tables[i]);
        return writeFileAtomically(path, text);
    }
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".npz")
        return writeArrays(path, tables, provenance);
    if (extension == ".json")
        return writeFileAtomically(path, jsonDocument(tables, provenance));
    if (extension != ".tsv")
        return fail(ErrorCode::Unsupported, "Tables are written to .tsv, .json or .npz.", {.file = path});
    for (std::size_t i = 0; i < tables.size(); ++i)
        if (const auto written = writeFileAtomically(tablePath(path, tables, i), tsvText(tables[i])); !written)
            return written;
    return {};
}

}  // namespace nscope::io
