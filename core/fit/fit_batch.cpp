#include "core/fit/fit_batch.h"

#include "core/data/alphabet.h"
#include "core/fit/fit_augment.h"
#include "core/train/span_masking.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::fit {

namespace {

using dataset::Example;
using dataset::TaskKind;
using torch::Tensor;
using train::RandomStream;

constexpr std::uint64_t kAugmentStream = 21, kMaskStream = 22, kNegativeStream = 23, kBatchStream = 24,
                        kDisturbStream = 27;
constexpr std::int64_t kJudgedEpoch = -1;
constexpr std::int64_t kAnyNt = std::int64_t(1) << 60;

Tensor integers(const std::vector<std::int64_t>& values) { return torch::tensor(values, torch::kInt64); }

std::int64_t mostNt(const train::BatchConfig& config) { return config.maxTokens > 0 ? config.maxTokens : kAnyNt; }

}  // namespace

FitBatch moved(FitBatch batch, torch::Device device, torch::ScalarType type)
{
    const auto move = [&](Tensor& tensor) {
        if (tensor.defined())
            tensor = tensor.is_floating_point() ? tensor.to(device, type) : tensor.to(device);
    };
    for (Tensor* tensor : {&batch.input.ids_NL, &batch.target, &batch.tokens_NT, &batch.places_M, &batch.partner_N})
        move(*tensor);
    for (auto& [id, values] : batch.input.features)
        move(values);
    return batch;
}

BatchMaker::BatchMaker(const dataset::Dataset& data, const Reading& reading, const FitSettings& settings)
    : m_data(&data), m_reading(&reading), m_settings(&settings)
{
    for (const Example& example : data.examples)
        m_lengthsNt.push_back(reading.lengthNt(example));
    m_lengthsNt.insert(m_lengthsNt.end(), m_lengthsNt.begin(), m_lengthsNt.end());
    const auto found = std::ranges::find(data.task.names, settings.augment.negativeClass);
    if (found != data.task.names.end())
        m_negativeClass = found - data.task.names.begin();
}

std::vector<train::Batch> BatchMaker::plan(const std::vector<std::int32_t>& rows, std::int64_t epoch) const
{
    std::vector<std::int32_t> entries = rows;
    if (const double copies = m_settings->augment.shuffledNegatives; copies > 0.0) {
        RandomStream random{std::uint64_t(m_settings->seed), kNegativeStream, std::uint64_t(epoch)};
        std::vector<std::int32_t> positives;
        for (const std::int32_t row : rows) {
            const std::vector<float>& target = m_data->examples[std::size_t(row)].target;
            if (m_data->task.kind == TaskKind::Labels || std::int64_t(target[0]) != m_negativeClass)
                positives.push_back(row + std::int32_t(m_data->examples.size()));
        }
        random.shuffle(positives);
        for (double left = std::round(copies * double(positives.size())); left > 0.0; left -= double(positives.size()))
            entries.insert(entries.end(), positives.begin(),
                           positives.begin() + std::ptrdiff_t(std::min(left, double(positives.size()))));
    }
    train::BatchConfig config = m_settings->batches;
    config.maxTokens = mostNt(config);
    config.equalLengths = isProfile();
    if (isProfile())
        config.lengthJitter = 0.0;
    std::vector<train::Batch> batches =
        train::planEpoch({entries, {}, m_lengthsNt, 0, std::uint64_t(m_settings->seed), epoch}, config);
    // Batch norm cannot be trained on one example alone.
    if (config.mostRecords > 1 && batches.size() > 1) {
        const auto lone = std::ranges::find(batches, std::size_t(1), &train::Batch::size);
        const auto home = std::ranges::find_if(batches, [&](const train::Batch& batch) {
            return lone != batches.end() && &batch != &*lone
                   && (!isProfile() || m_lengthsNt[std::size_t(batch[0])] == m_lengthsNt[std::size_t((*lone)[0])]);
        });
        if (lone != batches.end() && home != batches.end()) {
            home->push_back((*lone)[0]);
            batches.erase(lone);
        }
    }
    return batches;
}

std::vector<train::Batch> BatchMaker::judgingPlan(const std::vector<std::int32_t>& rows) const
{
    return train::planByLength(rows, m_lengthsNt, mostNt(m_settings->batches), m_settings->batches.mostRecords,
                               isProfile());
}

BatchMaker::Drawn BatchMaker::asItIs(std::int32_t row) const
{
    const Example& example = m_data->examples[std::size_t(row)];
    Drawn drawn;
    drawn.row = row;
    drawn.startNt = isProfile() ? m_reading->window(example).centreNt : 0;
    drawn.letters = example.letters().substr(std::size_t(drawn.startNt), std::size_t(m_lengthsNt[std::size_t(row)]));
    return drawn;
}

BatchMaker::Drawn BatchMaker::drawn(std::int32_t entry, std::int64_t epoch) const
{
    const auto examples = std::int32_t(m_data->examples.size());
    const AugmentSettings& how = m_settings->augment;
    Drawn drawn = asItIs(entry % examples);
    const Example& example = m_data->examples[std::size_t(drawn.row)];
    RandomStream random{std::uint64_t(m_settings->seed), kAugmentStream, std::uint64_t(epoch), std::uint64_t(entry)};
    drawn.isNegative = entry >= examples;
    if (how.shiftNt > 0 && isProfile()) {
        const WindowRange range = m_reading->window(example);
        const std::int64_t bin = m_data->task.binNt;
        const std::int64_t back = std::min(how.shiftNt, range.centreNt - range.firstNt) / bin;
        const std::int64_t ahead = std::min(how.shiftNt, range.lastNt - range.centreNt) / bin;
        drawn.startNt += (drawnUpTo(back + ahead, random) - back) * bin;
        drawn.letters = example.letters().substr(std::size_t(drawn.startNt), drawn.letters.size());
    } else if (how.shiftNt > 0) {
        const std::int64_t most = std::min(how.shiftNt, std::int64_t(drawn.letters.size()) / 4);
        const auto before = std::size_t(drawnUpTo(most, random)), behind = std::size_t(drawnUpTo(most, random));
        drawn.letters = drawn.letters.substr(before, drawn.letters.size() - before - behind);
    }
    if (drawn.isNegative)
        drawn.letters = shuffledNegative(drawn.letters, random);
    if (how.changesLetters())
        drawn.letters = changedLetters(std::move(drawn.letters), how, random);
    if (how.reverseComplement > 0.0 && random.uniform() < how.reverseComplement) {
        drawn.turned = true;
        drawn.letters = data::reverseComplement(drawn.letters);
    }
    return drawn;
}

FitBatch BatchMaker::training(const train::Batch& entries, std::int64_t epoch, std::int64_t index) const
{
    std::vector<Drawn> examples;
    for (const std::int32_t entry : entries)
        examples.push_back(drawn(entry, epoch));
    FitBatch batch = encoded(examples, epoch);
    RandomStream random{std::uint64_t(m_settings->seed), kBatchStream, std::uint64_t(epoch), std::uint64_t(index)};
    batch.dropoutSeed = random.bits();
    if (m_settings->regularise.mixup > 0.0 && batch.size() > 1) {
        std::vector<std::int64_t> partners(std::size_t(batch.size()));
        for (std::size_t i = 0; i < partners.size(); ++i)
            partners[i] = std::int64_t(i);
        random.shuffle(partners);
        batch.partner_N = integers(partners);
        batch.mix = symmetricBeta(m_settings->regularise.mixup, random);
    }
    return batch;
}

FitBatch BatchMaker::judging(const train::Batch& entries, double changedShare) const
{
    std::vector<Drawn> examples;
    for (const std::int32_t row : entries) {
        examples.push_back(asItIs(row));
        if (changedShare > 0.0) {
            RandomStream random{std::uint64_t(m_settings->seed), kDisturbStream, std::uint64_t(row)};
            examples.back().letters = withMutations(std::move(examples.back().letters), changedShare, random);
        }
    }
    return encoded(examples, kJudgedEpoch);
}

FitBatch BatchMaker::encoded(const std::vector<Drawn>& examples, std::int64_t epoch) const
{
    FitBatch batch;
    for (const Drawn& example : examples) {
        batch.rows.push_back(example.row);
        batch.letters += std::int64_t(example.letters.size());
    }
    if (m_reading->maskedNet()) {
        hideTokens(examples, epoch, batch);
        return batch;
    }
    encodeLetters(examples, batch);
    batch.target = isProfile() ? profiles(examples) : targets(examples);
    return batch;
}

void BatchMaker::encodeLetters(const std::vector<Drawn>& examples, FitBatch& batch) const
{
    std::int64_t longest = 0, shortest = std::numeric_limits<std::int64_t>::max();
    for (const Drawn& example : examples) {
        batch.input.lengths.push_back(std::int64_t(example.letters.size()));
        longest = std::max(longest, batch.input.lengths.back());
        shortest = std::min(shortest, batch.input.lengths.back());
    }
    const auto count = std::int64_t(examples.size());
    batch.input.ids_NL = torch::full({count, longest}, m_reading->padding(), torch::kInt64);
    std::int64_t* ids = batch.input.ids_NL.data_ptr<std::int64_t>();
    for (const Drawn& example : examples) {
        std::ranges::transform(example.letters, ids, [this](char letter) { return m_reading->symbol(letter); });
        ids += longest;
    }
    if (longest == shortest)
        batch.input.lengths.clear();
    for (const auto& [id, columns] : m_reading->features()) {
        Tensor values_NF = torch::zeros({count, std::int64_t(columns.size())});
        float* to = values_NF.data_ptr<float>();
        for (const Drawn& example : examples) {
            const std::vector<float>& given = m_data->examples[std::size_t(example.row)].features;
            for (const std::size_t column : columns)
                *to++ = std::isnan(given[column]) ? 0.0f : given[column];
        }
        batch.input.features[id] = std::move(values_NF);
    }
}

Tensor BatchMaker::targets(const std::vector<Drawn>& examples) const
{
    const bool classes = m_data->task.kind == TaskKind::Classes;
    if (classes) {
        std::vector<std::int64_t> class_N;
        for (const Drawn& example : examples)
            class_N.push_back(example.isNegative ? m_negativeClass
                                                 : std::int64_t(m_data->examples[std::size_t(example.row)].target[0]));
        return integers(class_N);
    }
    const auto names = std::int64_t(m_data->task.names.size());
    Tensor target_NK = torch::zeros({std::int64_t(examples.size()), names});
    float* to = target_NK.data_ptr<float>();
    for (const Drawn& example : examples) {
        if (!example.isNegative)
            std::ranges::copy(m_data->examples[std::size_t(example.row)].target, to);
        to += names;
    }
    return target_NK;
}

Tensor BatchMaker::profiles(const std::vector<Drawn>& examples) const
{
    const auto tasks = std::int64_t(m_data->task.names.size());
    const std::int64_t bins = m_reading->frame(std::int64_t(examples.front().letters.size())).bins;
    Tensor target_NBT = torch::empty({std::int64_t(examples.size()), bins, tasks});
    float* to = target_NBT.data_ptr<float>();
    for (const Drawn& example : examples) {
        m_reading->addProfile(m_data->examples[std::size_t(example.row)], example.startNt, example.turned, to);
        to += bins * tasks;
    }
    return target_NBT;
}

void BatchMaker::hideTokens(const std::vector<Drawn>& examples, std::int64_t epoch, FitBatch& batch) const
{
    const nn::LetterTokens tokens = m_reading->maskedNet()->letterTokens();
    const MaskingSettings& how = m_settings->masking;
    const train::SpanMasking masking{.k = tokens.k,
                                     .fraction = how.fraction,
                                     .masked = how.masked,
                                     .substituted = how.substituted,
                                     .maskToken = tokens.maskToken,
                                     .specialTokens = tokens.specialTokens};
    std::vector<train::MaskedTokens> rows;
    std::size_t longest = 0;
    for (const Drawn& example : examples) {
        RandomStream random{std::uint64_t(m_settings->seed), kMaskStream, std::uint64_t(epoch),
                            std::uint64_t(example.row)};
        const std::vector<std::int64_t> all = m_reading->maskedNet()->tokensOf(example.letters);
        rows.push_back(train::maskSpans(all, masking, random));
        longest = std::max(longest, all.size());
        // A short sequence may have drawn nothing: its first k-mer is hidden then.
        const auto first = std::ranges::find_if(all, [&](std::int64_t t) { return t >= tokens.specialTokens; });
        train::MaskedTokens& row = rows.back();
        if (first != all.end() && std::ranges::all_of(row.labels, [](auto t) { return t == train::kNotPredicted; })) {
            row.labels[std::size_t(first - all.begin())] = *first;
            row.input[std::size_t(first - all.begin())] = tokens.maskToken;
        }
    }
    batch.tokens_NT = torch::full({std::int64_t(rows.size()), std::int64_t(longest)}, tokens.padToken, torch::kInt64);
    std::int64_t* to = batch.tokens_NT.data_ptr<std::int64_t>();
    std::vector<std::int64_t> places, labels;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        for (std::size_t t = 0; t < rows[n].input.size(); ++t) {
            to[n * longest + t] = rows[n].input[t];
            if (rows[n].labels[t] != train::kNotPredicted) {
                places.push_back(std::int64_t(n * longest + t));
                labels.push_back(rows[n].labels[t]);
                batch.hiddenOf.push_back(std::int64_t(n));
            }
        }
    }
    batch.places_M = integers(places);
    batch.target = integers(labels);
}

void cutIntoWindows(dataset::Dataset& data, std::int64_t mostNt)
{
    std::vector<Example> windows;
    for (const Example& example : data.examples) {
        for (std::int64_t from = 0; from < example.lengthNt; from += mostNt) {
            const std::int64_t length = std::min(mostNt, example.lengthNt - from);
            if (from > 0 && length * 10 < mostNt)
                break;
            Example window = example;
            window.startNt = example.startNt + from;
            window.lengthNt = length;
            windows.push_back(std::move(window));
        }
    }
    data.examples = std::move(windows);
}

}  // namespace nscope::fit
