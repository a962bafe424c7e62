#include "core/io/bigwig_zoom.h"

#include <algorithm>

namespace nscope::io {

void BigWigZoomWriter::add(std::uint32_t id, const SignalInterval& interval)
{
    if (id != m_id) {
        finish();
        m_id = id;
    }
    for (std::int64_t startNt = interval.startNt; startNt < interval.endNt;) {
        const std::int64_t index = startNt / m_reductionNt;
        const std::int64_t endNt = std::min(interval.endNt, (index + 1) * m_reductionNt);
        if (index != m_cell.index) {
            endCell();
            m_cell = {index, startNt, endNt, 0, interval.value, interval.value, 0.0, 0.0};
        }
        const auto nt = double(endNt - startNt);
        m_cell.endNt = endNt;
        m_cell.coveredNt += endNt - startNt;
        m_cell.low = std::min(m_cell.low, interval.value);
        m_cell.high = std::max(m_cell.high, interval.value);
        m_cell.sum += nt * double(interval.value);
        m_cell.sumOfSquares += nt * double(interval.value) * double(interval.value);
        startNt = endNt;
    }
}

void BigWigZoomWriter::endCell()
{
    if (m_cell.index < 0)
        return;
    if (m_recordsInBlock == 0)
        m_span = {m_id, std::uint32_t(m_cell.startNt), 0, 0, 0};
    m_span.endNt = std::uint32_t(m_cell.endNt);
    for (const std::int64_t value : {std::int64_t(m_id), m_cell.startNt, m_cell.endNt, m_cell.coveredNt})
        m_block.put(std::uint32_t(value));
    for (const float value : {m_cell.low, m_cell.high, float(m_cell.sum), float(m_cell.sumOfSquares)})
        m_block.put(value);
    m_cell.index = -1;
    if (++m_recordsInBlock == kRecordsPerBlock)
        endBlock();
}

void BigWigZoomWriter::endBlock()
{
    if (m_recordsInBlock == 0)
        return;
    m_output->writeBlock(m_block.text(), m_span);
    m_spans.push_back(m_span);
    m_block.clear();
    m_recordsInBlock = 0;
}

void BigWigZoomWriter::finish()
{
    endCell();
    endBlock();
}

}  // namespace nscope::io
