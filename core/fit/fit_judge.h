// Purpose: how good a network is on rows of a dataset: predictions are collected batch by batch and become the metrics of
// the task, with percentile bootstrap intervals over examples.
//   classes: accuracy, MCC, macro_F1, AUROC, AUPR (two classes: of the second; more: mean over them, and each)
//   labels: AUROC, AUPR (mean and each), accuracy, MCC and macro_F1 at probability ½, over labels that are known
//   distribution: KL, pearson (mean over compartments, and each)
//   numbers: pearson, spearman, R2, MSE (mean over numbers, and each)
//   profile: pearson over all bins (mean over signals, and each), pearson_per_example, MSE, poisson_NLL
//   masked-letters: perplexity, accuracy
// Metrics that are not defined for the rows are left out. Memory: a few numbers per example and name; profiles are
// added up as they come. Thread: one at a time.
#pragma once

#include "core/analysis/prediction_metrics.h"
#include "core/analysis/statistics.h"
#include "core/data/prediction.h"
#include "core/fit/fit_batch.h"

#include <functional>
#include <optional>

namespace nscope::fit {

struct Metric {
    std::string name;
    double value = 0.0;
    std::optional<analysis::ConfidenceInterval> interval{};  ///< 95 %
};

struct Judgement {
    std::int64_t examples = 0;
    double loss = 0.0;            ///< mean of the task's loss over examples
    std::vector<Metric> metrics;  ///< "loss" is not among them

    std::optional<double> value(std::string_view name) const;  ///< "loss" too
};

/// How a network judges with this share of the letters changed.
struct DisturbedJudgement {
    double changedShare = 0.0;
    Judgement judgement;
};

/// Whether a smaller value is a better one: "loss", "KL", "MSE", "poisson_NLL", "perplexity".
bool lowerIsBetter(std::string_view metric);
/// Names that FitValidation::best may take, beside "loss" and "last".
std::vector<std::string> mainMetrics(dataset::TaskKind task);

/// One example's first signal along its bins.
struct ExampleProfile {
    std::int32_t row = 0;  ///< of the data
    std::vector<float> measured_B, predicted_B;
};

class Judge {
public:
    explicit Judge(dataset::Task task) : m_task(std::move(task)) {}

    /// Raw outputs of a pass over the batch, and its loss.
    void add(const FitBatch& batch, const torch::Tensor& raw, double loss);
    /// `draws` 0: without intervals. `poll` is called between draws; it may throw.
    Judgement result(std::int64_t draws, std::uint64_t seed, const std::function<void()>& poll) const;

    /// Rows in the order in which they were added, and what the network says of each (probabilities, numbers); empty for
    /// profiles and masked letters.
    const std::vector<std::int32_t>& rows() const { return m_rows; }
    const std::vector<float>& predicted_NK() const { return m_predicted_NK; }
    /// Of the first batch, the example with most signal; none but for profiles.
    const std::optional<ExampleProfile>& exampleProfile() const { return m_exampleProfile; }

private:
    using Sample = std::span<const std::size_t>;
    std::vector<data::NamedValue> metrics(Sample sample) const;
    std::vector<data::NamedValue> ofClasses(Sample sample) const;
    std::vector<data::NamedValue> ofLabels(Sample sample) const;
    std::vector<data::NamedValue> ofShares(Sample sample) const;
    std::vector<data::NamedValue> ofNumbers(Sample sample) const;
    std::vector<data::NamedValue> ofProfiles(Sample sample) const;
    std::vector<data::NamedValue> ofLetters(Sample sample) const;
    void addProfiles(const FitBatch& batch, const torch::Tensor& profile_NBT);
    void takeExampleProfile(const FitBatch& batch, const torch::Tensor& profile_NBT);
    void addLetters(const FitBatch& batch, const torch::Tensor& logits_MV);
    std::size_t names() const { return m_task.names.size(); }
    std::vector<float> column(const std::vector<float>& values_NK, Sample sample, std::size_t k) const;

    struct SignalSums {
        analysis::PairSums pairs;  ///< predicted, measured
        double poisson = 0.0;
    };
    struct LetterSums {
        double logLoss = 0.0, right = 0.0, count = 0.0;
    };
    dataset::Task m_task;
    std::vector<std::int32_t> m_rows;
    std::vector<float> m_predicted_NK, m_truth_NK;  ///< classes: one truth per example
    std::vector<SignalSums> m_signals_NT;
    std::vector<LetterSums> m_letters_N;
    std::optional<ExampleProfile> m_exampleProfile;
    double m_lossSum = 0.0, m_lossWeight = 0.0;
};

}  // namespace nscope::fit
