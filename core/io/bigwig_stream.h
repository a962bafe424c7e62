// Purpose: writes a bigWig file piece by piece, for signals that are larger than memory: what is kept is a block per
// zoom level and 32 bytes for every block of 1,024 values.
// Values come in order: chromosomes as in chromosomes(), sorted by name as the format wants it, positions ascending.
// Values that are not finite are left out, since the format has none.
// It does not use libBigWig, which keeps all zoom levels in memory, forgets both sums of every 1,023rd of their records
// and does not say whether it could write the index.
// Errors: Io, InvalidArgument (names that are empty or come twice, lengths the format has no room for, values out of
// order or behind the end of their chromosome). The file appears whole or not at all. Thread: one at a time.
#pragma once

#include "core/io/atomic_file.h"
#include "core/io/signal_file.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nscope::io {

class BigWigStream {
public:
    static Result<BigWigStream> create(const std::string& path, std::vector<SignalChromosome> chromosomes);
    ~BigWigStream();
    BigWigStream(BigWigStream&&) noexcept;
    BigWigStream& operator=(BigWigStream&&) = delete;

    /// In the order in which values are written.
    const std::vector<SignalChromosome>& chromosomes() const;

    /// Bins of `binNt` in a row.
    Result<void> add(const std::string& chromosome, std::int64_t startNt, std::int64_t binNt,
                     std::span<const float> values);
    Result<void> add(const std::string& chromosome, const SignalInterval& interval);

    /// Writes the indexes and the zoom levels, which takes another pass over the values, and puts the file in its place.
    Result<void> finish();

private:
    struct Impl;
    explicit BigWigStream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace nscope::io
