#include "tests/core/torch/rna_checks.h"

#include "core/models/model_zoo.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace nscope::tests {

std::shared_ptr<nn::SequenceNet> makeNet(const char* architecture, const data::OptionMap& options,
                                         std::uint64_t seed)
{
    torch::manual_seed(seed);
    const auto created = models::createNet(architecture, options);
    if (!created)
        throw std::runtime_error(created.error().sentence());
    (*created)->eval();
    for (torch::Tensor parameter : (*created)->parameters())
        parameter.requires_grad_(false);
    return *created;
}

data::FeatureMap featuresFor(const nn::SequenceNet& net, std::size_t letters, unsigned seed)
{
    data::FeatureMap features;
    for (const engine::InputSpec& further : net.spec().input.further) {
        std::vector<float>& values = features[further.id];
        const std::size_t width = further.width > 0 ? std::size_t(further.width) : letters;
        for (std::size_t i = 0; i < width; ++i)
            values.push_back(further.id == "structure" ? float((i / 3 + seed) % 7)
                                                       : 0.1f * float((i * 7 + seed) % 13) - 0.5f);
    }
    return features;
}

data::Prediction predicted(nn::SequenceNet& net, const std::string& letters, const data::FeatureMap& features)
{
    const c10::InferenceMode inference;
    return net.prediction(net.forward(net.encode(letters, features), {}), 0);
}

std::vector<double> answer(nn::SequenceNet& net, const std::string& letters, const data::FeatureMap& features)
{
    return numbersOf(predicted(net, letters, features));
}

double largestDifference(const std::vector<double>& a, const std::vector<double>& b)
{
    double largest = a.size() == b.size() ? 0.0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

std::string replaced(std::string letters, std::size_t from, std::size_t count, char with)
{
    std::fill_n(letters.begin() + std::ptrdiff_t(from), count, with);
    return letters;
}

}  // namespace nscope::tests
