// Purpose: reads the sequences of a run with what is known of them, from tables, FASTA files, genomes and signals, and
// gives each its part (split.h).
// Rows that cannot be used are left out, counted and listed in Dataset::leftOut; what else was met stands in its notes.
// Errors: those of the files; InvalidArgument for settings that do not fit the files; OutOfMemory, before it is read,
// for more than DataSettings::memoryMb; Cancelled. Blocking; progress counts rows or windows. Thread: any.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/dataset/data_settings.h"
#include "core/dataset/dataset.h"

#include <stop_token>

namespace nscope::dataset {

Result<Dataset> readDataset(const DataSettings& settings, TaskKind kind, std::stop_token stop = {},
                            Progress* progress = nullptr);

}  // namespace nscope::dataset
