#include "app/cli/codons_command.h"

#include "app/cli/attribution_source.h"
#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "core/analysis/codon_table.h"
#include "core/data/genetic_code.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace nscope::cli {

namespace {

struct CodonsOptions {
    AttributionSourceOptions source;
    std::string output;
    analysis::CodonSettings settings;
};

std::string aminoAcid(int codon) { return {data::translateCodon(analysis::codonText(codon))}; }

io::ResultTable pairTable(const analysis::CodonStatistics& statistics)
{
    std::vector<std::string> from, to, fromAcid, toAcid, change;
    std::vector<analysis::MeanEstimate> effects;
    for (const analysis::CodonPair& pair : statistics.pairs) {
        from.push_back(analysis::codonText(pair.from));
        to.push_back(analysis::codonText(pair.to));
        fromAcid.push_back(aminoAcid(pair.from));
        toAcid.push_back(aminoAcid(pair.to));
        change.emplace_back(analysis::kCodonChangeNames[int(pair.change)]);
        effects.push_back(pair.effect);
    }
    io::ResultTable table{"pairs", {{"from", std::move(from)}, {"to", std::move(to)}, {"from_aa", std::move(fromAcid)},
                                    {"to_aa", std::move(toAcid)}, {"change", std::move(change)}}};
    addEstimateColumns(table, effects);
    return table;
}

io::ResultTable lineTable(const analysis::CodonStatistics& statistics)
{
    std::vector<std::string> acids, to, change;
    std::vector<std::int64_t> bins;
    std::vector<analysis::MeanEstimate> effects;
    for (const analysis::CodonLine& line : statistics.lines) {
        for (std::size_t bin = 0; bin < line.bins.size(); ++bin) {
            acids.push_back({line.aminoAcid});
            to.push_back(line.to ? analysis::codonText(*line.to) : "all");
            change.emplace_back(analysis::kCodonChangeNames[int(line.change)]);
            bins.push_back(std::int64_t(bin));
            effects.push_back(line.bins[bin]);
        }
    }
    io::ResultTable table{"metagene", {{"amino_acid", std::move(acids)}, {"to", std::move(to)}, {"change", std::move(change)},
                                       {"bin", std::move(bins)}}};
    addEstimateColumns(table, effects);
    return table;
}

io::ResultTable positionTable(const analysis::CodonStatistics& statistics)
{
    std::vector<std::int64_t> places;
    std::vector<std::string> bases;
    std::vector<analysis::MeanEstimate> effects;
    for (std::size_t place = 0; place < 3; ++place) {
        for (std::size_t base = 0; base < 4; ++base) {
            places.push_back(std::int64_t(place) + 1);
            bases.push_back({data::kBases[base]});
            effects.push_back(statistics.byPosition[place][base]);
        }
    }
    io::ResultTable table{"positions", {{"codon_position", std::move(places)}, {"new_base", std::move(bases)}}};
    addEstimateColumns(table, effects);
    return table;
}

io::ResultTable matrixTable(const analysis::CodonStatistics& statistics)
{
    const std::vector<double> matrix = statistics.synonymousMatrix();
    std::vector<std::string> codons;
    for (int codon = 0; codon < analysis::kCodonCount; ++codon)
        codons.push_back(analysis::codonText(codon));
    io::ResultTable table{"synonymous", {{"from", codons}}};
    for (std::size_t to = 0; to < codons.size(); ++to) {
        std::vector<double> column;
        for (std::size_t from = 0; from < codons.size(); ++from)
            column.push_back(matrix[from * codons.size() + to]);
        table.columns.push_back({codons[to], std::move(column)});
    }
    return table;
}

io::ResultTable changeTable(const analysis::CodonStatistics& statistics)
{
    std::vector<std::string> names(std::begin(analysis::kCodonChangeNames), std::end(analysis::kCodonChangeNames));
    io::ResultTable table{"changes", {{"change", std::move(names)}}};
    addEstimateColumns(table, statistics.byChange);
    return table;
}

Result<void> runCodons(const CodonsOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    if (options.source.computed.input.cdsTable.empty())
        return fail(ErrorCode::InvalidArgument, "Codons need coding regions: give --cds.");
    Result<AttributionSource> source = AttributionSource::open(options.source, context, "Counting codons");
    if (!source)
        return fail(source.error());
    analysis::CodonTableBuilder builder(options.settings);
    while (true) {
        const Result<std::optional<ExplainedTranscript>> explained = source->next();
        if (!explained)
            return fail(explained.error());
        if (!*explained)
            break;
        const data::Transcript& transcript = *(*explained)->transcript;
        if (transcript.cds)
            builder.add(*(*explained)->attribution, transcript.sequence.letters, *transcript.cds);
    }
    const analysis::CodonStatistics statistics = builder.result();
    if (statistics.pairs.empty())
        return fail(ErrorCode::InvalidArgument, "No record has a coding region in frame with codons between start and stop.");
    const std::vector<io::ResultTable> tables{pairTable(statistics), lineTable(statistics), positionTable(statistics),
                                              matrixTable(statistics), changeTable(statistics)};
    io::Provenance made = source->provenance();
    made["transcripts"] = std::to_string(statistics.used);
    made["left_out_of_frame"] = std::to_string(statistics.outOfFrame);
    made["left_out_ambiguous_codons"] = std::to_string(statistics.ambiguousCodons);
    if (const Result<void> written = io::writeResultTables(options.output, tables, made); !written)
        return written;
    source->finish();
    if (!context.common.quiet && statistics.outOfFrame + statistics.ambiguousCodons > 0)
        std::cerr << statistics.outOfFrame << " coding regions are no multiple of three and were left out; "
                  << statistics.ambiguousCodons << " codons with ambiguous letters were left out.\n";
    printTable(tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addCodons(CLI::App& app)
{
    auto options = std::make_shared<CodonsOptions>();
    addAttributionSource(app, options->source);
    app.add_option("--output", options->output, "Tables to write: .tsv (several files), .json or .npz")->required();
    app.add_option("--bins", options->settings.bins, "Bins of the coding region")->check(CLI::Range(1, 1000))->capture_default_str();
    return [options](const Context& context) { return runCodons(*options, context); };
}

}  // namespace nscope::cli
