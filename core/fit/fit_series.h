// Purpose: several runs one after the other as one job: replicates that differ in their seed, or the folds of a
// cross-validation, each in a folder of its own. Leaves series.json with mean, standard deviation and values of every
// metric; of replicates also the model whose validation was best, or with FitSettings::ensemble the mean of them all,
// which is judged in the folder "ensemble". Stopped, it goes on with the member it was at.
// Errors: those of the runs. Thread: one lane.
#pragma once

#include "core/dataset/data_settings.h"
#include "core/fit/fit_run.h"

#include <nlohmann/json_fwd.hpp>

namespace nscope::fit {

struct SeriesMember {
    std::string name;  ///< of its folder: "replicate-2"
    FitSettings settings;
    DatasetSource source;
};

/// One per replicate, with a seed of its own.
std::vector<SeriesMember> replicates(const FitSettings& settings, const DatasetSource& source);
/// One per fold: its data are split by folds (core/dataset/split.h); one is judged, the next one watched.
std::vector<SeriesMember> foldMembers(const FitSettings& settings, const dataset::DataSettings& data);

/// Reads the data of a run. `data` are complete and sound.
DatasetSource readerOf(dataset::DataSettings data, dataset::TaskKind task);

class SeriesRun : public engine::Job {
public:
    /// `settings` as they are written to config.json.
    SeriesRun(FitSettings settings, std::vector<SeriesMember> members, FitPlace place);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return std::int64_t(runCount()) * kUnitsOfMember; }
    std::int64_t doneUnits() const override;

private:
    static constexpr std::int64_t kUnitsOfMember = 10'000;

    Result<void> beginMember();
    Result<std::string> finish();
    /// The model of the folder: that of a replicate, or their mean.
    Result<void> choose(std::size_t run, nlohmann::json& summary);
    /// What a member that ended has left: its "result" line.
    Result<std::string> resultOf(const std::string& directory) const;
    /// Members, and the ensemble of them.
    std::size_t runCount() const { return m_members.size() + (m_settings.ensemble ? 1 : 0); }
    std::string nameOf(std::size_t run) const;
    std::string directoryOf(std::size_t run) const { return m_folder.filePath(nameOf(run)); }
    std::unique_ptr<engine::Job> makeRun(FitPlace place) const;

    FitSettings m_settings;
    std::vector<SeriesMember> m_members;
    FitPlace m_place;
    train::RunFolder m_folder;
    std::size_t m_next = 0;
    std::unique_ptr<engine::Job> m_run;
    bool m_begun = false;
};

}  // namespace nscope::fit
