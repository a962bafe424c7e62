#include "tests/core/torch/golden_set.h"

#include "core/io/npz.h"
#include "core/models/weights.h"

#include <cstdlib>
#include <filesystem>
#include <random>
#include <stdexcept>

namespace nscope::tests {

std::string goldenFolder(const std::string& set)
{
    const char* shared = std::getenv("NSCOPE_SHARED_DIR");
    const std::string folder = std::string(shared ? shared : "") + "/golden/" + set;
    return shared && std::filesystem::is_directory(folder) ? folder : std::string();
}

Arrays readArrays(const std::string& path)
{
    const auto arrays = io::readNpz(path);
    if (!arrays)
        throw std::runtime_error(arrays.error().sentence());
    Arrays result;
    for (const auto& [name, array] : *arrays) {
        if (const auto* integers = array.as<std::int64_t>())
            result[name] = torch::tensor(*integers, torch::kInt64).reshape(array.shape);
        else
            result[name] = torch::tensor(array.toDoubles().value(), torch::kFloat64).reshape(array.shape);
    }
    return result;
}

GoldenSet loadGolden(const std::string& size)
{
    GoldenSet golden;
    golden.folder = goldenFolder("bioseq2seq_" + size);
    models::Bioseq2SeqOptions options;
    if (size == "tiny") {
        options.modelDim = 16;
        options.encoderLayers = 2;
        options.decoderLayers = 1;
        options.windowNt = 20;
        options.heads = 4;
        options.lambda = 0.05;
    }
    golden.net = models::Bioseq2Seq("bioseq2seq", options);
    models::StateDict state;
    for (const auto& [name, tensor] : readArrays(golden.folder + "/weights.npz"))
        state[name] = tensor.to(torch::kFloat32);
    if (const auto applied = models::applyState(*golden.net, state); !applied)
        throw std::runtime_error(applied.error().sentence());
    golden.net->eval();
    for (torch::Tensor parameter : golden.net->parameters())
        parameter.requires_grad_(false);
    return golden;
}

nn::NetInput inputOf(const torch::Tensor& ids_L) { return {ids_L.unsqueeze(0), {}, {}}; }

std::string lettersOf(const torch::Tensor& ids_L)
{
    constexpr std::string_view kLetters = "??ACGTNR";
    std::string letters;
    for (std::int64_t i = 0; i < ids_L.size(0); ++i)
        letters += kLetters[std::size_t(ids_L[i].item<std::int64_t>())];
    return letters;
}

double maxDifference(const torch::Tensor& a, const torch::Tensor& b)
{
    if (a.sizes() != b.sizes())
        throw std::runtime_error("The arrays have different shapes.");
    return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

bool attributionsAgree(const torch::Tensor& got, const torch::Tensor& expected)
{
    const torch::Tensor a = got.to(torch::kFloat64).flatten(), b = expected.to(torch::kFloat64).flatten();
    const double scale = b.abs().max().item<double>();
    const double within = (a - b).abs().le(1e-3 * scale).to(torch::kFloat64).mean().item<double>();
    const torch::Tensor ca = a - a.mean(), cb = b - b.mean();
    const double pearson = ((ca * cb).sum() / (ca.norm() * cb.norm())).item<double>();
    return within >= 0.995 && pearson > 0.9999;
}

std::string randomLetters(std::int64_t length, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::string letters;
    for (std::int64_t i = 0; i < length; ++i)
        letters += "ACGT"[random() % 4];
    return letters;
}

}  // namespace nscope::tests
