#include "core/dataset/table_targets.h"

#include "core/data/number_text.h"
#include "core/io/annotation_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace nscope::dataset {
namespace {

constexpr double kSumTolerance = 1e-3;

}  // namespace

bool isMissing(const std::string& cell)
{
    constexpr std::array<std::string_view, 9> kMissing{"", "NA", "N/A", "nan", "NaN", "NAN", ".", "-", "None"};
    return std::ranges::find(kMissing, cell) != kMissing.end();
}

std::expected<double, std::string> numberOrMissing(const std::string& cell, const std::string& column)
{
    if (isMissing(cell))
        return std::numeric_limits<double>::quiet_NaN();
    if (const auto value = io::finiteNumber(cell))
        return *value;
    return std::unexpected("The column \"" + column + "\" should hold a number, not " + io::quoted(cell) + ".");
}

std::expected<double, std::string> transformed(double value, const NumberScale& scale, const std::string& column)
{
    if (!scale.isLog10 || std::isnan(value))
        return value;
    if (value + scale.logOffset > 0.0)
        return std::log10(value + scale.logOffset);
    return std::unexpected("The column \"" + column + "\" holds " + data::shortNumber(value)
                           + ", which has no logarithm.");
}

Result<TableTargets> TableTargets::of(const io::TsvTable& table, const TableSettings& settings, TaskKind kind)
{
    TableTargets targets;
    targets.m_task.kind = kind;
    const std::vector<std::string> names =
        settings.labelColumns.empty() ? std::vector<std::string>{"label"} : settings.labelColumns;
    for (const std::string& name : names) {
        const auto column = table.requireColumn(name);
        if (!column)
            return fail(column.error());
        targets.m_columns.push_back(*column);
    }
    if (kind == TaskKind::Classes) {
        if (auto found = targets.findClasses(table, settings); !found)
            return fail(found.error());
        return targets;
    }
    targets.m_task.names = names;
    if (kind == TaskKind::Numbers)
        targets.m_task.scales.assign(names.size(),
                                     {.isLog10 = settings.transform == "log10",
                                      .logOffset = settings.transform == "log10" ? settings.logOffset : 0.0});
    return targets;
}

Result<void> TableTargets::findClasses(const io::TsvTable& table, const TableSettings& settings)
{
    m_task.names = settings.classNames;
    if (m_task.names.empty()) {
        std::set<std::string> found;
        for (std::size_t row = 0; row < table.rowCount() && found.size() <= kMostClasses; ++row) {
            if (const std::string& cell = table.cell(row, m_columns.front()); !isMissing(cell))
                found.insert(cell);
        }
        if (found.size() > kMostClasses)
            return fail(ErrorCode::InvalidArgument,
                        "The column \"" + table.columns()[m_columns.front()] + "\" holds more than "
                            + data::groupedText(kMostClasses)
                            + " different texts. Are they numbers? Then the task is \"numbers\".",
                        {.file = table.path()});
        m_task.names.assign(found.begin(), found.end());
    }
    for (const std::string& name : m_task.names) {
        if (!m_classOf.emplace(name, m_classOf.size()).second)
            return fail(ErrorCode::InvalidArgument, "data.class_names names \"" + name + "\" twice.");
    }
    if (!settings.classTitles.empty())
        m_task.names = settings.classTitles;
    if (std::set(m_task.names.begin(), m_task.names.end()).size() < m_task.names.size())
        return fail(ErrorCode::InvalidArgument, "data.class_titles gives two classes one name.");
    return {};
}

TableTargets::Target TableTargets::at(const io::TsvTable& table, std::size_t row)
{
    switch (m_task.kind) {
    case TaskKind::Classes: return classAt(table, row);
    case TaskKind::Labels: return labelsAt(table, row);
    case TaskKind::Distribution: return sharesAt(table, row);
    default: return numbersAt(table, row);
    }
}

TableTargets::Target TableTargets::classAt(const io::TsvTable& table, std::size_t row) const
{
    const std::string& cell = table.cell(row, m_columns.front());
    if (isMissing(cell) && !m_classOf.contains(cell))
        return std::unexpected("The row has no class.");
    const auto found = m_classOf.find(cell);
    if (found == m_classOf.end())
        return std::unexpected("The class " + io::quoted(cell) + " is not among data.class_names.");
    return std::vector{float(found->second)};
}

TableTargets::Target TableTargets::labelsAt(const io::TsvTable& table, std::size_t row) const
{
    std::vector<float> target;
    bool isKnown = false;
    for (std::size_t k = 0; k < m_columns.size(); ++k) {
        const auto value = numberOrMissing(table.cell(row, m_columns[k]), m_task.names[k]);
        if (!value || !(std::isnan(*value) || *value == 0.0 || *value == 1.0))
            return std::unexpected("The label \"" + m_task.names[k] + "\" must be 0, 1 or empty, not "
                                   + io::quoted(table.cell(row, m_columns[k])) + ".");
        isKnown = isKnown || !std::isnan(*value);
        target.push_back(float(*value));
    }
    if (!isKnown)
        return std::unexpected("The row has no label.");
    return target;
}

TableTargets::Target TableTargets::sharesAt(const io::TsvTable& table, std::size_t row)
{
    std::vector<double> shares;
    double sum = 0.0;
    for (std::size_t k = 0; k < m_columns.size(); ++k) {
        const auto value = numberOrMissing(table.cell(row, m_columns[k]), m_task.names[k]);
        if (!value)
            return std::unexpected(value.error());
        if (std::isnan(*value) || *value < 0.0)
            return std::unexpected("The share \"" + m_task.names[k] + "\" must be a number of at least 0, not "
                                   + io::quoted(table.cell(row, m_columns[k])) + ".");
        shares.push_back(*value);
        sum += *value;
    }
    if (!(sum > 0.0))
        return std::unexpected("All shares of the row are 0.");
    m_scaledRows += std::abs(sum - 1.0) > kSumTolerance ? 1 : 0;
    m_lowestSum = std::min(m_lowestSum, sum);
    m_highestSum = std::max(m_highestSum, sum);
    std::vector<float> target;
    for (const double share : shares)
        target.push_back(float(share / sum));
    return target;
}

TableTargets::Target TableTargets::numbersAt(const io::TsvTable& table, std::size_t row) const
{
    std::vector<float> target;
    bool isKnown = false;
    for (std::size_t k = 0; k < m_columns.size(); ++k) {
        const auto number = numberOrMissing(table.cell(row, m_columns[k]), m_task.names[k]);
        const auto value = number ? transformed(*number, m_task.scales[k], m_task.names[k]) : number;
        if (!value)
            return std::unexpected(value.error());
        isKnown = isKnown || !std::isnan(*value);
        target.push_back(float(*value));
    }
    if (!isKnown)
        return std::unexpected("The row has no number.");
    return target;
}

std::vector<std::string> TableTargets::notes() const
{
    if (m_scaledRows == 0)
        return {};
    return {"The shares of " + data::groupedText(m_scaledRows) + " rows do not sum to 1 (sums from "
            + data::shortNumber(m_lowestSum) + " to " + data::shortNumber(m_highestSum)
            + "); every row was divided by its sum."};
}

}  // namespace nscope::dataset
