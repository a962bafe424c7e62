// Purpose: reading and joining tables of further inputs.
#include "core/io/feature_table.h"

#include "core/io/npz.h"
#include "core/io/tsv_table.h"

#include <cmath>
#include <limits>

namespace nscope::io {
namespace {

constexpr const char* kIdColumn = "id";
constexpr const char* kIdsArray = "ids";

Result<float> finiteFloat(double value, const Where& where)
{
    if (!std::isfinite(value) || std::abs(value) > double(std::numeric_limits<float>::max()))
        return fail(ErrorCode::Parse, "A value of an input must be a finite number.", where);
    return float(value);
}

/// The array that holds the values: the one named like the input, or the only one beside "ids".
Result<std::string> valuesArray(const NpzArrays& arrays, const std::string& featureId, const std::string& path)
{
    if (featureId != kIdsArray && arrays.contains(featureId))
        return featureId;
    std::string names;
    std::string last;
    for (const auto& [name, array] : arrays) {
        if (name == kIdsArray)
            continue;
        names += (names.empty() ? "" : ", ") + name.substr(0, 40);
        last = name;
    }
    if (names.empty())
        return fail(ErrorCode::Parse, "The file holds no values beside the ids.", {.file = path});
    if (arrays.size() > 2)
        return fail(ErrorCode::Parse, "None of the arrays is called \"" + featureId + "\"; there are " + names + ".", {.file = path});
    return last;
}

bool isNpz(const std::string& path)
{
    return path.ends_with(".npz") || path.ends_with(".NPZ");
}

}  // namespace

Result<FeatureTable> FeatureTable::read(const std::string& path, const std::string& featureId)
{
    FeatureTable table;
    table.m_featureId = featureId;
    const auto done = isNpz(path) ? table.readNpzFile(path) : table.readTable(path);
    if (!done)
        return fail(done.error().at({.file = path}));
    return table;
}

Result<void> FeatureTable::addId(const std::string& id, const Where& where)
{
    if (id.empty())
        return fail(ErrorCode::Parse, "The row has no id.", where);
    if (!m_rowOfId.emplace(id, m_ids.size()).second)
        return fail(ErrorCode::Parse, "Two rows have the id " + id + ".", where);
    m_ids.push_back(id);
    return {};
}

Result<void> FeatureTable::readTable(const std::string& path)
{
    const auto table = TsvTable::read(path);
    if (!table)
        return fail(table.error());
    const auto idColumn = table->requireColumn(kIdColumn);
    if (!idColumn)
        return fail(idColumn.error());
    for (std::size_t column = 0; column < table->columns().size(); ++column) {
        if (column != *idColumn)
            m_columns.push_back(table->columns()[column]);
    }
    if (m_columns.empty())
        return fail(ErrorCode::Parse, "The table has no column beside the ids.", {.file = path});
    m_width = std::int64_t(m_columns.size());
    m_values_NF.reserve(table->rowCount() * m_columns.size());
    for (std::size_t row = 0; row < table->rowCount(); ++row) {
        if (const auto added = addId(table->cell(row, *idColumn), {.file = path, .line = table->line(row)}); !added)
            return added;
        for (std::size_t column = 0; column < table->columns().size(); ++column) {
            if (column == *idColumn)
                continue;
            const auto value = table->number(row, column);
            if (!value)
                return fail(value.error());
            const auto number = finiteFloat(*value, {path, table->line(row), table->columns()[column], -1});
            if (!number)
                return fail(number.error());
            m_values_NF.push_back(*number);
        }
    }
    return {};
}

Result<void> FeatureTable::readNpzFile(const std::string& path)
{
    const auto arrays = readNpz(path);
    if (!arrays)
        return fail(arrays.error());
    const auto idsArray = arrays->find(kIdsArray);
    const auto* ids = idsArray == arrays->end() ? nullptr : idsArray->second.as<std::string>();
    if (ids == nullptr || idsArray->second.shape.size() != 1)
        return fail(ErrorCode::Parse, "The file needs an array \"ids\" with one text per sequence.", {.file = path});
    const auto name = valuesArray(*arrays, m_featureId, path);
    if (!name)
        return fail(name.error());
    const Where where{.file = path, .record = *name};
    const NpyArray& array = arrays->at(*name);
    const bool isTable = array.shape.size() == 2 || array.shape.size() == 1;
    if (!isTable || array.shape[0] != std::int64_t(ids->size()) || (array.shape.size() == 2 && array.shape[1] < 1))
        return fail(ErrorCode::Parse, "The values must be one row per id: " + std::to_string(ids->size())
                        + " ids need the shape [" + std::to_string(ids->size()) + ", values].", where);
    m_width = array.shape.size() == 2 ? array.shape[1] : 1;
    const auto values = array.toDoubles();
    if (!values)
        return fail(values.error().at(where));
    for (std::size_t row = 0; row < ids->size(); ++row) {
        if (const auto added = addId((*ids)[row], {.file = path, .record = kIdsArray, .position = std::int64_t(row) + 1}); !added)
            return added;
    }
    m_values_NF.reserve(values->size());
    for (std::size_t i = 0; i < values->size(); ++i) {
        const auto number = finiteFloat((*values)[i], {path, -1, *name, std::int64_t(i) + 1});
        if (!number)
            return fail(number.error());
        m_values_NF.push_back(*number);
    }
    return {};
}

Result<bool> FeatureTable::fill(data::Transcript& transcript) const
{
    const auto found = m_rowOfId.find(transcript.sequence.id);
    if (found == m_rowOfId.end())
        return false;
    const auto first = m_values_NF.begin() + std::int64_t(found->second) * m_width;
    transcript.features[m_featureId].assign(first, first + m_width);
    return true;
}

}  // namespace nscope::io
