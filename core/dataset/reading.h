// Purpose: what the readers of this room fill while they read. Inside core/dataset only.
#pragma once

#include "core/base/progress.h"
#include "core/dataset/data_settings.h"
#include "core/dataset/dataset.h"
#include "core/io/read_problems.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::dataset {

/// How a reader is run: it can be stopped, tells how far it is, and takes no more memory than this.
struct Control {
    std::stop_token stop{};
    Progress* progress = nullptr;  ///< may be null
    std::int64_t memoryBytes = 0;

    /// Errors: Cancelled.
    Result<void> poll(std::int64_t done) const
    {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while the data were read.");
        if (progress != nullptr)
            progress->setDone(done);
        return {};
    }
    void setTotal(std::int64_t total) const
    {
        if (progress != nullptr)
            progress->setTotal(total);
    }
    /// Errors: OutOfMemory; `what` begins the sentence ("The sequences of x.fa").
    Result<void> afford(std::int64_t bytes, const std::string& what) const;
};

struct Reading {
    Task task{};
    std::vector<Example> examples{};
    std::vector<std::string> splitValues_N{};  ///< what a split by column or chromosomes goes by; else empty texts
    std::vector<FeatureColumn> features{};
    std::vector<bool> standardised_F{};  ///< features that are standardised by the training rows; as long as these
    io::ReadProblems leftOut{};
    std::vector<std::string> notes{};
};

/// Empty, or why the letters are no sequence (one sentence). Precondition: canonical.
std::string badLetters(std::string_view letters);
/// Letters that are not A, C, G or T.
std::int64_t unknownLetters(std::string_view letters);

/// The readers of each kind. Errors: read_dataset.h.
Result<Reading> readTableExamples(const TableSettings& table, const SplitSettings& split, TaskKind kind,
                                  const Control& control);
Result<Reading> readSignalWindows(const ProfileSettings& settings, const SplitSettings& split, const Control& control);
Result<Reading> readTargetArray(const ProfileSettings& settings, const SplitSettings& split, const Control& control);
Result<Reading> readCorpus(const CorpusSettings& settings, const Control& control);

}  // namespace nscope::dataset
