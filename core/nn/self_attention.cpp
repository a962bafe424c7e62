#include "core/nn/self_attention.h"

#include "core/nn/aligned_buffer.h"
#include "core/nn/band_kernels.h"

#include <algorithm>

namespace nscope::nn {

namespace {

constexpr int kMostTileRows = 16;

/// One head of one sequence at a time.
template <class Scalar>
class HeadAttention {
public:
    HeadAttention(std::int64_t tokens, std::int64_t width, std::int64_t stride)
        : m_kernels(bandKernels<Scalar>()), m_panel(2 * m_kernels.lanes), m_tokens(tokens), m_width(width),
          m_stride(stride), m_tokenPlaces(roundedUp(tokens)), m_widthPlaces(roundedUp(width)),
          m_keys(m_tokenPlaces * width), m_values(m_widthPlaces * tokens),
          m_scores(kMostTileRows * m_tokenPlaces), m_sums(kMostTileRows * m_widthPlaces)
    {
        std::fill_n(m_keys.data(), m_keys.size(), Scalar(0));
        std::fill_n(m_values.data(), m_values.size(), Scalar(0));
    }

    /// `queries`, keys and values are rows `m_stride` apart; `to` rows `toStride`.
    void run(const Scalar* queries, const Scalar* keys, const Scalar* values, Scalar* to, std::int64_t toStride)
    {
        pack(keys, values);
        for (std::int64_t first = 0; first < m_tokens; first += m_kernels.tileRows)
            attend(queries + first * m_stride, int(std::min<std::int64_t>(m_kernels.tileRows, m_tokens - first)),
                   to + first * toStride, toStride);
    }

private:
    std::int64_t roundedUp(std::int64_t count) const { return (count + m_panel - 1) / m_panel * m_panel; }

    /// Keys as panels [E, columns] of tokens, values as panels [T, columns] of channels.
    void pack(const Scalar* keys, const Scalar* values)
    {
        for (std::int64_t t = 0; t < m_tokens; ++t) {
            Scalar* const column = m_keys.data() + t / m_panel * m_panel * m_width + t % m_panel;
            for (std::int64_t e = 0; e < m_width; ++e)
                column[e * m_panel] = keys[t * m_stride + e];
            for (std::int64_t e = 0; e < m_width; e += m_panel)
                std::copy_n(values + t * m_stride + e, std::min<std::int64_t>(m_panel, m_width - e),
                            m_values.data() + e * m_tokens + t * m_panel);
        }
    }

    void multiply(const Scalar* const* from, Scalar* result, std::int64_t columns, const Scalar* panels,
                  std::int64_t depth)
    {
        Scalar* to[kMostTileRows];
        std::fill_n(result, m_kernels.tileRows * columns, Scalar(0));
        for (std::int64_t column = 0; column < columns; column += m_panel, panels += m_panel * depth) {
            for (int r = 0; r < m_kernels.tileRows; ++r)
                to[r] = result + r * columns + column;
            m_kernels.wide(from, to, panels, depth);
        }
    }

    /// A tile that lacks queries repeats its first.
    void attend(const Scalar* queries, int count, Scalar* to, std::int64_t toStride)
    {
        const Scalar* from[kMostTileRows];
        for (int r = 0; r < m_kernels.tileRows; ++r)
            from[r] = queries + (r < count ? r : 0) * m_stride;
        multiply(from, m_scores.data(), m_tokenPlaces, m_keys.data(), m_width);
        Scalar inverse[kMostTileRows];
        for (int r = 0; r < m_kernels.tileRows; ++r) {
            Scalar* const row = m_scores.data() + r * m_tokenPlaces;
            inverse[r] = Scalar(1) / m_kernels.softmaxTerms(row, Scalar(1.0 / std::sqrt(double(m_width))), m_tokens);
            from[r] = row;
        }
        multiply(from, m_sums.data(), m_widthPlaces, m_values.data(), m_tokens);
        for (int r = 0; r < count; ++r) {
            const Scalar* const row = m_sums.data() + r * m_widthPlaces;
            std::transform(row, row + m_width, to + r * toStride, [&](Scalar x) { return x * inverse[r]; });
        }
    }

    const BandKernels<Scalar>& m_kernels;
    std::int64_t m_panel;
    std::int64_t m_tokens, m_width, m_stride;
    std::int64_t m_tokenPlaces, m_widthPlaces;
    AlignedBuffer<Scalar> m_keys, m_values;
    AlignedBuffer<Scalar> m_scores;  ///< of one tile of queries
    AlignedBuffer<Scalar> m_sums;
};

template <class Scalar>
void attendAll(const torch::Tensor& qkv_R3D, std::int64_t tokens, std::int64_t heads, torch::Tensor& to_RD)
{
    const std::int64_t dim = to_RD.size(1), width = dim / heads;
    const Scalar* const from = qkv_R3D.data_ptr<Scalar>();
    Scalar* const to = to_RD.data_ptr<Scalar>();
    at::parallel_for(0, to_RD.size(0) / tokens * heads, 1, [&](std::int64_t begin, std::int64_t end) {
        HeadAttention<Scalar> attention(tokens, width, 3 * dim);
        for (std::int64_t task = begin; task < end; ++task) {
            const std::int64_t row = task / heads * tokens, channel = task % heads * width;
            const Scalar* const queries = from + row * 3 * dim + channel;
            attention.run(queries, queries + dim, queries + 2 * dim, to + row * dim + channel, dim);
        }
    });
}

}  // namespace

torch::Tensor selfAttention(const torch::Tensor& qkv_R3D, std::int64_t tokens, std::int64_t heads)
{
    torch::Tensor result = at::empty({qkv_R3D.size(0), qkv_R3D.size(1) / 3}, qkv_R3D.options());
    AT_DISPATCH_FLOATING_TYPES(qkv_R3D.scalar_type(), "selfAttention",
                               [&] { attendAll<scalar_t>(qkv_R3D, tokens, heads, result); });
    return result;
}

}  // namespace nscope::nn
