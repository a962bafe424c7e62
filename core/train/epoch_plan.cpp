#include "core/train/epoch_plan.h"

#include "core/train/random.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::train {
namespace {

constexpr std::uint64_t kPlanStream = 1;

std::int64_t cut(std::int64_t lengthNt, std::int64_t capNt) { return capNt > 0 ? std::min(lengthNt, capNt) : lengthNt; }

/// What ends a batch.
struct BatchLimit {
    std::int64_t maxTokens = 0;
    std::int64_t mostRecords = 0;  ///< 0: any number
    bool equalLengths = false;

    bool letsIn(const Batch& batch, std::int64_t longest, std::int64_t length) const
    {
        const auto count = std::int64_t(batch.size()) + 1;
        return std::max(longest, length) * count <= maxTokens && (mostRecords == 0 || count <= mostRecords)
               && (!equalLengths || longest == length);
    }
};

/// Cuts a list of similar lengths into batches.
void fill(std::span<const std::int32_t> records, std::span<const std::int64_t> lengthsNt, std::int64_t capNt,
          const BatchLimit& limit, std::vector<Batch>& batches)
{
    Batch batch;
    std::int64_t longest = 0;
    for (const std::int32_t record : records) {
        const std::int64_t length = cut(lengthsNt[std::size_t(record)], capNt);
        if (!batch.empty() && !limit.letsIn(batch, longest, length)) {
            batches.push_back(std::move(batch));
            batch.clear();
            longest = 0;
        }
        batch.push_back(record);
        longest = std::max(longest, length);
    }
    if (!batch.empty())
        batches.push_back(std::move(batch));
}

}  // namespace

std::vector<Batch> planEpoch(const PlanInput& input, const BatchConfig& config)
{
    RandomStream random{input.seed, kPlanStream, std::uint64_t(input.epoch)};
    std::vector<std::int32_t> records(input.noncoding.begin(), input.noncoding.end());
    random.shuffle(records);
    records.resize(std::size_t(std::llround(double(records.size()) * config.noncodingPerEpoch)));
    records.insert(records.end(), input.coding.begin(), input.coding.end());
    random.shuffle(records);

    std::vector<double> key(input.lengthsNt.size());
    for (const std::int32_t record : records) {
        const auto length = double(cut(input.lengthsNt[std::size_t(record)], input.capNt));
        key[std::size_t(record)] = std::log(std::max(1.0, length)) + config.lengthJitter * (2.0 * random.uniform() - 1.0);
    }
    const std::size_t pool = config.pool > 0 ? std::size_t(config.pool) : records.size();
    std::vector<Batch> batches;
    for (std::size_t begin = 0; begin < records.size(); begin += pool) {
        const std::span<std::int32_t> part(records.data() + begin, std::min(pool, records.size() - begin));
        std::stable_sort(part.begin(), part.end(), [&key](std::int32_t a, std::int32_t b) {
            return key[std::size_t(a)] < key[std::size_t(b)];
        });
        fill(part, input.lengthsNt, input.capNt, {config.maxTokens, config.mostRecords, config.equalLengths}, batches);
    }
    random.shuffle(batches);
    return batches;
}

std::vector<Batch> planByLength(std::span<const std::int32_t> records, std::span<const std::int64_t> lengthsNt,
                                std::int64_t maxTokens, std::int64_t mostRecords, bool equalLengths)
{
    std::vector<std::int32_t> sorted(records.begin(), records.end());
    std::stable_sort(sorted.begin(), sorted.end(), [&lengthsNt](std::int32_t a, std::int32_t b) {
        return lengthsNt[std::size_t(a)] < lengthsNt[std::size_t(b)];
    });
    std::vector<Batch> batches;
    fill(sorted, lengthsNt, 0, {maxTokens, mostRecords, equalLengths}, batches);
    return batches;
}

std::int64_t capAt(const std::vector<LengthCap>& caps, double fraction)
{
    std::int64_t nt = 0;
    for (const LengthCap& cap : caps) {
        if (cap.fromFraction <= fraction)
            nt = cap.nt;
    }
    return nt;
}

}  // namespace nscope::train
