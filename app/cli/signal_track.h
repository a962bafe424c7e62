// Purpose: `tracks` for files of signals: reads bigWig, bedGraph or the coverage of BAM and CRAM and writes intervals or
// bins as a table, bedGraph or bigWig, in bounded memory.
#pragma once

#include "app/cli/command.h"
#include "core/io/signal_file.h"

#include <cstdint>
#include <string>

namespace nscope::cli {

struct TrackOrder {
    std::string input;
    std::string region;     ///< "chr1:1,001-2,000" (1-based), "chr1"; empty: the whole file
    std::int64_t bins = 0;  ///< 0: intervals as stored
    io::Summary summary = io::Summary::Mean;
    data::Strand strand = data::Strand::None;
    std::string aliases;  ///< table of chromosome names; empty: none
    std::string output;
    std::string extension;  ///< of output, lower case
};

Result<void> writeSignalTrack(const TrackOrder& order, const Context& context);

}  // namespace nscope::cli
