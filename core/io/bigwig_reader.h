// Purpose: reads bigWig files (UCSC; Kent et al. 2010, doi:10.1093/bioinformatics/btq351) of either byte order,
// versions 1 to 4, zoom levels included.
// It does not use libBigWig, which writes our files: that library takes the offsets and counts in a file as they are,
// and damaged ones crash the program or give fewer values without an error. Here every offset, count and identifier is
// checked where it is read, and nothing larger than one block is held.
// Errors: NotFound, Io; Parse with the place in the file for anything that breaks the format.
#pragma once

#include "core/io/signal_file.h"

#include <memory>
#include <string>

namespace nscope::io {

/// One record of a zoom level: what the values in a stretch of a chromosome amount to.
struct ZoomRecord {
    std::int64_t startNt = 0;
    std::int64_t endNt = 0;
    std::int64_t coveredNt = 0;  ///< positions with a value
    float low = 0.0f;
    float high = 0.0f;
    float sum = 0.0f;
    float sumOfSquares = 0.0f;
};

class BigWigReader : public SignalSource {
public:
    using SignalSource::SignalSource;

    /// Positions per record of every zoom level, ascending.
    virtual std::vector<std::int64_t> zoomLevels() const = 0;
    /// Records of one zoom level that overlap a stretch of a chromosome.
    virtual Result<std::vector<ZoomRecord>> zoomRecords(std::size_t level, const std::string& chromosome,
                                                        data::Interval interval) = 0;
};

Result<std::unique_ptr<BigWigReader>> openBigWigReader(const std::string& path, const SignalOptions& options = {});
Result<std::unique_ptr<SignalSource>> openBigWig(const std::string& path, const SignalOptions& options);

/// By the first bytes of the file, in either byte order. True of bigBed too, which openBigWigReader knows and refuses.
bool isBigWig(const std::string& path);

}  // namespace nscope::io
