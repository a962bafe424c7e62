// Purpose: reads a bedGraph file (chromosome, start, end, value; 0-based half-open; plain, gzip or bgzip) and holds it at
// 12 bytes per line. Columns are separated by tabs or blanks; lines of "track", "browser" and '#' are passed over.
// A file that is not sorted is sorted in memory, and notices() says so. Lines that break the format are left out, and so
// are intervals that overlap one before them: notices() says how many and which was the first, problems() lists them.
// Errors: NotFound, Io, Cancelled; Parse with the line if already the first line of values is none, or if the
// compression is truncated; OutOfMemory.
#pragma once

#include "core/io/read_problems.h"
#include "core/io/signal_file.h"

#include <memory>
#include <string>

namespace nscope::io {

class BedGraphReader : public SignalSource {
public:
    using SignalSource::SignalSource;
    virtual const ReadProblems& problems() const = 0;
};

Result<std::unique_ptr<BedGraphReader>> openBedGraphReader(const std::string& path, std::stop_token stop = {},
                                                           Progress* progress = nullptr);
Result<std::unique_ptr<SignalSource>> openBedGraph(const std::string& path, std::stop_token stop, Progress* progress);

}  // namespace nscope::io
