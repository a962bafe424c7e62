#include "core/nn/band_layers.h"

#include <algorithm>

namespace nscope::nn {

namespace {

using data::Interval;
using torch::Tensor;

template <class Scalar>
const Scalar* numbersOf(const Tensor& contiguous)
{
    return contiguous.data_ptr<Scalar>();
}

/// Floor of a/b, b > 0.
std::int64_t floorDivided(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

template <class Scalar>
class TapsLayer : public BandLayer<Scalar> {
public:
    TapsLayer(const TapRule& rule, const Tensor& weight_TCD) : m_rule(rule), m_channels(weight_TCD.size(2))
    {
        for (std::int64_t tap = 0; tap < weight_TCD.size(0); ++tap)
            m_taps.emplace_back(weight_TCD[tap]);
        const auto [lowest, highest] = std::ranges::minmax(rule.shift);
        m_lowest = lowest;
        m_highest = highest;
    }

    Interval need(Interval outputs) override
    {
        this->m_needed = outputs;
        const Interval inputs{floorDivided(outputs.startNt - m_highest + m_rule.stride - 1, m_rule.stride),
                              floorDivided(outputs.endNt - 1 - m_lowest, m_rule.stride) + 1};
        return inputs.intersected({0, m_rule.inPositions});
    }

    std::int64_t widthAfter(std::int64_t width) const override
    {
        return std::min((width - 1) * m_rule.stride + m_highest - m_lowest + 1, this->m_needed.length());
    }
    std::int64_t channelsAfter(std::int64_t) const override { return m_channels; }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        std::vector<std::int64_t> starts;
        for (const std::int64_t start : in.start_M)
            starts.push_back(start * m_rule.stride + m_lowest);
        Band<Scalar> out = this->placed(std::move(starts), (in.width - 1) * m_rule.stride + m_highest - m_lowest + 1,
                                        m_channels);
        out.clear();
        std::vector<std::pair<std::int64_t, std::int64_t>> changed;  // mutant, row of its window
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            for (std::int64_t r = 0; r < in.width; ++r) {
                if (!isZero(in.row(m, r), in.channels))
                    changed.emplace_back(m, r);
            }
        }
        std::vector<RowPair<Scalar>> pairs;
        for (std::size_t tap = 0; tap < m_taps.size(); ++tap) {
            pairs.clear();
            for (const auto& [m, r] : changed) {
                const std::int64_t to = (in.start_M[std::size_t(m)] + r) * m_rule.stride + m_rule.shift[tap]
                                      - out.start_M[std::size_t(m)];
                if (to >= 0 && to < out.width)
                    pairs.push_back({in.row(m, r), out.row(m, to)});
            }
            m_taps[tap].addTo(pairs);
        }
        return out;
    }

private:
    TapRule m_rule;
    std::int64_t m_channels;
    std::int64_t m_lowest = 0, m_highest = 0;
    std::vector<PackedMatrix<Scalar>> m_taps;
};

/// What happens at every position alone: windows stay as they are.
template <class Scalar>
class PositionLayer : public BandLayer<Scalar> {
public:
    Interval need(Interval outputs) override { return this->m_needed = outputs; }
    std::int64_t widthAfter(std::int64_t width) const override { return width; }
};

template <class Scalar>
class ScaleLayer : public PositionLayer<Scalar> {
public:
    explicit ScaleLayer(const Tensor& factor_C) : m_factor_C(factor_C.contiguous()) {}

    Band<Scalar> run(Band<Scalar> in) const override
    {
        const auto multiply = bandKernels<Scalar>().multiply;
        for (std::int64_t row = 0; row < in.mutants() * in.width; ++row)
            multiply(in.row(0, row), numbersOf<Scalar>(m_factor_C), in.channels);
        return in;
    }

private:
    Tensor m_factor_C;
};

template <class Scalar>
class ActivationBandLayer : public PositionLayer<Scalar> {
public:
    ActivationBandLayer(Activation function, Tensor reference_PC)
        : m_function(function), m_reference_PC(std::move(reference_PC))
    {
    }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        const Scalar* const reference = numbersOf<Scalar>(m_reference_PC);
        for (std::int64_t m = 0; m < in.mutants(); ++m)
            bandKernels<Scalar>().activationChange(m_function, in.row(m, 0),
                                                   reference + in.start_M[std::size_t(m)] * in.channels,
                                                   in.numbersOfMutant());
        return in;
    }

private:
    Activation m_function;
    Tensor m_reference_PC;
};

template <class Scalar>
class RowFunctionLayer : public PositionLayer<Scalar> {
public:
    RowFunctionLayer(std::function<Tensor(const Tensor&)> rows, Tensor reference_PC)
        : m_rows(std::move(rows)), m_reference_PC(std::move(reference_PC)), m_after_PC(m_rows(m_reference_PC))
    {
    }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            Tensor change_RC = torch::from_blob(in.row(m, 0), {in.width, in.channels}, m_reference_PC.options());
            const std::int64_t start = in.start_M[std::size_t(m)];
            const Tensor before = m_reference_PC.narrow(0, start, in.width);
            change_RC.copy_(m_rows(before + change_RC) - m_after_PC.narrow(0, start, in.width));
        }
        return in;
    }

private:
    std::function<Tensor(const Tensor&)> m_rows;
    Tensor m_reference_PC, m_after_PC;
};

template <class Scalar>
class UpsampleBandLayer : public BandLayer<Scalar> {
public:
    explicit UpsampleBandLayer(std::int64_t factor) : m_factor(factor) {}

    Interval need(Interval outputs) override
    {
        this->m_needed = outputs;
        return {outputs.startNt / m_factor, (outputs.endNt - 1) / m_factor + 1};
    }
    std::int64_t widthAfter(std::int64_t width) const override
    {
        return std::min(width * m_factor, this->m_needed.length());
    }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        std::vector<std::int64_t> starts;
        for (const std::int64_t start : in.start_M)
            starts.push_back(start * m_factor);
        Band<Scalar> out = this->placed(std::move(starts), in.width * m_factor, in.channels);
        for (std::int64_t m = 0; m < out.mutants(); ++m) {
            for (std::int64_t r = 0; r < out.width; ++r) {
                const std::int64_t from = (out.start_M[std::size_t(m)] + r) / m_factor - in.start_M[std::size_t(m)];
                if (from >= 0 && from < in.width)
                    std::copy_n(in.row(m, from), in.channels, out.row(m, r));
                else
                    std::fill_n(out.row(m, r), in.channels, Scalar(0));
            }
        }
        return out;
    }

private:
    std::int64_t m_factor;
};

}  // namespace

TapRule tapsOfConv(std::int64_t taps, std::int64_t dilation, Padding padding, std::int64_t positions)
{
    const std::int64_t reach = (taps - 1) * dilation;
    TapRule rule{.inPositions = positions, .outPositions = padding == Padding::Same ? positions : positions - reach};
    for (std::int64_t tap = 0; tap < taps; ++tap)
        rule.shift.push_back((padding == Padding::Same ? reach / 2 : 0) - tap * dilation);
    return rule;
}

TapRule tapsOfTransposedConv(std::int64_t taps, std::int64_t stride, std::int64_t positions)
{
    TapRule rule{.stride = stride, .inPositions = positions, .outPositions = positions * stride};
    for (std::int64_t tap = 0; tap < taps; ++tap)
        rule.shift.push_back(tap - (taps - stride) / 2);
    return rule;
}

template <class Scalar>
BandLayerPtr<Scalar> BandFactory<Scalar>::taps(const TapRule& rule, const Tensor& weight_TCD)
{
    return std::make_unique<TapsLayer<Scalar>>(rule, weight_TCD);
}

template <class Scalar>
BandLayerPtr<Scalar> BandFactory<Scalar>::scale(const Tensor& factor_C)
{
    return std::make_unique<ScaleLayer<Scalar>>(factor_C);
}

template <class Scalar>
BandLayerPtr<Scalar> BandFactory<Scalar>::activation(Activation function, const Tensor& reference_PC)
{
    return std::make_unique<ActivationBandLayer<Scalar>>(function, reference_PC);
}

template <class Scalar>
BandLayerPtr<Scalar> BandFactory<Scalar>::rowFunction(std::function<Tensor(const Tensor&)> rows,
                                                      const Tensor& reference_PC)
{
    return std::make_unique<RowFunctionLayer<Scalar>>(std::move(rows), reference_PC);
}

template <class Scalar>
BandLayerPtr<Scalar> BandFactory<Scalar>::upsample(std::int64_t factor)
{
    return std::make_unique<UpsampleBandLayer<Scalar>>(factor);
}

template struct BandFactory<float>;
template struct BandFactory<double>;

}  // namespace nscope::nn
