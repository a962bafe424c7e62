#include "core/nn/band_pools.h"

#include <algorithm>
#include <limits>

namespace nscope::nn {

namespace {

using data::Interval;
using torch::Tensor;

/// Pooled windows of `width` positions, one behind the other, of which the first begins `before` positions early.
template <class Scalar>
class PoolBandLayer : public BandLayer<Scalar> {
public:
    PoolBandLayer(std::int64_t width, std::int64_t before, std::int64_t inPositions)
        : m_width(width), m_before(before), m_inPositions(inPositions)
    {
    }

    Interval need(Interval outputs) override
    {
        this->m_needed = outputs;
        return {inputsOf(outputs.startNt).startNt, inputsOf(outputs.endNt - 1).endNt};
    }

    std::int64_t widthAfter(std::int64_t width) const override
    {
        return std::min(touched(width), this->m_needed.length());
    }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        std::vector<std::int64_t> starts;
        for (const std::int64_t start : in.start_M)
            starts.push_back((start + m_before) / m_width);
        Band<Scalar> out = this->placed(std::move(starts), touched(in.width), in.channels);
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            const Interval window{in.start_M[std::size_t(m)], in.start_M[std::size_t(m)] + in.width};
            for (std::int64_t r = 0; r < out.width; ++r)
                pool(in, m, window, out.start_M[std::size_t(m)] + r, out.row(m, r));
        }
        return out;
    }

protected:
    /// Cells that so many positions in a row touch at most.
    std::int64_t touched(std::int64_t positions) const { return (positions + m_width - 2) / m_width + 1; }
    Interval inputsOf(std::int64_t cell) const
    {
        const std::int64_t first = cell * m_width - m_before;
        return Interval{first, first + m_width}.intersected({0, m_inPositions});
    }
    /// The change of a cell, `window` being the positions of `in`.
    virtual void pool(const Band<Scalar>& in, std::int64_t m, Interval window, std::int64_t cell,
                      Scalar* change) const = 0;

    std::int64_t m_width, m_before, m_inPositions;
};

template <class Scalar>
class MaxPoolBandLayer : public PoolBandLayer<Scalar> {
public:
    MaxPoolBandLayer(std::int64_t width, std::int64_t before, std::int64_t outPositions, Tensor reference_PC)
        : PoolBandLayer<Scalar>(width, before, reference_PC.size(0)), m_reference_PC(std::move(reference_PC))
    {
        std::vector<Tensor> cells;
        for (std::int64_t cell = 0; cell < outPositions; ++cell) {
            const Interval inputs = this->inputsOf(cell);
            cells.push_back(m_reference_PC.narrow(0, inputs.startNt, inputs.length()).amax(0));
        }
        m_pooled_PC = at::stack(cells, 0);
    }

protected:
    void pool(const Band<Scalar>& in, std::int64_t m, Interval window, std::int64_t cell,
              Scalar* change) const override
    {
        const BandKernels<Scalar>& kernels = bandKernels<Scalar>();
        const Scalar* const reference = m_reference_PC.template data_ptr<Scalar>();
        const Interval inputs = this->inputsOf(cell);
        std::fill_n(change, in.channels, -std::numeric_limits<Scalar>::infinity());
        for (std::int64_t position = inputs.startNt; position < inputs.endNt; ++position) {
            const Scalar* const before = reference + position * in.channels;
            if (window.contains(position))
                kernels.maximumOfSum(change, before, in.row(m, position - window.startNt), in.channels);
            else
                kernels.maximum(change, before, in.channels);
        }
        kernels.addScaled(change, m_pooled_PC.template data_ptr<Scalar>() + cell * in.channels, Scalar(-1), in.channels);
    }

private:
    Tensor m_reference_PC, m_pooled_PC;
};

template <class Scalar>
class AveragePoolBandLayer : public PoolBandLayer<Scalar> {
public:
    using PoolBandLayer<Scalar>::PoolBandLayer;

protected:
    void pool(const Band<Scalar>& in, std::int64_t m, Interval window, std::int64_t cell,
              Scalar* change) const override
    {
        const Interval inputs = this->inputsOf(cell), changed = inputs.intersected(window);
        std::fill_n(change, in.channels, Scalar(0));
        for (std::int64_t position = changed.startNt; position < changed.endNt; ++position)
            bandKernels<Scalar>().addScaled(change, in.row(m, position - window.startNt),
                                            Scalar(1) / Scalar(inputs.length()), in.channels);
    }
};

}  // namespace

template <class Scalar>
BandLayerPtr<Scalar> makeBandPool(const PoolRule& rule, const Tensor& reference_PC)
{
    if (rule.pooling == Pooling::Maximum)
        return std::make_unique<MaxPoolBandLayer<Scalar>>(rule.width, rule.before, rule.outPositions, reference_PC);
    return std::make_unique<AveragePoolBandLayer<Scalar>>(rule.width, rule.before, reference_PC.size(0));
}

template BandLayerPtr<float> makeBandPool(const PoolRule& rule, const Tensor& reference_PC);
template BandLayerPtr<double> makeBandPool(const PoolRule& rule, const Tensor& reference_PC);

}  // namespace nscope::nn
