#include "app/cli/region_source.h"

#include "app/cli/left_out.h"
#include "core/io/annotation_file.h"
#include "core/study/number_text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

namespace nscope::cli {

namespace {

using data::Interval;
using study::groupedText;

/// A region under the genome's own name of its chromosome. Errors as Where::record: the place.
Result<data::Locus> placed(const study::OpenGenome& genome, data::Locus asked)
{
    const Where where{.record = data::locusText({asked.chromosome, asked.interval, data::Strand::None})};
    const auto chromosome = genome.chromosome(asked.chromosome);
    if (!chromosome)
        return fail(Error(chromosome.error().code(), chromosome.error().message(), where));
    asked.chromosome = chromosome->name;
    asked.strand = data::Strand::None;
    if (asked.interval.isEmpty())
        return fail(ErrorCode::InvalidArgument, "The region has no bases.", where);
    if (chromosome->pieces.empty() && asked.interval.endNt > chromosome->lengthNt)
        return fail(ErrorCode::InvalidArgument,
                    "The region ends beyond the chromosome, which has " + groupedText(chromosome->lengthNt) + " nt.",
                    where);
    const auto held = genome.held(asked.chromosome, asked.interval);
    if (!held)
        return fail(held.error());
    if (held->empty())
        return fail(ErrorCode::InvalidArgument,
                    "The genome's file, which holds pieces of this chromosome, holds none of this region.", where);
    return asked;
}

Result<std::vector<data::Locus>> ofFile(const study::OpenGenome& genome, const std::string& path, std::stop_token stop)
{
    const auto annotation = io::readAnnotation(path, {stop, nullptr});
    if (!annotation)
        return fail(annotation.error());
    io::ReadProblems problems = annotation->problems;
    std::vector<data::Locus> regions;
    for (const io::NamedPlace& place : io::placesOf(*annotation)) {
        auto region = placed(genome, place.locus);
        if (region)
            regions.push_back(*std::move(region));
        else
            problems.add(region.error().at({.file = path}));
    }
    printLeftOut(problems, "regions");
    if (regions.empty())
        return fail(ErrorCode::NotFound, "The genome holds none of the file's regions.", {.file = path});
    return regions;
}

Result<std::vector<data::Locus>> named(const study::OpenGenome& genome, const std::vector<std::string>& places)
{
    std::vector<data::Locus> regions;
    for (const std::string& place : places) {
        auto asked = parsePlace(place);
        if (!asked)
            return fail(asked.error());
        if (asked->interval == Interval{})
            if (const auto chromosome = genome.chromosome(asked->chromosome))
                asked->interval = {0, chromosome->lengthNt};
        auto region = placed(genome, *std::move(asked));
        if (!region)
            return fail(region.error().at({.file = genome.path}));
        regions.push_back(*std::move(region));
    }
    return regions;
}

std::vector<data::Locus> whole(const study::OpenGenome& genome)
{
    std::vector<data::Locus> regions;
    for (const io::GenomeChromosome& chromosome : genome.file->chromosomes()) {
        if (chromosome.lengthNt > 0)
            regions.push_back({chromosome.name, {0, chromosome.lengthNt}, data::Strand::None});
    }
    return regions;
}

/// Sorted; those that overlap or touch become one.
std::vector<data::Locus> joined(std::vector<data::Locus> regions)
{
    std::ranges::sort(regions, {},
                      [](const data::Locus& region) { return std::pair(region.chromosome, region.interval.startNt); });
    std::vector<data::Locus> apart;
    for (data::Locus& region : regions) {
        if (!apart.empty() && apart.back().chromosome == region.chromosome
            && apart.back().interval.endNt >= region.interval.startNt)
            apart.back().interval.endNt = std::max(apart.back().interval.endNt, region.interval.endNt);
        else
            apart.push_back(std::move(region));
    }
    return apart;
}

}  // namespace

void addRegionOptions(CLI::App& app, RegionOptions& options)
{
    const char* group = "Along a genome";
    app.add_option(
           "--genome", options.genome,
           "Instead of --input: the genome along which to predict. FASTA, plain, gzip or bgzip, or 2bit; also pieces "
           "named by their place (chr8:11496144-11627216)")
        ->group(group);
    app.add_option("--regions", options.file, "Regions of the genome: BED, or another file of annotation")
        ->group(group);
    app.add_option("--region", options.places, "chr1:1,001-2,000 (the first base is 1) or chr1; may be repeated")
        ->group(group);
    app.add_flag("--whole-genome", options.isWholeGenome, "All that the genome's file holds")->group(group);
}

Result<data::Locus> parsePlace(const std::string& place)
{
    auto locus = data::parseLocus(place);
    if (locus && locus->strand != data::Strand::None)
        return fail(ErrorCode::InvalidArgument, "Say the strand with --strand, not in the region " + place + ".");
    return locus;
}

Result<void> checkRegionOptions(const RegionOptions& options)
{
    const int ways =
        (options.file.empty() ? 0 : 1) + (options.places.empty() ? 0 : 1) + (options.isWholeGenome ? 1 : 0);
    if (ways != 1)
        return fail(ErrorCode::InvalidArgument,
                    "With --genome, say where to predict: --regions, --region or --whole-genome, one of them.");
    return {};
}

Result<std::vector<study::HeldStretch>> stretchesOf(const study::OpenGenome& genome, const RegionOptions& options,
                                                    std::stop_token stop)
{
    auto asked = options.isWholeGenome  ? whole(genome)
                 : options.file.empty() ? named(genome, options.places)
                                        : ofFile(genome, options.file, stop);
    if (!asked)
        return fail(asked.error());
    const std::size_t count = asked->size();
    const std::vector<data::Locus> regions = joined(*std::move(asked));
    if (regions.size() < count)
        std::cerr << "Regions that overlap or touch are one: " << groupedText(std::int64_t(count)) << " became "
                  << groupedText(std::int64_t(regions.size())) << ".\n";
    std::vector<study::HeldStretch> stretches;
    std::int64_t missingNt = 0;
    for (const data::Locus& region : regions) {
        const auto held = genome.held(region.chromosome, region.interval);
        if (!held)
            return fail(held.error());
        missingNt += region.interval.length();
        for (const study::HeldStretch& stretch : *held)
            missingNt -= stretch.inside.length();
        stretches.insert(stretches.end(), held->begin(), held->end());
    }
    if (missingNt > 0 && !options.isWholeGenome)
        std::cerr << "Left out: " << groupedText(missingNt)
                  << " nt of the regions that are in no piece of the genome's file.\n";
    if (stretches.empty())
        return fail(ErrorCode::NotFound, "The genome holds no letters.", {.file = options.genome});
    return stretches;
}

}  // namespace nscope::cli
