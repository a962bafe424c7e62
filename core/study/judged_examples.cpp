#include "core/study/judged_examples.h"

#include "core/io/tsv_table.h"

#include <limits>
#include <optional>

namespace nscope::study {

namespace {

using dataset::TaskKind;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Where truth and predictions stand in predictions.tsv.
struct Columns {
    std::optional<std::size_t> trueClass;  ///< or one per name:
    std::vector<std::size_t> truth, predicted;
};

Result<Columns> classColumns(const io::TsvTable& table, std::vector<std::string>& names)
{
    const auto trueClass = table.requireColumn("true_class");
    if (!trueClass)
        return fail(trueClass.error());
    Columns columns{*trueClass, {}, {}};
    for (std::size_t c = 0; c < table.columns().size(); ++c)
        if (table.columns()[c].starts_with("p_")) {
            names.push_back(table.columns()[c].substr(2));
            columns.predicted.push_back(c);
        }
    if (names.size() < 2)
        return fail(ErrorCode::Parse, "The table has no probabilities of classes (columns p_…).", {.file = table.path()});
    return columns;
}

Result<Columns> valueColumns(const io::TsvTable& table, std::vector<std::string>& names)
{
    Columns columns;
    for (std::size_t c = 0; c < table.columns().size(); ++c) {
        if (!table.columns()[c].starts_with("true_"))
            continue;
        const std::string name = table.columns()[c].substr(5);
        const auto predicted = table.requireColumn(name);
        if (!predicted)
            return fail(predicted.error());
        names.push_back(name);
        columns.truth.push_back(c);
        columns.predicted.push_back(*predicted);
    }
    if (names.empty())
        return fail(ErrorCode::Parse, "The table says of nothing what is true (columns true_…).", {.file = table.path()});
    return columns;
}

Result<double> truthOf(const io::TsvTable& table, std::size_t row, const Columns& columns, std::size_t k,
                       const std::string& name)
{
    if (columns.trueClass)
        return table.cell(row, *columns.trueClass) == name ? 1.0 : 0.0;
    return table.cell(row, columns.truth[k]) == "NA" ? Result<double>(kNaN) : table.number(row, columns.truth[k]);
}

}  // namespace

Result<JudgedExamples> readJudged(const std::string& path, TaskKind task)
{
    if (task == TaskKind::Profile || task == TaskKind::MaskedLetters)
        return fail(ErrorCode::Unsupported, "Runs of this task write no table of predictions.", {.file = path});
    const auto table = io::TsvTable::read(path);
    if (!table)
        return fail(table.error());
    const auto id = table->requireColumn("id"), length = table->requireColumn("length");
    if (!id || !length)
        return fail(id ? length.error() : id.error());
    JudgedExamples judged;
    judged.task = task;
    const Result<Columns> columns = task == TaskKind::Classes ? classColumns(*table, judged.names)
                                                              : valueColumns(*table, judged.names);
    if (!columns)
        return fail(columns.error());
    for (std::size_t row = 0; row < table->rowCount(); ++row) {
        const auto lengthNt = table->integer(row, *length);
        if (!lengthNt)
            return fail(lengthNt.error());
        judged.ids.push_back(table->cell(row, *id));
        judged.lengthsNt.push_back(*lengthNt);
        for (std::size_t k = 0; k < judged.names.size(); ++k) {
            const auto predicted = table->number(row, columns->predicted[k]);
            if (!predicted)
                return fail(predicted.error());
            judged.predicted_NK.push_back(*predicted);
            const auto truth = truthOf(*table, row, *columns, k, judged.names[k]);
            if (!truth)
                return fail(truth.error());
            judged.truth_NK.push_back(*truth);
        }
    }
    return judged;
}

}  // namespace nscope::study
