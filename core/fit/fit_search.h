// Purpose: a search for good settings as one job: random draws from a space, and successive halving, in which every round
// gives the better half of the trials twice the limits. Leaves a folder per round (fit_series.h), search.json with every
// trial's drawn settings and values, and the model of the best trial of the last round.
// Source: Bergstra & Bengio 2012; Jamieson & Talwalkar 2016. Errors: Parse, InvalidArgument with the dotted name.
// Thread: one lane.
#pragma once

#include "core/fit/fit_series.h"

#include <nlohmann/json_fwd.hpp>

namespace nscope::fit {

/// One setting that is drawn: from choices, or between two numbers.
struct SearchDimension {
    std::string path;                    ///< dotted: "optimiser.rate", "model.options.dropout"
    std::vector<std::string> choices{};  ///< JSON of each
    double from = 0.0, to = 0.0;
    bool isLog = false;
    bool isWhole = false;
};

struct SearchSettings {
    std::int64_t trials = 20;
    std::int64_t halvings = 0;  ///< rounds but the first; limits of the first round are those of the last / 2^halvings
    std::vector<SearchDimension> space{};
};

/// {"trials": …, "halvings": …, "space": {"optimiser.rate": {"from": …, "to": …, "scale": "log"},
/// "batches.examples": [32, 64]}}
Result<SearchSettings> parseSearch(std::string_view json);

/// Settings of trial `trial`, as run.json without "search"; the same for the same seed.
Result<FitSettings> trialSettings(const FitSettings& base, const SearchSettings& search, std::int64_t trial,
                                  nlohmann::json& drawn);

class SearchRun : public engine::Job {
public:
    SearchRun(FitSettings settings, SearchSettings search, DatasetSource source, FitPlace place);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return (m_search.halvings + 1) * kUnitsOfRound; }
    std::int64_t doneUnits() const override;

private:
    static constexpr std::int64_t kUnitsOfRound = 10'000;

    Result<void> begin();
    Result<void> beginRound();
    Result<void> endRound();
    Result<std::string> finish() const;

    FitSettings m_settings;
    SearchSettings m_search;
    DatasetSource m_source;
    FitPlace m_place;
    train::RunFolder m_folder;
    std::vector<std::int64_t> m_trials;         ///< still in the race
    std::vector<std::string> m_drawn;           ///< JSON, by trial
    std::vector<std::vector<double>> m_values;  ///< by trial, a value per round
    std::int64_t m_round = 0;
    std::unique_ptr<SeriesRun> m_series;
    bool m_begun = false;
};

}  // namespace nscope::fit
