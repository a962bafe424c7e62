#include "app/genome/region_predictor.h"

#include "app/genome/genome_controller.h"
#include "core/study/region_signal.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace nscope::app {

namespace {

constexpr std::int64_t kChunkNt = 100'000;       ///< shown at a time
constexpr std::int64_t kMostWindowNt = 65'536;   ///< of models that read any length
constexpr std::int64_t kMostNumbers = 1'000;     ///< of a region: longer ones get longer steps

/// What a run works with, as it was when it began.
struct RegionRun {
    study::OpenGenome genome;
    std::shared_ptr<const engine::ModelInfo> model;
    data::Locus locus;
};

study::RegionOrder orderOf(const RegionRun& run)
{
    const std::int64_t lengthNt = run.locus.interval.length();
    study::RegionOrder order;
    order.strand = run.locus.strand == data::Strand::Reverse ? data::Strand::Reverse : data::Strand::Forward;
    if (run.model->spec.input.lengthNt == 0)
        order.windowNt = std::min(lengthNt, kMostWindowNt);
    if (run.model->spec.outputs.profileTasks.empty())
        order.stepNt = study::kNumbersStepNt * (1 + (lengthNt - 1) / (kMostNumbers * study::kNumbersStepNt));
    return order;
}

/// Asks the engine for the predictions of windows.
study::WindowRunner runnerAt(const std::shared_ptr<EngineDoor>& door, const engine::ModelInfo& model,
                             const std::stop_token& stop)
{
    return [door, id = model.id, stop](const data::TranscriptSet& windows,
                                       const study::WindowVisitor& visit) -> Result<void> {
        engine::Request request;
        request.analysis = engine::Analysis::Predict;
        request.model = id;
        request.transcripts = windows;
        const auto deliveries = door->ask(std::move(request), stop);
        if (!deliveries)
            return fail(deliveries.error());
        for (const engine::Delivery& delivery : *deliveries) {
            const auto* prediction = std::get_if<std::shared_ptr<const data::Prediction>>(&delivery.payload);
            if (!prediction || delivery.transcript >= windows.size())
                continue;
            if (const auto visited = visit(delivery.transcript, **prediction); !visited)
                return visited;
        }
        return {};
    };
}

/// Of a region whose letters lie in several pieces, each with its own first bin, the later ones are moved to the nearest
/// bin of the first.
void put(data::Track& all, const data::Track& chunk)
{
    const std::int64_t bins = all.binCount();
    const auto first = std::int64_t(std::lround(double(chunk.startNt - all.startNt) / double(all.binNt)));
    for (std::size_t row = 0; row < all.rows.size(); ++row)
        for (std::int64_t bin = 0; bin < chunk.binCount(); ++bin)
            if (first + bin >= 0 && first + bin < bins)
                all.values_RB[row * std::size_t(bins) + std::size_t(first + bin)] = chunk.at(row, bin);
}

using Show = std::function<void(const data::Track& soFar)>;

Result<data::Track> predictRegion(const RegionRun& run, const study::WindowRunner& runner, const Show& show,
                                  Progress& progress)
{
    const auto held = run.genome.held(run.locus.chromosome, run.locus.interval);
    if (!held)
        return fail(held.error());
    if (held->empty())
        return fail(ErrorCode::InvalidArgument, "The genome's file holds no letters of this place.");
    const auto signal = study::planSignal(*run.model, orderOf(run), runner);
    if (!signal)
        return fail(signal.error());
    std::vector<std::pair<study::HeldStretch, data::Interval>> chunks;
    std::int64_t allNt = 0;
    for (const study::HeldStretch& stretch : *held) {
        for (const data::Interval& chunk : study::chunksOf(*signal, stretch, kChunkNt)) {
            chunks.emplace_back(stretch, chunk);
            allNt += chunk.length();
        }
    }
    progress.setTotal(allNt);
    const std::int64_t startNt = chunks.front().second.startNt, endNt = chunks.back().second.endNt;
    const std::int64_t bins = (endNt - startNt + signal->outputBinNt - 1) / signal->outputBinNt;
    data::Track all{startNt, signal->outputBinNt, signal->rows,
                    std::vector<float>(signal->rows.size() * std::size_t(bins), std::numeric_limits<float>::quiet_NaN())};
    const data::GenomeLetters letters = [&run](const std::string& chromosome, data::Interval range) {
        return run.genome.letters(chromosome, range);
    };
    std::int64_t doneNt = 0;
    for (const auto& [stretch, chunk] : chunks) {
        const auto progressed = [&](std::int64_t windows, std::int64_t ofWindows) {
            progress.setDone(doneNt + chunk.length() * windows / std::max<std::int64_t>(1, ofWindows));
        };
        const auto track = study::chunkSignal(*signal, stretch, chunk, letters, runner, progressed);
        if (!track)
            return fail(track.error());
        put(all, *track);
        doneNt += chunk.length();
        progress.setDone(doneNt);
        if (doneNt < allNt)
            show(all);
    }
    if (std::ranges::all_of(all.values_RB, [](float value) { return std::isnan(value); }))
        return fail(ErrorCode::InvalidArgument, "Too few letters around this place are known for a prediction.");
    return all;
}

}  // namespace

RegionPredictor::RegionPredictor(GenomeController& genome, EngineBridge& bridge, ReaderPool& readers, QObject* parent)
    : RegionWork(genome, bridge, readers, "region", parent)
{
}

QString RegionPredictor::obstacle(const std::shared_ptr<const engine::ModelInfo>& model)
{
    if (!model)
        return tr("Choose a model first.");
    const engine::ModelOutputs& outputs = model->spec.outputs;
    const bool givesNumbers = model->spec.input.lengthNt > 0 && (!outputs.scalars.empty() || !outputs.classes.empty());
    if (outputs.profileTasks.empty() && !givesNumbers)
        return tr("%1 predicts no profile, and no number for a window of fixed length: choose a model that does, such "
                  "as BPNet, ResidualBind or Xpresso.")
            .arg(QString::fromStdString(model->card.name));
    return {};
}

void RegionPredictor::predict(const std::shared_ptr<const engine::ModelInfo>& model, const data::Locus& locus)
{
    if (!mayStart(obstacle(model)))
        return;
    if (locus.interval.length() > kMostNt)
        return emit failed(tr("The region has more than %1 million letters: zoom in, or predict it with "
                              "nucleoscope-cli predict --genome.")
                               .arg(kMostNt / 1'000'000));
    const RegionRun run{*genome().genome(), model, locus};
    start(
        tr("Profile of %1").arg(QString::fromStdString(data::locusText(locus))), tr("nt"),
        [this, run](const Run& asking, Progress& progress) {
            const Show show = [&](const data::Track& soFar) {
                asking.post([this, locus = run.locus, soFar] { this->show(locus, soFar, true); });
            };
            return predictRegion(run, runnerAt(asking.door, *run.model, asking.stop), show, progress);
        },
        [this, locus](const data::Track& track) { show(locus, track, false); });
}

void RegionPredictor::show(const data::Locus& locus, const data::Track& track, bool isPartial)
{
    const data::Interval covered{track.startNt, track.startNt + track.binCount() * track.binNt};
    emit predicted({locus.chromosome, covered, locus.strand}, track, isPartial);
}

}  // namespace nscope::app
