#include "core/dataset/kmer_sketch.h"

#include "core/data/alphabet.h"
#include "core/data/random.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nscope::dataset {
namespace {

struct Posting {
    std::uint64_t hash = 0;
    std::int32_t sketch = 0;

    auto operator<=>(const Posting&) const = default;
};

/// Sketches without the hashes that very many of them have, and which sketches share a hash.
struct SharedHashes {
    std::vector<std::vector<std::uint64_t>> sketches_NH;
    std::vector<Posting> postings;                      ///< by hash, also of common ones
    std::vector<std::vector<std::uint32_t>> starts_NH;  ///< of each sketch: where the postings of shared hashes begin
};

SharedHashes sharedHashes(std::span<const std::vector<std::uint64_t>> sketches_N)
{
    SharedHashes shared;
    shared.sketches_NH.resize(sketches_N.size());
    shared.starts_NH.resize(sketches_N.size());
    for (std::size_t i = 0; i < sketches_N.size(); ++i) {
        for (const std::uint64_t hash : sketches_N[i])
            shared.postings.push_back({hash, std::int32_t(i)});
    }
    std::ranges::sort(shared.postings);
    const std::size_t common = std::max(kCommonHash, sketches_N.size() / 100);
    for (std::size_t start = 0, end = 0; start < shared.postings.size(); start = end) {
        while (end < shared.postings.size() && shared.postings[end].hash == shared.postings[start].hash)
            ++end;
        if (end - start > common)
            continue;
        for (std::size_t p = start; p < end; ++p) {
            const auto sketch = std::size_t(shared.postings[p].sketch);
            shared.sketches_NH[sketch].push_back(shared.postings[p].hash);
            if (end - start > 1)
                shared.starts_NH[sketch].push_back(std::uint32_t(start));
        }
    }
    return shared;
}

/// Counts, for the sketches of a later number and another class, the hashes that they share with one.
class SharedCounts {
public:
    SharedCounts(const SharedHashes& shared, std::span<const std::uint8_t> classes_N)
        : m_shared(shared), m_classes_N(classes_N), m_counts_N(classes_N.size(), 0)
    {
    }

    /// Those that share any.
    const std::vector<std::size_t>& count(std::size_t sketch)
    {
        for (const std::size_t other : m_touched)
            m_counts_N[other] = 0;
        m_touched.clear();
        const auto& postings = m_shared.postings;
        for (const std::uint32_t start : m_shared.starts_NH[sketch]) {
            for (std::size_t p = start; p < postings.size() && postings[p].hash == postings[start].hash; ++p) {
                const auto other = std::size_t(postings[p].sketch);
                if (other <= sketch || m_classes_N[other] == m_classes_N[sketch])
                    continue;
                if (m_counts_N[other]++ == 0)
                    m_touched.push_back(other);
            }
        }
        std::ranges::sort(m_touched);
        return m_touched;
    }
    std::int64_t sharedWith(std::size_t other) const { return m_counts_N[other]; }

private:
    const SharedHashes& m_shared;
    std::span<const std::uint8_t> m_classes_N;
    std::vector<std::int32_t> m_counts_N;
    std::vector<std::size_t> m_touched;
};

}  // namespace

std::vector<std::uint64_t> sketchOf(std::string_view letters, const SketchSettings& settings)
{
    const auto k = std::size_t(settings.kmerNt);
    const std::uint64_t mask = (std::uint64_t(1) << (2 * k)) - 1;
    const int topShift = int(2 * (k - 1));
    std::uint64_t forward = 0, reverse = 0;
    std::size_t run = 0;
    std::vector<std::uint64_t> hashes;
    for (const char letter : letters) {
        const int base = data::baseIndex(letter);
        run = base < 0 ? 0 : run + 1;
        if (base < 0)
            continue;
        forward = ((forward << 2) | std::uint64_t(base)) & mask;
        reverse = (reverse >> 2) | (std::uint64_t(3 - base) << topShift);
        if (run >= k)
            hashes.push_back(data::Random(settings.eitherStrand ? std::min(forward, reverse) : forward).next());
    }
    std::ranges::sort(hashes);
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    hashes.resize(std::min(hashes.size(), std::size_t(settings.size)));
    hashes.shrink_to_fit();
    return hashes;
}

double jaccard(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b, std::int64_t size)
{
    std::size_t i = 0, j = 0;
    std::int64_t together = 0, shared = 0;
    for (; together < size && (i < a.size() || j < b.size()); ++together) {
        if (j == b.size() || (i < a.size() && a[i] < b[j])) {
            ++i;
        } else if (i == a.size() || b[j] < a[i]) {
            ++j;
        } else {
            ++shared;
            ++i;
            ++j;
        }
    }
    return together == 0 ? 0.0 : double(shared) / double(together);
}

double identityOf(double jaccard, std::int64_t kmerNt)
{
    return jaccard <= 0.0 ? 0.0 : std::max(0.0, 1.0 + std::log(2.0 * jaccard / (1.0 + jaccard)) / double(kmerNt));
}

double jaccardOf(double identity, std::int64_t kmerNt)
{
    const double kept = std::exp((identity - 1.0) * double(kmerNt));
    return kept / (2.0 - kept);
}

Result<std::vector<SimilarPair>> similarPairs(std::span<const std::vector<std::uint64_t>> sketches_N,
                                              std::span<const std::uint8_t> classes_N, const SketchSettings& settings,
                                              double identity, const std::stop_token& stop)
{
    const SharedHashes shared = sharedHashes(sketches_N);
    SharedCounts counts(shared, classes_N);
    const double least = jaccardOf(identity, settings.kmerNt);
    std::vector<SimilarPair> pairs;
    for (std::size_t i = 0; i < sketches_N.size(); ++i) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while similar sequences were looked for.");
        for (const std::size_t other : counts.count(i)) {
            const auto &mine = shared.sketches_NH[i], &theirs = shared.sketches_NH[other];
            const auto shortest = double(std::min(mine.size(), theirs.size()));
            // Of the union's smallest hashes, at most all shared ones are counted.
            if (double(counts.sharedWith(other)) < least * shortest)
                continue;
            const double found = jaccard(mine, theirs, settings.size);
            if (found >= least)
                pairs.push_back({std::int32_t(i), std::int32_t(other), identityOf(found, settings.kmerNt)});
        }
    }
    return pairs;
}

}  // namespace nscope::dataset
