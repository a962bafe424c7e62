#include "tests/core/torch/utrbert_checks.h"

#include "tests/core/torch/golden_set.h"

namespace nscope::tests {

models::Utrbert smallUtrbert(data::OptionMap options, torch::ScalarType type)
{
    for (const auto& [id, value] : data::OptionMap{{"d_model", std::int64_t(16)}, {"layers", std::int64_t(2)},
                                                   {"heads", std::int64_t(4)}, {"d_ff", std::int64_t(24)}})
        options.emplace(id, value);
    torch::manual_seed(5);
    models::Utrbert net(models::UtrbertOptions::fromMap(options).value());
    net->eval();
    for (torch::Tensor parameter : net->parameters())
        parameter.requires_grad_(false).mul_(parameter.dim() > 1 ? 12.0 : 1.0);
    net->to(type);
    return net;
}

data::OptionMap utrbertTask(const char* id, std::int64_t k)
{
    return {{"task", std::string(id)}, {"k", k}};
}

std::string lettersWithN(std::int64_t length, std::uint64_t seed)
{
    std::string letters = randomLetters(length, seed);
    for (std::size_t i = 7; i < letters.size(); i += 23)
        letters[i] = 'N';
    return letters;
}

}  // namespace nscope::tests
