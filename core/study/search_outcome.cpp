#include "core/study/search_outcome.h"

#include "core/study/columns.h"
#include "core/study/number_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace nscope::study {

namespace {

using nlohmann::ordered_json;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kDullest = 0.25, kBrightest = 0.75;  ///< of the colour map, so that lines show on white and on black

struct Trial {
    std::int64_t number = 0;
    std::map<std::string, ordered_json> drawn;
    std::vector<double> values;  ///< of every round it was in

    double value() const { return values.empty() ? kNaN : values.back(); }
};

/// "dropout" of "model.options.dropout".
std::string shortName(const std::string& path) { return path.substr(path.rfind('.') + 1); }

std::string textOf(const ordered_json& value)
{
    return value.is_string() ? value.get<std::string>() : value.is_number() ? shortNumber(value.get<double>()) : value.dump();
}

/// Where values of one setting stand on its axis, from 0 to 1.
class Coordinate {
public:
    Coordinate(std::string name, const std::vector<ordered_json>& values) : m_name(std::move(name))
    {
        m_isNumber = std::ranges::all_of(values, [](const ordered_json& value) { return value.is_number(); });
        for (const ordered_json& value : values) {
            if (m_isNumber) {
                m_low = std::min(m_low, value.get<double>());
                m_high = std::max(m_high, value.get<double>());
            } else if (std::ranges::find(m_choices, value) == m_choices.end()) {
                m_choices.push_back(value);
            }
        }
        std::ranges::sort(m_choices);
        m_isLog = m_isNumber && m_low > 0.0 && m_high / m_low > 20.0;
    }

    double at(const ordered_json& value) const
    {
        if (!m_isNumber) {
            const auto place = std::ranges::find(m_choices, value) - m_choices.begin();
            return m_choices.size() < 2 ? 0.5 : double(place) / double(m_choices.size() - 1);
        }
        const double number = value.get<double>();
        if (m_high <= m_low)
            return 0.5;
        return m_isLog ? std::log(number / m_low) / std::log(m_high / m_low) : (number - m_low) / (m_high - m_low);
    }
    /// Name, and what stands at the bottom and at the top.
    std::string label() const
    {
        std::string text = m_name + "\n";
        if (m_isNumber)
            return text + shortNumber(m_low) + "\nto " + shortNumber(m_high) + (m_isLog ? ", log" : "");
        for (std::size_t i = 0; i < m_choices.size(); ++i)
            text += (i > 0 ? (i % 2 == 0 ? ",\n" : ", ") : "") + textOf(m_choices[i]);
        return text;
    }

private:
    std::string m_name;
    bool m_isNumber = false, m_isLog = false;
    double m_low = std::numeric_limits<double>::infinity(), m_high = -m_low;
    std::vector<ordered_json> m_choices;
};

Result<std::vector<Trial>> trialsOf(const ordered_json& search, const std::string& path)
{
    std::vector<Trial> trials;
    try {
        for (const ordered_json& each : search.at("trials")) {
            Trial trial;
            trial.number = each.at("trial").get<std::int64_t>();
            for (const auto& [name, value] : each.at("drawn").items())
                trial.drawn[name] = value;
            for (const ordered_json& value : each.at("values"))
                trial.values.push_back(value.is_number() ? value.get<double>() : kNaN);
            trials.push_back(std::move(trial));
        }
    } catch (const ordered_json::exception&) {
        return fail(ErrorCode::Parse, "The file does not hold the trials of a search.", {.file = path});
    }
    if (trials.empty() || trials.front().drawn.empty())
        return fail(ErrorCode::Parse, "The file does not hold the trials of a search.", {.file = path});
    return trials;
}

std::vector<ordered_json> drawnValues(const std::vector<Trial>& trials, const std::string& path)
{
    std::vector<ordered_json> values;
    for (const Trial& trial : trials)
        if (const auto found = trial.drawn.find(path); found != trial.drawn.end())
            values.push_back(found->second);
    return values;
}

/// Worse trials first, so that the best are drawn over them; only trials of the last round compete in full.
data::Plot parallelPlot(const std::vector<Trial>& trials, const std::string& best, bool isLowerBetter,
                        std::int64_t chosen)
{
    data::Plot plot{.id = "parallel",
                    .title = "Settings of every trial and what they gave",
                    .y = {.label = {}, .ticks = {{0.0, "least"}, {1.0, "most"}}, .from = -0.04, .to = 1.04}};
    std::vector<std::pair<std::string, Coordinate>> axes;
    for (const auto& [path, value] : trials.front().drawn)
        axes.emplace_back(path, Coordinate(shortName(path), drawnValues(trials, path)));
    std::vector<ordered_json> results;
    for (const Trial& trial : trials)
        if (std::isfinite(trial.value()))
            results.emplace_back(trial.value());
    const Coordinate result(best, results);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        plot.x.ticks.push_back({double(i), axes[i].second.label()});
        plot.guides.push_back({.vertical = true, .at = double(i)});
    }
    plot.x.ticks.push_back({double(axes.size()), result.label()});
    plot.guides.push_back({.vertical = true, .at = double(axes.size())});
    plot.x.from = -0.15;
    plot.x.to = double(axes.size()) + 0.15;
    std::vector<const Trial*> order;
    for (const Trial& trial : trials)
        if (std::isfinite(trial.value()))
            order.push_back(&trial);
    std::ranges::sort(order, {}, [&](const Trial* trial) {
        return std::tuple(trial->number == chosen, trial->values.size(),
                          isLowerBetter ? -trial->value() : trial->value());
    });
    for (const Trial* trial : order) {
        data::PlotSeries line{.name = trial->number == chosen ? "trial " + std::to_string(chosen) : std::string(),
                              .x = {},
                              .y = {}};
        for (std::size_t i = 0; i < axes.size(); ++i) {
            const auto value = trial->drawn.find(axes[i].first);
            line.x.push_back(double(i));
            line.y.push_back(value == trial->drawn.end() ? kNaN : axes[i].second.at(value->second));
            line.labels.push_back("trial " + std::to_string(trial->number) + ": "
                                  + (value == trial->drawn.end() ? std::string("none") : textOf(value->second)));
        }
        line.x.push_back(double(axes.size()));
        line.y.push_back(result.at(trial->value()));
        line.labels.push_back("trial " + std::to_string(trial->number) + ": " + shortNumber(trial->value()));
        const double share = isLowerBetter ? 1.0 - result.at(trial->value()) : result.at(trial->value());
        if (trial->number == chosen)
            line.colour = 0;
        else
            line.shade = kDullest + (kBrightest - kDullest) * share;
        line.dashed = trial->values.size() < order.back()->values.size();
        plot.series.push_back(std::move(line));
    }
    return plot;
}

data::ResultTable trialTable(const std::vector<Trial>& trials, const std::string& best, std::int64_t chosen)
{
    data::ResultTable table{"trials", {columnOf("trial", trials, [](const Trial& trial) { return trial.number; })}};
    for (const auto& [path, value] : trials.front().drawn)
        table.columns.push_back(columnOf(path, trials, [&path = path](const Trial& trial) {
            const auto found = trial.drawn.find(path);
            return found == trial.drawn.end() ? std::string() : textOf(found->second);
        }));
    std::size_t rounds = 0;
    for (const Trial& trial : trials)
        rounds = std::max(rounds, trial.values.size());
    for (std::size_t round = 0; round < rounds; ++round)
        table.columns.push_back(columnOf(best + (rounds > 1 ? ", round " + std::to_string(round + 1) : std::string()),
                                         trials, [round](const Trial& trial) {
                                             return round < trial.values.size() ? trial.values[round] : kNaN;
                                         }));
    table.columns.push_back(columnOf("chosen", trials, [chosen](const Trial& trial) {
        return std::string(trial.number == chosen ? "yes" : "");
    }));
    return table;
}

}  // namespace

Result<Outcome> searchOutcome(const ordered_json& search, const std::string& path)
{
    const auto trials = trialsOf(search, path);
    if (!trials)
        return fail(trials.error());
    const std::string best = search.value("best", std::string("value"));
    const auto chosen = search.value("chosen", std::int64_t(0));
    Outcome outcome;
    const bool isLowerBetter = search.value("lower_is_better", false);
    outcome.plots.push_back(parallelPlot(*trials, best, isLowerBetter, chosen));
    outcome.tables.push_back(trialTable(*trials, best, chosen));
    const auto winner = std::ranges::find(*trials, chosen, &Trial::number);
    if (winner != trials->end()) {
        std::string sentence = "Of " + groupedText(std::int64_t(trials->size())) + " trials number "
                               + std::to_string(chosen) + " was best: " + best + " " + shortNumber(winner->value())
                               + " with";
        for (const auto& [name, value] : winner->drawn)
            sentence += (sentence.ends_with("with") ? " " : ", ") + shortName(name) + " " + textOf(value);
        outcome.notes.push_back(sentence + ".");
    }
    return outcome;
}

}  // namespace nscope::study
