#include "app/genome/region_predictor.h"

#include "app/analysis_keys.h"
#include "app/engine_bridge.h"
#include "app/genome/genome_controller.h"
#include "widgets/number_text.h"

#include <algorithm>

namespace nscope::app {

namespace {

constexpr std::size_t kWindowsPerJob = 64;

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
    if (model->spec.outputs.profileTasks.empty())
        return tr("%1 predicts no profile: choose a model that does, such as BPNet or ResidualBind.")
            .arg(QString::fromStdString(model->card.name));
    return {};
}

/// Windows of the network's own length, half of each in common with the next; of a network that reads any length, one
/// window for all.
Result<std::vector<data::Interval>> RegionPredictor::plan(const data::Locus& locus) const
{
    if (locus.interval.length() > kMostNt)
        return fail(ErrorCode::InvalidArgument, "The region has more than " + std::to_string(kMostNt / 1'000'000)
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
        const std::int64_t windowNt = m_model->spec.input.lengthNt > 0 ? m_model->spec.input.lengthNt : stretch.inside.length();
        const auto own = analysis::tileWindows(stretch.inside, stretch.bounds, windowNt, std::max<std::int64_t>(1, windowNt / 2));
        windows.insert(windows.end(), own.begin(), own.end());
    }
    return windows;
}

void RegionPredictor::predict(const std::shared_ptr<const engine::ModelInfo>& model, const data::Locus& locus)
{
    cancel();
    m_model = model;
    m_locus = locus;
    if (const QString problem = obstacle(model); !problem.isEmpty())
        return emit failed(problem);
    auto windows = plan(locus);
    if (!windows)
        return emit failed(QString::fromStdString(windows.error().sentence()));
    m_windows = std::move(*windows);
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
        request.transcripts.push_back(study::windowRecord(m_locus.chromosome, m_windows[i], m_locus.strand, *std::move(letters)));
    }
    const QString place = QString::fromStdString(data::locusText(m_locus));
    const QString part = m_windows.size() > kWindowsPerJob
                             ? tr(", windows %1–%2 of %3").arg(widgets::countText(std::int64_t(m_first) + 1), widgets::countText(std::int64_t(m_first + m_count)),
                                                               widgets::countText(std::int64_t(m_windows.size())))
                             : QString();
    m_bridge.request(std::move(request), engine::Priority::Visible, kRegion, tr("Profile of %1%2").arg(place, part));
}

void RegionPredictor::receive(const std::string& key, const engine::Delivery& delivery)
{
    const auto* prediction = std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload);
    if (key != kRegion || !m_stitcher || !prediction || delivery.partial || delivery.transcript >= m_count)
        return;
    if ((*prediction)->profiles.empty())
        return end(tr("The model gave no profile."));
    const auto added = m_stitcher->add(m_windows[m_first + delivery.transcript], m_locus.strand == data::Strand::Reverse,
                                       (*prediction)->profiles.front());
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
