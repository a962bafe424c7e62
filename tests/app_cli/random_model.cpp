#include "tests/app_cli/random_model.h"

#include "core/io/model_card.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <sstream>

namespace nscope::test {

namespace {

using Shape = std::vector<std::int64_t>;
using Shapes = std::map<std::string, Shape>;

struct Tensor {
    Shape shape;
    std::vector<float> values;
};

Result<engine::ImportReport> import(engine::Backend& backend, engine::ImportOrder order,
                                    const std::map<std::string, Tensor>& tensors)
{
    order.file = order.outputPath + ".random";
    std::vector<io::TensorView> views;
    for (const auto& [name, tensor] : tensors)
        views.push_back({name, io::DType::F32, tensor.shape, std::as_bytes(std::span(tensor.values))});
    if (const auto written = io::writeSafetensors(order.file, std::move(views)); !written)
        return fail(written.error());
    return backend.importWeights(order);
}

/// "conv.weight: … in the file, 32 × 4 × 10 in the network" → name and shape.
std::pair<std::string, Shape> readMisshapen(const std::string& line)
{
    const std::string before = " in the file, ", after = " in the network";
    const std::size_t from = line.find(before) + before.size();
    std::istringstream text(line.substr(from, line.rfind(after) - from));
    Shape shape;
    for (std::string word; text >> word;) {
        if (std::isdigit(static_cast<unsigned char>(word.front())))
            shape.push_back(std::stoll(word));
    }
    return {line.substr(0, line.find(": ")), shape};
}

Result<Shapes> weightsOf(engine::Backend& backend, const engine::ImportOrder& order)
{
    const Shape none(9, 1);  // a shape that no weight has
    const auto names = import(backend, order, {{"no.such.weight", {none, {0.0f}}}});
    if (!names)
        return fail(names.error());
    std::map<std::string, Tensor> wrong;
    for (const std::string& name : names->missing)
        wrong[name] = {none, {0.0f}};
    const auto shapes = import(backend, order, wrong);
    if (!shapes)
        return fail(shapes.error());
    Shapes found;
    for (const std::string& line : shapes->misshapen)
        found.insert(readMisshapen(line));
    return found;
}

/// Weights that keep the spread of what passes through them; biases around 0, scales and variances around 1.
Tensor randomTensor(const std::string& name, const Shape& shape, std::mt19937& random)
{
    Tensor tensor{shape, {}};
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    const bool isShift = name.find("bias") != std::string::npos || name.find("mean") != std::string::npos;
    std::uniform_real_distribution<float> around(isShift ? -0.2f : 0.8f, isShift ? 0.2f : 1.2f);
    std::normal_distribution<float> normal(0.0f, shape.empty() ? 1.0f : 1.0f / std::sqrt(float(count / shape[0])));
    for (std::int64_t i = 0; i < count; ++i)
        tensor.values.push_back(shape.size() == 1 ? around(random) : normal(random));
    return tensor;
}

}  // namespace

Result<engine::ModelInfo> writeRandomModel(engine::Backend& backend, const std::string& architecture,
                                           const std::vector<std::string>& options, const std::string& path)
{
    const auto spec = std::ranges::find(backend.specs(), architecture, &engine::ModelSpec::architecture);
    if (spec == backend.specs().end())
        return fail(ErrorCode::NotFound, "There is no architecture " + architecture + ".");
    std::vector<engine::OptionSpec> known = spec->options;
    for (const engine::ModelSpec& member : backend.specs()) {  // an ensemble's options are its members' too
        if (std::ranges::count(options, "member=" + member.architecture) > 0)
            known.insert(known.end(), member.options.begin(), member.options.end());
    }
    auto read = engine::parseOptions(options, known);
    if (!read)
        return fail(read.error());
    const engine::ImportOrder order{.file = {}, .architecture = architecture, .options = *read, .outputPath = path};
    const auto shapes = weightsOf(backend, order);
    if (!shapes)
        return fail(shapes.error());
    std::mt19937 random(20);
    std::map<std::string, Tensor> tensors;
    for (const auto& [name, shape] : *shapes)
        tensors[name] = randomTensor(name, shape, random);
    const auto report = import(backend, order, tensors);
    if (!report)
        return fail(report.error());
    if (!report->isComplete())
        return fail(ErrorCode::Internal, "The importer wants other weights than it asked for.", {.file = path});
    const auto card = io::readModelCard(path);
    if (!card)
        return fail(card.error());
    return backend.load(*card);
}

std::int64_t parametersInFile(const std::string& path)
{
    const auto file = io::Safetensors::open(path);
    if (!file)
        return -1;
    std::int64_t count = 0;
    for (const io::TensorView& tensor : file->tensors()) {
        const std::string last = tensor.name.substr(tensor.name.rfind('.') + 1);
        constexpr std::string_view kTables[] = {"running_mean", "running_var", "mean", "deviation", "word_vectors"};
        if (std::ranges::find(kTables, last) == std::end(kTables))
            count += tensor.elementCount();
    }
    return count;
}

}  // namespace nscope::test
