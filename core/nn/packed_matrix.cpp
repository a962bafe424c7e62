#include "core/nn/packed_matrix.h"

#include <algorithm>

namespace nscope::nn {

namespace {

constexpr int kMostTileRows = 16;
constexpr int kMostPanelColumns = 32;

}  // namespace

template <class Scalar>
PackedMatrix<Scalar>::PackedMatrix(const torch::Tensor& matrix_KN)
    : m_depth(matrix_KN.size(0)), m_width(matrix_KN.size(1)), m_zeros(matrix_KN.size(0))
{
    const std::int64_t lanes = bandKernels<Scalar>().lanes;
    std::int64_t offset = 0;
    for (std::int64_t column = 0; column < m_width;) {
        const bool isWide = m_width - column > lanes;
        const std::int64_t space = isWide ? 2 * lanes : lanes;
        m_panels.push_back({column, std::min(space, m_width - column), isWide, offset});
        column += space;
        offset += space * m_depth;
    }
    m_values = AlignedBuffer<Scalar>(offset);
    std::fill_n(m_values.data(), offset, Scalar(0));
    std::fill_n(m_zeros.data(), m_depth, Scalar(0));
    const auto values = matrix_KN.template accessor<Scalar, 2>();
    for (const Panel& panel : m_panels) {
        Scalar* to = m_values.data() + panel.offset;
        for (std::int64_t k = 0; k < m_depth; ++k, to += panel.isWide ? 2 * lanes : lanes) {
            for (std::int64_t column = 0; column < panel.columns; ++column)
                to[column] = values[k][panel.first + column];
        }
    }
}

template <class Scalar>
void PackedMatrix<Scalar>::addTo(std::span<const RowPair<Scalar>> rows) const
{
    for (const Panel& panel : m_panels)
        addPanel(panel, rows);
}

// A tile that lacks rows gets zeros for them, and one that lacks columns works on a copy.
template <class Scalar>
void PackedMatrix<Scalar>::addPanel(const Panel& panel, std::span<const RowPair<Scalar>> rows) const
{
    const BandKernels<Scalar>& kernels = bandKernels<Scalar>();
    const std::int64_t space = panel.isWide ? 2 * kernels.lanes : kernels.lanes;
    const TileProduct<Scalar> tile = panel.isWide ? kernels.wide : kernels.narrow;
    const Scalar* const values = m_values.data() + panel.offset;
    alignas(64) Scalar spare[kMostTileRows * kMostPanelColumns];
    const Scalar* from[kMostTileRows];
    Scalar* to[kMostTileRows];
    for (std::size_t first = 0; first < rows.size(); first += std::size_t(kernels.tileRows)) {
        const int count = int(std::min(std::size_t(kernels.tileRows), rows.size() - first));
        for (int r = 0; r < kernels.tileRows; ++r) {
            const bool isRow = r < count;
            from[r] = isRow ? rows[first + std::size_t(r)].from : m_zeros.data();
            to[r] = isRow && panel.columns == space ? rows[first + std::size_t(r)].to + panel.first : spare + r * space;
        }
        if (panel.columns == space) {
            if (count < kernels.tileRows)
                std::fill_n(spare, kernels.tileRows * space, Scalar(0));
            tile(from, to, values, m_depth);
            continue;
        }
        for (int r = 0; r < count; ++r) {
            std::copy_n(rows[first + std::size_t(r)].to + panel.first, panel.columns, to[r]);
            std::fill_n(to[r] + panel.columns, space - panel.columns, Scalar(0));
        }
        std::fill_n(spare + count * space, (kernels.tileRows - count) * space, Scalar(0));
        tile(from, to, values, m_depth);
        for (int r = 0; r < count; ++r)
            std::copy_n(to[r], panel.columns, rows[first + std::size_t(r)].to + panel.first);
    }
}

template class PackedMatrix<float>;
template class PackedMatrix<double>;

}  // namespace nscope::nn
