// Purpose: what a training run has said so far (metrics.jsonl, docs/training.md), as curves and tables that the window
// shows and takes along as figures.
// Lines may come from a run that goes on: those of steps that a resumed run repeats replace the older ones. Thread: one.
#pragma once

#include "core/base/result.h"
#include "core/study/study.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::study {

class TrainingLog {
public:
    /// One line of metrics.jsonl; lines of unknown types are passed over. Errors: Parse for what is no JSON object.
    Result<void> add(std::string_view line);
    /// The metrics.jsonl of a run's folder; a last line without its end is left out. Errors: NotFound, Io, Parse with
    /// the line.
    static Result<TrainingLog> read(const std::string& folder);

    bool isEmpty() const { return m_training.empty() && m_validations.empty(); }
    /// The run wrote its result.
    bool hasEnded() const { return !m_result.empty(); }
    std::int64_t step() const;
    /// Of the run, 0 to 1; none if it did not say.
    std::optional<double> fraction() const { return m_fraction; }
    /// "Step 1,200, epoch 3: loss 0.412; AUROC 0.871, best 0.873 at step 1,000."
    std::string headline() const;

    /// Plots: loss, one per metric of the validations, an example's profile, baselines and robustness of the result,
    /// learning rate, speed. Tables: result, validations, examples of the last validation.
    Outcome outcome() const;

private:
    struct Point {
        std::int64_t step = 0;
        double epoch = 0.0;
        std::map<std::string, double> values{};
        bool isBest = false;
    };
    static void put(std::vector<Point>& points, Point point);
    std::vector<std::string> metricNames() const;
    data::Plot lossPlot() const;
    data::Plot metricPlot(const std::string& name) const;
    void addTrainingPlot(Outcome& outcome, const char* id, const char* title, const char* label,
                         const std::vector<std::string>& keys) const;
    data::ResultTable validationTable() const;
    data::ResultTable resultTable() const;
    const Point* best() const;

    std::vector<Point> m_training, m_validations;  ///< by step
    std::vector<std::pair<std::string, double>> m_result;
    std::vector<data::Plot> m_ofResult;  ///< baselines, robustness
    std::optional<data::Plot> m_exampleProfile;        ///< of the last validation
    std::optional<data::ResultTable> m_examples;
    std::optional<double> m_fraction;
    std::string m_end;  ///< why the training ended
};

}  // namespace nscope::study
