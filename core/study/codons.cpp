#include "core/study/codons.h"

#include "core/data/genetic_code.h"
#include "core/study/codon_plots.h"
#include "core/study/columns.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <iterator>

namespace nscope::study {

namespace {

using analysis::CodonPair;
using analysis::CodonStatistics;

std::string aminoAcid(int codon) { return {data::translateCodon(analysis::codonText(codon))}; }
std::string nameOf(analysis::CodonChange change) { return analysis::kCodonChangeNames[int(change)]; }

data::ResultTable pairTable(const CodonStatistics& statistics)
{
    const auto& pairs = statistics.pairs;
    data::ResultTable table{"pairs",
                            {columnOf("from", pairs, [](const CodonPair& p) { return analysis::codonText(p.from); }),
                             columnOf("to", pairs, [](const CodonPair& p) { return analysis::codonText(p.to); }),
                             columnOf("from_aa", pairs, [](const CodonPair& p) { return aminoAcid(p.from); }),
                             columnOf("to_aa", pairs, [](const CodonPair& p) { return aminoAcid(p.to); }),
                             columnOf("change", pairs, [](const CodonPair& p) { return nameOf(p.change); })}};
    std::vector<analysis::MeanEstimate> effects;
    for (const CodonPair& pair : pairs)
        effects.push_back(pair.effect);
    addEstimateColumns(table, effects);
    return table;
}

data::ResultTable lineTable(const CodonStatistics& statistics)
{
    std::vector<std::string> acids, to, change;
    std::vector<std::int64_t> bins;
    std::vector<analysis::MeanEstimate> effects;
    for (const analysis::CodonLine& line : statistics.lines) {
        for (std::size_t bin = 0; bin < line.bins.size(); ++bin) {
            acids.push_back({line.aminoAcid});
            to.push_back(line.to ? analysis::codonText(*line.to) : "all");
            change.push_back(nameOf(line.change));
            bins.push_back(std::int64_t(bin));
            effects.push_back(line.bins[bin]);
        }
    }
    data::ResultTable table{"metagene",
                            {{"amino_acid", std::move(acids)},
                             {"to", std::move(to)},
                             {"change", std::move(change)},
                             {"bin", std::move(bins)}}};
    addEstimateColumns(table, effects);
    return table;
}

data::ResultTable positionTable(const CodonStatistics& statistics)
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
    data::ResultTable table{"positions", {{"codon_position", std::move(places)}, {"new_base", std::move(bases)}}};
    addEstimateColumns(table, effects);
    return table;
}

data::ResultTable matrixTable(const CodonStatistics& statistics)
{
    const std::vector<double> matrix = statistics.synonymousMatrix();
    std::vector<std::string> codons;
    for (int codon = 0; codon < analysis::kCodonCount; ++codon)
        codons.push_back(analysis::codonText(codon));
    data::ResultTable table{"synonymous", {{"from", codons}}};
    for (std::size_t to = 0; to < codons.size(); ++to) {
        std::vector<double> column;
        for (std::size_t from = 0; from < codons.size(); ++from)
            column.push_back(matrix[from * codons.size() + to]);
        table.columns.push_back({codons[to], std::move(column)});
    }
    return table;
}

data::ResultTable changeTable(const CodonStatistics& statistics)
{
    std::vector<std::string> names(std::begin(analysis::kCodonChangeNames), std::end(analysis::kCodonChangeNames));
    data::ResultTable table{"changes", {{"change", std::move(names)}}};
    addEstimateColumns(table, statistics.byChange);
    return table;
}

Result<Outcome> runCodons(const Order& order, const Tools& tools)
{
    analysis::CodonTableBuilder builder({.bins = int(whole(order, "bins"))});
    data::TranscriptSet coding;
    std::ranges::copy_if(order.transcripts, std::back_inserter(coding),
                         [](const data::TranscriptPtr& transcript) { return transcript->cds.has_value(); });
    expectUnits(tools, coding.size());
    for (const data::TranscriptPtr& transcript : coding) {
        if (const Result<void> goesOn = checkStop(tools); !goesOn)
            return fail(goesOn.error());
        const auto explanation = tools.explain(transcript, {}, {});
        if (!explanation)
            return fail(explanation.error());
        builder.add(**explanation, transcript->sequence.letters, *transcript->cds);
        countUnit(tools);
    }
    Result<Outcome> outcome = codonOutcome(builder.result());
    if (outcome && coding.size() < order.transcripts.size())
        outcome->notes.push_back("Left out: " + groupedText(std::int64_t(order.transcripts.size() - coding.size()))
                                 + " sequences without a coding region.");
    return outcome;
}

}  // namespace

Result<Outcome> codonOutcome(const CodonStatistics& statistics)
{
    if (statistics.pairs.empty())
        return fail(ErrorCode::InvalidArgument,
                    "No record has a coding region in frame with codons between start and stop.");
    Outcome outcome{.tables = {pairTable(statistics), lineTable(statistics), positionTable(statistics),
                               matrixTable(statistics), changeTable(statistics)},
                    .plots = {positionPlot(statistics), changePlot(statistics), synonymousPlot(statistics)}};
    std::ranges::move(codonMetagenes(statistics), std::back_inserter(outcome.plots));
    if (statistics.outOfFrame + statistics.ambiguousCodons > 0)
        outcome.notes.push_back(
            std::to_string(statistics.outOfFrame) + " coding regions are no multiple of three and were left out; "
            + std::to_string(statistics.ambiguousCodons) + " codons with ambiguous letters were left out.");
    return outcome;
}

std::vector<Study> codonStudies()
{
    return {{{"codons",
              "Codon tables",
              "What single-base changes inside codons do, by codon, amino acid and place",
              "Valencia & Hendrix, bioseq2seq, Fig 5A/B",
              Page::Populations,
              {wholeOption("bins", "Bins", "Bins of the coding region", 25, 1, 1000)},
              {},
              {.target = true, .explanation = true, .codingRegions = true}},
             runCodons}};
}

}  // namespace nscope::study
