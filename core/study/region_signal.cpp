#include "core/study/region_signal.h"

#include "core/analysis/region_tiles.h"
#include "core/analysis/track_metrics.h"
#include "core/data/alphabet.h"
#include "core/engine/input_anchor.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

namespace nscope::study {

namespace {

using data::Interval;
using data::Strand;

constexpr std::size_t kBatchWindows = 64;
constexpr std::int64_t kBatchNt = 1'000'000;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

/// Letters around a chunk; N beyond the bounds. Known are A, C, G and T.
class LettersAround {
public:
    static Result<LettersAround> read(const HeldStretch& stretch, Interval span, const data::GenomeLetters& letters)
    {
        const Interval held = span.intersected(stretch.bounds);
        auto inside = held.isEmpty() ? Result<std::string>() : letters(stretch.chromosome, held);
        if (!inside)
            return fail(inside.error());
        LettersAround around;
        around.m_span = span;
        around.m_letters.assign(std::size_t(span.length()), 'N');
        if (!held.isEmpty())
            around.m_letters.replace(std::size_t(held.startNt - span.startNt), inside->size(), *inside);
        around.m_known.reserve(around.m_letters.size() + 1);
        around.m_known.push_back(0);
        for (const char letter : around.m_letters)
            around.m_known.push_back(around.m_known.back() + (data::baseIndex(letter) >= 0 ? 1 : 0));
        return around;
    }

    std::string of(Interval window) const
    {
        return m_letters.substr(std::size_t(window.startNt - m_span.startNt), std::size_t(window.length()));
    }
    std::int64_t known(Interval interval) const
    {
        const Interval inside = interval.intersected(m_span);
        return m_known[std::size_t(inside.endNt - m_span.startNt)]
               - m_known[std::size_t(inside.startNt - m_span.startNt)];
    }

private:
    Interval m_span;
    std::string m_letters;
    std::vector<std::int64_t> m_known;  ///< before every letter
};

/// A window, the strand it is read from, and where its answer goes.
struct Reading {
    Interval window;
    Strand strand = Strand::Forward;
    std::size_t place = 0;  ///< of numbers: index among the values
};

std::vector<Strand> strandsOf(const RegionSignal& signal)
{
    return signal.strand == Strand::None ? std::vector{Strand::Forward, Strand::Reverse} : std::vector{signal.strand};
}

Interval spanOf(const std::vector<Reading>& readings, Interval chunk)
{
    Interval span = chunk;
    for (const Reading& reading : readings)
        span = {std::min(span.startNt, reading.window.startNt), std::max(span.endNt, reading.window.endNt)};
    return span;
}

/// Runs the readings in batches; `take` gets the predictions in the order of the readings.
Result<void> runAll(const std::vector<Reading>& readings, const std::string& chromosome, const LettersAround& letters,
                    const WindowRunner& run, const std::function<void(std::int64_t, std::int64_t)>& progressed,
                    const std::function<Result<void>(const Reading&, const data::Prediction&)>& take)
{
    for (std::size_t first = 0; first < readings.size();) {
        data::TranscriptSet windows;
        std::int64_t lengthNt = 0;
        for (std::size_t i = first; i < readings.size() && windows.size() < kBatchWindows; ++i) {
            const Reading& reading = readings[i];
            if (!windows.empty() && lengthNt + reading.window.length() > kBatchNt)
                break;
            lengthNt += reading.window.length();
            windows.push_back(windowRecord(chromosome, reading.window, reading.strand, letters.of(reading.window)));
        }
        std::vector<std::optional<data::Prediction>> predictions(windows.size());
        std::int64_t done = std::int64_t(first);
        const auto visit = [&](std::size_t window, const data::Prediction& prediction) -> Result<void> {
            predictions[window] = prediction;
            if (progressed)
                progressed(++done, std::int64_t(readings.size()));
            return {};
        };
        if (const auto ran = run(windows, visit); !ran)
            return ran;
        for (std::size_t i = 0; i < windows.size(); ++i) {
            if (!predictions[i])
                return fail(ErrorCode::Internal, "The model gave no prediction for this window.",
                            {.record = windows[i]->sequence.id});
            if (const auto taken = take(readings[first + i], *predictions[i]); !taken)
                return fail(taken.error().at({.record = windows[i]->sequence.id}));
        }
        first += windows.size();
    }
    return {};
}

/// Bins without any known base lose their value.
void clearUnknown(data::Track& track, const LettersAround& letters)
{
    for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
        const std::int64_t startNt = track.startNt + bin * track.binNt;
        if (letters.known({startNt, startNt + track.binNt}) > 0)
            continue;
        for (std::size_t row = 0; row < track.rows.size(); ++row)
            track.values_RB[row * std::size_t(track.binCount()) + std::size_t(bin)] = kNone;
    }
}

data::Track emptyTrack(const RegionSignal& signal, Interval chunk)
{
    const std::int64_t bins = (chunk.length() + signal.binNt - 1) / signal.binNt;
    return {chunk.startNt, signal.binNt, signal.rows,
            std::vector<float>(signal.rows.size() * std::size_t(bins), kNone)};
}

/// Means of the values there are in every `binNt`.
data::Track rebinned(const data::Track& track, std::int64_t binNt)
{
    const std::int64_t each = binNt / track.binNt;
    if (each == 1)
        return track;
    data::Track wide{track.startNt, binNt, track.rows, {}};
    for (std::size_t row = 0; row < track.rows.size(); ++row) {
        const auto from = track.values_RB.begin() + std::int64_t(row) * track.binCount();
        std::vector<float> values(from, from + track.binCount());
        values.resize(std::size_t((track.binCount() + each - 1) / each * each), kNone);  // the last may be of fewer
        std::ranges::copy(analysis::coarserBins(values, each), std::back_inserter(wide.values_RB));
    }
    return wide;
}

std::vector<Interval> windowsOf(const RegionSignal& signal, const HeldStretch& stretch, Interval part)
{
    return analysis::tileWindows(stretch.inside, stretch.bounds, signal.windowNt, signal.stepNt, part);
}

Interval firstWindow(const RegionSignal& signal, const HeldStretch& stretch)
{
    return windowsOf(signal, stretch, {stretch.inside.startNt, stretch.inside.startNt + 1}).front();
}

Result<data::Track> profileOf(const RegionSignal& signal, const HeldStretch& stretch, Interval chunk,
                              const data::GenomeLetters& letters, const WindowRunner& run,
                              const std::function<void(std::int64_t, std::int64_t)>& progressed)
{
    // A window's last bin may stand out of it.
    const Interval part{chunk.startNt - signal.binNt, chunk.endNt + signal.binNt};
    std::vector<Reading> readings;
    for (const Interval& window : windowsOf(signal, stretch, part))
        for (const Strand strand : strandsOf(signal))
            readings.push_back({window, strand});
    const auto around = LettersAround::read(stretch, spanOf(readings, chunk), letters);
    if (!around)
        return fail(around.error());
    std::erase_if(readings, [&](const Reading& reading) { return around->known(reading.window) == 0; });
    analysis::RegionStitcher stitcher(chunk, firstWindow(signal, stretch));
    const auto ran =
        runAll(readings, stretch.chromosome, *around, run, progressed,
               [&](const Reading& reading, const data::Prediction& prediction) -> Result<void> {
                   if (prediction.profiles.empty() || prediction.profiles.front().binNt != signal.binNt)
                       return fail(ErrorCode::Internal, "The model gave no profile, or one of other bins than before.");
                   return stitcher.add(reading.window, reading.strand == Strand::Reverse, prediction.profiles.front());
               });
    if (!ran)
        return fail(ran.error());
    data::Track track = stitcher.result().value_or(emptyTrack(signal, chunk));
    clearUnknown(track, *around);
    return track;
}

/// The window whose anchor is at a position.
Interval windowAround(const RegionSignal& signal, std::int64_t positionNt, Strand strand)
{
    const std::int64_t startNt =
        strand == Strand::Reverse ? positionNt + signal.anchorNt + 1 - signal.windowNt : positionNt - signal.anchorNt;
    return {startNt, startNt + signal.windowNt};
}

Result<data::Track> numbersOf(const RegionSignal& signal, const HeldStretch& stretch, Interval chunk,
                              const data::GenomeLetters& letters, const WindowRunner& run,
                              const std::function<void(std::int64_t, std::int64_t)>& progressed)
{
    data::Track track = emptyTrack(signal, chunk);
    const std::vector<Strand> strands = strandsOf(signal);
    std::vector<Reading> readings;
    for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
        const std::int64_t startNt = chunk.startNt + bin * signal.binNt;
        const std::int64_t endNt = std::min(startNt + signal.binNt, chunk.endNt);
        for (std::size_t row = 0; row < strands.size(); ++row)
            readings.push_back({windowAround(signal, startNt + (endNt - startNt) / 2, strands[row]), strands[row],
                                row * std::size_t(track.binCount()) + std::size_t(bin)});
    }
    const auto around = LettersAround::read(stretch, spanOf(readings, chunk), letters);
    if (!around)
        return fail(around.error());
    std::erase_if(readings,
                  [&](const Reading& reading) { return 2 * around->known(reading.window) < signal.windowNt; });
    const auto ran =
        runAll(readings, stretch.chromosome, *around, run, progressed,
               [&](const Reading& reading, const data::Prediction& prediction) -> Result<void> {
                   const auto number = numberOf(prediction, signal.score);
                   if (!number)
                       return fail(ErrorCode::Internal, "The model gave no value named " + signal.score + ".");
                   track.values_RB[reading.place] = float(*number);
                   return {};
               });
    if (!ran)
        return fail(ran.error());
    clearUnknown(track, *around);
    return track;
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

Result<void> planProfile(RegionSignal& signal, const RegionOrder& order, const WindowRunner& run)
{
    const data::TranscriptPtr probe =
        windowRecord("probe", {0, signal.windowNt}, Strand::Forward, std::string(std::size_t(signal.windowNt), 'A'));
    data::Track profile;
    const auto ran = run({probe}, [&](std::size_t, const data::Prediction& prediction) -> Result<void> {
        if (prediction.profiles.empty() || prediction.profiles.front().binCount() == 0)
            return fail(ErrorCode::InvalidArgument,
                        "The model gives no profile of a window of " + std::to_string(signal.windowNt) + " nt.");
        profile = prediction.profiles.front();
        return {};
    });
    if (!ran)
        return ran;
    signal.rows = profile.rows;
    signal.binNt = profile.binNt;
    signal.profileStartNt = profile.startNt;
    signal.profileBins = profile.binCount();
    const std::int64_t coveredNt = profile.binCount() * profile.binNt;
    signal.stepNt = order.stepNt > 0 ? order.stepNt : std::max<std::int64_t>(1, profile.binCount() / 2) * profile.binNt;
    if (signal.stepNt > std::min(coveredNt, signal.windowNt))
        return fail(ErrorCode::InvalidArgument, "The profile of a window covers "
                                                    + std::to_string(std::min(coveredNt, signal.windowNt))
                                                    + " nt, so that a step of " + std::to_string(signal.stepNt)
                                                    + " nt would leave gaps; take a shorter --step.");
    return {};
}

}  // namespace

Result<std::string> scoreOf(const engine::ModelInfo& model, const std::string& asked)
{
    std::vector<std::string> names = model.spec.outputs.scalars;
    names.insert(names.end(), model.spec.outputs.classes.begin(), model.spec.outputs.classes.end());
    if (names.empty())
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model.card.id + " gives no number per sequence that could be a track.");
    if (asked.empty())
        return names.front();
    const auto named =
        std::ranges::find_if(names, [&](const std::string& name) { return name == asked || "p_" + name == asked; });
    if (named == names.end())
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model.card.id + " gives no " + asked + "; it gives " + listed(names) + ".");
    return *named;
}

std::optional<double> numberOf(const data::Prediction& prediction, const std::string& name)
{
    for (const auto* values : {&prediction.scalars, &prediction.classProbabilities}) {
        for (const data::NamedValue& value : *values) {
            if (value.name == name || value.name == "p_" + name)
                return value.value;
        }
    }
    return std::nullopt;
}

Result<RegionSignal> planSignal(const engine::ModelInfo& model, const RegionOrder& order, const WindowRunner& run)
{
    const std::int64_t fixedNt = model.spec.input.lengthNt;
    if (fixedNt == 0 && order.windowNt == 0)
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model.card.id
                        + " reads sequences of any length: say with --window how many nt of "
                          "the genome it gets at a time.");
    if (fixedNt > 0 && order.windowNt > 0 && order.windowNt != fixedNt)
        return fail(ErrorCode::InvalidArgument, "The model " + model.card.id + " reads windows of "
                                                    + std::to_string(fixedNt)
                                                    + " nt and no others; leave --window out.");
    RegionSignal signal;
    signal.windowNt = fixedNt > 0 ? fixedNt : order.windowNt;
    signal.strand = order.strand;
    signal.isProfile = order.score.empty() && !model.spec.outputs.profileTasks.empty();
    if (signal.isProfile) {
        if (const auto planned = planProfile(signal, order, run); !planned)
            return fail(planned.error());
    } else {
        auto score = scoreOf(model, order.score);
        if (!score)
            return fail(score.error());
        signal.score = *std::move(score);
        signal.stepNt = signal.binNt = order.stepNt > 0 ? order.stepNt : kNumbersStepNt;
        signal.anchorNt = engine::inputAnchorNt(model, signal.windowNt);
        signal.rows =
            order.strand == Strand::None ? std::vector<std::string>{"plus", "minus"} : std::vector{signal.score};
    }
    signal.outputBinNt = order.outputBinNt > 0 ? order.outputBinNt : signal.binNt;
    if (signal.outputBinNt % signal.binNt != 0)
        return fail(ErrorCode::InvalidArgument, "Bins of " + std::to_string(signal.outputBinNt)
                                                    + " nt cannot be made of "
                                                    + (signal.isProfile ? "the model's bins, which have " : "steps of ")
                                                    + std::to_string(signal.binNt) + " nt; take a multiple of it.");
    return signal;
}

std::vector<Interval> chunksOf(const RegionSignal& signal, const HeldStretch& stretch, std::int64_t chunkNt)
{
    const Interval inside = stretch.inside;
    std::int64_t originNt = inside.startNt;
    if (signal.isProfile) {
        if (stretch.bounds.length() <= signal.windowNt)
            return {inside};
        const Interval window = firstWindow(signal, stretch);
        const std::int64_t firstNt = signal.strand == Strand::Reverse
                                         ? window.endNt - signal.profileStartNt - signal.profileBins * signal.binNt
                                         : window.startNt + signal.profileStartNt;
        originNt = analysis::binStart(inside.startNt, firstNt, signal.binNt);
    }
    const std::int64_t lengthNt = std::max<std::int64_t>(1, chunkNt / signal.outputBinNt) * signal.outputBinNt;
    std::vector<Interval> chunks;
    for (std::int64_t startNt = originNt; startNt < inside.endNt; startNt += lengthNt)
        chunks.push_back({startNt, std::min(startNt + lengthNt, inside.endNt)});
    return chunks;
}

Result<data::Track> chunkSignal(const RegionSignal& signal, const HeldStretch& stretch, Interval chunk,
                                const data::GenomeLetters& letters, const WindowRunner& run,
                                const std::function<void(std::int64_t, std::int64_t)>& progressed)
{
    const auto track = (signal.isProfile ? profileOf : numbersOf)(signal, stretch, chunk, letters, run, progressed);
    if (!track)
        return fail(track.error());
    return rebinned(*track, signal.outputBinNt);
}

}  // namespace nscope::study
