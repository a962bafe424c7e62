#include "core/nn/bert_changes.h"

#include "core/nn/blocks.h"
#include "core/nn/change_product.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/self_attention.h"

#include <algorithm>
#include <array>

namespace nscope::nn {

namespace {

using torch::Tensor;

constexpr std::int64_t kPlainRows = 1024;  ///< of a block without matrix tiles
enum Step { kProject, kOutput, kExpand, kContract, kSteps };

/// What a window leaves of one linear layer.
struct Reference {
    Tensor in_TK;
    Tensor out_TN;
};

std::int64_t countOf(const Tensor& x, std::int64_t first, std::int64_t most)
{
    return std::min(most, x.size(0) - first);
}

}  // namespace

/// One or several linear layers that read the same rows, their outputs side by side.
struct BertChanges::Linear {
    std::vector<torch::nn::Linear> parts;
    std::unique_ptr<ChangeProduct> tiles{};

    std::int64_t depth() const { return parts.front()->weight.size(1); }
    std::int64_t width() const { return parts.front()->weight.size(0) * std::int64_t(parts.size()); }
    std::int64_t packedBytes() const { return ChangeProduct::bytesFor(width(), depth()); }

    void pack()
    {
        std::vector<Tensor> weights;
        for (const torch::nn::Linear& part : parts)
            weights.push_back(part->weight.detach());
        tiles = std::make_unique<ChangeProduct>(weights.size() == 1 ? weights.front() : at::cat(weights));
    }

    Tensor whole(const Tensor& in_RK) const
    {
        Tensor out = at::empty({in_RK.size(0), width()}, in_RK.options());
        std::int64_t column = 0;
        for (const torch::nn::Linear& part : parts) {
            const std::int64_t count = part->weight.size(0);
            Tensor columns = out.narrow(1, column, count);
            at::addmm_out(columns, part->bias, in_RK, part->weight.t());
            column += count;
        }
        return out;
    }

    /// The rows are rows `first`, `first` + 1 … of a pass over versions of the reference.
    Tensor changed(const Tensor& in_RK, const Reference& reference, std::int64_t first) const
    {
        Tensor out = at::empty({in_RK.size(0), width()}, in_RK.options());
        const std::int64_t tokens = reference.in_TK.size(0);
        std::array<ChangedRow, std::size_t(ChangeProduct::kMostRows)> rows;
        for (std::int64_t r = 0; r < in_RK.size(0); ++r) {
            const std::int64_t token = (first + r) % tokens;
            rows[std::size_t(r)] = {in_RK.data_ptr<float>() + r * depth(),
                                    reference.in_TK.data_ptr<float>() + token * depth(),
                                    reference.out_TN.data_ptr<float>() + token * width(),
                                    out.data_ptr<float>() + r * width()};
        }
        ChangeProduct::Workspace workspace(depth());
        tiles->run(std::span(rows).first(std::size_t(in_RK.size(0))), workspace);
        return out;
    }
};

struct BertChanges::Layer {
    std::array<Linear, kSteps> linear;
    BertLayerImpl* module = nullptr;
};

class BertChanges::Window {
public:
    Tensor embedded_TD;
    Tensor firstProjection;  ///< queries, keys and values of the first layer, [T,3·D]
    std::vector<std::array<Reference, kSteps>> layers;  ///< with matrix tiles only
    Hidden result;
};

/// Rows [N·T,D] on their way through the layers. Without a window that they are versions of they become one.
class BertChanges::Pass {
public:
    Pass(const BertChanges& owner, const Window* from, Window* made, const PassOptions& options)
        : m_owner(owner), m_from(from), m_made(made), m_options(options)
    {
    }

    Hidden run(Tensor x_RD, std::int64_t tokens, Tensor firstProjection)
    {
        Hidden hidden;
        const std::size_t count = m_owner.m_layers.size();
        for (std::size_t i = 0; i < count; ++i) {
            m_layer = i;
            m_options.poll();
            if (i + 1 == count && m_owner.m_reads == Reads::Cls)
                return {ofCls(x_RD.view({-1, tokens, x_RD.size(1)})), {}};
            Tensor qkv = i == 0 ? std::exchange(firstProjection, {}) : projected(x_RD);
            m_options.poll();
            const Tensor attended = selfAttention(qkv, tokens, m_owner.heads());
            qkv = Tensor();
            m_options.poll();
            blocks(x_RD, [&](std::int64_t first, std::int64_t rows) {
                afterAttention(attended.narrow(0, first, rows), x_RD.narrow(0, first, rows), first);
            });
            if (i == 0 && m_owner.m_reads == Reads::Tokens)
                hidden.firstNT = x_RD.mean(1).view({-1, tokens});
        }
        hidden.last = x_RD.view({-1, tokens, x_RD.size(1)});
        return hidden;
    }

private:
    bool usesTiles() const { return m_from && m_owner.m_usesTiles; }

    /// Blocks of rows: one after the other with all threads, or with tiles a thread each.
    template <class Work>
    void blocks(const Tensor& x, Work&& work) const
    {
        if (!usesTiles()) {
            for (std::int64_t first = 0; first < x.size(0); first += kPlainRows) {
                m_options.poll();
                work(first, countOf(x, first, kPlainRows));
            }
            return;
        }
        constexpr std::int64_t kRows = ChangeProduct::kMostRows;
        at::parallel_for(0, (x.size(0) + kRows - 1) / kRows, 1, [&](std::int64_t begin, std::int64_t end) {
            const c10::InferenceMode inference;
            for (std::int64_t block = begin; block < end && !m_options.stop.stop_requested(); ++block)
                work(block * kRows, countOf(x, block * kRows, kRows));
        });
        m_options.poll();
    }

    Tensor linear(Step step, const Tensor& in_RK, std::int64_t first)
    {
        const Linear& linear = m_owner.m_layers[m_layer].linear[step];
        if (usesTiles())
            return linear.changed(in_RK, m_from->layers[m_layer][step], first);
        const Tensor out = linear.whole(in_RK);
        if (m_made && !m_made->layers.empty()) {
            Reference& reference = m_made->layers[m_layer][step];
            keep(reference.in_TK, in_RK, first);
            keep(reference.out_TN, out, first);
        }
        return out;
    }

    void keep(Tensor& all, const Tensor& rows, std::int64_t first) const
    {
        if (!all.defined())
            all = at::empty({m_made->embedded_TD.size(0), rows.size(1)}, rows.options());
        all.narrow(0, first, rows.size(0)).copy_(rows);
    }

    Tensor projected(const Tensor& x_RD)
    {
        Tensor qkv = at::empty({x_RD.size(0), 3 * x_RD.size(1)}, x_RD.options());
        blocks(x_RD, [&](std::int64_t first, std::int64_t rows) {
            qkv.narrow(0, first, rows).copy_(linear(kProject, x_RD.narrow(0, first, rows), first));
        });
        return qkv;
    }

    void afterAttention(const Tensor& attended, const Tensor& x, std::int64_t first)
    {
        BertLayerImpl& module = *m_owner.m_layers[m_layer].module;
        Tensor y = linear(kOutput, attended, first).add_(x);
        y = layerNorm(y, module.attention->output->LayerNorm);
        Tensor hidden = linear(kExpand, y, first);
        at::gelu_(hidden);
        x.copy_(layerNorm(linear(kContract, hidden, first).add_(y), module.output->LayerNorm));
    }

    /// The last layer for [CLS] alone.
    Tensor ofCls(const Tensor& x_NTD) const
    {
        BertLayerImpl& module = *m_owner.m_layers[m_layer].module;
        BertSelfAttention& self = module.attention->self;
        const std::int64_t versions = x_NTD.size(0), dim = x_NTD.size(2), heads = m_owner.heads();
        const Tensor cls_ND = x_NTD.select(1, 0);
        const auto byHead = [&](const Tensor& x) { return x.view({heads, dim / heads, dim}); };
        const Tensor query_HNE = (self->query->forward(cls_ND) / std::sqrt(double(dim / heads)))
                                     .view({versions, heads, dim / heads}).transpose(0, 1);
        const Tensor probe_NHD = at::bmm(query_HNE, byHead(self->key->weight)).transpose(0, 1);
        const Tensor weights_NHT = at::softmax(at::bmm(probe_NHD, x_NTD.transpose(1, 2)), -1);
        const Tensor sum_HND = at::bmm(weights_NHT, x_NTD).transpose(0, 1);
        const Tensor attended = at::bmm(sum_HND, byHead(self->value->weight).transpose(1, 2)).transpose(0, 1)
                                    .reshape({versions, dim}) + self->value->bias;
        const Tensor y = module.attention->output->forward(attended, cls_ND);
        return module.output->forward(activated(module.intermediate->dense->forward(y), Activation::Gelu), y);
    }

    const BertChanges& m_owner;
    const Window* m_from;
    Window* m_made;
    const PassOptions& m_options;
    std::size_t m_layer = 0;
};

BertChanges::BertChanges(BertModelImpl& model, Reads reads, std::int64_t packedBytes)
    : m_model(model), m_reads(reads)
{
    for (std::size_t i = 0; i < model.encoder->layer->size(); ++i) {
        auto* const layer = model.encoder->layer->ptr<BertLayerImpl>(i).get();
        BertSelfAttention& self = layer->attention->self;
        m_layers.push_back({{Linear{{self->query, self->key, self->value}}, Linear{{layer->attention->output->dense}},
                             Linear{{layer->intermediate->dense}}, Linear{{layer->output->dense}}},
                            layer});
    }
    const bool isFloat = model.embeddings->word_embeddings->weight.scalar_type() == torch::kFloat32;
    m_usesTiles = isFloat && hasMatrixTiles() && this->packedBytes() <= packedBytes;
    for (std::size_t i = 0; i < m_layers.size() && m_usesTiles; ++i) {
        for (Linear& linear : m_layers[i].linear) {
            if (i + 1 < m_layers.size() || reads == Reads::Tokens)
                linear.pack();
        }
    }
}

BertChanges::~BertChanges() = default;

std::int64_t BertChanges::heads() const { return m_layers.front().module->attention->self->heads(); }

std::int64_t BertChanges::packedBytes() const
{
    std::int64_t bytes = 0;
    for (const Layer& layer : m_layers) {
        for (const Linear& linear : layer.linear)
            bytes += linear.packedBytes();
    }
    return bytes;
}

std::int64_t BertChanges::windowBytes(std::int64_t tokens) const
{
    std::int64_t numbers = m_layers.front().linear[kProject].width() + m_layers.front().linear[kProject].depth();
    for (const Layer& layer : m_layers) {
        for (const Linear& linear : layer.linear)
            numbers += m_usesTiles ? linear.depth() + linear.width() : 0;
    }
    return tokens * numbers * m_model.embeddings->word_embeddings->weight.element_size();
}

std::int64_t BertChanges::bytesPerVersion(std::int64_t tokens) const
{
    const std::int64_t dim = m_layers.front().linear[kProject].depth();
    return tokens * 6 * dim * m_model.embeddings->word_embeddings->weight.element_size();
}

/// Embedded tokens [M,D] that stand at these places.
Tensor BertChanges::embedded(const std::vector<std::int64_t>& ids, const std::vector<std::int64_t>& places) const
{
    BertEmbeddingsImpl& embeddings = *m_model.embeddings;
    const Tensor positions = embeddings.position_embeddings->weight.index_select(0, torch::tensor(places, torch::kInt64));
    const Tensor sum = embeddings.words(torch::tensor(ids, torch::kInt64)) + positions
                     + embeddings.token_type_embeddings->weight.select(0, 0);
    return layerNorm(sum, embeddings.LayerNorm);
}

std::shared_ptr<const BertChanges::Window> BertChanges::window(const std::vector<std::int64_t>& ids,
                                                               const PassOptions& options)
{
    const c10::InferenceMode inference;
    auto made = std::make_shared<Window>();
    std::vector<std::int64_t> places;
    for (std::size_t t = 0; t < ids.size(); ++t)
        places.push_back(std::int64_t(t));
    made->embedded_TD = embedded(ids, places);
    made->firstProjection = m_layers.front().linear[kProject].whole(made->embedded_TD);
    if (m_usesTiles)
        made->layers.resize(m_layers.size());
    made->result = Pass(*this, nullptr, made.get(), options)
                       .run(made->embedded_TD.clone(), std::int64_t(ids.size()), made->firstProjection);
    return made;
}

const BertChanges::Hidden& BertChanges::hidden(const Window& window) { return window.result; }

BertChanges::Hidden BertChanges::versions(const Window& window, std::int64_t count,
                                          const std::vector<TokenChange>& changes, const PassOptions& options)
{
    const c10::InferenceMode inference;
    const std::int64_t tokens = window.embedded_TD.size(0);
    std::vector<std::int64_t> rows, ids, places;
    for (const TokenChange& change : changes) {
        rows.push_back(change.version * tokens + change.place);
        ids.push_back(change.id);
        places.push_back(change.place);
    }
    const Tensor row = torch::tensor(rows, torch::kInt64);
    const Tensor changed = embedded(ids, places);
    const Tensor x = window.embedded_TD.repeat({count, 1}).index_copy_(0, row, changed);
    const Tensor qkv = window.firstProjection.repeat({count, 1})
                           .index_copy_(0, row, m_layers.front().linear[kProject].whole(changed));
    return Pass(*this, &window, nullptr, options).run(x, tokens, qkv);
}

}  // namespace nscope::nn
