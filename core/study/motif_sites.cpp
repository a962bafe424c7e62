#include "core/study/motif_sites.h"

#include "core/analysis/metagene.h"
#include "core/study/columns.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <limits>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;

constexpr std::int64_t kPlaceBins = 50;
constexpr std::size_t kMostLines = 8;
constexpr std::size_t kShownMotifs = 30;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string nameOf(const data::Motif& motif) { return motif.name.empty() ? motif.id : motif.name; }

}  // namespace

HitsStudy::HitsStudy(data::MotifSet motifs, const analysis::ScanSettings& settings)
    : m_motifs(std::move(motifs)),
      m_places(m_motifs.size() * analysis::kRegionCount * kPlaceBins, 0),
      m_frames(m_motifs.size() * 3, 0)
{
    for (const data::Motif& motif : m_motifs)
        m_scanners.emplace_back(motif, settings);
}

void HitsStudy::add(const data::Transcript& transcript)
{
    for (std::size_t i = 0; i < m_motifs.size(); ++i) {
        for (const analysis::MotifHit& found : m_scanners[i].hits(transcript.sequence.letters)) {
            Hit hit{.id = transcript.sequence.id,
                    .motif = i,
                    .hit = found,
                    .p = m_scanners[i].pValueOf(found.score),
                    .place = kNaN};
            if (transcript.cds)
                locate(hit, *transcript.cds, transcript.sequence.length());
            m_hits.push_back(std::move(hit));
        }
    }
}

void HitsStudy::locate(Hit& hit, data::Interval cds, std::int64_t lengthNt)
{
    const std::int64_t startNt = hit.hit.startNt;
    for (int each = 0; each < analysis::kRegionCount; ++each) {
        const data::Interval span = analysis::regionOf(each, cds, lengthNt);
        if (!span.contains(startNt))
            continue;
        hit.region = analysis::kRegionNames[each];
        hit.place = double(startNt - span.startNt) / double(span.length());
        const std::int64_t bin = (startNt - span.startNt) * kPlaceBins / span.length();
        ++m_places[(hit.motif * analysis::kRegionCount + std::size_t(each)) * kPlaceBins + std::size_t(bin)];
    }
    if (cds.contains(startNt)) {
        hit.frame = (startNt - cds.startNt) % 3;
        ++m_frames[hit.motif * 3 + std::size_t(hit.frame)];
    }
}

data::ResultTable HitsStudy::hitTable() const
{
    return {"hits",
            {columnOf("id", m_hits, [](const Hit& h) { return h.id; }),
             columnOf("motif", m_hits, [this](const Hit& h) { return m_motifs[h.motif].id; }),
             columnOf("start", m_hits, [](const Hit& h) { return h.hit.startNt; }),
             columnOf("end", m_hits, [this](const Hit& h) { return h.hit.startNt + m_motifs[h.motif].width(); }),
             columnOf("strand", m_hits, [](const Hit& h) { return std::string(h.hit.reverseStrand ? "-" : "+"); }),
             columnOf("score", m_hits, [](const Hit& h) { return h.hit.score; }),
             columnOf("p", m_hits, [](const Hit& h) { return h.p; }),
             columnOf("region", m_hits, [](const Hit& h) { return h.region; }),
             columnOf("place", m_hits, [](const Hit& h) { return h.place; }),
             columnOf("frame", m_hits, [](const Hit& h) { return h.frame; })}};
}

data::ResultTable HitsStudy::placeTable() const
{
    std::vector<std::string> names, regions;
    std::vector<std::int64_t> bins;
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        const std::size_t row = i / kPlaceBins;
        names.push_back(m_motifs[row / analysis::kRegionCount].id);
        regions.emplace_back(analysis::kRegionNames[row % analysis::kRegionCount]);
        bins.push_back(std::int64_t(i) % kPlaceBins);
    }
    return {"places", {{"motif", names}, {"region", regions}, {"bin", bins}, {"hits", m_places}}};
}

data::ResultTable HitsStudy::frameTable() const
{
    std::vector<std::string> names;
    std::vector<std::int64_t> frames;
    for (std::size_t i = 0; i < m_frames.size(); ++i) {
        names.push_back(m_motifs[i / 3].id);
        frames.push_back(std::int64_t(i) % 3);
    }
    return {"frames", {{"motif", names}, {"frame", frames}, {"hits", m_frames}}};
}

std::vector<Plot> HitsStudy::plots() const
{
    constexpr std::size_t kBins = analysis::kRegionCount * kPlaceBins;
    std::vector<std::size_t> order(m_motifs.size());
    std::vector<std::int64_t> counts(m_motifs.size(), 0);
    for (const Hit& hit : m_hits)
        ++counts[hit.motif];
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) { return counts[i]; });

    Plot places{.id = "places", .title = "Instances along the regions"};
    places.x = {.label = "Bin of the region", .ticks = {{25.5, "5'UTR"}, {75.5, "CDS"}, {125.5, "3'UTR"}}};
    places.y = {.label = "Instances"};
    places.guides = {{.vertical = true, .at = 50.5}, {.vertical = true, .at = 100.5}};
    Plot frames{.id = "frames", .title = "Instances in the coding region by reading frame"};
    frames.x = {.label = "Position in the codon"};
    frames.y = {.label = "Motif"};
    data::PlotMap map{.rows = {}, .columns = {"1", "2", "3"}, .values = {}, .diverging = false, .unit = "Instances"};
    Plot logos{.id = "motifs", .title = "Motifs by their instances"};
    for (std::size_t rank = 0; rank < std::min(order.size(), kShownMotifs); ++rank) {
        const std::size_t i = order[rank];
        if (rank < kMostLines) {
            const auto first = m_places.begin() + std::ptrdiff_t(i * kBins);
            places.series.push_back({.kind = PlotSeries::Kind::Line,
                                     .name = nameOf(m_motifs[i]),
                                     .x = countedFrom1(kBins),
                                     .y = {first, first + std::ptrdiff_t(kBins)}});
        }
        map.rows.push_back(nameOf(m_motifs[i]));
        for (std::size_t frame = 0; frame < 3; ++frame)
            map.values.push_back(double(m_frames[i * 3 + frame]));
        logos.motifs.push_back({m_motifs[i], groupedText(counts[i]) + " sites"});
    }
    frames.map = std::move(map);
    return {std::move(places), std::move(frames), std::move(logos)};
}

Outcome HitsStudy::outcome() const { return {.tables = {hitTable(), placeTable(), frameTable()}, .plots = plots()}; }

}  // namespace nscope::study
