#include "core/fit/fit_search.h"

#include "core/engine/metrics_delivery.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/settings_fields.h"
#include "core/train/random.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace nscope::fit {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::uint64_t kSearchStream = 26;
constexpr std::size_t kLargestSummary = std::size_t(1) << 26;
constexpr std::int64_t kMostTrials = 10'000, kMostHalvings = 10;

std::unexpected<Error> refused(const std::string& key, const std::string& sentence)
{
    return fail(ErrorCode::InvalidArgument, "The setting \"search." + key + "\" " + sentence);
}

Result<SearchDimension> readDimension(const std::string& path, const json& given)
{
    SearchDimension dimension;
    dimension.path = path;
    if (given.is_array() && !given.empty()) {
        for (const json& choice : given)
            dimension.choices.push_back(choice.dump());
        return dimension;
    }
    if (!given.is_object() || !given.contains("from") || !given.contains("to") || !given["from"].is_number()
        || !given["to"].is_number())
        return refused("space." + path, "takes a list of choices, or {\"from\": …, \"to\": …} with numbers.");
    for (const auto& [key, value] : given.items()) {
        if (key != "from" && key != "to" && key != "scale")
            return refused("space." + path + "." + key, "is not known.");
    }
    const json scale = given.value("scale", json("linear"));
    if (scale != "linear" && scale != "log")
        return refused("space." + path + ".scale", "must be linear or log.");
    dimension.from = given["from"].get<double>();
    dimension.to = given["to"].get<double>();
    dimension.isLog = scale == "log";
    dimension.isWhole = given["from"].is_number_integer() && given["to"].is_number_integer();
    if (!(dimension.from <= dimension.to) || (dimension.isLog && dimension.from <= 0.0))
        return refused("space." + path, "must go upwards, and on a log scale begin above 0.");
    return dimension;
}

json drawnValue(const SearchDimension& dimension, train::RandomStream& random)
{
    if (!dimension.choices.empty())
        return json::parse(dimension.choices[random.below(dimension.choices.size())]);
    const double u = random.uniform();
    const double value = dimension.isLog
                             ? dimension.from * std::pow(dimension.to / dimension.from, u)
                             : dimension.from + (dimension.to - dimension.from + (dimension.isWhole ? 1.0 : 0.0)) * u;
    if (dimension.isWhole)
        return std::min(std::int64_t(dimension.to), std::int64_t(value));
    return value;
}

/// Limits of a round: those of the last one divided by 2^(rounds that follow), at least one epoch or step.
FitLimits limitsOf(FitLimits limits, std::int64_t roundsToCome)
{
    const std::int64_t divisor = std::int64_t(1) << roundsToCome;
    for (std::int64_t* limit : {&limits.epochs, &limits.steps}) {
        if (*limit > 0)
            *limit = std::max<std::int64_t>(1, *limit / divisor);
    }
    limits.minutes /= double(divisor);
    return limits;
}

}  // namespace

Result<SearchSettings> parseSearch(std::string_view text)
{
    const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    SearchSettings search;
    if (!root.is_object())
        return fail(ErrorCode::Parse, "The setting \"search\" must be a group in braces.");
    const auto number = [&root](const char* key, std::int64_t& value, std::int64_t least,
                                std::int64_t most) -> Result<void> {
        if (!root.contains(key))
            return {};
        if (!root[key].is_number_integer() || root[key] < least || root[key] > most)
            return refused(key, "must be a whole number between " + std::to_string(least) + " and "
                                    + std::to_string(most) + ".");
        value = root[key];
        return {};
    };
    auto done = number("trials", search.trials, 1, kMostTrials);
    if (done)
        done = number("halvings", search.halvings, 0, kMostHalvings);
    if (!done)
        return fail(done.error());
    for (const auto& [key, value] : root.items()) {
        if (key != "trials" && key != "halvings" && key != "space")
            return refused(key, "is not known.");
    }
    if (!root.contains("space") || !root["space"].is_object() || root["space"].empty())
        return refused("space",
                       "must name what is drawn, such as {\"optimiser.rate\": {\"from\": 1e-4, \"to\": 1e-2}}.");
    for (const auto& [path, given] : root["space"].items()) {
        auto dimension = readDimension(path, given);
        if (!dimension)
            return fail(dimension.error());
        search.space.push_back(std::move(*dimension));
    }
    return search;
}

Result<FitSettings> trialSettings(const FitSettings& base, const SearchSettings& search, std::int64_t trial,
                                  json& drawn)
{
    train::RandomStream random{std::uint64_t(base.seed), kSearchStream, std::uint64_t(trial)};
    json root = json::parse(toJson(base));
    root.erase("search");
    drawn = json::object();
    for (const SearchDimension& dimension : search.space) {
        const json value = drawnValue(dimension, random);
        drawn[dimension.path] = value;
        root[io::settingPointer(dimension.path)] = value;
    }
    return parseFitSettings(root.dump());
}

SearchRun::SearchRun(FitSettings settings, SearchSettings search, DatasetSource source, FitPlace place)
    : m_settings(std::move(settings)),
      m_search(std::move(search)),
      m_source(std::move(source)),
      m_place(std::move(place)),
      m_folder(m_place.directory)
{
}

std::int64_t SearchRun::doneUnits() const
{
    std::int64_t done = m_round * kUnitsOfRound;
    if (m_series)
        done += kUnitsOfRound * m_series->doneUnits() / std::max<std::int64_t>(1, m_series->totalUnits());
    return std::min(done, totalUnits());
}

Result<engine::StepReport> SearchRun::step(std::stop_token stop)
{
    engine::StepReport report;
    if (!m_begun) {
        if (auto begun = begin(); !begun)
            return fail(begun.error());
        return report;
    }
    if (m_round > m_search.halvings) {
        auto line = finish();
        if (!line)
            return fail(line.error());
        report.deliveries.push_back(engine::metricsDelivery(*std::move(line)));
        report.finished = true;
        return report;
    }
    if (!m_series) {
        if (auto begun = beginRound(); !begun)
            return fail(begun.error());
        return report;
    }
    auto step = m_series->step(stop);
    if (!step)
        return fail(step.error());
    if (step->finished) {
        if (auto ended = endRound(); !ended)
            return fail(ended.error());
    } else {
        report.deliveries = std::move(step->deliveries);
    }
    return report;
}

Result<void> SearchRun::begin()
{
    // Every trial is read before the first one runs, so that a wrong name in the space is said at once.
    for (std::int64_t trial = 0; trial < m_search.trials; ++trial) {
        json drawn;
        if (auto settings = trialSettings(m_settings, m_search, trial, drawn); !settings)
            return fail(settings.error());
        m_trials.push_back(trial);
        m_drawn.push_back(drawn.dump());
        m_values.emplace_back();
    }
    if (!m_place.resume) {
        if (auto made = m_folder.create(toJson(m_settings)); !made)
            return made;
    }
    m_begun = true;
    return {};
}

Result<void> SearchRun::beginRound()
{
    std::vector<SeriesMember> members;
    for (const std::int64_t trial : m_trials) {
        json drawn;
        auto settings = trialSettings(m_settings, m_search, trial, drawn);
        if (!settings)
            return fail(settings.error());
        settings->limits = limitsOf(settings->limits, m_search.halvings - m_round);
        members.push_back({"trial-" + std::to_string(trial + 1), std::move(*settings), m_source});
    }
    FitPlace place = m_place;
    place.directory = m_folder.filePath("round-" + std::to_string(m_round + 1));
    std::error_code problem;
    place.resume = m_place.resume && fs::exists(train::RunFolder(place.directory).filePath("config.json"), problem);
    m_series = std::make_unique<SeriesRun>(m_settings, std::move(members), std::move(place));
    return {};
}

Result<void> SearchRun::endRound()
{
    m_series.reset();
    const train::RunFolder round(m_folder.filePath("round-" + std::to_string(m_round + 1)));
    const auto text = io::readWholeFile(round.filePath("series.json"), kLargestSummary);
    if (!text)
        return fail(text.error());
    const std::vector<double> values = json::parse(*text)["best_values"];
    std::vector<std::pair<double, std::int64_t>> order;
    for (std::size_t i = 0; i < m_trials.size(); ++i) {
        m_values[std::size_t(m_trials[i])].push_back(values[i]);
        order.emplace_back(-values[i], m_trials[i]);
    }
    std::ranges::sort(order);
    const std::size_t kept = m_round < m_search.halvings ? (order.size() + 1) / 2 : order.size();
    m_trials.clear();
    for (std::size_t i = 0; i < kept; ++i)
        m_trials.push_back(order[i].second);
    ++m_round;
    return {};
}

Result<std::string> SearchRun::finish() const
{
    json trials = json::array();
    const bool isLower = lowerIsBetter(m_settings.validation.best);
    for (std::size_t trial = 0; trial < m_drawn.size(); ++trial) {
        std::vector<double> values = m_values[trial];  // the higher, the better
        for (double& value : values)
            value = isLower ? -value : value;
        trials.push_back({{"trial", trial + 1}, {"drawn", json::parse(m_drawn[trial])}, {"values", std::move(values)}});
    }
    const train::RunFolder last(m_folder.filePath("round-" + std::to_string(m_search.halvings + 1)));
    json summary = {{"trials", trials},
                    {"best", m_settings.validation.best},
                    {"lower_is_better", isLower},
                    {"chosen", m_trials.front() + 1},
                    {"model", m_folder.modelPath()}};
    if (auto taken = m_folder.takeModel(last); !taken)
        return fail(taken.error());
    if (auto written = io::writeFileAtomically(m_folder.filePath("search.json"), summary.dump(2) + "\n"); !written)
        return fail(written.error());
    summary["type"] = "result";
    return summary.dump();
}

}  // namespace nscope::fit
