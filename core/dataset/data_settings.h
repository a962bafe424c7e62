// Purpose: where a dataset comes from and how it is split, as plain values read from "data" of run.json
// (docs/training.md lists each key). Paths are relative to where the program is started.
// Errors: InvalidArgument with the dotted name of the key and what it takes.
#pragma once

#include "core/base/result.h"
#include "core/dataset/dataset.h"
#include "core/io/settings_fields.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::dataset {

/// What fills a further input of a network: columns of the table, {"input": "halflife", "columns": ["utr5_length", …]}, or
/// the values that a file holds for the row's id, {"input": "embedding", "file": "embeddings.h5"}.
struct FeatureSettings {
    std::string input{};
    std::vector<std::string> columns{};
    std::string file{};  ///< .npz, .h5 or a table, as core/io/feature_table.h reads them
    std::string transform = "none";  ///< none | log10
    double logOffset = 0.1;          ///< log10(x + offset)
    bool standardise = false;        ///< by mean and standard deviation of the training rows
};

/// A table with one row per sequence; the sequence stands in a column, or in a FASTA file under the row's id.
struct TableSettings {
    std::string table{};          ///< TSV or CSV, plain or gzip
    std::string fasta{};          ///< empty: sequences stand in sequenceColumn
    std::string idColumn = "id";  ///< without such a column rows are named by their line
    std::string sequenceColumn = "sequence";
    std::vector<std::string> labelColumns{};  ///< classes: one; otherwise one per name. Empty: "label"
    std::vector<std::string> classNames{};    ///< in the order of the outputs; empty: those found, sorted
    std::vector<std::string> classTitles{};   ///< what the model calls them, in the same order; empty: as the table
    std::string transform = "none";           ///< of numbers: none | log10
    double logOffset = 0.1;
    bool standardise = false;   ///< of numbers, by the training rows
    std::string groupColumn{};  ///< rows of one value stay in one part; empty: none
    std::vector<FeatureSettings> features{};
};

struct SignalSettings {
    std::string name{};  ///< empty: that of the file
    std::string file{};  ///< bigWig, bedGraph, BAM
};

/// Windows of a genome with the signals measured along them, or records of a FASTA file with an array of targets.
struct ProfileSettings {
    std::string genome{};                       ///< FASTA or 2bit
    std::string regions{};                      ///< BED or narrowPeak; empty: all the genome's file holds
    std::vector<SignalSettings> signalFiles{};  ///< or:
    std::string targets{};                   ///< .npy(.gz) [regions, bins, signals], one region per record of `fasta`
    std::string fasta{};                     ///< header: ">chr1:100-131172 target=32868-98404 split=train"
    std::vector<std::string> signalNames{};  ///< of the array's last axis; empty: signal_1 …
    std::string windows = "peaks";           ///< peaks: centred on each region; tiles: along each region
    std::int64_t windowNt = 0;               ///< of the letters; 0: whole records (array of targets only)
    std::int64_t targetNt = 0;               ///< middle of the window that has targets; 0: all of it
    std::int64_t binNt = 32;
    std::int64_t strideNt = 0;          ///< of tiles; 0: targetNt
    double minCoverage = 0.0;           ///< windows are kept if a bin of a signal is above; 0: all
    std::string minCoverageBy = "max";  ///< max | mean of the bins
    std::string uncovered = "zero";  ///< what positions count as that a signal's file says nothing of: zero | missing
    double unknownShare = 0.1;       ///< windows with a larger share of N are left out
    std::vector<std::string> chromosomesLeftOut{};  ///< "chrY"
};

/// A FASTA file cut into windows whose letters are hidden and learned.
struct CorpusSettings {
    std::string fasta{};
    std::int64_t windowNt = 510;
    std::int64_t strideNt = 0;    ///< 0: windowNt
    std::int64_t minimumNt = 50;  ///< shorter rests are left out
    double unknownShare = 0.1;
};

/// Which part an example stands in.
struct SplitSettings {
    std::string by = "column";     ///< column | chromosomes | share | folds
    std::string column = "split";  ///< values of `validation` and `test`; all other rows train
    /// Values of the column, or chromosomes. Of a column, empty stands for "valid", "validation",
    /// "val" where they are not held out, and, where it is not written at all, for "test".
    std::vector<std::string> validation{}, test{};
    /// By share: of all examples. By folds, and by a column that names no row that validates: of the training examples.
    double validationShare = 0.1;
    double testShare = 0.1;        ///< share
    std::int64_t folds = 5;
    std::int64_t fold = 0;            ///< the one that is tested
    bool nextFoldValidates = true;    ///< by folds, where validationShare is 0; false: nothing validates
    std::string foldRule = "random";  ///< random | sha1: first byte of SHA-1(id) mod folds
    bool duplicatesTogether = true;   ///< share and random folds: sequences of the same letters count as one group
    std::int64_t seed = 1;
};

struct DataSettings {
    TableSettings table;      ///< Classes, Labels, Distribution, Numbers
    ProfileSettings profile;  ///< Profile
    CorpusSettings corpus;    ///< MaskedLetters
    SplitSettings split;
    std::int64_t memoryMb = 8192;  ///< sequences and targets that need more are refused before they are read
};

/// "classes", "labels", "distribution", "numbers", "profile", "masked-letters".
std::string_view taskName(TaskKind kind);
std::optional<TaskKind> taskNamed(std::string_view name);
std::vector<std::string> taskNames();

/// Reads the object "data" of this kind of task; keys that are not known, also nested ones, are refused.
Result<DataSettings> readDataSettings(io::SettingsFields& fields, TaskKind kind);

/// The task and the data of a whole run.json; what else stands there is the trainer's.
struct RunData {
    TaskKind kind = TaskKind::Classes;
    DataSettings data;
    /// Rows that validate choose the weights: not with "validation": {"best": "last"}. That a plateau schedule needs
    /// them too is for the trainer to say, which knows the recipes (FitSettings::isWatched).
    bool isWatched = true;
};
/// Errors: Parse for text that is not JSON.
Result<RunData> dataOfRun(std::string_view json);

/// The complete object "data", every default written out.
nlohmann::json toJson(const DataSettings& settings, TaskKind kind);

}  // namespace nscope::dataset
