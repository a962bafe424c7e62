// Purpose: makes the chain of band layers of a network from its modules, running the reference through each on the way.
// Thread: one at a time.
#pragma once

#include "core/nn/band_recurrent.h"
#include "core/nn/layers.h"

namespace nscope::nn {

template <class Scalar>
class BandBuilder {
public:
    /// The network's input [P,C]. `poll` is called before long steps.
    BandBuilder(torch::Tensor input_PC, std::function<void()> poll);

    void conv(const torch::nn::Conv1d& conv, Padding padding);
    void transposedConv(const torch::nn::ConvTranspose1d& conv);
    /// At every position alone.
    void dense(const torch::nn::Linear& dense);
    void batchNorm(const torch::nn::BatchNorm1d& norm);
    void activation(Activation function);
    /// Of every position's channels: [rows,C] → [rows,C].
    void rowFunction(std::function<torch::Tensor(const torch::Tensor&)> rows);
    void pool(const PoolLayer& layer);
    void upsample(std::int64_t factor);
    void recurrent(const RecurrentWeights& weights);

    /// A builder for layers inside, which begins with the present output.
    BandBuilder inside() const { return BandBuilder(m_reference_PC, m_poll); }
    void residual(BandBuilder body);
    void branches(std::vector<BandBuilder> branches);
    /// Goes on with what was built inside in place of the present output.
    void append(BandBuilder more);

    /// The present output, [P,C], contiguous.
    const torch::Tensor& reference_PC() const { return m_reference_PC; }
    std::int64_t positions() const { return m_reference_PC.size(0); }
    std::int64_t channels() const { return m_reference_PC.size(1); }
    BandLayers<Scalar> take() { return std::move(m_layers); }

private:
    torch::Tensor reference_1CP() const { return m_reference_PC.t().unsqueeze(0); }
    void add(BandLayerPtr<Scalar> layer, const torch::Tensor& reference_1CP);

    torch::Tensor m_reference_PC;
    std::function<void()> m_poll;
    BandLayers<Scalar> m_layers;
};

extern template class BandBuilder<float>;
extern template class BandBuilder<double>;

}  // namespace nscope::nn
