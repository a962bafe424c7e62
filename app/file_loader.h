// Purpose: reads what a user opens (sessions, FASTA, tables of coding regions, further inputs of a model) into values,
// away from the GUI thread. Files are told apart by their ending; a table with a column cds_start holds coding regions,
// every other table and .npz the one input of the model that takes as many values. The first error ends the reading of
// its file only. Thread: any; blocking.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/document.h"
#include "core/engine/specs.h"

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace nscope::app {

struct LoadedSequences {
    std::string path;
    data::TranscriptSet transcripts;
};

struct LoadedFiles {
    std::string sessionPath;         ///< set if a session was among the files; it is then the only thing loaded
    data::DocumentPtr session;
    std::vector<LoadedSequences> sequences;
    /// Sequences that are open already, by entry index, with what was read for them: coding regions, further inputs.
    std::vector<std::pair<int, data::TranscriptPtr>> amended;
    std::vector<std::string> notes;  ///< full sentences
    std::vector<Error> errors;
    bool cancelled = false;
};

/// `open` is the document at the time of asking, `inputs` what the model in use reads beside the letters. What belongs
/// to sequences applies to those read in the same call, and to `open` if there are none.
LoadedFiles loadFiles(std::vector<std::string> paths, data::DocumentPtr open, std::vector<engine::InputSpec> inputs,
                      std::stop_token stop, Progress& progress);

/// `added` without sequences that are open already (same id and letters); the same id with other letters gets a new
/// name. Both are said in `notes`.
data::TranscriptSet withoutDoubles(const data::Document& open, const data::TranscriptSet& added,
                                   std::vector<std::string>& notes);

}  // namespace nscope::app
