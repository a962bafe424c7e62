// Purpose: how many reads of a BAM or CRAM file cover every position (htslib), as a signal.
// Counted are the bases of primary, mapped reads that are no duplicates (SAM flags 0x4, 0x100, 0x400 and 0x800 unset),
// also of those that failed quality control; a base counts where it is aligned to the reference (CIGAR M, = and X), so
// deletions and introns do not. Both mates of a pair count where they overlap. A strand is that of the read as aligned,
// whatever the protocol. Stretches without reads are no intervals, and 0 in bins.
// The file must be sorted by position. An index (.bai, .csi, .crai) that is missing or older than the file is built,
// beside the file or in the user's cache (index_place.h).
// CRAM: the letters of the reads are not decoded, so no reference is needed and none is ever fetched (DESIGN §7).
// Errors: NotFound, Io, Cancelled; Parse: damaged, truncated or not sorted; Unsupported: SAM text.
#pragma once

#include "core/io/signal_file.h"

#include <memory>
#include <string>

namespace nscope::io {

Result<std::unique_ptr<SignalSource>> openCoverage(const std::string& path, const SignalOptions& options,
                                                   std::stop_token stop, Progress* progress);

/// By content: BAM, CRAM or SAM text.
bool isAlignment(const std::string& path);

}  // namespace nscope::io
