#include "core/study/motif_matches.h"

#include "core/study/columns.h"
#include "core/study/number_text.h"

namespace nscope::study {

namespace {

using analysis::MotifMatch;

struct Row {
    const data::Motif* query;
    const data::Motif* target;
    MotifMatch match;
};

std::string targetConsensus(const Row& row)
{
    return data::consensus(row.match.reverseStrand ? data::reverseComplement(*row.target) : *row.target);
}

data::ResultTable tableOf(const std::vector<Row>& rows)
{
    return {"matches",
            {columnOf("query", rows, [](const Row& r) { return r.query->id; }),
             columnOf("target", rows, [](const Row& r) { return r.target->id; }),
             columnOf("target_name", rows, [](const Row& r) { return r.target->name; }),
             columnOf("p", rows, [](const Row& r) { return r.match.p; }),
             columnOf("e", rows, [](const Row& r) { return r.match.e; }),
             columnOf("q", rows, [](const Row& r) { return r.match.q; }),
             columnOf("score", rows, [](const Row& r) { return r.match.score; }),
             columnOf("overlap", rows, [](const Row& r) { return r.match.overlap; }),
             columnOf("offset", rows, [](const Row& r) { return r.match.offset; }),
             columnOf("strand", rows, [](const Row& r) { return std::string(r.match.reverseStrand ? "-" : "+"); }),
             columnOf("query_consensus", rows, [](const Row& r) { return data::consensus(*r.query); }),
             columnOf("target_consensus", rows, targetConsensus)}};
}

/// Every query beside its best match.
data::Plot matchPlot(const std::vector<Row>& rows)
{
    data::Plot plot{.id = "matches", .title = "Motifs and what they resemble most"};
    const data::Motif* last = nullptr;
    for (const Row& row : rows) {
        if (row.query == last)
            continue;
        last = row.query;
        data::Motif target = row.match.reverseStrand ? data::reverseComplement(*row.target) : *row.target;
        plot.motifs.push_back({*row.query});
        plot.motifs.push_back({std::move(target), "resembles " + row.query->id + ", q = " + shortNumber(row.match.q)});
    }
    return plot;
}

}  // namespace

Result<Outcome> motifMatches(const data::MotifSet& queries, const data::MotifSet& database,
                             const analysis::ComparisonSettings& settings, double maxQ, std::stop_token stop)
{
    std::vector<Row> rows;
    for (const data::Motif& query : queries) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        const Result<std::vector<MotifMatch>> matches = analysis::compareMotif(query, database, settings);
        if (!matches)
            return fail(matches.error());
        for (const MotifMatch& match : *matches)
            if (match.q <= maxQ)
                rows.push_back({&query, &database[match.target], match});
    }
    return Outcome{.tables = {tableOf(rows)}, .plots = {matchPlot(rows)}};
}

}  // namespace nscope::study
