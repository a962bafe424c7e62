// Purpose: what a network is trained on and judged by: sequences with what is known of them, in parts that do not mix.
// Plain values; readers of this room make them, core/fit trains on them, the application shows them.
// Axes stand in names: K names of the task, B bins.
#pragma once

#include "core/base/error.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::dataset {

/// What is learned of a sequence. The target of an example holds, in the order of Task::names:
enum class TaskKind {
    Classes,        ///< one number: the index of its class
    Labels,         ///< per name 0 or 1; NaN: not known
    Distribution,   ///< per name its share, from 0 to 1, 1 in sum
    Numbers,        ///< per name a number; NaN: not measured
    Profile,        ///< values_KB of signals along the sequence
    MaskedLetters,  ///< nothing: letters of the sequence are hidden and learned
};

/// How a number of the table became the number that is learned: ((log10(x + logOffset) or x) − mean) / deviation.
struct NumberScale {
    bool isLog10 = false;
    double logOffset = 0.0;
    double mean = 0.0, deviation = 1.0;

    bool operator==(const NumberScale&) const = default;
};

struct Task {
    TaskKind kind = TaskKind::Classes;
    std::vector<std::string> names{};   ///< of classes, labels, compartments, numbers or signals
    std::int64_t bins = 0;              ///< Profile: of an example's target
    std::int64_t binNt = 0;             ///< Profile
    std::vector<NumberScale> scales{};  ///< Numbers: one per name
};

enum class Part : std::uint8_t { Train, Validation, Test };

inline constexpr std::array<Part, 3> kParts{Part::Train, Part::Validation, Part::Test};
std::string_view partName(Part part);  ///< "train", "validation", "test"

/// A sequence, or a window of one that several examples share, with what is known of it.
struct Example {
    std::string id;
    std::shared_ptr<const std::string> source{};  ///< canonical IUPAC letters (data::Alphabet), never null
    std::int64_t startNt = 0;                     ///< of this example's letters in `source`
    std::int64_t lengthNt = 0;
    std::int64_t targetStartNt = 0;  ///< Profile: of the first bin, from startNt
    std::vector<float> target{};
    std::vector<float> features{};  ///< further inputs in the order of Dataset::features; NaN: none
    std::string group{};            ///< what must not stand in two parts: a chromosome, a gene; may be empty
    Part part = Part::Train;
    /// Profile: where the letters begin on the chromosome, which is the group; −1: not known.
    std::int64_t chromosomeStartNt = -1;

    std::string_view letters() const
    {
        return std::string_view(*source).substr(std::size_t(startNt), std::size_t(lengthNt));
    }
};

struct FeatureColumn {
    std::string input;  ///< id of the network's further input: "halflife", "tf"
    std::string name;   ///< of the column
    NumberScale scale{};
};

/// Whether a score ranks examples by it: classes and labels.
inline bool isRanked(TaskKind kind) { return kind == TaskKind::Classes || kind == TaskKind::Labels; }

/// Target of name `k`, of classes 1 for the class `k` and 0 for others; NaN: not known. Not of profiles.
inline float targetOf(const Task& task, const Example& example, std::size_t k)
{
    return task.kind == TaskKind::Classes ? (example.target[0] == float(k) ? 1.0F : 0.0F) : example.target[k];
}

struct Dataset {
    Task task;
    std::vector<Example> examples;  ///< in the order of the files
    std::vector<FeatureColumn> features{};
    std::vector<Error> leftOut{};  ///< the first of the rows that could not be used, with file and line
    std::int64_t leftOutCount = 0;
    std::vector<std::string> notes{};  ///< sentences for the user

    std::vector<std::int32_t> rows(Part part) const;
};

}  // namespace nscope::dataset
