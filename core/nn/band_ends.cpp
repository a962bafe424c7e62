#include "core/nn/band_ends.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nscope::nn {

namespace {

using data::Interval;
using torch::Tensor;

Interval allOf(const Tensor& reference_PC) { return {0, reference_PC.size(0)}; }

template <class Scalar>
class ProfileMeanEnd : public BandEnd<Scalar> {
public:
    ProfileMeanEnd(std::int64_t channel, Interval positions) : m_channel(channel), m_positions(positions) {}

    Interval need() const override { return m_positions; }
    std::int64_t size() const override { return 1; }
    Tensor reference_F() const override { return torch::zeros({1}, c10::CppTypeToScalarType<Scalar>::value); }

    void run(const Band<Scalar>& in, Scalar* out_MF) const override
    {
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            double sum = 0.0;
            for (std::int64_t r = 0; r < in.width; ++r) {
                if (m_positions.contains(in.start_M[std::size_t(m)] + r))
                    sum += double(in.row(m, r)[m_channel]);
            }
            out_MF[m] = Scalar(sum / double(m_positions.length()));
        }
    }

private:
    std::int64_t m_channel;
    Interval m_positions;
};

template <class Scalar>
class GlobalAverageEnd : public BandEnd<Scalar> {
public:
    explicit GlobalAverageEnd(const Tensor& reference_PC)
        : m_positions(reference_PC.size(0)), m_mean_C(reference_PC.mean(0))
    {
    }

    Interval need() const override { return {0, m_positions}; }
    std::int64_t size() const override { return m_mean_C.size(0); }
    Tensor reference_F() const override { return m_mean_C; }

    void run(const Band<Scalar>& in, Scalar* out_MF) const override
    {
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            Scalar* const out = out_MF + m * in.channels;
            // The changes are summed by themselves: thousands of small terms would lose their digits beside the mean.
            std::fill_n(out, in.channels, Scalar(0));
            for (std::int64_t r = 0; r < in.width; ++r)
                bandKernels<Scalar>().addScaled(out, in.row(m, r), Scalar(1) / Scalar(m_positions), in.channels);
            bandKernels<Scalar>().addScaled(out, m_mean_C.template data_ptr<Scalar>(), Scalar(1), in.channels);
        }
    }

private:
    std::int64_t m_positions;
    Tensor m_mean_C;
};

template <class Scalar>
class GlobalMaximumEnd : public BandEnd<Scalar> {
public:
    explicit GlobalMaximumEnd(const Tensor& reference_PC)
        : m_reference_PC(reference_PC),
          m_until_PC(std::get<0>(at::cummax(reference_PC, 0)).contiguous()),
          m_from_PC(std::get<0>(at::cummax(reference_PC.flip(0), 0)).flip(0).contiguous())
    {
    }

    Interval need() const override { return allOf(m_reference_PC); }
    std::int64_t size() const override { return m_reference_PC.size(1); }
    Tensor reference_F() const override { return m_from_PC[0].contiguous(); }

    void run(const Band<Scalar>& in, Scalar* out_MF) const override
    {
        const BandKernels<Scalar>& kernels = bandKernels<Scalar>();
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            Scalar* const out = out_MF + m * in.channels;
            const std::int64_t start = in.start_M[std::size_t(m)], end = start + in.width;
            std::fill_n(out, in.channels, -std::numeric_limits<Scalar>::infinity());
            if (start > 0)
                kernels.maximum(out, rowOf(m_until_PC, start - 1), in.channels);
            if (end < m_reference_PC.size(0))
                kernels.maximum(out, rowOf(m_from_PC, end), in.channels);
            for (std::int64_t r = 0; r < in.width; ++r)
                kernels.maximumOfSum(out, rowOf(m_reference_PC, start + r), in.row(m, r), in.channels);
        }
    }

private:
    static const Scalar* rowOf(const Tensor& rows, std::int64_t row)
    {
        return rows.template data_ptr<Scalar>() + row * rows.size(1);
    }

    Tensor m_reference_PC;
    Tensor m_until_PC, m_from_PC;  ///< maxima of the positions up to each, and from each on
};

/// Σ α x from cached sums: the terms of changed positions are exchanged.
template <class Scalar>
class AttentionPoolEnd : public BandEnd<Scalar> {
public:
    AttentionPoolEnd(const AttentionWeights& weights, const Tensor& reference_PC)
        : m_hidden(weights.hidden_HC.t()), m_bias_H(weights.bias_H.contiguous()),
          m_score_H(weights.score_H.contiguous()), m_reference_PC(reference_PC), m_weight_P(reference_PC.size(0)),
          m_sum_C(std::size_t(reference_PC.size(1)), Scalar(0))
    {
        const std::int64_t positions = reference_PC.size(0), channels = reference_PC.size(1);
        std::vector<const Scalar*> rows;
        for (std::int64_t p = 0; p < positions; ++p)
            rows.push_back(row(p));
        const std::vector<Scalar> scores = scoresOf(rows);
        m_highest = *std::ranges::max_element(scores);
        for (std::int64_t p = 0; p < positions; ++p) {
            m_weight_P[std::size_t(p)] = std::exp(scores[std::size_t(p)] - m_highest);
            m_weightSum += m_weight_P[std::size_t(p)];
            for (std::int64_t c = 0; c < channels; ++c)
                m_sum_C[std::size_t(c)] += m_weight_P[std::size_t(p)] * double(row(p)[c]);
        }
    }

    Interval need() const override { return allOf(m_reference_PC); }
    std::int64_t size() const override { return m_reference_PC.size(1); }
    Tensor reference_F() const override
    {
        return (torch::tensor(m_sum_C, torch::kFloat64) / m_weightSum).to(m_reference_PC.scalar_type());
    }

    void run(const Band<Scalar>& in, Scalar* out_MF) const override
    {
        for (std::int64_t m = 0; m < in.mutants(); ++m)
            runMutant(in, m, out_MF + m * in.channels);
    }

private:
    const Scalar* row(std::int64_t position) const
    {
        return m_reference_PC.template data_ptr<Scalar>() + position * m_reference_PC.size(1);
    }

    std::vector<Scalar> scoresOf(std::span<const Scalar* const> rows) const
    {
        const std::int64_t units = m_hidden.width();
        AlignedBuffer<Scalar> hidden(std::int64_t(rows.size()) * units);
        std::vector<RowPair<Scalar>> pairs;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            Scalar* const to = hidden.data() + std::int64_t(i) * units;
            std::copy_n(m_bias_H.template data_ptr<Scalar>(), units, to);
            pairs.push_back({rows[i], to});
        }
        m_hidden.addTo(pairs);
        bandKernels<Scalar>().tanh(hidden.data(), hidden.size());
        std::vector<Scalar> scores;
        const Scalar* const weights = m_score_H.template data_ptr<Scalar>();
        for (std::size_t i = 0; i < rows.size(); ++i)
            scores.push_back(Scalar(std::inner_product(weights, weights + units, pairs[i].to, 0.0)));
        return scores;
    }

    void runMutant(const Band<Scalar>& in, std::int64_t m, Scalar* out) const
    {
        const BandKernels<Scalar>& kernels = bandKernels<Scalar>();
        const std::int64_t start = in.start_M[std::size_t(m)];
        AlignedBuffer<Scalar> values(in.numbersOfMutant());
        std::vector<const Scalar*> rows;
        std::vector<std::int64_t> positions;
        for (std::int64_t r = 0; r < in.width; ++r) {
            if (isZero(in.row(m, r), in.channels))
                continue;
            Scalar* const value = values.data() + std::int64_t(rows.size()) * in.channels;
            std::copy_n(row(start + r), in.channels, value);
            kernels.add(value, in.row(m, r), in.channels);
            rows.push_back(value);
            positions.push_back(start + r);
        }
        const std::vector<Scalar> scores = scoresOf(rows);
        double highest = m_highest;
        for (const Scalar score : scores)
            highest = std::max(highest, double(score));
        const double before = std::exp(m_highest - highest);
        double weightSum = m_weightSum * before;
        std::vector<double> sum(m_sum_C);
        for (double& value : sum)
            value *= before;
        std::vector<Scalar> change(std::size_t(in.channels), Scalar(0));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const double weight = std::exp(double(scores[i]) - highest);
            const double old = m_weight_P[std::size_t(positions[i])] * before;
            weightSum += weight - old;
            kernels.addScaled(change.data(), rows[i], Scalar(weight), in.channels);
            kernels.addScaled(change.data(), row(positions[i]), Scalar(-old), in.channels);
        }
        for (std::int64_t c = 0; c < in.channels; ++c)
            out[c] = Scalar((sum[std::size_t(c)] + double(change[std::size_t(c)])) / weightSum);
    }

    PackedMatrix<Scalar> m_hidden;
    Tensor m_bias_H, m_score_H, m_reference_PC;
    std::vector<double> m_weight_P;  ///< exp(score − m_highest)
    double m_highest = 0.0;
    double m_weightSum = 0.0;
    std::vector<double> m_sum_C;     ///< Σ weight·x
};

/// Per position a matrix of its own.
template <class Scalar>
class FlattenedDenseEnd : public BandEnd<Scalar> {
public:
    FlattenedDenseEnd(const Tensor& weight_FX, const Tensor& bias_F, const Tensor& reference_PC)
        : m_reference_F(at::linear(reference_PC.flatten().unsqueeze(0), weight_FX, bias_F)[0].contiguous())
    {
        const std::int64_t channels = reference_PC.size(1);
        for (std::int64_t p = 0; p < reference_PC.size(0); ++p)
            m_weights_P.emplace_back(weight_FX.narrow(1, p * channels, channels).t());
    }

    Interval need() const override { return {0, std::int64_t(m_weights_P.size())}; }
    std::int64_t size() const override { return m_reference_F.size(0); }
    Tensor reference_F() const override { return m_reference_F; }

    void run(const Band<Scalar>& in, Scalar* out_MF) const override
    {
        std::vector<std::vector<RowPair<Scalar>>> pairs_P(m_weights_P.size());
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            Scalar* const out = out_MF + m * size();
            std::copy_n(m_reference_F.template data_ptr<Scalar>(), size(), out);
            for (std::int64_t r = 0; r < in.width; ++r) {
                if (!isZero(in.row(m, r), in.channels))
                    pairs_P[std::size_t(in.start_M[std::size_t(m)] + r)].push_back({in.row(m, r), out});
            }
        }
        for (std::size_t p = 0; p < pairs_P.size(); ++p) {
            if (!pairs_P[p].empty())
                m_weights_P[p].addTo(pairs_P[p]);
        }
    }

private:
    Tensor m_reference_F;
    std::vector<PackedMatrix<Scalar>> m_weights_P;
};

template <class Scalar>
class FlattenedEnd : public BandEnd<Scalar> {
public:
    explicit FlattenedEnd(Tensor reference_PC) : m_reference_PC(std::move(reference_PC)) {}

    Interval need() const override { return allOf(m_reference_PC); }
    std::int64_t size() const override { return m_reference_PC.numel(); }
    Tensor reference_F() const override { return m_reference_PC.flatten(); }

    void run(const Band<Scalar>& in, Scalar* out_MF) const override
    {
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            Scalar* const out = out_MF + m * size();
            std::copy_n(m_reference_PC.template data_ptr<Scalar>(), size(), out);
            bandKernels<Scalar>().add(out + in.start_M[std::size_t(m)] * in.channels, in.row(m, 0),
                                      in.numbersOfMutant());
        }
    }

private:
    Tensor m_reference_PC;
};

}  // namespace

template <class Scalar>
std::unique_ptr<BandEnd<Scalar>> BandEndFactory<Scalar>::profileMean(std::int64_t channel, Interval positions)
{
    return std::make_unique<ProfileMeanEnd<Scalar>>(channel, positions);
}

template <class Scalar>
std::unique_ptr<BandEnd<Scalar>> BandEndFactory<Scalar>::globalPool(Pooling pooling, const Tensor& reference_PC)
{
    if (pooling == Pooling::Maximum)
        return std::make_unique<GlobalMaximumEnd<Scalar>>(reference_PC);
    return std::make_unique<GlobalAverageEnd<Scalar>>(reference_PC);
}

template <class Scalar>
std::unique_ptr<BandEnd<Scalar>> BandEndFactory<Scalar>::attentionPool(const AttentionWeights& weights,
                                                                       const Tensor& reference_PC)
{
    return std::make_unique<AttentionPoolEnd<Scalar>>(weights, reference_PC);
}

template <class Scalar>
std::unique_ptr<BandEnd<Scalar>> BandEndFactory<Scalar>::flattenedDense(const Tensor& weight_FX, const Tensor& bias_F,
                                                                        const Tensor& reference_PC)
{
    return std::make_unique<FlattenedDenseEnd<Scalar>>(weight_FX, bias_F, reference_PC);
}

template <class Scalar>
std::unique_ptr<BandEnd<Scalar>> BandEndFactory<Scalar>::flattened(const Tensor& reference_PC)
{
    return std::make_unique<FlattenedEnd<Scalar>>(reference_PC);
}

template struct BandEndFactory<float>;
template struct BandEndFactory<double>;

}  // namespace nscope::nn
