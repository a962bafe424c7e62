#include "core/torch_module/weight_import.h"

#include "core/io/model_card.h"
#include "core/io/weight_file.h"
#include "core/models/golden_example.h"
#include "core/models/import/import.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/train/model_report.h"

#include <filesystem>

namespace nscope::torch_module {

namespace {

constexpr double kGoldenTolerance = 1e-4;
constexpr std::uint64_t kGoldenSeed = 1;
constexpr const char* kWeightsEnding = ".safetensors";

data::ModelCard cardOf(const engine::ImportOrder& order, const models::ImportedState& imported, std::string_view form,
                       nn::SequenceNet& net)
{
    const engine::ModelSpec& spec = net.spec();
    const std::filesystem::path output(order.outputPath);
    data::ModelCard card;
    card.id = output.stem().string();
    card.name = card.id;
    card.architecture = imported.architecture;
    card.options = imported.options;
    card.description = spec.help;
    card.alphabet = spec.input.alphabet;
    card.channelOrder = spec.input.channelOrder;
    card.paddingRule = spec.input.padding;
    card.strand = "sense";
    for (const auto* names : {&spec.outputs.classes, &spec.outputs.scalars, &spec.outputs.profileTasks})
        card.tasks.insert(card.tasks.end(), names->begin(), names->end());
    card.trainingData = "Not stated in the file; ask the authors of the weights.";
    card.trainingProcedure = "Imported from " + std::filesystem::path(order.file).filename().string() + " ("
                             + std::string(form) + ").";
    card.licence = "Not stated in the file; ask the authors of the weights before passing this model on.";
    card.citation = spec.citation;
    card.golden = models::makeGolden(net, train::goldenLetters(kGoldenSeed), kGoldenTolerance);
    return card;
}

}  // namespace

Result<engine::ImportReport> importWeights(const engine::ImportOrder& order)
{
    if (!order.outputPath.ends_with(kWeightsEnding))
        return fail(ErrorCode::InvalidArgument, "A model is written to a file that ends in .safetensors.",
                    {.file = order.outputPath});
    const auto file = io::openWeights(order.file, models::importWeightOptions());
    if (!file)
        return fail(file.error());
    auto imported = models::importWeights(*file, order.architecture, order.options);
    if (!imported)
        return fail(imported.error().at({.file = order.file}));
    engine::ImportReport report{file->notes, imported->missing, imported->surplus, imported->misshapen, {}};
    report.notes.insert(report.notes.end(), imported->notes.begin(), imported->notes.end());
    if (!report.isComplete())
        return report;
    const auto net = models::createNet(imported->architecture, imported->options);
    if (!net)
        return fail(net.error());
    if (const auto applied = models::applyState(**net, imported->state); !applied)
        return fail(applied.error().at({.file = order.file}));
    (*net)->eval();
    const data::ModelCard card = cardOf(order, *imported, io::weightFormName(file->form), **net);
    if (const auto written = models::writeState(order.outputPath, models::stateOf(**net), {{"format", "pt"}}); !written)
        return fail(written.error());
    const std::string cardPath = order.outputPath.substr(0, order.outputPath.size() - std::string(kWeightsEnding).size())
                                 + ".card.json";
    if (const auto written = io::writeModelCard(cardPath, card); !written)
        return fail(written.error());
    report.cardPath = cardPath;
    return report;
}

}  // namespace nscope::torch_module
