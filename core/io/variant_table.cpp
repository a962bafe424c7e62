#include "core/io/variant_table.h"

#include "core/data/alphabet.h"
#include "core/io/tsv_table.h"

#include <algorithm>
#include <limits>

namespace nscope::io {
namespace {

struct Columns {
    std::size_t element = 0;
    std::size_t position = 0;
    std::int64_t firstPosition = 0;  ///< 0 or 1
    std::size_t ref = 0;
    std::size_t alt = 0;
    std::optional<std::size_t> effect;
};

Result<Columns> columnsOf(const TsvTable& table)
{
    const auto element = table.column("element") ? table.column("element") : table.column("id");
    const bool countsFromZero = table.column("offset0").has_value();
    const auto position = countsFromZero ? table.column("offset0") : table.column("pos");
    if (!element || !position)
        return fail(ErrorCode::Parse, "A table of variants needs the columns element (or id) and offset0 (or pos).",
                    {.file = table.path()});
    const Result<std::size_t> ref = table.requireColumn("ref");
    if (!ref)
        return fail(ref.error());
    const Result<std::size_t> alt = table.requireColumn("alt");
    if (!alt)
        return fail(alt.error());
    return Columns{*element, *position, countsFromZero ? 0 : 1, *ref, *alt, table.column("effect")};
}

Result<MeasuredVariant> variantOf(const TsvTable& table, const Columns& columns, std::size_t row)
{
    const Result<std::int64_t> position = table.integer(row, columns.position);
    if (!position)
        return fail(position.error());
    const Where where{.file = table.path(), .line = table.line(row)};
    const std::int64_t startNt = *position - columns.firstPosition;
    const std::string ref = data::canonical(table.cell(row, columns.ref));
    const std::string alt = data::canonical(table.cell(row, columns.alt));
    if (startNt < 0)
        return fail(ErrorCode::Parse, "The position lies before the sequence.", where);
    for (const std::string* letters : {&ref, &alt}) {
        if (letters->empty() || !std::ranges::all_of(*letters, data::isIupac))
            return fail(ErrorCode::Parse,
                        "\"" + letters->substr(0, 40)
                            + "\" is not a sequence of nucleotide letters; "
                              "write indels with the base before them, as VCF does.",
                        where);
    }
    MeasuredVariant measured{{table.cell(row, columns.element), startNt, {}, ref, alt, false, table.line(row)},
                             std::numeric_limits<double>::quiet_NaN()};
    if (columns.effect && table.cell(row, *columns.effect) != "NA" && !table.cell(row, *columns.effect).empty()) {
        const Result<double> effect = table.number(row, *columns.effect);
        if (!effect)
            return fail(effect.error());
        measured.effect = *effect;
    }
    return measured;
}

}  // namespace

Result<std::vector<MeasuredVariant>> readVariantTable(const std::string& path)
{
    const Result<TsvTable> table = TsvTable::read(path);
    if (!table)
        return fail(table.error());
    const Result<Columns> columns = columnsOf(*table);
    if (!columns)
        return fail(columns.error());
    std::vector<MeasuredVariant> variants;
    for (std::size_t row = 0; row < table->rowCount(); ++row) {
        Result<MeasuredVariant> variant = variantOf(*table, *columns, row);
        if (!variant)
            return fail(variant.error());
        variants.push_back(*std::move(variant));
    }
    return variants;
}

}  // namespace nscope::io
