// Purpose: filter motifs after two published recipes.
#include "core/analysis/filter_motifs.h"

#include <algorithm>
#include <limits>

namespace nscope::analysis {
namespace {

constexpr std::size_t kLeastSites = 10;
constexpr std::size_t kGopherMostSites = 10'000;
constexpr std::int64_t kGopherWindowNt = 24;
constexpr std::int64_t kGopherLeftNt = 12;
constexpr double kGopherMinBits = 0.5;
constexpr std::int64_t kGopherPad = 3;

double thresholdOf(const std::vector<FilterRecord>& records, std::int64_t filters, std::int64_t filter, FilterRecipe recipe)
{
    double sum = 0.0, highest = -std::numeric_limits<double>::infinity();
    std::int64_t count = 0;
    for (const FilterRecord& record : records) {
        for (std::size_t i = std::size_t(filter); i < record.activations_PF.size(); i += std::size_t(filters)) {
            sum += double(record.activations_PF[i]);
            highest = std::max(highest, double(record.activations_PF[i]));
            ++count;
        }
    }
    const double mean = count > 0 ? sum / double(count) : 0.0;
    return recipe == FilterRecipe::RnaTracker ? mean + 0.5 * (highest - mean) : 0.5 * highest;
}

/// Windows of letters at the positions above the threshold.
std::vector<std::string_view> sitesOf(const std::vector<FilterRecord>& records, const FilterGeometry& geometry,
                                      std::int64_t filter, double threshold, FilterRecipe recipe)
{
    const bool isGopher = recipe == FilterRecipe::Gopher;
    const std::int64_t width = isGopher ? kGopherWindowNt : geometry.kernelNt;
    std::vector<std::string_view> sites;
    for (const FilterRecord& record : records) {
        const std::int64_t positions = std::int64_t(record.activations_PF.size()) / geometry.filters;
        for (std::int64_t p = 0; p < positions; ++p) {
            if (!(record.activations_PF[std::size_t(p * geometry.filters + filter)] > threshold))
                continue;
            // GOPHER centres its windows on the letter in the kernel's middle.
            const std::int64_t kernelStart = p * geometry.strideNt + geometry.offsetNt;
            const std::int64_t start = isGopher ? kernelStart + geometry.kernelNt / 2 - kGopherLeftNt : kernelStart;
            if (start < 0 || start + width > std::int64_t(record.letters.size()))
                continue;
            sites.push_back(record.letters.substr(std::size_t(start), std::size_t(width)));
            if (isGopher && sites.size() == kGopherMostSites)
                return sites;
        }
    }
    return sites;
}

}  // namespace

Result<std::vector<FilterMotif>> filterMotifs(const std::vector<FilterRecord>& records, const FilterGeometry& geometry,
                                              FilterRecipe recipe, data::Alphabet alphabet)
{
    const bool isGood = !records.empty() && geometry.filters > 0 && geometry.kernelNt > 0
        && std::ranges::all_of(records, [&](const FilterRecord& record) {
               return record.activations_PF.size() % std::size_t(geometry.filters) == 0;
           });
    if (!isGood)
        return fail(ErrorCode::InvalidArgument, "Filter motifs need records with positions × filters activations.");
    std::vector<FilterMotif> motifs;
    for (std::int64_t filter = 0; filter < geometry.filters; ++filter) {
        FilterMotif found;
        found.filter = filter;
        found.threshold = thresholdOf(records, geometry.filters, filter, recipe);
        const std::vector<std::string_view> sites = sitesOf(records, geometry, filter, found.threshold, recipe);
        found.sites = std::int64_t(sites.size());
        if (sites.size() >= kLeastSites) {
            const bool isGopher = recipe == FilterRecipe::Gopher;
            Result<data::Motif> motif =
                data::motifOfInstances("filter" + std::to_string(filter), sites, isGopher ? 0.0 : 1.0, alphabet);
            if (!motif)
                return fail(motif.error());
            found.hasMotif = true;
            found.motif = isGopher ? data::trimmed(*motif, kGopherMinBits, kGopherPad) : *std::move(motif);
        }
        motifs.push_back(std::move(found));
    }
    return motifs;
}

std::vector<double> peakActivations(const std::vector<FilterRecord>& records, std::int64_t filters)
{
    std::vector<double> peaks(std::size_t(filters) * records.size(), 0.0);
    for (std::size_t r = 0; r < records.size(); ++r) {
        const std::span<const float> activations = records[r].activations_PF;
        for (std::size_t i = 0; i < activations.size(); ++i) {
            double& peak = peaks[i % std::size_t(filters) * records.size() + r];
            peak = i < std::size_t(filters) ? double(activations[i]) : std::max(peak, double(activations[i]));
        }
    }
    return peaks;
}

}  // namespace nscope::analysis
