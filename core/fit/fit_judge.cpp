#include "core/fit/fit_judge.h"

#include "core/analysis/bootstrap.h"
#include "core/analysis/ranking.h"
#include "core/fit/per_name.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nscope::fit {

namespace {

using data::NamedValue;
using dataset::TaskKind;
using torch::Tensor;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kGuard = 1e-7;
constexpr std::size_t kFewPoints = 2;  // the curves are not needed

double orNan(const std::optional<double>& value) { return value.value_or(kNaN); }

std::vector<float> floats(const Tensor& tensor)
{
    const Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* const values = plain.data_ptr<float>();
    return {values, values + plain.numel()};
}

struct Areas {
    double auroc = kNaN, aupr = kNaN;
};

Areas areasOf(const std::vector<float>& scores, const std::vector<std::uint8_t>& labels)
{
    const analysis::Ranking ranking = analysis::rankingOf(std::span(scores), labels, kFewPoints);
    return {orNan(ranking.auroc), orNan(ranking.averagePrecision)};
}

void putTable(const analysis::ConfusionTable& table, std::vector<NamedValue>& metrics)
{
    metrics.push_back({"accuracy", orNan(table.accuracy())});
    metrics.push_back({"MCC", table.rows() > 0 ? table.mcc() : kNaN});
    metrics.push_back({"macro_F1", orNan(table.macroF1())});
}

}  // namespace

std::optional<double> Judgement::value(std::string_view name) const
{
    if (name == "loss")
        return loss;
    const auto found = std::ranges::find(metrics, name, &Metric::name);
    return found == metrics.end() ? std::nullopt : std::optional(found->value);
}

bool lowerIsBetter(std::string_view metric)
{
    return metric == "loss" || metric == "KL" || metric == "MSE" || metric == "poisson_NLL" || metric == "perplexity";
}

std::vector<std::string> mainMetrics(TaskKind task)
{
    switch (task) {
    case TaskKind::Classes:
    case TaskKind::Labels: return {"accuracy", "MCC", "macro_F1", "AUROC", "AUPR"};
    case TaskKind::Distribution: return {"KL", "pearson"};
    case TaskKind::Numbers: return {"pearson", "spearman", "R2", "MSE"};
    case TaskKind::Profile: return {"pearson", "pearson_per_example", "MSE", "poisson_NLL"};
    case TaskKind::MaskedLetters: break;
    }
    return {"perplexity", "accuracy"};
}

void Judge::add(const FitBatch& batch, const Tensor& raw, double loss)
{
    const auto weight = double(m_task.kind == TaskKind::MaskedLetters ? batch.target.size(0) : batch.size());
    m_lossSum += loss * weight;
    m_lossWeight += weight;
    m_rows.insert(m_rows.end(), batch.rows.begin(), batch.rows.end());
    if (m_task.kind == TaskKind::Profile)
        return addProfiles(batch, raw);
    if (m_task.kind == TaskKind::MaskedLetters)
        return addLetters(batch, raw);
    const bool shares = m_task.kind == TaskKind::Classes || m_task.kind == TaskKind::Distribution;
    const std::vector<float> predicted = floats(shares                            ? at::softmax(raw, 1)
                                                : m_task.kind == TaskKind::Labels ? at::sigmoid(raw)
                                                                                  : raw);
    const std::vector<float> truth = floats(batch.target);
    m_predicted_NK.insert(m_predicted_NK.end(), predicted.begin(), predicted.end());
    m_truth_NK.insert(m_truth_NK.end(), truth.begin(), truth.end());
}

void Judge::takeExampleProfile(const FitBatch& batch, const Tensor& profile_NBT)
{
    const Tensor measured_NB = at::nan_to_num(batch.target.select(2, 0));
    const std::int64_t n = measured_NB.sum(1).argmax().item<std::int64_t>();
    m_exampleProfile = ExampleProfile{.row = batch.rows[std::size_t(n)],
                                      .measured_B = floats(measured_NB[n]),
                                      .predicted_B = floats(profile_NBT[n].select(1, 0))};
}

void Judge::addProfiles(const FitBatch& batch, const Tensor& profile_NBT)
{
    if (!m_exampleProfile)
        takeExampleProfile(batch, profile_NBT);
    const std::vector<float> predicted = floats(profile_NBT), measured = floats(batch.target);
    const std::size_t tasks = names(), bins = std::size_t(profile_NBT.size(1));
    for (std::size_t n = 0; n < std::size_t(batch.size()); ++n) {
        std::vector<SignalSums> sums(tasks);
        for (std::size_t i = 0; i < bins * tasks; ++i) {
            const double x = predicted[n * bins * tasks + i], y = measured[n * bins * tasks + i];
            if (!std::isfinite(x) || !std::isfinite(y))
                continue;
            sums[i % tasks].pairs.add(x, y);
            sums[i % tasks].poisson += x - y * std::log(std::max(x, 0.0) + kGuard);
        }
        m_signals_NT.insert(m_signals_NT.end(), sums.begin(), sums.end());
    }
}

void Judge::addLetters(const FitBatch& batch, const Tensor& logits_MV)
{
    const Tensor target_M1 = batch.target.unsqueeze(1);
    const std::vector<float> loss_M = floats(-at::log_softmax(logits_MV, 1).gather(1, target_M1));
    const std::vector<float> right_M = floats(logits_MV.argmax(1).eq(batch.target));
    const std::size_t first = m_letters_N.size();
    m_letters_N.resize(first + std::size_t(batch.size()));
    for (std::size_t m = 0; m < batch.hiddenOf.size(); ++m) {
        LetterSums& sums = m_letters_N[first + std::size_t(batch.hiddenOf[m])];
        sums.logLoss += loss_M[m];
        sums.right += right_M[m];
        sums.count += 1.0;
    }
}

Judgement Judge::result(std::int64_t draws, std::uint64_t seed, const std::function<void()>& poll) const
{
    std::vector<std::size_t> all(m_rows.size());
    std::iota(all.begin(), all.end(), std::size_t(0));
    Judgement judgement;
    judgement.examples = std::int64_t(m_rows.size());
    judgement.loss = m_lossWeight > 0.0 ? m_lossSum / m_lossWeight : kNaN;
    const auto values = [&](Sample sample) {
        poll();
        std::vector<double> numbers;
        for (const NamedValue& metric : metrics(sample))
            numbers.push_back(metric.value);
        return numbers;
    };
    const auto intervals = analysis::bootstrapIntervals(all.size(), values, int(draws), seed);
    const std::vector<NamedValue> found = metrics(all);
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!std::isfinite(found[i].value))
            continue;
        Metric metric{found[i].name, found[i].value};
        if (i < intervals.size() && std::isfinite(intervals[i].low))
            metric.interval = intervals[i];
        judgement.metrics.push_back(std::move(metric));
    }
    return judgement;
}

std::vector<NamedValue> Judge::metrics(Sample sample) const
{
    switch (m_task.kind) {
    case TaskKind::Classes: return ofClasses(sample);
    case TaskKind::Labels: return ofLabels(sample);
    case TaskKind::Distribution: return ofShares(sample);
    case TaskKind::Numbers: return ofNumbers(sample);
    case TaskKind::Profile: return ofProfiles(sample);
    case TaskKind::MaskedLetters: break;
    }
    return ofLetters(sample);
}

std::vector<float> Judge::column(const std::vector<float>& values_NK, Sample sample, std::size_t k) const
{
    std::vector<float> values(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i)
        values[i] = values_NK[sample[i] * names() + k];
    return values;
}

std::vector<NamedValue> Judge::ofClasses(Sample sample) const
{
    analysis::ConfusionTable table(names());
    for (const std::size_t n : sample) {
        const auto first = m_predicted_NK.begin() + std::ptrdiff_t(n * names());
        const auto called = std::max_element(first, first + std::ptrdiff_t(names()));
        table.add(std::size_t(m_truth_NK[n]), std::size_t(called - first));
    }
    std::vector<NamedValue> metrics;
    putTable(table, metrics);
    PerName auroc("AUROC"), aupr("AUPR");
    std::vector<std::uint8_t> labels(sample.size());
    for (std::size_t k = names() == 2 ? 1 : 0; k < names(); ++k) {
        for (std::size_t i = 0; i < sample.size(); ++i)
            labels[i] = std::size_t(m_truth_NK[sample[i]]) == k;
        const Areas areas = areasOf(column(m_predicted_NK, sample, k), labels);
        auroc.add(m_task.names[k], areas.auroc);
        aupr.add(m_task.names[k], areas.aupr);
    }
    auroc.putInto(metrics);
    aupr.putInto(metrics);
    return metrics;
}

std::vector<NamedValue> Judge::ofLabels(Sample sample) const
{
    analysis::ConfusionTable table(2);
    PerName auroc("AUROC"), aupr("AUPR");
    for (std::size_t k = 0; k < names(); ++k) {
        std::vector<float> scores;
        std::vector<std::uint8_t> labels;
        for (const std::size_t n : sample) {
            const float truth = m_truth_NK[n * names() + k];
            if (std::isnan(truth))
                continue;
            scores.push_back(m_predicted_NK[n * names() + k]);
            labels.push_back(truth > 0.5f);
            table.add(labels.back(), scores.back() >= 0.5f);
        }
        const Areas areas = areasOf(scores, labels);
        auroc.add(m_task.names[k], areas.auroc);
        aupr.add(m_task.names[k], areas.aupr);
    }
    std::vector<NamedValue> metrics;
    auroc.putInto(metrics);
    aupr.putInto(metrics);
    putTable(table, metrics);
    return metrics;
}

std::vector<NamedValue> Judge::ofShares(Sample sample) const
{
    double sum = 0.0;
    for (const std::size_t n : sample)
        sum += analysis::klDivergence(std::span(m_predicted_NK).subspan(n * names(), names()),
                                      std::span(m_truth_NK).subspan(n * names(), names()));
    std::vector<NamedValue> metrics{{"KL", sample.empty() ? kNaN : sum / double(sample.size())}};
    PerName pearson("pearson");
    for (std::size_t k = 0; k < names(); ++k)
        pearson.add(m_task.names[k],
                    orNan(analysis::pearson(column(m_predicted_NK, sample, k), column(m_truth_NK, sample, k))));
    pearson.putInto(metrics);
    return metrics;
}

std::vector<NamedValue> Judge::ofNumbers(Sample sample) const
{
    PerName pearson("pearson"), spearman("spearman"), r2("R2"), mse("MSE");
    for (std::size_t k = 0; k < names(); ++k) {
        std::vector<float> predicted, measured;
        for (const std::size_t n : sample) {
            if (std::isnan(m_truth_NK[n * names() + k]))
                continue;
            predicted.push_back(m_predicted_NK[n * names() + k]);
            measured.push_back(m_truth_NK[n * names() + k]);
        }
        const std::string& name = m_task.names[k];
        pearson.add(name,
                    orNan(analysis::pearson(std::span<const float>(predicted), std::span<const float>(measured))));
        spearman.add(name,
                     orNan(analysis::spearman(std::span<const float>(predicted), std::span<const float>(measured))));
        r2.add(name, orNan(analysis::rSquared(predicted, measured)));
        mse.add(name, orNan(analysis::meanSquaredError(predicted, measured)));
    }
    std::vector<NamedValue> metrics;
    for (const PerName* one : {&pearson, &spearman, &r2, &mse})
        one->putInto(metrics);
    return metrics;
}

std::vector<NamedValue> Judge::ofProfiles(Sample sample) const
{
    std::vector<SignalSums> all(names());
    analysis::MeanAccumulator perExample;
    for (const std::size_t n : sample) {
        for (std::size_t task = 0; task < names(); ++task) {
            const SignalSums& sums = m_signals_NT[n * names() + task];
            all[task].pairs += sums.pairs;
            all[task].poisson += sums.poisson;
            if (const auto r = sums.pairs.pearson())
                perExample.add(*r);
        }
    }
    PerName pearson("pearson"), mse("MSE"), poisson("poisson_NLL");
    for (std::size_t task = 0; task < names(); ++task) {
        const analysis::PairSums& pairs = all[task].pairs;
        pearson.add(m_task.names[task], orNan(pairs.pearson()));
        mse.add(m_task.names[task], orNan(pairs.meanSquaredError()));
        poisson.add(m_task.names[task], pairs.n > 0.0 ? all[task].poisson / pairs.n : kNaN);
    }
    std::vector<NamedValue> metrics;
    pearson.putInto(metrics);
    metrics.push_back({"pearson_per_example", perExample.count() > 0 ? perExample.mean() : kNaN});
    mse.putInto(metrics);
    poisson.putInto(metrics);
    return metrics;
}

std::vector<NamedValue> Judge::ofLetters(Sample sample) const
{
    LetterSums all;
    for (const std::size_t n : sample) {
        all.logLoss += m_letters_N[n].logLoss;
        all.right += m_letters_N[n].right;
        all.count += m_letters_N[n].count;
    }
    if (all.count == 0.0)
        return {};
    return {{"perplexity", std::exp(all.logLoss / all.count)}, {"accuracy", all.right / all.count}};
}

}  // namespace nscope::fit
