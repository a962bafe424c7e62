// Purpose: a signal along stretches of a genome as a file, read chunk by chunk.
// .tsv: chrom, start, end (0-based half-open), a column per row of the signal; nan where there is no value.
// .bedGraph, .bedGraph.gz, .bw: bins that have a value, a file per row (core/io/task_files.h).
// .npz: per stretch i profile/<i> (float32 bins × rows), ids (the place), chroms, starts (of the first bin), lengths (of the
//   stretch), tasks, bin_nt, provenance; one stretch at a time is in memory.
// Bins are cut where the stretch ends, except in .npz, whose bins are whole.
// Errors: Io, those of `chunk`; Cancelled after a stop. The files appear whole or not at all.
#pragma once

#include "core/io/table_writer.h"
#include "core/study/region_signal.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::cli {

/// A chunk of a stretch.
struct ChunkPlace {
    std::size_t stretch = 0;
    data::Interval interval;
};

struct SignalResult {
    std::vector<study::HeldStretch> stretches;  ///< sorted by name and place
    std::vector<ChunkPlace> chunks;             ///< in this order
    std::vector<std::string> rows;
    std::int64_t binNt = 1;
    std::function<Result<data::Track>(std::size_t chunk)> chunk;
    std::vector<io::GenomeChromosome> chromosomes;  ///< all of the genome
    io::Provenance provenance;
};

/// Whether each row of the signal has a file of its own.
inline bool hasRowFiles(const std::string& extension) { return extension != ".tsv" && extension != ".npz"; }

/// `extension` of `path` in lower case.
Result<void> writeSignal(const SignalResult& result, const std::string& path, const std::string& extension,
                         std::stop_token stop);

}  // namespace nscope::cli
