// Purpose: predicted profiles of many sequences (PredictionWriter for models whose outputs are profiles).
// .tsv: id, start, end (0-based half-open), one column per task; one line per bin. Numbers that belong to the whole
//   sequence (reads per task) follow, the same in each of its lines.
// .npz: ids, lengths, tasks, starts, bin_nt, an array of its name per such number, and per record i profile/<i>
//   (float32 bins × tasks).
// .bw: the profile alone, a signal per task; several tasks go to <stem>.<task>.bw each (in these names everything but
//   letters, digits, dot, dash and underscore becomes an underscore).
// Errors: as PredictionWriter, InvalidArgument for bigWig names.
#pragma once

#include "core/io/table_writer.h"

namespace nscope::io {

Result<std::unique_ptr<PredictionWriter>> openProfileWriter(const std::string& path, const PredictionWriterOptions& options);

}  // namespace nscope::io
