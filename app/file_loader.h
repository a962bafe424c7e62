// Purpose: reads what a user opens (sessions, FASTA, tables of coding regions) into values, away from the GUI thread.
// Files are told apart by their ending; a .tsv is a table of coding regions. The first error ends the reading of its
// file only. Thread: any; blocking.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/document.h"

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
    /// Coding regions for sequences that are open already: entry index and the sequence with its region.
    std::vector<std::pair<int, data::TranscriptPtr>> regions;
    std::vector<std::string> notes;  ///< full sentences
    std::vector<Error> errors;
    bool cancelled = false;
};

/// `open` is the document at the time of asking. Tables apply to sequences read in the same call, and to `open` if
/// there are none.
LoadedFiles loadFiles(std::vector<std::string> paths, data::DocumentPtr open, std::stop_token stop,
                      Progress& progress);

/// `added` without sequences that are open already (same id and letters); the same id with other letters gets a new
/// name. Both are said in `notes`.
data::TranscriptSet withoutDoubles(const data::Document& open, const data::TranscriptSet& added,
                                   std::vector<std::string>& notes);

}  // namespace nscope::app
