#include "core/train/batch_encoder.h"

#include "core/nn/precision.h"
#include "core/train/spectral_kernels.h"

#include <algorithm>
#include <numbers>

namespace nscope::train {

using torch::Tensor;

struct BatchEncoder::Blocks {
    std::int64_t hop = 0, records = 0, count = 0;
    Tensor ids_HNB, keep_HNB1, inverseEnvelope_HNB, positions_HBD, pad_NK;
    std::vector<std::int64_t> frameCounts;
};

BatchEncoder::BatchEncoder(models::Bioseq2Seq net) : m_net(std::move(net))
{
    auto* lfnet = dynamic_cast<nn::LfnetEncoderImpl*>(m_net->encoder.get());
    const int window = m_net->options().windowNt;
    if (!lfnet || window % 2 != 0 || !m_net->device().is_cpu())
        return;
    m_lfnet = lfnet;
    const nn::PersistentTensors persistent;
    const auto options = torch::TensorOptions().dtype(torch::kFloat32);
    const auto& filter = lfnet->layer(0).filter();
    const std::int64_t hop = window / 2;
    const Tensor analysis = filter.analysis(options);
    m_analysis = torch::cat({analysis.slice(1, 0, hop), analysis.slice(1, hop, window)}, 0).contiguous();
    m_synthesis = filter.synthesis(options).contiguous();
    const Tensor phase = torch::arange(window, torch::kFloat64) * (2.0 * std::numbers::pi / window);
    m_window2_2H = (0.5 - 0.5 * torch::cos(phase)).square().to(torch::kFloat32).view({2, hop});
}

BatchEncoder::Blocks BatchEncoder::blocksOf(const Tensor& ids_NL, const std::vector<std::int64_t>& lengths) const
{
    const nn::PersistentTensors persistent;
    Blocks b;
    b.hop = m_net->options().windowNt / 2;
    b.records = ids_NL.size(0);
    b.count = (ids_NL.size(1) + b.hop - 1) / b.hop;
    const std::int64_t padded = b.count * b.hop;
    const Tensor ids = torch::constant_pad_nd(ids_NL, {0, padded - ids_NL.size(1)}, models::kBlankId);
    b.ids_HNB = ids.view({b.records, b.count, b.hop}).permute({2, 0, 1}).contiguous();

    const Tensor lengths_N = torch::tensor(lengths, torch::kInt64);
    const Tensor position_HB = torch::arange(padded).view({b.count, b.hop}).t().contiguous();
    const Tensor keep_HNB = position_HB.unsqueeze(1) < lengths_N.view({1, -1, 1});
    b.keep_HNB1 = keep_HNB.to(torch::kFloat32).unsqueeze(-1);
    b.pad_NK = keep_HNB.logical_not().permute({1, 0, 2}).reshape({b.records, padded});

    for (const std::int64_t length : lengths)
        b.frameCounts.push_back(length / b.hop + 1);
    const Tensor frames_N = torch::tensor(b.frameCounts, torch::kInt64);
    const Tensor there_NT = (torch::arange(b.count + 1).unsqueeze(0) < frames_N.unsqueeze(1)).to(torch::kFloat32);
    const Tensor envelope_HNB = m_window2_2H[1].view({-1, 1, 1}) * there_NT.slice(1, 0, b.count).unsqueeze(0)
        + m_window2_2H[0].view({-1, 1, 1}) * there_NT.slice(1, 1, b.count + 1).unsqueeze(0);
    b.inverseEnvelope_HNB = torch::where(keep_HNB, envelope_HNB.clamp_min(1e-11).reciprocal(), torch::zeros({}));
    b.positions_HBD = m_lfnet->embeddings->positions(0, padded).view({b.count, b.hop, -1}).transpose(0, 1).contiguous();
    return b;
}

/// Frequency filters are float32 always.
Tensor BatchEncoder::mixed(nn::LfnetLayerImpl& layer, const Tensor& x_HNBD, const Blocks& b) const
{
    const nn::PrecisionScope scope(torch::kCPU, nn::Precision::Float32);
    const std::int64_t dim = x_HNBD.size(-1);
    const std::int64_t rows = m_synthesis.size(1);
    const Tensor normed = nn::layerNorm(nn::float32(x_HNBD), layer.input_norm) * b.keep_HNB1;
    const Tensor spectra = torch::mm(m_analysis, normed.view({b.hop, -1})).view({2, rows, b.records, b.count, dim});
    const Tensor frames = filterFrames(spectra, layer.filterReal(), layer.filterImag(), b.frameCounts,
                                       layer.filter().lambda());
    const Tensor halves = torch::mm(m_synthesis, frames.view({rows, -1})).view({2, b.hop, b.records, b.count + 1, dim});
    return overlapBlocks(halves, b.inverseEnvelope_HNB);
}

Tensor BatchEncoder::layer(nn::LfnetLayerImpl& layer, const Tensor& x_HNBD, const Blocks& b) const
{
    Tensor added = layer.afterMix(mixed(layer, x_HNBD, b), {});
    if (m_net->is_training() && m_net->options().dropout > 0.0)
        added = torch::dropout(added, m_net->options().dropout, true);
    return torch::addcmul(x_HNBD, added, b.keep_HNB1);
}

EncodedBatch BatchEncoder::encode(const Tensor& ids_NL, const std::vector<std::int64_t>& lengths,
                                  const nn::PassOptions& options)
{
    if (!m_lfnet) {
        nn::NetInput input;
        input.ids_NL = ids_NL.to(m_net->device());
        input.lengths = lengths;
        const Tensor pad_NL = m_net->sourcePad_NL(input);
        return {m_net->encodeSource(input, options), pad_NL, 0};
    }
    const Blocks b = blocksOf(ids_NL, lengths);
    const Tensor& table = m_lfnet->embeddings->table();
    const std::int64_t dim = table.size(1);
    Tensor x_HNBD = torch::embedding(table, b.ids_HNB, models::kBlankId) * std::sqrt(double(dim))
        + b.positions_HBD.unsqueeze(1);
    for (std::size_t i = 0; i < m_lfnet->fnet->size(); ++i) {
        options.poll();
        x_HNBD = layer(m_lfnet->layer(i), x_HNBD, b);
    }
    const Tensor memory = nn::layerNorm(x_HNBD, m_lfnet->layer_norm);
    return {memory.permute({1, 0, 2, 3}).reshape({b.records, b.hop * b.count, dim}), b.pad_NK, b.hop};
}

Tensor BatchEncoder::keys(const Tensor& position, const EncodedBatch& encoded)
{
    if (encoded.hopNt == 0)
        return position;
    const std::int64_t blocks = encoded.memory_NKD.size(1) / encoded.hopNt;
    return position.remainder(encoded.hopNt) * blocks + torch::floor_divide(position, encoded.hopNt);
}

Tensor BatchEncoder::ordered(const Tensor& labels_NL, const EncodedBatch& encoded, double fill)
{
    if (encoded.hopNt == 0)
        return labels_NL;
    const std::int64_t records = labels_NL.size(0);
    const std::int64_t keys = encoded.memory_NKD.size(1);
    const bool wide = labels_NL.dim() == 3;
    const std::int64_t extra = keys - labels_NL.size(1);
    const std::vector<std::int64_t> pad = wide ? std::vector<std::int64_t>{0, 0, 0, extra}
                                               : std::vector<std::int64_t>{0, extra};
    const Tensor padded = torch::constant_pad_nd(labels_NL, pad, fill);
    const std::int64_t width = wide ? labels_NL.size(2) : 1;
    const Tensor turned = padded.reshape({records, keys / encoded.hopNt, encoded.hopNt, width}).transpose(1, 2);
    return wide ? turned.reshape({records, keys, width}) : turned.reshape({records, keys});
}

}  // namespace nscope::train
