#include "core/nn/change_feed_forward.h"

#include <algorithm>
#include <array>

namespace nscope::nn {

namespace {

constexpr std::int64_t kHiddenUnits = 256;  ///< of a part

using Rows = std::array<ChangedRow, std::size_t(ChangeProduct::kMostRows)>;

}  // namespace

/// Rows of one thread on their way through all parts.
class ChangeFeedForward::Block {
public:
    explicit Block(const ChangeFeedForward& owner)
        : m_owner(owner),
          m_width(owner.m_first->weight.size(1)),
          m_change(m_width),
          m_hiddenChange(kHiddenUnits),
          m_hidden(ChangeProduct::kMostRows * kHiddenUnits)
    {
    }

    void setRow(std::int64_t place, const Reference& reference, std::int64_t row, const float* in, float* out)
    {
        const std::int64_t hidden = reference.hidden_RH.size(1);
        m_in[std::size_t(place)] = {in, reference.in_RD.data_ptr<float>() + row * m_width, nullptr, nullptr};
        m_hiddenReference[std::size_t(place)] = reference.hidden_RH.data_ptr<float>() + row * hidden;
        m_out[std::size_t(place)] = out;
        std::copy_n(reference.out_RD.data_ptr<float>() + row * m_width, m_width, out);
    }

    void run(std::int64_t rows)
    {
        if (!m_owner.m_parts.front().first.take(span(m_in, rows), m_change))
            return;
        for (const Part& part : m_owner.m_parts) {
            Rows second;
            for (std::int64_t r = 0; r < rows; ++r) {
                const auto place = std::size_t(r);
                float* const hidden = m_hidden.data() + r * part.units;
                m_in[place].toReference = m_hiddenReference[place] + part.begin;
                m_in[place].to = hidden;
                second[place] = {hidden, m_in[place].toReference, m_out[place], m_out[place]};
            }
            part.first.give(span(m_in, rows), m_change);
            part.second.run(span(second, rows), m_hiddenChange, ChangeProduct::Input::Rectified);
        }
    }

private:
    static std::span<const ChangedRow> span(const Rows& rows, std::int64_t count)
    {
        return std::span(rows).first(std::size_t(count));
    }

    const ChangeFeedForward& m_owner;
    std::int64_t m_width;
    ChangeProduct::Workspace m_change, m_hiddenChange;
    AlignedBuffer<float> m_hidden;
    Rows m_in;
    std::array<const float*, std::size_t(ChangeProduct::kMostRows)> m_hiddenReference{};
    std::array<float*, std::size_t(ChangeProduct::kMostRows)> m_out{};
};

ChangeFeedForward::ChangeFeedForward(const torch::nn::Linear& first, const torch::nn::Linear& second)
    : m_first(first), m_second(second)
{
    const std::int64_t hidden = first->weight.size(0);
    for (std::int64_t begin = 0; begin < hidden; begin += kHiddenUnits) {
        const std::int64_t units = std::min(kHiddenUnits, hidden - begin);
        m_parts.push_back({ChangeProduct(first->weight.narrow(0, begin, units)),
                           ChangeProduct(second->weight.narrow(1, begin, units)), begin, units});
    }
}

ChangeFeedForward::Reference ChangeFeedForward::reference(const torch::Tensor& in_RD) const
{
    Reference made{in_RD.contiguous(), at::addmm(m_first->bias, in_RD, m_first->weight.t()), {}};
    made.out_RD = at::addmm(m_second->bias, at::relu(made.hidden_RH), m_second->weight.t());
    return made;
}

torch::Tensor ChangeFeedForward::run(const torch::Tensor& in_NRD, const Reference& reference,
                                     const std::function<void()>& poll) const
{
    const torch::Tensor in = in_NRD.contiguous();
    torch::Tensor out = at::empty_like(in);
    const std::int64_t versions = in.size(0), rows = in.size(1), width = in.size(2), all = versions * rows;
    const float* const from = in.data_ptr<float>();
    float* const to = out.data_ptr<float>();
    constexpr std::int64_t kRows = ChangeProduct::kMostRows;
    at::parallel_for(0, (all + kRows - 1) / kRows, 1, [&](std::int64_t begin, std::int64_t end) {
        Block block(*this);
        for (std::int64_t first = begin * kRows; first < std::min(all, end * kRows); first += kRows) {
            poll();
            const std::int64_t count = std::min(kRows, all - first);
            // All versions of a row side by side: they read one hidden row of the reference.
            for (std::int64_t place = 0; place < count; ++place) {
                const std::int64_t row = (first + place) / versions, version = (first + place) % versions;
                const std::int64_t at = (version * rows + row) * width;
                block.setRow(place, reference, row, from + at, to + at);
            }
            block.run(count);
        }
    });
    return out;
}

std::int64_t ChangeFeedForward::packedBytes(std::int64_t width, std::int64_t hidden)
{
    std::int64_t bytes = 0;
    for (std::int64_t begin = 0; begin < hidden; begin += kHiddenUnits) {
        const std::int64_t units = std::min(kHiddenUnits, hidden - begin);
        bytes += ChangeProduct::bytesFor(units, width) + ChangeProduct::bytesFor(width, units);
    }
    return bytes;
}

std::int64_t ChangeFeedForward::referenceBytes(std::int64_t rows, std::int64_t width, std::int64_t hidden)
{
    return rows * (2 * width + hidden) * std::int64_t(sizeof(float));
}

}  // namespace nscope::nn
