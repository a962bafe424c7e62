#include "app/genome/region_predictor.h"

#include "app/analysis_keys.h"
#include "app/engine_bridge.h"
#include "app/genome/genome_controller.h"
#include "core/engine/input_anchor.h"
#include "widgets/number_text.h"

#include <algorithm>

namespace nscope::app {

namespace {

constexpr std::size_t kWindowsPerJob = 64;
constexpr std::int64_t kNumberStepNt = 100;  ///< from one number to the next, as on the command line
constexpr std::int64_t kMostNumbers = 1000;  ///< of a region: longer ones get longer steps

}  // namespace

RegionPredictor::RegionPredictor(GenomeController& genome, EngineBridge& bridge, QObject* parent)
    : QObject(parent), m_genome(genome), m_bridge(bridge)
{
    connect(&bridge, &EngineBridge::delivered, this, &RegionPredictor::receive);
    connect(&bridge, &EngineBridge::finished, this, &RegionPredictor::ended);
    connect(&bridge, &EngineBridge::failed, this, [this](const std::string& key, const Error& error) {
        if (key == kRegion)
            end(QString::fromStdString(error.sentence()));
    });
    connect(&bridge, &EngineBridge::cancelled, this, [this](const std::string& key, bool isReplaced) {
        if (key == kRegion && !isReplaced)
            end({});
    });
}

QString RegionPredictor::obstacle(const std::shared_ptr<const engine::ModelInfo>& model)
{
    if (!model)
        return tr("Choose a model first.");
    const engine::ModelOutputs& outputs = model->spec.outputs;
    const bool givesNumbers = model->spec.input.lengthNt > 0 && (!outputs.scalars.empty() || !outputs.classes.empty());
    if (outputs.profileTasks.empty() && !givesNumbers)
        return tr("%1 predicts no profile, and no number for a window of fixed length: choose a model that does, such "
                  "as BPNet, "
                  "ResidualBind or Xpresso.")
            .arg(QString::fromStdString(model->card.name));
    return {};
}

/// Of a model without profile: the output that goes along the region.
std::string RegionPredictor::score() const
{
    const engine::ModelOutputs& outputs = m_model->spec.outputs;
    return !outputs.scalars.empty() ? outputs.scalars.front() : outputs.classes.front();
}

/// Windows whose anchors are the middles of bins of m_stepNt; those that reach beyond the letters are left out.
std::vector<data::Interval> RegionPredictor::numberWindows(const study::HeldStretch& stretch) const
{
    const std::int64_t windowNt = m_model->spec.input.lengthNt, before = binStartInWindow();
    std::vector<data::Interval> windows;
    for (std::int64_t bin = stretch.inside.startNt; bin < stretch.inside.endNt; bin += m_stepNt) {
        const std::int64_t start =
            m_locus.strand == data::Strand::Reverse ? bin + m_stepNt + before - windowNt : bin - before;
        if (start >= stretch.bounds.startNt && start + windowNt <= stretch.bounds.endNt)
            windows.push_back({start, start + windowNt});
    }
    return windows;
}

std::int64_t RegionPredictor::binStartInWindow() const
{
    return engine::inputAnchorNt(*m_model, m_model->spec.input.lengthNt) - m_stepNt / 2;
}

/// A number as the profile of one bin around the window's anchor.
data::Track RegionPredictor::numberTrack(const data::Prediction& prediction) const
{
    data::Track track{binStartInWindow(), m_stepNt, {m_model->spec.outputs.describe(score()).name}, {}};
    for (const auto* values : {&prediction.scalars, &prediction.classProbabilities})
        for (const data::NamedValue& value : *values)
            if (value.name == score() && track.values_RB.empty())
                track.values_RB.push_back(float(value.value));
    return track;
}

/// Windows of the network's own length, half of each in common with the next; of a network that reads any length, one
/// window for all.
Result<std::vector<data::Interval>> RegionPredictor::plan(const data::Locus& locus) const
{
    if (locus.interval.length() > kMostNt)
        return fail(ErrorCode::InvalidArgument,
                    "The region has more than " + std::to_string(kMostNt / 1'000'000)
                        + " million letters: zoom in, or predict it with nucleoscope-cli predict --genome.");
    if (!m_genome.genome())
        return fail(m_genome.letters(locus.chromosome, locus.interval).error());
    const auto held = m_genome.genome()->held(locus.chromosome, locus.interval);
    if (!held)
        return fail(held.error());
    if (held->empty())
        return fail(ErrorCode::InvalidArgument, "The genome's file holds no letters of this place.");
    std::vector<data::Interval> windows;
    for (const study::HeldStretch& stretch : *held) {
        if (!givesProfile()) {
            const auto own = numberWindows(stretch);
            windows.insert(windows.end(), own.begin(), own.end());
            continue;
        }
        const std::int64_t windowNt =
            m_model->spec.input.lengthNt > 0 ? m_model->spec.input.lengthNt : stretch.inside.length();
        const auto own =
            analysis::tileWindows(stretch.inside, stretch.bounds, windowNt, std::max<std::int64_t>(1, windowNt / 2));
        windows.insert(windows.end(), own.begin(), own.end());
    }
    if (windows.empty())
        return fail(ErrorCode::InvalidArgument,
                    "The model reads " + std::to_string(m_model->spec.input.lengthNt)
                        + " nt around every place, and the genome's file holds fewer here.");
    return windows;
}

void RegionPredictor::predict(const std::shared_ptr<const engine::ModelInfo>& model, const data::Locus& locus)
{
    cancel();
    m_model = model;
    m_locus = locus;
    if (const QString problem = obstacle(model); !problem.isEmpty())
        return emit failed(problem);
    const std::int64_t steps =
        (locus.interval.length() + kMostNumbers * kNumberStepNt - 1) / (kMostNumbers * kNumberStepNt);
    m_stepNt = kNumberStepNt * std::max<std::int64_t>(1, steps);
    auto windows = plan(locus);
    if (!windows)
        return emit failed(QString::fromStdString(windows.error().sentence()));
    m_windows = std::move(*windows);
    if (givesProfile())
        m_locus.interval = m_locus.interval.intersected({m_windows.front().startNt, m_windows.back().endNt});
    m_stitcher.emplace(m_locus.interval);
    m_first = m_count = 0;
    emit changed();
    askNext();
}

void RegionPredictor::cancel()
{
    if (!m_stitcher)
        return;
    m_stitcher.reset();
    m_bridge.cancelKey(kRegion);
    emit changed();
}

void RegionPredictor::askNext()
{
    m_first += m_count;
    m_count = std::min(kWindowsPerJob, m_windows.size() - m_first);
    engine::Request request;
    request.model = m_model->id;
    for (std::size_t i = m_first; i < m_first + m_count; ++i) {
        auto letters = m_genome.letters(m_locus.chromosome, m_windows[i]);
        if (!letters)
            return end(QString::fromStdString(letters.error().sentence()));
        request.transcripts.push_back(
            study::windowRecord(m_locus.chromosome, m_windows[i], m_locus.strand, *std::move(letters)));
    }
    const QString place = QString::fromStdString(data::locusText(m_locus));
    const QString part = m_windows.size() > kWindowsPerJob
                             ? tr(", windows %1–%2 of %3")
                                   .arg(widgets::countText(std::int64_t(m_first) + 1),
                                        widgets::countText(std::int64_t(m_first + m_count)),
                                        widgets::countText(std::int64_t(m_windows.size())))
                             : QString();
    m_bridge.request(std::move(request), engine::Priority::Visible, kRegion, tr("Profile of %1%2").arg(place, part));
}

void RegionPredictor::receive(const std::string& key, const engine::Delivery& delivery)
{
    const auto* prediction = std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload);
    if (key != kRegion || !m_stitcher || !prediction || delivery.partial || delivery.transcript >= m_count)
        return;
    const data::Track track = !givesProfile()                   ? numberTrack(**prediction)
                              : (*prediction)->profiles.empty() ? data::Track{}
                                                                : (*prediction)->profiles.front();
    if (track.values_RB.empty())
        return end(tr("The model gave nothing that can stand along a region."));
    const auto added =
        m_stitcher->add(m_windows[m_first + delivery.transcript], m_locus.strand == data::Strand::Reverse, track);
    if (!added)
        end(QString::fromStdString(added.error().sentence()));
}

void RegionPredictor::ended(const std::string& key)
{
    if (key != kRegion || !m_stitcher)
        return;
    const bool isPartial = m_first + m_count < m_windows.size();
    if (const auto track = m_stitcher->result())
        emit predicted(m_locus, *track, isPartial);
    isPartial ? askNext() : end({});
}

void RegionPredictor::end(const QString& problem)
{
    m_stitcher.reset();
    if (!problem.isEmpty()) {
        m_bridge.cancelKey(kRegion);
        emit failed(problem);
    }
    emit changed();
}

}  // namespace nscope::app
