#include "core/nn/token_windows.h"

#include "core/nn/kmer_tokens.h"

#include <algorithm>

namespace nscope::nn {

std::int64_t TokenWindow::width() const { return *std::ranges::max_element(counts); }

bool TokenWindow::isEven() const { return *std::ranges::min_element(counts) == width(); }

torch::Tensor TokenWindow::rowsOf(const torch::Tensor& x) const
{
    if (!x.defined() || std::int64_t(rows.size()) == x.size(0))
        return x;
    return x.index_select(0, torch::tensor(rows, torch::kInt64).to(x.device()));
}

torch::Tensor TokenWindow::placed(const torch::Tensor& x, std::int64_t batch) const
{
    if (x.size(0) == batch)
        return x;
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.front() = batch;
    return at::zeros(shape, x.options()).index_copy(0, torch::tensor(rows, torch::kInt64).to(x.device()), x);
}

torch::Tensor TokenWindow::padding() const
{
    if (isEven())
        return {};
    const torch::Tensor ends = torch::tensor(counts, torch::kInt64).unsqueeze(1) + 2;
    return torch::arange(width() + 2, torch::kInt64).unsqueeze(0).ge(ends);
}

torch::Tensor TokenWindow::frame(std::int64_t opening, std::int64_t closing) const
{
    torch::Tensor marks = torch::full({std::int64_t(rows.size()), width() + 2}, -1, torch::kInt64);
    auto rowsOfMarks = marks.accessor<std::int64_t, 2>();
    for (std::size_t n = 0; n < counts.size(); ++n) {
        auto row = rowsOfMarks[std::int64_t(n)];
        row[0] = opening;
        row[counts[n] + 1] = closing;
        for (std::int64_t place = counts[n] + 2; place < width() + 2; ++place)
            row[place] = kPadToken;
    }
    return marks;
}

std::vector<double> TokenWindow::shares(const std::vector<std::int64_t>& totals) const
{
    std::vector<double> result;
    for (std::size_t n = 0; n < rows.size(); ++n)
        result.push_back(double(counts[n]) / double(totals[std::size_t(rows[n])]));
    return result;
}

std::vector<TokenWindow> tokenWindows(const std::vector<std::int64_t>& tokens, std::int64_t limit)
{
    std::vector<TokenWindow> windows;
    const std::int64_t longest = *std::ranges::max_element(tokens);
    for (std::int64_t first = 0; first < longest; first += limit) {
        TokenWindow window{.first = first, .rows = {}, .counts = {}};
        for (std::size_t n = 0; n < tokens.size(); ++n) {
            if (tokens[n] > first) {
                window.rows.push_back(std::int64_t(n));
                window.counts.push_back(std::min(limit, tokens[n] - first));
            }
        }
        windows.push_back(std::move(window));
    }
    return windows;
}

}  // namespace nscope::nn
