// Purpose: what an experiment on sequences or an analysis of many of them is to the program: a description from which
// menus, forms and help are made, and one function from an order to tables and plots. The window and the command line
// run the same studies.
// Thread: `run` runs on one thread of the caller's and blocks; the tools may wait for another thread. Errors: those of
// the tools and of the order, before any work where they can be known; Cancelled.
#pragma once

#include "core/base/progress.h"
#include "core/data/attention.h"
#include "core/data/attribution.h"
#include "core/data/motif.h"
#include "core/data/plot.h"
#include "core/data/prediction.h"
#include "core/data/result_table.h"
#include "core/data/transcript.h"
#include "core/engine/specs.h"
#include "core/experiment/scorer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::study {

/// The page of the window on which a study stands.
enum class Page { Experiments, Populations };

/// A file that a study reads beside the sequences.
struct FileSpec {
    std::string id;                       ///< "database", "vcf"
    std::string name;                     ///< as on screen
    std::string help;                     ///< one line
    std::vector<std::string> extensions;  ///< without the dot, for file dialogs: "meme", "vcf.gz"
    bool required = false;
};

/// What must be there before a study can run; what is not is said in one sentence beside the run button.
struct Needs {
    bool target = false;       ///< scores or explains a target of the model
    bool explanation = false;  ///< explains every sequence by a method that the user chooses
    bool attention = false;    ///< the model gives attention
    bool embedding = false;    ///< the model gives a vector per sequence
    bool codingRegions = false;
    std::size_t sequences = 1;  ///< at least so many
};

struct StudySpec {
    std::string id;    ///< "gia-motif", "metagene"
    std::string name;  ///< "Effect of a motif"
    std::string help;  ///< what it answers, one line
    std::string citation;
    Page page = Page::Experiments;
    std::vector<engine::OptionSpec> options{};
    std::vector<FileSpec> files{};
    Needs needs{};
};

struct Order {
    data::TranscriptSet transcripts;
    data::OptionMap options;                   ///< complete (engine::completeOptions)
    std::map<std::string, std::string> files;  ///< paths by FileSpec::id
    std::uint64_t seed = 1;
    data::Alphabet alphabet = data::Alphabet::Dna;  ///< of the model
    std::int64_t inputLengthNt = 0;                 ///< what the model reads of a sequence; 0: all
};

/// Doors to the model, for its chosen target. They block; Cancelled after a stop.
struct Tools {
    experiment::Scorer score;
    /// By the method that the user chose (empty id), or by another one with its defaults; rows outside `only` are not
    /// computed. Errors: NotFound for a method that there is not.
    std::function<Result<std::shared_ptr<const data::Attribution>>(
        const data::TranscriptPtr&, const std::string& method, std::optional<data::Interval> only)>
        explain;
    std::function<Result<std::shared_ptr<const data::AttentionMap>>(const data::TranscriptPtr&, int layer)> attend;
    /// With the model's vector of the sequence, if it gives one.
    std::function<Result<std::shared_ptr<const data::Prediction>>(const data::TranscriptPtr&)> predict;
    std::stop_token stop;
    Progress* progress = nullptr;  ///< may be null
};

struct Outcome {
    std::vector<data::ResultTable> tables{};  ///< the main one first
    std::vector<data::Plot> plots{};          ///< the main one first
    std::vector<std::string> notes{};         ///< what was left out, and why: a sentence each
    data::TranscriptSet made{};               ///< sequences that can be opened as records of their own
    data::MotifSet motifs{};                  ///< that can be written as a MEME file
};

struct Study {
    StudySpec spec;
    Result<Outcome> (*run)(const Order& order, const Tools& tools);
};

/// All studies, in the order of the pages' lists.
std::span<const Study> studyList();

}  // namespace nscope::study
