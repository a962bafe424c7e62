#include "core/nn/band_joins.h"

#include <algorithm>

namespace nscope::nn {

namespace {

using data::Interval;

template <class Scalar>
Band<Scalar> copyOf(const Band<Scalar>& band)
{
    Band<Scalar> copy(band.start_M, band.width, band.channels);
    std::copy_n(band.change_MRC.data(), band.numbers(), copy.change_MRC.data());
    return copy;
}

template <class Scalar>
Band<Scalar> through(const BandLayers<Scalar>& layers, Band<Scalar> band)
{
    for (const auto& layer : layers)
        band = layer->run(std::move(band));
    return band;
}

/// Windows that hold those of all bands.
template <class Scalar>
std::pair<std::vector<std::int64_t>, std::int64_t> joinedWindows(std::span<const Band<Scalar>> bands)
{
    std::vector<std::int64_t> starts = bands.front().start_M;
    std::int64_t width = 0;
    for (std::size_t m = 0; m < starts.size(); ++m) {
        std::int64_t end = 0;
        for (const Band<Scalar>& band : bands) {
            starts[m] = std::min(starts[m], band.start_M[m]);
            end = std::max(end, band.start_M[m] + band.width);
        }
        width = std::max(width, end - starts[m]);
    }
    return {std::move(starts), width};
}

template <class Scalar>
class JoinLayer : public BandLayer<Scalar> {
public:
    JoinLayer(std::vector<BandLayers<Scalar>> branches, std::int64_t inChannels, bool isSum)
        : m_branches(std::move(branches)), m_inChannels(inChannels), m_isSum(isSum)
    {
    }

    Interval need(Interval outputs) override
    {
        this->m_needed = outputs;
        Interval inputs = m_isSum ? outputs : needOf(m_branches.front(), outputs);
        for (const auto& branch : m_branches) {
            const Interval inside = needOf(branch, outputs);
            inputs = {std::min(inputs.startNt, inside.startNt), std::max(inputs.endNt, inside.endNt)};
        }
        return inputs;
    }

    std::int64_t widthAfter(std::int64_t width) const override
    {
        std::int64_t widest = m_isSum ? width : 0;
        for (const auto& branch : m_branches) {
            ChainPlan<Scalar> plan{width, m_inChannels};
            plan.follow(branch);
            widest = std::max(widest, plan.width);
        }
        return std::min(widest, this->m_needed.length());
    }

    std::int64_t channelsAfter(std::int64_t channels) const override
    {
        if (m_isSum)
            return channels;
        std::int64_t sum = 0;
        for (const auto& branch : m_branches) {
            ChainPlan<Scalar> plan{1, m_inChannels};
            plan.follow(branch);
            sum += plan.channels;
        }
        return sum;
    }

    std::int64_t workspace(std::int64_t width) const override
    {
        std::int64_t most = 0, kept = 0;
        for (const auto& branch : m_branches) {
            ChainPlan<Scalar> plan{width, m_inChannels};
            plan.follow(branch);
            most = std::max(most, plan.most);
            kept += plan.width * plan.channels;
        }
        return most + kept;
    }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        std::vector<Band<Scalar>> bands;
        for (const auto& branch : m_branches)
            bands.push_back(through(branch, copyOf(in)));
        if (m_isSum)
            bands.push_back(std::move(in));
        auto [starts, width] = joinedWindows<Scalar>(bands);
        std::int64_t channels = m_isSum ? m_inChannels : 0;
        for (std::size_t i = 0; !m_isSum && i < bands.size(); ++i)
            channels += bands[i].channels;
        Band<Scalar> out = this->placed(std::move(starts), width, channels);
        const bool isInPlace = m_isSum && out.width == bands.front().width && out.start_M == bands.front().start_M;
        if (isInPlace)
            out = std::move(bands.front());
        else
            out.clear();
        std::int64_t channel = 0;
        for (std::size_t i = isInPlace ? 1 : 0; i < bands.size(); ++i) {
            addRows(out, bands[i], channel);
            channel += m_isSum ? 0 : bands[i].channels;
        }
        return out;
    }

private:
    std::vector<BandLayers<Scalar>> m_branches;
    std::int64_t m_inChannels;
    bool m_isSum;  ///< of the one branch and its input
};

}  // namespace

template <class Scalar>
BandLayerPtr<Scalar> makeBandResidual(BandLayers<Scalar> body, std::int64_t channels)
{
    std::vector<BandLayers<Scalar>> branches;
    branches.push_back(std::move(body));
    return std::make_unique<JoinLayer<Scalar>>(std::move(branches), channels, true);
}

template <class Scalar>
BandLayerPtr<Scalar> makeBandBranches(std::vector<BandLayers<Scalar>> branches, std::int64_t inChannels)
{
    return std::make_unique<JoinLayer<Scalar>>(std::move(branches), inChannels, false);
}

template BandLayerPtr<float> makeBandResidual(BandLayers<float> body, std::int64_t channels);
template BandLayerPtr<double> makeBandResidual(BandLayers<double> body, std::int64_t channels);
template BandLayerPtr<float> makeBandBranches(std::vector<BandLayers<float>> branches, std::int64_t inChannels);
template BandLayerPtr<double> makeBandBranches(std::vector<BandLayers<double>> branches, std::int64_t inChannels);

}  // namespace nscope::nn
