// Purpose: several runs one after the other as one job: replicates that differ in their seed, or the folds of a
// cross-validation, each in a folder of its own. Leaves series.json with mean, standard deviation and values of every
// metric; of replicates also the model whose validation was best. Stopped, it goes on with the member it was at.
// Errors: those of the runs. Thread: one lane.
#pragma once

#include "core/fit/fit_run.h"

namespace nscope::fit {

struct SeriesMember {
    std::string name;  ///< of its folder: "replicate-2"
    FitSettings settings;
    DatasetSource source;
};

/// As many members as settings.folds, or as settings.replicates.
std::vector<SeriesMember> seriesMembers(const FitSettings& settings, const DatasetSource& source);

/// Parts by group: fold `fold` of `folds` is the test, the next one the validation, the others are trained on. Examples
/// of a group stay together; those without one are their own.
dataset::Dataset foldedData(dataset::Dataset data, std::int64_t folds, std::int64_t fold, std::uint64_t seed);

class SeriesRun : public engine::Job {
public:
    /// `settings` as they are written to config.json.
    SeriesRun(FitSettings settings, std::vector<SeriesMember> members, FitPlace place);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return std::int64_t(m_members.size()) * kUnitsOfMember; }
    std::int64_t doneUnits() const override;

private:
    static constexpr std::int64_t kUnitsOfMember = 10'000;

    Result<void> beginMember();
    Result<std::string> finish();
    /// What a member that ended has left: its "result" line.
    Result<std::string> resultOf(const std::string& directory) const;
    std::string directoryOf(std::size_t member) const;

    FitSettings m_settings;
    std::vector<SeriesMember> m_members;
    FitPlace m_place;
    train::RunFolder m_folder;
    std::size_t m_next = 0;
    std::unique_ptr<FitRun> m_run;
    bool m_begun = false;
};

}  // namespace nscope::fit
