// Purpose: reading and joining tables of further inputs.
#include "core/io/feature_table.h"

#include "core/io/hdf5_file.h"
#include "core/io/npz.h"
#include "core/io/tsv_table.h"

#include <algorithm>
#include <cctype>
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
Result<std::string> valuesArray(const std::vector<std::string>& arrays, const std::string& featureId,
                                const std::string& path)
{
    if (featureId != kIdsArray && std::ranges::find(arrays, featureId) != arrays.end())
        return featureId;
    std::string names;
    std::vector<std::string> others;
    for (const std::string& name : arrays) {
        if (name == kIdsArray)
            continue;
        names += (names.empty() ? "" : ", ") + name.substr(0, 40);
        others.push_back(name);
    }
    if (others.empty())
        return fail(ErrorCode::Parse, "The file holds no values beside the ids.", {.file = path});
    if (others.size() > 1)
        return fail(ErrorCode::Parse, "None of the arrays is called \"" + featureId + "\"; there are " + names + ".",
                    {.file = path});
    return others.front();
}

std::unexpected<Error> noIds(const std::string& path)
{
    return fail(ErrorCode::Parse, "The file needs an array \"ids\" with one text per sequence.", {.file = path});
}

template <class Map>
std::vector<std::string> keysOf(const Map& map)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : map)
        keys.push_back(key);
    return keys;
}

bool endsWith(const std::string& path, std::string_view ending)
{
    return path.size() >= ending.size()
           && std::equal(ending.begin(), ending.end(), path.end() - std::ptrdiff_t(ending.size()),
                         [](char a, char b) { return a == char(std::tolower(static_cast<unsigned char>(b))); });
}

}  // namespace

Result<FeatureTable> FeatureTable::read(const std::string& path, const std::string& featureId)
{
    FeatureTable table;
    table.m_featureId = featureId;
    const bool isHdf5 = endsWith(path, ".h5") || endsWith(path, ".hdf5");
    const auto done = isHdf5                   ? table.readHdf5File(path)
                      : endsWith(path, ".npz") ? table.readNpzFile(path)
                                               : table.readTable(path);
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
        return noIds(path);
    const auto name = valuesArray(keysOf(*arrays), m_featureId, path);
    if (!name)
        return fail(name.error());
    const Where where{.file = path, .record = *name};
    const NpyArray& array = arrays->at(*name);
    const auto values = array.toDoubles();
    if (!values)
        return fail(values.error().at(where));
    return takeRows(*ids, array.shape, std::span(*values), where);
}

Result<void> FeatureTable::readHdf5File(const std::string& path)
{
    auto file = Hdf5File::open(path);
    if (!file)
        return fail(file.error());
    const auto root = file->root();
    if (!root)
        return fail(root.error());
    if (root->hasUnreadTables)
        return fail(ErrorCode::Unsupported,
                    "The HDF5 file is in the newest layout, which is not read; write it with h5py's default settings.",
                    {.file = path});
    if (!file->contains(*root, kIdsArray))
        return noIds(path);
    const auto idsSet = file->find(*root, kIdsArray);
    const auto ids = idsSet ? file->texts(*idsSet) : Result<std::vector<std::string>>(fail(idsSet.error()));
    if (!ids)
        return fail(ids.error().at({.file = path, .record = kIdsArray}));
    const auto name = valuesArray(keysOf(root->links), m_featureId, path);
    if (!name)
        return fail(name.error());
    const Where where{.file = path, .record = *name};
    const auto valuesSet = file->find(*root, *name);
    const auto numbers = valuesSet ? file->numbers(*valuesSet) : Result<Hdf5Numbers>(fail(valuesSet.error()));
    if (!numbers)
        return fail(numbers.error().at(where));
    const std::vector<float> values = numbersAsFloats({*name, numbers->dtype, numbers->shape, numbers->bytes});
    return takeRows(*ids, numbers->shape, std::span(values), where);
}

template <class Number>
Result<void> FeatureTable::takeRows(const std::vector<std::string>& ids, const std::vector<std::int64_t>& shape,
                                    std::span<const Number> values, const Where& where)
{
    const std::int64_t width = ids.empty() ? 0 : std::int64_t(values.size() / ids.size());
    const std::string count = std::to_string(ids.size());
    if (shape.empty() || shape.size() > 3 || shape[0] != std::int64_t(ids.size()) || width < 1)
        return fail(ErrorCode::Parse, "The values must be one row per id: " + count + " ids need the shape [" + count
                                          + ", values] or [" + count + ", positions, channels].",
                    where);
    m_width = width;
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const Where place{.file = where.file, .record = kIdsArray, .position = std::int64_t(row) + 1};
        if (const auto added = addId(ids[row], place); !added)
            return added;
    }
    m_values_NF.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto number = finiteFloat(double(values[i]), {where.file, -1, where.record, std::int64_t(i) + 1});
        if (!number)
            return fail(number.error());
        m_values_NF.push_back(*number);
    }
    return {};
}

std::optional<std::span<const float>> FeatureTable::valuesOf(const std::string& id) const
{
    const auto found = m_rowOfId.find(id);
    if (found == m_rowOfId.end())
        return std::nullopt;
    return std::span(m_values_NF).subspan(found->second * std::size_t(m_width), std::size_t(m_width));
}

Result<bool> FeatureTable::fill(data::Transcript& transcript) const
{
    const auto values = valuesOf(transcript.sequence.id);
    if (values)
        transcript.features[m_featureId].assign(values->begin(), values->end());
    return values.has_value();
}

}  // namespace nscope::io
