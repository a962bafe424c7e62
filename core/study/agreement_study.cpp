#include "core/study/agreement_study.h"

#include "core/study/columns.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>

namespace nscope::study {

namespace {

using analysis::Agreement;
using analysis::AgreementSummary;
using data::Plot;

constexpr std::size_t kPointsPerRecord = 400;
constexpr std::size_t kMostPoints = 40'000;

data::ResultTable recordTable(const std::vector<std::string>& ids, const std::vector<Agreement>& records)
{
    return {"records",
            {{"id", ids},
             columnOf("pearson", records, [](const Agreement& r) { return orNaN(r.pearson); }),
             columnOf("spearman", records, [](const Agreement& r) { return orNaN(r.spearman); }),
             columnOf("median_cosine", records, [](const Agreement& r) { return orNaN(r.medianCosine); }),
             columnOf("top_overlap", records, [](const Agreement& r) { return orNaN(r.topOverlap); }),
             columnOf("mean_absolute_error", records, [](const Agreement& r) { return r.meanAbsoluteError; }),
             columnOf("sign_match", records, [](const Agreement& r) { return r.signMatch; }),
             columnOf("entries", records, [](const Agreement& r) { return r.entries; })}};
}

data::ResultTable summaryTable(const analysis::AgreementBuilder& builder)
{
    std::vector<AgreementSummary> rows = builder.perRecord();
    if (const auto pooled = builder.pooled())
        rows.push_back(*pooled);
    return {"summary",
            {columnOf("measure", rows, [](const AgreementSummary& r) { return r.name; }),
             columnOf("median", rows, [](const AgreementSummary& r) { return r.median; }),
             columnOf("mean", rows, [](const AgreementSummary& r) { return r.mean; }),
             columnOf("low", rows, [](const AgreementSummary& r) { return r.interval.low; }),
             columnOf("high", rows, [](const AgreementSummary& r) { return r.interval.high; }),
             columnOf("records", rows, [](const AgreementSummary& r) { return r.records; })}};
}

}  // namespace

AgreementStudy::AgreementStudy(const analysis::AgreementSettings& settings, std::string first, std::string second)
    : m_builder(settings), m_first(std::move(first)), m_second(std::move(second))
{
}

Result<void> AgreementStudy::add(const std::string& id, const data::Attribution& first, const data::Attribution& second)
{
    const Result<Agreement> agreement = m_builder.add(first, second);
    if (!agreement)
        return fail(agreement.error().at({.record = id}));
    m_ids.push_back(id);
    m_records.push_back(*agreement);
    const std::size_t step = std::max<std::size_t>(1, first.values_LC.size() / kPointsPerRecord);
    for (std::size_t i = 0; i < first.values_LC.size() && m_firstValues.size() < kMostPoints; i += step) {
        if (first.values_LC[i] == 0.0F || second.values_LC[i] == 0.0F)
            continue;
        m_firstValues.push_back(double(first.values_LC[i]));
        m_secondValues.push_back(double(second.values_LC[i]));
    }
    return {};
}

std::vector<Plot> AgreementStudy::plots() const
{
    Plot violins{.id = "records",
                 .title = "Agreement of " + m_first + " with " + m_second + ", one value per sequence"};
    violins.x = {.label = "Measure"};
    violins.y = {.label = "Agreement", .to = 1.0};
    const auto add = [&](const char* name, auto valueOf) {
        data::PlotDistribution values{name, {}};
        for (const Agreement& record : m_records)
            if (const std::optional<double> value = valueOf(record))
                values.values.push_back(*value);
        if (!values.values.empty())
            violins.distributions.push_back(std::move(values));
    };
    add("Pearson", [](const Agreement& r) { return r.pearson; });
    add("Spearman", [](const Agreement& r) { return r.spearman; });
    add("median cosine", [](const Agreement& r) { return r.medianCosine; });
    add("overlap of the top", [](const Agreement& r) { return r.topOverlap; });
    add("same sign", [](const Agreement& r) { return std::optional(r.signMatch); });

    Plot scatter{.id = "entries", .title = "Values of both explanations"};
    if (const auto pooled = m_builder.pooled())
        scatter.title += " (pooled Pearson " + shortNumber(pooled->median) + ")";
    scatter.x = {.label = m_first};
    scatter.y = {.label = m_second};
    scatter.series.push_back(
        {.kind = data::PlotSeries::Kind::Density, .name = {}, .x = m_firstValues, .y = m_secondValues});
    scatter.guides = {zeroLine(), {.vertical = true, .at = 0.0}};
    return {std::move(violins), std::move(scatter)};
}

Outcome AgreementStudy::outcome() const
{
    return {.tables = {recordTable(m_ids, m_records), summaryTable(m_builder)}, .plots = plots()};
}

namespace {

Result<Outcome> runAgreement(const Order& order, const Tools& tools)
{
    const std::string& against = text(order, "against");
    AgreementStudy study(
        {.topShare = number(order, "top"), .bootstrapDraws = int(whole(order, "draws")), .seed = order.seed},
        "chosen method", against);
    expectUnits(tools, order.transcripts.size() * 2);
    for (const data::TranscriptPtr& transcript : order.transcripts) {
        if (const Result<void> goesOn = checkStop(tools); !goesOn)
            return fail(goesOn.error());
        const auto first = tools.explain(transcript, {}, {});
        if (!first)
            return fail(first.error());
        countUnit(tools);
        const auto second = tools.explain(transcript, against, {});
        if (!second)
            return fail(second.error());
        countUnit(tools);
        if (const Result<void> added = study.add(transcript->sequence.id, **first, **second); !added)
            return fail(added.error());
    }
    return study.outcome();
}

}  // namespace

std::vector<Study> agreementStudies()
{
    return {{{"agreement",
              "Agreement of two methods",
              "How well the chosen explanation agrees with another one",
              "Valencia & Hendrix, bioseq2seq, Fig 4B and 6A",
              Page::Populations,
              {textOption("against", "Held against", "Id of the other method; ism: exact mutagenesis", "ism"),
               numberOption("top", "Top share", "Share of the positions whose overlap is measured", 0.05, 0.0001, 1.0),
               wholeOption("draws", "Bootstrap samples", "Of the sequences, for the intervals", 1000, 10, 1'000'000)},
              {},
              {.target = true, .explanation = true}},
             runAgreement}};
}

}  // namespace nscope::study
