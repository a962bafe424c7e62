#include "core/models/lfnet_mutants.h"

#include "core/nn/change_feed_forward.h"

#include <algorithm>

namespace nscope::models {

namespace {

constexpr std::int64_t kCacheBytes = std::int64_t(2) << 20;  ///< rows of a pass; beyond, each operation waits for memory

/// What the reference pass leaves of one layer.
struct LayerReference {
    torch::Tensor input_1LD;    ///< x
    torch::Tensor normed_1PD;   ///< LN_in(x) with one hop of zeros before, to whole hops after
    torch::Tensor frames_TWD;   ///< windowed inverse frames
};

struct DecoderReference {
    torch::Tensor keys_HLE;    ///< projected memory, E = head dimension
    torch::Tensor values_HLE;
};

/// A stretch of whole hops of the sequence and, for every mutant of a batch, its rows.
struct Window {
    std::int64_t firstHop = 0;
    std::int64_t endHop = 0;   ///< exclusive
    torch::Tensor rows_NwD;    ///< clipped to the sequence
};

class LfnetMutants : public nn::MutantScorer {
public:
    LfnetMutants(Bioseq2SeqImpl& net, nn::LfnetEncoderImpl& encoder, std::string_view letters, nn::Target target,
                 std::int64_t budgetBytes, const nn::PassOptions& options)
        : m_net(net), m_encoder(encoder), m_target(std::move(target)), m_length(std::int64_t(letters.size())),
          m_hop(encoder.layer(0).filter().hopNt())
    {
        const c10::InferenceMode inference;
        runReference(net.encode(letters), options);
        const bool isFloat = net.parameters().front().scalar_type() == torch::kFloat32;
        if (net.device().is_cpu() && isFloat && nn::hasMatrixTiles() && feedForwardBytes() <= budgetBytes * 4 / 5) {
            budgetBytes -= feedForwardBytes();
            for (std::size_t i = 0; i < m_encoder.fnet->size(); ++i) {
                nn::PositionwiseFeedForwardImpl& feedForward = *m_encoder.layer(i).feed_forward;
                m_feedForward.push_back(std::make_unique<nn::ChangeFeedForward>(feedForward.w_1, feedForward.w_2));
            }
        }
        std::int64_t mutants = budgetBytes / std::max<std::int64_t>(1, bytesPerMutant());
        if (net.device().is_cpu())
            mutants = std::min({mutants, kCacheBytes / rowBytes(), kCacheBytes / attentionBytes()});
        m_perPass = std::max<std::int64_t>(1, mutants);
    }

    double referenceScore() const override { return m_referenceScore; }
    std::int64_t mutantsPerPass() const override { return m_perPass; }

    std::vector<double> scores(std::span<const nn::Mutation> mutations, const nn::PassOptions& options) override
    {
        const c10::InferenceMode inference;
        std::map<std::int64_t, std::vector<std::size_t>> byHop;
        for (std::size_t i = 0; i < mutations.size(); ++i)
            byHop[mutations[i].positionNt / m_hop].push_back(i);
        std::vector<double> result(mutations.size());
        for (const auto& [hop, members] : byHop) {
            keepUnchanged(hop, options);
            for (std::size_t first = 0; first < members.size(); first += std::size_t(m_perPass)) {
                const auto count = std::min(std::size_t(m_perPass), members.size() - first);
                std::vector<nn::Mutation> batch;
                for (std::size_t i = first; i < first + count; ++i)
                    batch.push_back(mutations[members[i]]);
                const std::vector<double> values = scoreBatch(hop, batch, options);
                for (std::size_t i = 0; i < count; ++i)
                    result[members[first + i]] = values[i];
            }
        }
        return result;
    }

private:
    std::int64_t hopCount() const { return (m_length + m_hop - 1) / m_hop; }
    std::int64_t frameCount() const { return m_layers.front().frames_TWD.size(0); }
    std::int64_t clip(std::int64_t hop) const { return std::min(hop * m_hop, m_length); }

    std::int64_t elementBytes() const { return m_layers.front().input_1LD.element_size(); }
    /// Of one mutant's rows in the widest window.
    std::int64_t rowBytes() const
    {
        const std::int64_t widest = std::min(m_length, (2 * m_net.encoderLayerCount() + 3) * std::int64_t(m_hop));
        return elementBytes() * widest * m_net.options().modelDim;
    }
    /// Of one mutant's weights of all positions in a decoder layer.
    std::int64_t attentionBytes() const { return elementBytes() * m_length * m_net.headCount(); }
    std::int64_t bytesPerMutant() const { return 20 * rowBytes() + 3 * attentionBytes(); }

    /// Of the feed-forward networks on matrix tiles: packed, and what one hop's windows leave of them.
    std::int64_t feedForwardBytes() const
    {
        const std::int64_t width = m_net.options().modelDim, hidden = m_net.options().feedForwardDim;
        std::int64_t rows = 0;
        for (std::int64_t i = 0; i < m_net.encoderLayerCount(); ++i)
            rows += std::min(m_length, (2 * i + 3) * m_hop);
        return m_net.encoderLayerCount() * nn::ChangeFeedForward::packedBytes(width, hidden)
             + nn::ChangeFeedForward::referenceBytes(rows, width, hidden);
    }

    /// The sequence as it is goes through the windows of one hop, for its mutants to be compared with.
    void keepUnchanged(std::int64_t hop, const nn::PassOptions& options)
    {
        if (m_feedForward.empty() || m_unchangedHop == hop)
            return;
        m_unchangedHop = -1;
        m_unchanged.clear();
        const std::int64_t start = hop * m_hop;
        Window window{hop, hop + 1, m_layers.front().input_1LD.narrow(1, start, clip(hop + 1) - start)};
        for (std::size_t i = 0; i < m_encoder.fnet->size(); ++i)
            window = throughLayer(i, window, options);
        m_unchangedHop = hop;
    }

    /// FF(LN(mixed)) of mutants, or of the sequence as it is while `m_unchanged` lacks this layer.
    torch::Tensor afterMix(std::size_t index, const torch::Tensor& mixed, const nn::PassOptions& options)
    {
        nn::LfnetLayerImpl& layer = m_encoder.layer(index);
        if (m_feedForward.empty())
            return layer.afterMix(mixed, options);
        const torch::Tensor normed = nn::layerNorm(mixed, layer.feed_forward_norm);
        const torch::Tensor in = nn::layerNorm(normed, layer.feed_forward->layer_norm);
        if (index == m_unchanged.size()) {
            m_unchanged.push_back(m_feedForward[index]->reference(in[0]));
            return m_unchanged.back().out_RD + normed;
        }
        return m_feedForward[index]->run(in, m_unchanged[index], [&options] { options.poll(); }).add_(normed);
    }

    void runReference(const nn::NetInput& input, const nn::PassOptions& options)
    {
        torch::Tensor x = m_encoder.embeddings->forward(input);
        const nn::StftFilter& filter = m_encoder.layer(0).filter();
        const std::int64_t after = filter.frameCount(m_length) * m_hop - m_length;
        for (std::size_t i = 0; i < m_encoder.fnet->size(); ++i) {
            options.poll();
            nn::LfnetLayerImpl& layer = m_encoder.layer(i);
            LayerReference reference;
            reference.input_1LD = x;
            reference.normed_1PD = at::constant_pad_nd(nn::layerNorm(x, layer.input_norm), {0, 0, m_hop, after});
            const torch::Tensor spectrum = layer.filter().filtered(layer.filter().transformStretch(reference.normed_1PD),
                                                                   layer.filterReal(), layer.filterImag());
            reference.frames_TWD = layer.filter().inverseStretch(spectrum.transpose(1, 2));  // frames as sequences
            const torch::Tensor mixed = layer.filter().inverse(spectrum, m_length);
            x = x + layer.afterMix(mixed, options);
            m_layers.push_back(std::move(reference));
        }
        const torch::Tensor memory = nn::layerNorm(x, m_encoder.layer_norm);
        for (std::size_t i = 0; i < m_net.decoder->transformer_layers->size(); ++i) {
            nn::MultiHeadedAttentionImpl& attention = *decoderLayer(i).context_attn;
            m_decoder.push_back({attention.splitHeads(attention.linear_keys->forward(memory))[0].contiguous(),
                                 attention.splitHeads(attention.linear_values->forward(memory))[0].contiguous()});
        }
        m_referenceScore = decode({0, 0, memory.narrow(1, 0, 0)}, options).front();
    }

    torch::Tensor envelope() const
    {
        return m_encoder.layer(0).filter().inverseEnvelope(m_length, m_net.parameters().front().options());
    }

    nn::TransformerDecoderLayerImpl& decoderLayer(std::size_t i)
    {
        return m_net.decoder->transformer_layers->at<nn::TransformerDecoderLayerImpl>(i);
    }

    std::vector<double> scoreBatch(std::int64_t hop, std::span<const nn::Mutation> batch, const nn::PassOptions& options)
    {
        Window window = embed(hop, batch);
        for (std::size_t i = 0; i < m_encoder.fnet->size(); ++i)
            window = throughLayer(i, window, options);
        window.rows_NwD = nn::layerNorm(window.rows_NwD, m_encoder.layer_norm);
        return decode(window, options);
    }

    /// The mutants' embedded letters: one hop in which each differs from the reference at one position.
    Window embed(std::int64_t hop, std::span<const nn::Mutation> batch)
    {
        Window window{hop, hop + 1, {}};
        const std::int64_t start = hop * m_hop;
        const torch::Tensor reference = m_layers.front().input_1LD.narrow(1, start, clip(hop + 1) - start);
        window.rows_NwD = reference.expand({std::int64_t(batch.size()), -1, -1}).clone();
        std::vector<std::int64_t> rows, ids;
        for (const nn::Mutation& mutation : batch) {
            rows.push_back(mutation.positionNt - start);
            ids.push_back(m_net.baseChannels()[std::size_t(mutation.base)]);
        }
        const torch::Tensor& table = m_encoder.embeddings->table();
        const torch::Tensor rowIndex = torch::tensor(rows, torch::kInt64).to(table.device());
        const torch::Tensor letters = table.index_select(0, torch::tensor(ids, torch::kInt64).to(table.device()))
                                          * std::sqrt(double(m_net.options().modelDim))
                                      + m_encoder.embeddings->positions(start, window.rows_NwD.size(1))
                                            .index_select(0, rowIndex);
        window.rows_NwD.index_put_({torch::arange(std::int64_t(batch.size()), rowIndex.options()), rowIndex}, letters);
        return window;
    }

    /// One layer: the frames that see the window are recomputed, the window grows by a hop on each side.
    Window throughLayer(std::size_t index, const Window& in, const nn::PassOptions& options)
    {
        options.poll();
        nn::LfnetLayerImpl& layer = m_encoder.layer(index);
        const LayerReference& reference = m_layers[index];
        const std::int64_t batch = in.rows_NwD.size(0);
        const std::int64_t firstFrame = in.firstHop;
        const std::int64_t lastFrame = std::min(in.endHop, frameCount() - 1);
        const std::int64_t frames = lastFrame - firstFrame + 1;

        // Frame t covers hops t−1 and t; row 0 of the padded reference stands one hop before the sequence.
        torch::Tensor stretch = reference.normed_1PD.narrow(1, firstFrame * m_hop, (frames + 1) * m_hop)
                                    .expand({batch, -1, -1}).clone();
        stretch.narrow(1, m_hop, in.rows_NwD.size(1)).copy_(nn::layerNorm(in.rows_NwD, layer.input_norm));
        const torch::Tensor spectrum = layer.filter().filtered(layer.filter().transformStretch(stretch),
                                                               layer.filterReal(), layer.filterImag());
        torch::Tensor sum = layer.filter().inverseStretch(spectrum);
        if (firstFrame > 0)
            sum.narrow(1, 0, m_hop).add_(referenceHalf(reference, firstFrame - 1, m_hop));
        if (lastFrame + 1 < frameCount())
            sum.narrow(1, frames * m_hop, m_hop).add_(referenceHalf(reference, lastFrame + 1, 0));

        Window out{std::max<std::int64_t>(0, in.firstHop - 1), std::min(hopCount(), lastFrame + 1), {}};
        const std::int64_t start = out.firstHop * m_hop, end = clip(out.endHop);
        const torch::Tensor mixed = sum.narrow(1, start - (firstFrame - 1) * m_hop, end - start)
                                    * envelope().narrow(0, start, end - start).view({1, -1, 1});
        out.rows_NwD = reference.input_1LD.narrow(1, start, end - start).expand({batch, -1, -1}).clone();
        out.rows_NwD.narrow(1, in.firstHop * m_hop - start, in.rows_NwD.size(1)).copy_(in.rows_NwD);
        out.rows_NwD.add_(afterMix(index, mixed, options));
        return out;
    }

    /// Rows [from, from + hop) of a reference frame, as [1,hop,D].
    torch::Tensor referenceHalf(const LayerReference& reference, std::int64_t frame, std::int64_t from) const
    {
        return reference.frames_TWD.narrow(0, frame, 1).narrow(1, from, m_hop);
    }

    /// First decoder step; the window's rows replace those of the reference memory.
    std::vector<double> decode(const Window& window, const nn::PassOptions& options)
    {
        const std::int64_t batch = window.rows_NwD.size(0);
        const auto ids = torch::full({1, 1}, kStartId, torch::TensorOptions().dtype(torch::kInt64).device(m_net.device()));
        torch::Tensor x = m_net.decoder->embeddings->forward(ids, 0).expand({batch, -1, -1});
        for (std::size_t i = 0; i < m_decoder.size(); ++i) {
            nn::TransformerDecoderLayerImpl& layer = decoderLayer(i);
            const torch::Tensor query = layer.beforeContext(x, {}, options, nullptr);
            const torch::Tensor context = attendPatched(m_decoder[i], *layer.context_attn,
                                                        nn::layerNorm(query, layer.layer_norm_2), window, options);
            x = layer.afterContext(context, query, options);
        }
        const torch::Tensor hidden = nn::layerNorm(x, m_net.decoder->layer_norm);
        const nn::NamedTensors outputs{{"logits_NQV", m_net.generator->proj->forward(hidden)}};
        const torch::Tensor score = m_net.score_N(outputs, m_target).to(torch::kCPU, torch::kFloat64).contiguous();
        return {score.data_ptr<double>(), score.data_ptr<double>() + batch};
    }

    torch::Tensor attendPatched(const DecoderReference& reference, nn::MultiHeadedAttentionImpl& attention,
                                const torch::Tensor& query_N1D, const Window& window,
                                const nn::PassOptions& options) const
    {
        const std::int64_t batch = query_N1D.size(0), heads = reference.keys_HLE.size(0), dim = reference.keys_HLE.size(2);
        const std::int64_t start = window.firstHop * m_hop, count = window.rows_NwD.size(1);
        const torch::Tensor query = attention.splitHeads(attention.linear_query->forward(query_N1D))
                                    / std::sqrt(double(dim));  // [N,H,1,E]
        const torch::Tensor byHead = query.squeeze(2).transpose(0, 1);
        options.poll();
        torch::Tensor scores = at::bmm(byHead, reference.keys_HLE.transpose(1, 2));  // [H,N,L]
        options.poll();  // every product reads all positions, which takes its time in a long transcript
        torch::Tensor values;
        if (count > 0) {
            const torch::Tensor keys = attention.splitHeads(attention.linear_keys->forward(window.rows_NwD));
            values = attention.splitHeads(attention.linear_values->forward(window.rows_NwD));
            scores.narrow(2, start, count).copy_(at::matmul(query, keys.transpose(2, 3)).squeeze(2).transpose(0, 1));
        }
        torch::Tensor weights = at::softmax(scores, -1);
        options.poll();
        torch::Tensor patch;
        if (count > 0) {
            const torch::Tensor inside = weights.narrow(2, start, count);
            patch = at::matmul(inside.transpose(0, 1).unsqueeze(2), values).squeeze(2);  // [N,H,E]
            inside.zero_();
        }
        torch::Tensor context = at::bmm(weights, reference.values_HLE).transpose(0, 1);
        if (patch.defined())
            context = context + patch;
        return attention.final_linear->forward(context.reshape({batch, 1, heads * dim}));
    }

    Bioseq2SeqImpl& m_net;
    nn::LfnetEncoderImpl& m_encoder;
    nn::Target m_target;
    std::int64_t m_length;
    std::int64_t m_hop;
    std::int64_t m_perPass = 1;
    double m_referenceScore = 0.0;
    std::vector<LayerReference> m_layers;
    std::vector<DecoderReference> m_decoder;
    std::vector<std::unique_ptr<nn::ChangeFeedForward>> m_feedForward;  ///< of each layer; empty without matrix tiles
    std::vector<nn::ChangeFeedForward::Reference> m_unchanged;          ///< of each layer, in the windows of a hop
    std::int64_t m_unchangedHop = -1;
};

}  // namespace

std::unique_ptr<nn::MutantScorer> makeLfnetMutants(Bioseq2SeqImpl& net, std::string_view letters,
                                                   const nn::Target& target, std::int64_t budgetBytes,
                                                   const nn::PassOptions& options)
{
    auto* encoder = dynamic_cast<nn::LfnetEncoderImpl*>(net.encoder.get());
    if (!encoder || letters.empty())
        return nullptr;
    return std::make_unique<LfnetMutants>(net, *encoder, letters, target, budgetBytes, options);
}

}  // namespace nscope::models
