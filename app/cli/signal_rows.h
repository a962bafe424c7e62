// Purpose: where one signal goes interval by interval: a table, a bedGraph or a bigWig file, by the output's extension.
#pragma once

#include "core/base/result.h"
#include "core/io/signal_file.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nscope::cli {

class SignalRows {
public:
    virtual ~SignalRows() = default;
    virtual Result<void> add(const std::string& chromosome, const io::SignalInterval& interval) = 0;
    /// Bins of one length that follow each other, NaN where there is no value.
    virtual Result<void> addBins(const std::string& chromosome, std::int64_t startNt, std::int64_t binNt,
                                 std::span<const float> values);
    /// Puts the file in its place.
    virtual Result<void> finish() = 0;
};

/// `chromosomes`: those that may come, which the header of a bigWig file lists; it wants them sorted by name.
Result<std::unique_ptr<SignalRows>> openSignalRows(const std::string& path, const std::string& extension,
                                                   const std::vector<io::SignalChromosome>& chromosomes);

inline bool isBigWigExtension(const std::string& extension) { return extension == ".bw" || extension == ".bigwig"; }

}  // namespace nscope::cli
