// Purpose: turns the label cells of a table's row into an example's target, for each kind of task that tables have.
// Inside core/dataset only. Thread: one at a time.
#pragma once

#include "core/dataset/data_settings.h"
#include "core/io/tsv_table.h"

#include <cstdint>
#include <expected>
#include <string>
#include <unordered_map>
#include <vector>

namespace nscope::dataset {

class TableTargets {
public:
    /// Finds the columns, and the classes if they are not named. Errors: Parse for columns that are not there;
    /// InvalidArgument for more than kMostClasses classes.
    static Result<TableTargets> of(const io::TsvTable& table, const TableSettings& settings, TaskKind kind);

    static constexpr std::size_t kMostClasses = 1000;

    const Task& task() const { return m_task; }
    /// The target, or a sentence why the row has none.
    std::expected<std::vector<float>, std::string> at(const io::TsvTable& table, std::size_t row);
    /// What was changed on the way, for the user.
    std::vector<std::string> notes() const;

private:
    using Target = std::expected<std::vector<float>, std::string>;
    Result<void> findClasses(const io::TsvTable& table, const TableSettings& settings);
    Target classAt(const io::TsvTable& table, std::size_t row) const;
    Target labelsAt(const io::TsvTable& table, std::size_t row) const;
    Target sharesAt(const io::TsvTable& table, std::size_t row);
    Target numbersAt(const io::TsvTable& table, std::size_t row) const;

    Task m_task;
    std::vector<std::size_t> m_columns;
    std::unordered_map<std::string, std::size_t> m_classOf;
    std::int64_t m_scaledRows = 0;
    double m_lowestSum = 1.0, m_highestSum = 1.0;
};

/// Empty, "NA", "nan", "." and the like: not known.
bool isMissing(const std::string& cell);
/// A number, NaN where it is missing; otherwise a sentence.
std::expected<double, std::string> numberOrMissing(const std::string& cell, const std::string& column);
/// The number as it is learned, before it is standardised; a sentence where it has no logarithm.
std::expected<double, std::string> transformed(double value, const NumberScale& scale, const std::string& column);

}  // namespace nscope::dataset
