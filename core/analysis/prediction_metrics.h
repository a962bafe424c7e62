// Purpose: how good predictions are: of classes (accuracy, MCC, macro-F1), of numbers (R², mean squared error), of shares
// (Kullback-Leibler divergence), and correlations from sums, so that whole profiles need no memory.
// Errors: none; std::nullopt where a number is not defined. Thread: any.
// Source: Gorodkin 2004 for MCC of several classes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nscope::analysis {

/// Rows by true and predicted class.
class ConfusionTable {
public:
    explicit ConfusionTable(std::size_t classes) : m_classes(classes), m_counts(classes * classes, 0) {}

    void add(std::size_t truth, std::size_t called) { ++m_counts[truth * m_classes + called]; }
    std::int64_t count(std::size_t truth, std::size_t called) const { return m_counts[truth * m_classes + called]; }
    std::int64_t rows() const;

    std::optional<double> accuracy() const;  ///< none without rows
    /// R_K, which is the usual MCC for two classes; 0 if only one class is there or was called.
    double mcc() const;
    /// Mean of the F1 of the classes that are there or were called; none without rows.
    std::optional<double> macroF1() const;

private:
    std::size_t m_classes;
    std::vector<std::int64_t> m_counts;
};

/// Σ (y − ŷ)² / n over pairs of which both are numbers; none without such a pair.
std::optional<double> meanSquaredError(std::span<const float> predicted, std::span<const float> measured);
/// 1 − Σ (y − ŷ)² / Σ (y − ȳ)² over the same pairs; none if the measured values do not vary.
std::optional<double> rSquared(std::span<const float> predicted, std::span<const float> measured);
/// Σ y·ln(y / max(ŷ, 1e-7)), y measured: one distribution from another.
double klDivergence(std::span<const float> predicted, std::span<const float> measured);

/// Sums of pairs from which their correlation and errors follow; sums of parts add up.
struct PairSums {
    double n = 0.0, a = 0.0, b = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;

    void add(double x, double y)
    {
        n += 1.0;
        a += x;
        b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    PairSums& operator+=(const PairSums& other);
    std::optional<double> pearson() const;  ///< none if one side does not vary
    std::optional<double> meanSquaredError() const
    {
        return n > 0.0 ? std::optional((aa - 2.0 * ab + bb) / n) : std::nullopt;
    }
};

}  // namespace nscope::analysis
