// Purpose: a matrix of weights laid out in panels, for products with rows that lie anywhere in memory: every chosen row
// of numbers times the matrix is added to a row of the result. Thread: any, once made.
#pragma once

#include "core/nn/aligned_buffer.h"
#include "core/nn/band_kernels.h"

#include <span>

namespace nscope::nn {

/// One row of a product: from[depth]·B is added to to[width].
template <class Scalar>
struct RowPair {
    const Scalar* from = nullptr;
    Scalar* to = nullptr;
};

template <class Scalar>
class PackedMatrix {
public:
    /// B [depth,width], any strides, of the scalar type.
    explicit PackedMatrix(const torch::Tensor& matrix_KN);

    void addTo(std::span<const RowPair<Scalar>> rows) const;

    std::int64_t depth() const { return m_depth; }
    std::int64_t width() const { return m_width; }

private:
    struct Panel {
        std::int64_t first = 0;    ///< column
        std::int64_t columns = 0;  ///< that count; the rest of the panel is 0
        bool isWide = false;
        std::int64_t offset = 0;   ///< into m_values
    };
    void addPanel(const Panel& panel, std::span<const RowPair<Scalar>> rows) const;

    std::int64_t m_depth;
    std::int64_t m_width;
    std::vector<Panel> m_panels;
    AlignedBuffer<Scalar> m_values;
    AlignedBuffer<Scalar> m_zeros;  ///< a row to fill up a tile with
};

extern template class PackedMatrix<float>;
extern template class PackedMatrix<double>;

}  // namespace nscope::nn
