// Purpose: how well two explanations of the same sequences agree: two methods, two replicates, mutagenesis and its
// approximation. Entries that are zero in one of them are left out, so that the sequence's own bases, where mutagenesis
// holds 0, do not pass for agreement.
// Source: spec 1.9 "Agreement metrics". Thread: one object, one thread.
#pragma once

#include "core/analysis/statistics.h"
#include "core/base/result.h"
#include "core/data/attribution.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nscope::analysis {

struct AgreementSettings {
    double topShare = 0.05;     ///< of the positions, for the overlap of the most important ones
    int bootstrapDraws = 1000;
    std::uint64_t seed = 1;
};

/// Numbers that are not defined for a record (too few entries, no variation) are missing.
struct Agreement {
    std::optional<double> pearson;       ///< over entries of the L×4 that are non-zero in both
    std::optional<double> spearman;
    std::optional<double> medianCosine;  ///< median over positions of the cosine of the two 4-vectors
    std::optional<double> topOverlap;    ///< shared positions among the topShare with the largest max |value|, 0 to 1
    double meanAbsoluteError = 0.0;
    double signMatch = 0.0;              ///< share of the entries with the same sign
    std::int64_t entries = 0;            ///< non-zero in both
};

/// Pearson over the entries that are non-zero in both; none if fewer than two are or one of them does not vary.
std::optional<double> sharedPearson(std::span<const double> a, std::span<const double> b);
/// Median over rows of `width` entries of the cosine; rows of which one is zero do not count.
std::optional<double> medianCosine(std::span<const double> a, std::span<const double> b, std::size_t width);

/// Errors: InvalidArgument if the lengths differ.
Result<Agreement> agreementOf(const data::Attribution& a, const data::Attribution& b, const AgreementSettings& settings = {});

/// A number over the records: its median with a bootstrap interval over records.
struct AgreementSummary {
    std::string name;      ///< "pearson" …
    double median = 0.0;
    double mean = 0.0;
    ConfidenceInterval interval;  ///< of the median
    std::int64_t records = 0;     ///< that have the number
};

class AgreementBuilder {
public:
    explicit AgreementBuilder(const AgreementSettings& settings) : m_settings(settings) {}

    /// Adds a record and gives its own numbers.
    Result<Agreement> add(const data::Attribution& a, const data::Attribution& b);
    std::vector<AgreementSummary> perRecord() const;
    /// Pearson over the entries of all records together, with a bootstrap interval over records; name "pooled_pearson".
    std::optional<AgreementSummary> pooled() const;

private:
    /// What a record adds to a pooled correlation.
    struct Sums {
        double n = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
    };
    AgreementSettings m_settings;
    std::vector<Agreement> m_records;
    std::vector<Sums> m_sums;
};

}  // namespace nscope::analysis
