#include "core/train/filter_init.h"

#include <numbers>
#include <numeric>

namespace nscope::train {
namespace {

constexpr double kNoise = 0.02;

/// Largest whole number not above a/b, b > 0.
int floorDiv(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

}  // namespace

std::vector<double> combKernel(int layer, int channel, int windowNt)
{
    std::vector<double> kernel(std::size_t(windowNt), 0.0);
    auto set = [&](int from, int to, int stride) {
        for (int j = from; j <= to; ++j)
            kernel[std::size_t(((stride * j) % windowNt + windowNt) % windowNt)] = 1.0;
    };
    const int reach = windowNt / 6;  // codons on each side within half a window
    const int kind = layer == 0 ? -1 : channel % 8;
    switch (kind) {
    case -1: set(channel % 7 - 3, channel % 7 - 3, 1); break;
    case 0:
    case 1: set(0, 0, 1); break;
    case 2: set((channel / 8) % 3 - 1, (channel / 8) % 3 - 1, 3); break;
    case 3: set(floorDiv(-reach, 4), reach / 4, 3); break;
    case 4: set(0, reach / 2, 3); break;
    case 5: set(0, reach / 2, -3); break;
    case 6: set(floorDiv(-reach, 2), reach / 2, 3); break;
    default: set(-reach, reach, 1); break;
    }
    const double scale = 1.0 / std::sqrt(std::accumulate(kernel.begin(), kernel.end(), 0.0));
    for (double& value : kernel)
        value *= scale;
    return kernel;
}

void initCombFilters(models::Bioseq2Seq& net)
{
    auto* lfnet = dynamic_cast<nn::LfnetEncoderImpl*>(net->encoder.get());
    if (!lfnet)
        return;
    const torch::NoGradGuard noGrad;
    const int window = net->options().windowNt;
    const int dim = net->options().modelDim;
    const std::int64_t bins = window / 2 + 1;
    const torch::Tensor bin_F1 = torch::arange(bins, torch::kFloat64).unsqueeze(1);
    const torch::Tensor angle_FW = bin_F1 * torch::arange(window, torch::kFloat64) * (2.0 * std::numbers::pi / window);
    for (std::size_t layer = 0; layer < lfnet->fnet->size(); ++layer) {
        torch::Tensor kernels_WD = torch::empty({window, dim}, torch::kFloat64);
        for (int channel = 0; channel < dim; ++channel)
            kernels_WD.select(1, channel).copy_(torch::tensor(combKernel(int(layer), channel, window), torch::kFloat64));
        torch::Tensor real = lfnet->layer(layer).filterReal();
        torch::Tensor imag = lfnet->layer(layer).filterImag();
        real.copy_(torch::mm(torch::cos(angle_FW), kernels_WD));
        imag.copy_(-torch::mm(torch::sin(angle_FW), kernels_WD));
        real.add_(torch::randn_like(real), kNoise);
        imag.add_(torch::randn_like(imag), kNoise);
    }
}

}  // namespace nscope::train
