// Purpose: one zoom level of a bigWig file while its values pass by in order: a record per cell of `reductionNt`
// positions that has values, as long as they reach. Inside core/io only (bigwig_stream.h).
#pragma once

#include "core/io/bigwig_output.h"

#include <vector>

namespace nscope::io {

class BigWigZoomWriter {
public:
    static constexpr std::uint32_t kRecordsPerBlock = 512;

    BigWigZoomWriter(std::uint32_t reductionNt, BigWigOutput& output) : m_reductionNt(reductionNt), m_output(&output) {}

    void add(std::uint32_t id, const SignalInterval& interval);
    /// Writes what is left; after the last value.
    void finish();

    std::uint32_t reductionNt() const { return m_reductionNt; }
    const std::vector<BigWigSpan>& spans() const { return m_spans; }

private:
    struct Cell {
        std::int64_t index = -1;  ///< none yet
        std::int64_t startNt = 0;
        std::int64_t endNt = 0;
        std::int64_t coveredNt = 0;
        float low = 0.0f;
        float high = 0.0f;
        double sum = 0.0;
        double sumOfSquares = 0.0;
    };

    void endCell();
    void endBlock();

    std::int64_t m_reductionNt;
    BigWigOutput* m_output;
    std::uint32_t m_id = 0;
    Cell m_cell;
    BigWigBytes m_block;
    BigWigSpan m_span;
    std::uint32_t m_recordsInBlock = 0;
    std::vector<BigWigSpan> m_spans;
};

}  // namespace nscope::io
