// Purpose: examples as the tensors of one micro-batch, changed as the settings ask. A pure function of the data, the
// settings, the seed and the epoch, so that a helper thread can make the next batch while the network works on this one.
// Axes: N examples, L padded letters, K names, B bins, T signals or tokens, M hidden tokens.
// Thread: any number at once; nothing is changed after construction.
#pragma once

#include "core/fit/fit_reading.h"
#include "core/train/epoch_plan.h"
#include "core/train/random.h"

namespace nscope::fit {

/// On the CPU.
struct FitBatch {
    nn::NetInput input{};
    torch::Tensor target{};     ///< class_N (int64), values_NK, profile_NBT, or the hidden tokens_M (int64)
    torch::Tensor tokens_NT{};  ///< masked letters, instead of the input
    torch::Tensor places_M{};
    std::vector<std::int64_t> hiddenOf{};  ///< masked letters: row of every place
    std::vector<std::int32_t> rows{};      ///< of the data
    double mix = 1.0;                      ///< share of each example in its mixture with its partner (mixup)
    torch::Tensor partner_N{};
    std::uint64_t dropoutSeed = 0;
    std::int64_t letters = 0;  ///< without padding

    std::int64_t size() const { return std::int64_t(rows.size()); }
};

/// The batch on another device.
FitBatch moved(FitBatch batch, torch::Device device, torch::ScalarType type);

class BatchMaker {
public:
    /// Data and reading must outlive the maker.
    BatchMaker(const dataset::Dataset& data, const Reading& reading, const FitSettings& settings);

    /// Micro-batches of an epoch. Entries beyond the number of examples are shuffled copies of `entry − examples`.
    std::vector<train::Batch> plan(const std::vector<std::int32_t>& rows, std::int64_t epoch) const;
    /// Micro-batches in which rows are judged.
    std::vector<train::Batch> judgingPlan(const std::vector<std::int32_t>& rows) const;

    FitBatch training(const train::Batch& entries, std::int64_t epoch, std::int64_t index) const;
    /// Masked letters are hidden as in no epoch of training. This share of the letters becomes another one.
    FitBatch judging(const train::Batch& entries, double changedShare = 0.0) const;

private:
    struct Drawn {
        std::string letters;
        std::int32_t row = 0;
        std::int64_t startNt = 0;
        bool turned = false;
        bool isNegative = false;
    };
    Drawn drawn(std::int32_t entry, std::int64_t epoch) const;
    Drawn asItIs(std::int32_t row) const;
    FitBatch encoded(const std::vector<Drawn>& examples, std::int64_t epoch) const;
    void encodeLetters(const std::vector<Drawn>& examples, FitBatch& batch) const;
    void hideTokens(const std::vector<Drawn>& examples, std::int64_t epoch, FitBatch& batch) const;
    torch::Tensor targets(const std::vector<Drawn>& examples) const;
    torch::Tensor profiles(const std::vector<Drawn>& examples) const;
    bool isProfile() const { return m_data->task.kind == dataset::TaskKind::Profile; }

    const dataset::Dataset* m_data;
    const Reading* m_reading;
    const FitSettings* m_settings;
    std::vector<std::int64_t> m_lengthsNt;  ///< of examples, then of their shuffled copies
    std::int64_t m_negativeClass = -1;
};

/// Longer sequences become windows of at most `mostNt` letters one after the other, which share their letters; a rest of
/// fewer than a tenth of that is left out. The task of masked letters only.
void cutIntoWindows(dataset::Dataset& data, std::int64_t mostNt);

}  // namespace nscope::fit
