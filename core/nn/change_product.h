// Purpose: a linear layer on rows that differ little from rows whose result is known: y = y₀ + W·(x − x₀). The change is
// multiplied on the processor's matrix tiles (AMX, bfloat16) in three products of leading and trailing halves, so that
// the error is about 2⁻¹⁷ of the change, not of the row: less than float32 rounds off the row itself as long as the
// change is small. float32 only. Source: the split of Henry, Tang & Heinecke 2019. Thread: run() any, once made.
#pragma once

#include "core/nn/aligned_buffer.h"
#include "core/nn/torch_prelude.h"

#include <span>

namespace nscope::nn {

/// Whether the processor multiplies tiles of bfloat16 and the system lets this process do so.
bool hasMatrixTiles();

/// K numbers in, N out.
struct ChangedRow {
    const float* from = nullptr;
    const float* fromReference = nullptr;
    const float* toReference = nullptr;
    float* to = nullptr;
};

class ChangeProduct {
public:
    static constexpr std::int64_t kMostRows = 64;  ///< of one run

    /// Working memory of one thread.
    class Workspace {
    public:
        explicit Workspace(std::int64_t depth);

    private:
        friend class ChangeProduct;
        AlignedBuffer<std::uint16_t> m_leading, m_trailing;
    };

    enum class Input { AsIs, Rectified };  ///< rows and reference rows, or max(0, ·) of both

    /// W [N,K], float32. Only where hasMatrixTiles().
    explicit ChangeProduct(const torch::Tensor& weight_NK);

    void run(std::span<const ChangedRow> rows, Workspace& workspace, Input input = Input::AsIs) const;

    /// The two halves of run(), for several matrices of one depth: take() puts the changes of the rows into the workspace,
    /// and is false if there are none; give() adds the products to the rows' results.
    bool take(std::span<const ChangedRow> rows, Workspace& workspace, Input input = Input::AsIs) const;
    void give(std::span<const ChangedRow> rows, const Workspace& workspace) const;

    static std::int64_t bytesFor(std::int64_t width, std::int64_t depth);

private:
    std::int64_t m_depth;
    std::int64_t m_width;
    AlignedBuffer<std::uint16_t> m_panels;  ///< of 32 columns: for every 32 of K two leading and two trailing tiles
};

}  // namespace nscope::nn
