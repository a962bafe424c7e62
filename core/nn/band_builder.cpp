#include "core/nn/band_builder.h"

#include "core/nn/band_joins.h"
#include "core/nn/band_layers.h"
#include "core/nn/band_pools.h"

namespace nscope::nn {

namespace {

using torch::Tensor;

constexpr std::int64_t kChunkNt = 4096;

}  // namespace

template <class Scalar>
BandBuilder<Scalar>::BandBuilder(Tensor input_PC, std::function<void()> poll)
    : m_reference_PC(input_PC.contiguous()), m_poll(std::move(poll))
{
}

template <class Scalar>
void BandBuilder<Scalar>::add(BandLayerPtr<Scalar> layer, const Tensor& reference_1CP)
{
    m_layers.push_back(std::move(layer));
    m_reference_PC = reference_1CP[0].t().contiguous();
    m_poll();
}

template <class Scalar>
void BandBuilder<Scalar>::conv(const torch::nn::Conv1d& conv, Padding padding)
{
    const TapRule rule = tapsOfConv(conv->weight.size(2), conv->options.dilation()->front(), padding, positions());
    add(BandFactory<Scalar>::taps(rule, conv->weight.permute({2, 1, 0})),
        convolvedInChunks(reference_1CP(), conv, padding, kChunkNt, m_poll));
}

template <class Scalar>
void BandBuilder<Scalar>::transposedConv(const torch::nn::ConvTranspose1d& conv)
{
    const TapRule rule = tapsOfTransposedConv(conv->weight.size(2), conv->options.stride()->front(), positions());
    add(BandFactory<Scalar>::taps(rule, conv->weight.permute({2, 0, 1})), transposedConvolved(reference_1CP(), conv));
}

template <class Scalar>
void BandBuilder<Scalar>::dense(const torch::nn::Linear& dense)
{
    const TapRule rule = tapsOfConv(1, 1, Padding::Same, positions());
    add(BandFactory<Scalar>::taps(rule, dense->weight.t().unsqueeze(0)), denseAtPositions(reference_1CP(), dense));
}

template <class Scalar>
void BandBuilder<Scalar>::batchNorm(const torch::nn::BatchNorm1d& norm)
{
    add(BandFactory<Scalar>::scale(norm->weight / at::sqrt(norm->running_var + norm->options.eps())),
        batchNormed(reference_1CP(), norm));
}

template <class Scalar>
void BandBuilder<Scalar>::activation(Activation function)
{
    if (function == Activation::None)
        return;
    if (function == Activation::Softmax) {
        rowFunction([](const Tensor& rows) { return at::softmax(rows, 1); });
        return;
    }
    add(BandFactory<Scalar>::activation(function, m_reference_PC), activated(reference_1CP(), function));
}

template <class Scalar>
void BandBuilder<Scalar>::rowFunction(std::function<Tensor(const Tensor&)> rows)
{
    const Tensor after_PC = rows(m_reference_PC);
    add(BandFactory<Scalar>::rowFunction(std::move(rows), m_reference_PC), after_PC.t().unsqueeze(0));
}

template <class Scalar>
void BandBuilder<Scalar>::pool(const PoolLayer& layer)
{
    if (layer.width == 1)
        return;
    const bool isMaximum = layer.pooling == Pooling::Maximum;
    const Tensor after = isMaximum ? maxPooled(reference_1CP(), layer.width, layer.padding)
                                   : averagePooled(reference_1CP(), layer.width, layer.padding);
    const std::int64_t missing =
        layer.padding == Padding::Same ? after.size(2) * layer.width - positions() : 0;
    add(makeBandPool<Scalar>({layer.pooling, layer.width, missing / 2, after.size(2)}, m_reference_PC), after);
}

template <class Scalar>
void BandBuilder<Scalar>::upsample(std::int64_t factor)
{
    add(BandFactory<Scalar>::upsample(factor), reference_1CP().repeat_interleave(factor, 2));
}

template <class Scalar>
void BandBuilder<Scalar>::recurrent(const RecurrentWeights& weights)
{
    RecurrentBand<Scalar> made = makeBandRecurrent<Scalar>(weights, m_reference_PC);
    add(std::move(made.layer), made.reference_TD.t().unsqueeze(0));
}

template <class Scalar>
void BandBuilder<Scalar>::residual(BandBuilder body)
{
    const Tensor after = reference_1CP() + body.reference_1CP();
    add(makeBandResidual<Scalar>(body.take(), channels()), after);
}

template <class Scalar>
void BandBuilder<Scalar>::branches(std::vector<BandBuilder> branches)
{
    std::vector<BandLayers<Scalar>> layers;
    std::vector<Tensor> after;
    for (BandBuilder& branch : branches) {
        after.push_back(branch.reference_1CP());
        layers.push_back(branch.take());
    }
    add(makeBandBranches<Scalar>(std::move(layers), channels()), at::cat(after, 1));
}

template <class Scalar>
void BandBuilder<Scalar>::append(BandBuilder more)
{
    m_reference_PC = more.m_reference_PC;
    for (BandLayerPtr<Scalar>& layer : more.m_layers)
        m_layers.push_back(std::move(layer));
}

template class BandBuilder<float>;
template class BandBuilder<double>;

}  // namespace nscope::nn
