#include "core/study/metagene.h"

#include "core/analysis/spectrum.h"
#include "core/study/columns.h"
#include "core/study/metagene_plots.h"
#include "core/study/position_values.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"

#include <algorithm>

namespace nscope::study {

namespace {

using analysis::Anchor;
using analysis::BinnedMetagene;

constexpr std::size_t kLeastSignalNt = 8;  ///< of a spectrum

analysis::AlignedSettings withAnchor(analysis::AlignedSettings settings, Anchor anchor)
{
    settings.anchor = anchor;
    return settings;
}

data::ResultTable binTable(const BinnedMetagene& metagene)
{
    using Bin = BinnedMetagene::Bin;
    data::ResultTable table{"bins",
                            {columnOf("region", metagene.bins,
                                      [](const Bin& bin) { return std::string(analysis::kRegionNames[bin.region]); }),
                             columnOf("bin", metagene.bins, [](const Bin& bin) { return std::int64_t(bin.bin); })}};
    std::vector<analysis::MeanEstimate> estimates;
    for (const Bin& bin : metagene.bins)
        estimates.push_back(bin.estimate);
    addEstimateColumns(table, estimates);
    table.columns.push_back(columnOf("trimmed_mean", metagene.bins, [](const Bin& bin) { return bin.trimmedMean; }));
    return table;
}

data::ResultTable alignedTable(const std::string& name, const analysis::AlignedMetagene& metagene)
{
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < metagene.values.size(); ++i)
        offsets.push_back(metagene.firstOffsetNt + std::int64_t(i));
    data::ResultTable table{name, {{"offset", std::move(offsets)}}};
    addEstimateColumns(table, metagene.values);
    return table;
}

/// The means from the anchor on, where the reading frame is.
std::vector<double> fromAnchor(const analysis::AlignedMetagene& metagene)
{
    std::vector<double> means = metagene.means();
    const auto before = std::min<std::int64_t>(std::max<std::int64_t>(0, -metagene.firstOffsetNt), std::ssize(means));
    means.erase(means.begin(), means.begin() + before);
    return means;
}

/// Empty if the signal is too short.
Result<analysis::PowerSpectrum> spectrumOf(const std::vector<double>& signal, int segmentNt)
{
    if (signal.size() < kLeastSignalNt)
        return analysis::PowerSpectrum();
    return analysis::welchSpectrum(signal, {.segmentNt = segmentNt});
}

data::ResultTable frameTable(const analysis::FrameStatistics& frames)
{
    data::ResultTable table{"frames", {{"frame", std::vector<std::int64_t>{0, 1, 2}}}};
    addEstimateColumns(table, frames.frames);
    table.columns.push_back(
        {"transcripts_preferring", std::vector<std::int64_t>(frames.preferred.begin(), frames.preferred.end())});
    return table;
}

data::ResultTable summaryTable(const std::vector<std::pair<std::string, double>>& numbers)
{
    return {"summary",
            {columnOf("name", numbers, [](const auto& number) { return number.first; }),
             columnOf("value", numbers, [](const auto& number) { return number.second; })}};
}

}  // namespace

MetageneStudy::MetageneStudy(MetageneSettings settings)
    : m_settings(std::move(settings)),
      m_binned(m_settings.binned),
      m_start(withAnchor(m_settings.aligned, Anchor::Start)),
      m_stop(withAnchor(m_settings.aligned, Anchor::Stop))
{
}

void MetageneStudy::add(const data::Transcript& transcript, std::span<const double> values_L)
{
    const std::optional<data::Interval> cds =
        analysis::codingRegion(transcript.cds, transcript.sequence.letters, m_settings.longestOrf);
    if (!cds) {
        ++m_withoutRegion;
        return;
    }
    m_binned.add(values_L, *cds);
    m_start.add(values_L, *cds);
    m_stop.add(values_L, *cds);
    m_frames.add(values_L, *cds);
}

Result<Outcome> MetageneStudy::outcome() const
{
    const analysis::AlignedMetagene start = m_start.result(), stop = m_stop.result();
    if (start.used == 0)
        return fail(ErrorCode::NotFound, "No sequence has a coding region.");
    const BinnedMetagene binned = m_binned.result();
    const analysis::FrameStatistics frames = m_frames.result();
    const std::vector<double> signal = fromAnchor(start);
    const Result<analysis::PowerSpectrum> spectrum = spectrumOf(signal, m_settings.segmentNt);
    if (!spectrum)
        return fail(spectrum.error());
    Outcome outcome;
    outcome.tables = {binTable(binned),
                      alignedTable("start", start),
                      alignedTable("stop", stop),
                      {"spectrum", {{"frequency", spectrum->frequencies}, {"density", spectrum->density}}},
                      frameTable(frames),
                      summaryTable({{"transcripts_aligned", double(start.used)},
                                    {"transcripts_binned", double(binned.used)},
                                    {"left_out_short_region", double(binned.tooShort)},
                                    {"left_out_no_coding_region", double(m_withoutRegion)},
                                    {"period_3_share", analysis::periodShare(signal, 3.0)},
                                    {"frame_vector_length", frames.vectorLength.mean},
                                    {"frame_resultant_length", frames.resultantLength},
                                    {"frame_mean_direction", frames.meanDirection},
                                    {"frame_rayleigh_p", frames.rayleighP}})};
    data::Plot detail = alignedPlot("start_50_100", "start codon", start, m_settings.value);
    detail.title += ", 50 to 100 nt";
    detail.x.from = 50;
    detail.x.to = 100;
    outcome.plots = {binPlot(binned, m_settings.binned.binsPerRegion, m_settings.value),
                     alignedPlot("start", "start codon", start, m_settings.value),
                     std::move(detail),
                     alignedPlot("stop", "stop codon", stop, m_settings.value),
                     spectrumPlot(spectrum->frequencies, spectrum->density),
                     framePlot(frames, m_settings.value)};
    if (m_withoutRegion > 0)
        outcome.notes.push_back("Left out: " + groupedText(m_withoutRegion) + " sequences without a coding region.");
    if (binned.tooShort > 0)
        outcome.notes.push_back("Left out of the bins: " + groupedText(binned.tooShort)
                                + " sequences with a region under " + std::to_string(m_settings.binned.minRegionNt)
                                + " nt.");
    return outcome;
}

namespace {

constexpr const char* kSource = "Valencia & Hendrix, bioseq2seq, Fig 3E/F and 4A";

std::vector<engine::OptionSpec> metageneOptions()
{
    return {
        wholeOption("bins", "Bins", "Bins per region", 25, 1, 1000),
        wholeOption("min_region", "Shortest region (nt)", "Sequences with a shorter region are not binned", 25, 1,
                    1'000'000),
        numberOption("trim", "Trim", "Share of the sequences cut off at each end for the trimmed mean", 0.1, 0.0, 0.49),
        numberOption("min_share", "Share of sequences", "Share of the sequences that an aligned position needs", 0.7,
                     0.0, 1.0),
        wholeOption("segment", "Segment (nt)", "Of Welch's power spectrum", 256, 8, 100'000),
        switchOption("longest_orf", "Longest ORF",
                     "Take the longest open reading frame where there is no coding region")};
}

MetageneSettings settingsOf(const Order& order, std::string value)
{
    return {.binned = {int(whole(order, "bins")), whole(order, "min_region"), number(order, "trim")},
            .aligned = {.minShare = number(order, "min_share")},
            .segmentNt = int(whole(order, "segment")),
            .longestOrf = isOn(order, "longest_orf"),
            .value = std::move(value)};
}

std::string axisOf(const std::string& score)
{
    if (score == "mean-abs")
        return "Mean |change of the score|";
    if (score == "mean")
        return "Mean change of the score";
    return score == "own" ? "Value of the base" : "Largest change " + score + " the score's positive side";
}

Result<Outcome> runExplained(const Order& order, const Tools& tools)
{
    MetageneStudy study(settingsOf(order, axisOf(text(order, "score"))));
    const auto take = [&study](const data::TranscriptPtr& transcript, std::vector<double> values) -> Result<void> {
        study.add(*transcript, values);
        return {};
    };
    if (const Result<void> all = explainEach(order, tools, take); !all)
        return fail(all.error());
    return study.outcome();
}

Result<Outcome> runAttention(const Order& order, const Tools& tools)
{
    MetageneStudy study(settingsOf(order, "Mean attention"));
    const auto take = [&study](const data::TranscriptPtr& transcript, std::vector<double> values) -> Result<void> {
        study.add(*transcript, values);
        return {};
    };
    if (const Result<void> all = attendEach(order, tools, take); !all)
        return fail(all.error());
    return study.outcome();
}

}  // namespace

std::vector<Study> metageneStudies()
{
    std::vector<engine::OptionSpec> explained = metageneOptions(), attended = metageneOptions();
    explained.insert(explained.begin(), positionScoreOption());
    attended.insert(attended.begin(),
                    {wholeOption("layer", "Layer", "Attention layer, the first is 0", 0, 0, 999),
                     wholeOption("head", "Head", "Attention head, the first is 0; -1: the mean of all", -1, -1, 999)});
    return {
        {{"metagene",
          "Metagene of an explanation",
          "Importance averaged by bins of the regions and aligned at start and stop codon, with spectrum and frames",
          kSource,
          Page::Populations,
          std::move(explained),
          {},
          {.target = true, .explanation = true}},
         runExplained},
        {{"attention-metagene",
          "Metagene of attention",
          "Attention averaged by bins of the regions and aligned at start and stop codon, with spectrum and frames",
          kSource,
          Page::Populations,
          std::move(attended),
          {},
          {.attention = true}},
         runAttention}};
}

}  // namespace nscope::study
