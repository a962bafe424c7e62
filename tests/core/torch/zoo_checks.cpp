#include "tests/core/torch/zoo_checks.h"

#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/io/fasta.h"
#include "core/models/model_zoo.h"
#include "tests/core/torch/golden_set.h"

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>

namespace nscope::tests {

namespace {

double scoreOf(nn::SequenceNet& net, const nn::NetInput& input)
{
    const c10::InferenceMode inference;
    return net.score_N(net.forward(input, {}), net.parseTarget("").value())[0].item<double>();
}

}  // namespace

std::vector<double> numbersOf(const data::Prediction& prediction)
{
    std::vector<double> numbers;
    for (const auto* values : {&prediction.classProbabilities, &prediction.scalars}) {
        for (const data::NamedValue& value : *values)
            numbers.push_back(value.value);
    }
    for (const data::Track& track : prediction.profiles)
        numbers.insert(numbers.end(), track.values_RB.begin(), track.values_RB.end());
    return numbers;
}

std::shared_ptr<nn::SequenceNet> randomNet(const std::string& architecture, const data::OptionMap& options,
                                           std::uint64_t seed)
{
    torch::manual_seed(seed);
    const auto made = models::createNet(architecture, options);
    if (!made)
        throw std::runtime_error(made.error().sentence());
    randomiseWeights(**made);
    return *made;
}

void randomiseWeights(nn::SequenceNet& net)
{
    const at::NoGradGuard noGrad;
    for (auto& item : net.named_buffers()) {
        if (item.key().ends_with("running_mean"))
            item.value().uniform_(-0.3, 0.3);
        else if (item.key().ends_with("running_var"))
            item.value().uniform_(0.5, 1.5);
    }
    for (auto& item : net.named_parameters()) {
        torch::Tensor& weight = item.value();
        if (weight.dim() == 1)  // biases and scales, which would all start equal
            weight.add_(torch::empty_like(weight).uniform_(-0.2, 0.2));
        else  // some families start so small that every output would be its bias
            weight.normal_(0.0, 1.0 / std::sqrt(double(weight[0].numel())));
        item.value().requires_grad_(false);
    }
    net.eval();
}

std::string realLetters(std::int64_t count)
{
    const char* shared = std::getenv("NSCOPE_SHARED_DIR");
    const std::string path = std::string(shared ? shared : "") + "/data/profiles/hg38_loci_131072.fa.gz";
    if (!shared || !std::filesystem::exists(path))
        return {};
    auto reader = io::FastaReader::open(path);
    if (!reader)
        throw std::runtime_error(reader.error().sentence());
    const auto record = reader->next();
    if (!record || !*record)
        throw std::runtime_error("The genome file has no record.");
    return (*record)->letters.substr(0, std::size_t(count));
}

std::string predictionFault(nn::SequenceNet& net, const std::string& letters, const data::FeatureMap& features)
{
    const c10::InferenceMode inference;
    const nn::NamedTensors outputs = net.forward(net.encode(letters, features), {});
    const std::vector<double> numbers = numbersOf(net.prediction(outputs, 0));
    if (numbers.empty())
        return "nothing is predicted";
    for (const double number : numbers) {
        if (!std::isfinite(number))
            return "a prediction is not finite";
    }
    return {};
}

std::string gradientFault(nn::SequenceNet& net, const std::string& letters)
{
    net.to(torch::kFloat64);
    const auto target = net.parseTarget("").value();
    const torch::Tensor gradient = interpret::inputGradient(net, letters, target, {}).gradient_LC;
    if (gradient.size(0) != std::int64_t(letters.size()) || gradient.size(1) != net.channelCount())
        return "the gradient has another shape than the letters";
    const double scale = gradient.abs().max().item<double>();
    if (!(scale > 0.0) || !std::isfinite(scale))
        return "the gradient is zero or not finite";
    const nn::NetInput input = net.onehot(net.encode(letters));
    const double step = 1e-6;
    const double rounding = 4.0 * std::numeric_limits<double>::epsilon() * std::abs(scoreOf(net, input)) / step;
    if (rounding > 1e-2 * scale)
        return "the gradient is too small to be compared with differences";
    const std::int64_t stride = std::max<std::int64_t>(1, std::int64_t(letters.size()) / 7);
    for (std::int64_t i = 0; i < std::int64_t(letters.size()); i += stride) {
        const std::int64_t channel = net.baseChannels()[std::size_t(i / stride % 4)];
        const auto shifted = [&](double by) {
            nn::NetInput moved = input;
            moved.onehot_NLC = input.onehot_NLC.clone();
            moved.onehot_NLC[0][i][channel] += by;
            return scoreOf(net, moved);
        };
        const double expected = (shifted(step) - shifted(-step)) / (2 * step);
        if (std::abs(gradient[i][channel].item<double>() - expected) > 1e-5 * scale + rounding)
            return "the gradient differs from the central difference at base " + std::to_string(i + 1);
    }
    return {};
}

std::string batchFault(nn::SequenceNet& net, const std::vector<std::string>& sequences)
{
    const c10::InferenceMode inference;
    const std::vector<std::string_view> views(sequences.begin(), sequences.end());
    const nn::NamedTensors together = net.forward(net.encode(views), {});
    const torch::Tensor score_N = net.score_N(together, net.parseTarget("").value());
    for (std::size_t row = 0; row < sequences.size(); ++row) {
        const nn::NamedTensors alone = net.forward(net.encode(sequences[row]), {});
        const std::vector<double> a = numbersOf(net.prediction(together, std::int64_t(row)));
        const std::vector<double> b = numbersOf(net.prediction(alone, 0));
        if (a.size() != b.size())
            return "a sequence has another number of outputs in a batch than alone";
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (std::abs(a[i] - b[i]) > 1e-5 * (1.0 + std::abs(b[i])))
                return "a sequence is predicted otherwise in a batch than alone";
        }
        const double expected = net.score_N(alone, net.parseTarget("").value()).item<double>();
        if (std::abs(score_N[std::int64_t(row)].item<double>() - expected) > 1e-5 * (1.0 + std::abs(expected)))
            return "a sequence is scored otherwise in a batch than alone";
    }
    return {};
}

std::string mutagenesisFault(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters,
                             const data::FeatureMap& features)
{
    const auto target = net->parseTarget("").value();
    const auto scorer = interpret::fullMutantScorer(net, letters, target, std::int64_t(256) << 20, {}, features);
    std::vector<nn::Mutation> mutations;
    const std::int64_t stride = std::max<std::int64_t>(1, std::int64_t(letters.size()) / 4);
    for (std::int64_t i = 0; i < std::int64_t(letters.size()); i += stride)
        mutations.push_back({i, letters[std::size_t(i)] == 'G' ? 0 : 2});
    const std::vector<double> scores = scorer->scores(mutations, {});
    for (std::size_t m = 0; m < mutations.size(); ++m) {
        std::string mutant = letters;
        mutant[std::size_t(mutations[m].positionNt)] = "ACGT"[mutations[m].base];
        const double expected = scoreOf(*net, net->encode(mutant, features));
        if (std::abs(scores[m] - expected) > 1e-5 * (1.0 + std::abs(expected)))
            return "mutagenesis differs from the mutant's own prediction";
    }
    return {};
}

}  // namespace nscope::tests
