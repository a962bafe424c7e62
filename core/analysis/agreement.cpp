// Purpose: agreement between explanations.
#include "core/analysis/agreement.h"

#include "core/data/alphabet.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace nscope::analysis {
namespace {

struct Entries {
    std::vector<double> a;
    std::vector<double> b;
};

Entries sharedEntries(std::span<const double> a, std::span<const double> b)
{
    Entries entries;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != 0.0 && b[i] != 0.0) {
            entries.a.push_back(a[i]);
            entries.b.push_back(b[i]);
        }
    }
    return entries;
}

std::vector<double> valuesOf(const data::Attribution& attribution)
{
    return {attribution.values_LC.begin(), attribution.values_LC.end()};
}

Entries sharedEntries(const data::Attribution& a, const data::Attribution& b)
{
    return sharedEntries(valuesOf(a), valuesOf(b));
}

std::vector<double> row(const data::Attribution& attribution, std::int64_t positionNt)
{
    const auto start = attribution.values_LC.begin() + positionNt * data::kBaseCount;
    return {start, start + data::kBaseCount};
}

/// Sorted positions of the `count` largest max |value|; the first among equals.
std::vector<std::int64_t> topPositions(const data::Attribution& attribution, std::size_t count)
{
    std::vector<double> sizes;
    for (std::int64_t i = 0; i < attribution.length(); ++i) {
        double size = 0.0;
        for (const double value : row(attribution, i))
            size = std::max(size, std::abs(value));
        sizes.push_back(size);
    }
    std::vector<std::int64_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::int64_t(0));
    std::ranges::stable_sort(order, std::greater<>(), [&](std::int64_t i) { return sizes[std::size_t(i)]; });
    order.resize(count);
    std::ranges::sort(order);
    return order;
}

std::optional<double> topOverlap(const data::Attribution& a, const data::Attribution& b, double share)
{
    const auto count = std::size_t(std::ceil(share * double(a.length())));
    if (count == 0 || count > std::size_t(a.length()))
        return std::nullopt;
    const auto topA = topPositions(a, count), topB = topPositions(b, count);
    std::vector<std::int64_t> both;
    std::ranges::set_intersection(topA, topB, std::back_inserter(both));
    return double(both.size()) / double(count);
}

Agreement measured(const data::Attribution& a, const data::Attribution& b, const Entries& entries, double topShare)
{
    Agreement agreement;
    agreement.entries = std::int64_t(entries.a.size());
    agreement.pearson = pearson(entries.a, entries.b);
    agreement.spearman = spearman(entries.a, entries.b);
    agreement.medianCosine = medianCosine(valuesOf(a), valuesOf(b), data::kBaseCount);
    agreement.topOverlap = topOverlap(a, b, topShare);
    for (std::size_t i = 0; i < entries.a.size(); ++i) {
        agreement.meanAbsoluteError += std::abs(entries.a[i] - entries.b[i]) / double(entries.a.size());
        agreement.signMatch += ((entries.a[i] > 0) == (entries.b[i] > 0) ? 1.0 : 0.0) / double(entries.a.size());
    }
    return agreement;
}

AgreementSummary summaryOf(const char* name, const std::vector<double>& values, const AgreementSettings& settings)
{
    AgreementSummary summary{name, 0, 0, {}, std::int64_t(values.size())};
    if (values.empty()) {
        summary.median = summary.mean = std::numeric_limits<double>::quiet_NaN();
        return summary;
    }
    summary.median = median(values);
    summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    const auto medianOf = [&](std::span<const std::size_t> sample) {
        std::vector<double> drawn;
        for (const std::size_t index : sample)
            drawn.push_back(values[index]);
        return median(std::move(drawn));
    };
    summary.interval = bootstrapInterval(values.size(), medianOf, settings.bootstrapDraws, settings.seed);
    return summary;
}

}  // namespace

std::optional<double> sharedPearson(std::span<const double> a, std::span<const double> b)
{
    const Entries entries = sharedEntries(a, b);
    return pearson(entries.a, entries.b);
}

std::optional<double> medianCosine(std::span<const double> a, std::span<const double> b, std::size_t width)
{
    std::vector<double> cosines;
    for (std::size_t first = 0; first + width <= a.size(); first += width)
        if (const auto value = cosine(a.subspan(first, width), b.subspan(first, width)))
            cosines.push_back(*value);
    return cosines.empty() ? std::nullopt : std::optional(median(std::move(cosines)));
}

Result<Agreement> agreementOf(const data::Attribution& a, const data::Attribution& b, const AgreementSettings& settings)
{
    if (a.values_LC.size() != b.values_LC.size())
        return fail(ErrorCode::InvalidArgument, "The two explanations have " + std::to_string(a.length()) + " and "
                        + std::to_string(b.length()) + " positions; they must explain the same sequence.");
    return measured(a, b, sharedEntries(a, b), settings.topShare);
}

Result<Agreement> AgreementBuilder::add(const data::Attribution& a, const data::Attribution& b)
{
    Result<Agreement> agreement = agreementOf(a, b, m_settings);
    if (!agreement)
        return agreement;
    const Entries entries = sharedEntries(a, b);
    Sums sums;
    for (std::size_t i = 0; i < entries.a.size(); ++i) {
        const double x = entries.a[i], y = entries.b[i];
        sums.n += 1;
        sums.a += x;
        sums.b += y;
        sums.aa += x * x;
        sums.bb += y * y;
        sums.ab += x * y;
    }
    m_sums.push_back(sums);
    m_records.push_back(*agreement);
    return agreement;
}

std::vector<AgreementSummary> AgreementBuilder::perRecord() const
{
    const auto summarise = [this](const char* name, auto numberOf) {
        std::vector<double> values;
        for (const Agreement& record : m_records)
            if (const std::optional<double> value = numberOf(record))
                values.push_back(*value);
        return summaryOf(name, values, m_settings);
    };
    const auto ifAny = [](const Agreement& r, double value) { return r.entries > 0 ? std::optional(value) : std::nullopt; };
    return {summarise("pearson", [](const Agreement& r) { return r.pearson; }),
            summarise("spearman", [](const Agreement& r) { return r.spearman; }),
            summarise("median_cosine", [](const Agreement& r) { return r.medianCosine; }),
            summarise("top_overlap", [](const Agreement& r) { return r.topOverlap; }),
            summarise("mean_absolute_error", [&](const Agreement& r) { return ifAny(r, r.meanAbsoluteError); }),
            summarise("sign_match", [&](const Agreement& r) { return ifAny(r, r.signMatch); })};
}

std::optional<AgreementSummary> AgreementBuilder::pooled() const
{
    const auto correlation = [this](std::span<const std::size_t> sample) {
        Sums all;
        for (const std::size_t index : sample) {
            const Sums& sums = m_sums[index];
            all.n += sums.n;
            all.a += sums.a;
            all.b += sums.b;
            all.aa += sums.aa;
            all.bb += sums.bb;
            all.ab += sums.ab;
        }
        const double aa = all.aa - all.a * all.a / all.n, bb = all.bb - all.b * all.b / all.n;
        const double both = all.ab - all.a * all.b / all.n;
        return aa > 0 && bb > 0 ? both / std::sqrt(aa) / std::sqrt(bb) : std::numeric_limits<double>::quiet_NaN();
    };
    std::vector<std::size_t> everyone(m_sums.size());
    std::iota(everyone.begin(), everyone.end(), std::size_t(0));
    const double value = correlation(everyone);
    if (std::isnan(value))
        return std::nullopt;
    return AgreementSummary{"pooled_pearson", value, value,
                            bootstrapInterval(m_sums.size(), correlation, m_settings.bootstrapDraws, m_settings.seed),
                            std::int64_t(m_sums.size())};
}

}  // namespace nscope::analysis
