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

/// Every changed row times the matrix of every tap is added where the tap puts it.
template <class Scalar>
class TapsLayer : public BandLayer<Scalar> {
public:
    TapsLayer(const TapRule& rule, const Tensor& weight_TCD)
        : m_rule(rule), m_channels(weight_TCD.size(2)), m_isThin(m_channels < bandKernels<Scalar>().lanes)
    {
        if (m_isThin)
            m_taps.emplace_back(weight_TCD.transpose(0, 1).flatten(1));
        for (std::int64_t tap = 0; !m_isThin && tap < weight_TCD.size(0); ++tap)
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
        std::vector<ChangedRow> changed;
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            const std::int64_t first = in.start_M[std::size_t(m)] * m_rule.stride - out.start_M[std::size_t(m)];
            for (std::int64_t r = 0; r < in.width; ++r) {
                if (!isZero(in.row(m, r), in.channels))
                    changed.push_back({in.row(m, r), out.row(m, 0), first + r * m_rule.stride});
            }
        }
        if (m_isThin)
            addTapsTogether(changed, out);
        else
            addTapByTap(changed, out);
        return out;
    }

private:
    struct ChangedRow {
        const Scalar* from = nullptr;
        Scalar* window = nullptr;  ///< of the mutant
        std::int64_t at = 0;       ///< row of the window where a tap without shift puts it
    };

    void addTapByTap(const std::vector<ChangedRow>& changed, const Band<Scalar>& out) const
    {
        std::vector<RowPair<Scalar>> pairs;
        for (std::size_t tap = 0; tap < m_taps.size(); ++tap) {
            pairs.clear();
            for (const ChangedRow& row : changed) {
                const std::int64_t to = row.at + m_rule.shift[tap];
                if (to >= 0 && to < out.width)
                    pairs.push_back({row.from, row.window + to * m_channels});
            }
            m_taps[tap].addTo(pairs);
        }
    }

    /// Where there are fewer output channels than a vector has room for, all taps are one product.
    void addTapsTogether(const std::vector<ChangedRow>& changed, const Band<Scalar>& out) const
    {
        const std::int64_t width = m_taps.front().width();
        AlignedBuffer<Scalar> products(std::int64_t(changed.size()) * width);
        std::fill_n(products.data(), products.size(), Scalar(0));
        std::vector<RowPair<Scalar>> pairs;
        for (std::size_t i = 0; i < changed.size(); ++i)
            pairs.push_back({changed[i].from, products.data() + std::int64_t(i) * width});
        m_taps.front().addTo(pairs);
        for (std::size_t i = 0; i < changed.size(); ++i) {
            for (std::size_t tap = 0; tap < m_rule.shift.size(); ++tap) {
                const std::int64_t to = changed[i].at + m_rule.shift[tap];
                if (to < 0 || to >= out.width)
                    continue;
                const Scalar* const from = pairs[i].to + std::int64_t(tap) * m_channels;
                Scalar* const sum = changed[i].window + to * m_channels;
                for (std::int64_t channel = 0; channel < m_channels; ++channel)
                    sum[channel] += from[channel];
            }
        }
    }

    TapRule m_rule;
    std::int64_t m_channels;
    bool m_isThin;
    std::int64_t m_lowest = 0, m_highest = 0;
    std::vector<PackedMatrix<Scalar>> m_taps;  ///< thin: one, the taps side by side
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
