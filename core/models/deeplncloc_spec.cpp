// The family's description and options.
#include "core/models/deeplncloc.h"
#include "core/models/option_list.h"

namespace nscope::models {

namespace {

std::vector<engine::OptionSpec> optionSpecs(bool transformer)
{
    std::vector<engine::OptionSpec> specs = PromoterInput::optionSpecs(8);
    const auto add = [&specs](engine::OptionSpec spec) { specs.push_back(std::move(spec)); };
    add(textOption("tasks", "Outputs", "Names of the predicted values, separated by commas", "expression"));
    add(integerOption("slices", "Slices", "Parts that the window is cut in; 210 was the best of 50 to 210", 210, 1,
                      5000));
    add(integerOption("embedding", "Word vector", "Size of a 3-mer's vector", 64, 2, 1024));
    add(flagOption(
        "train_embedding", "Train the word vectors",
        "On: vectors are learned with the network, as in the paper's original transformer; off: they are given",
        false));
    if (transformer) {
        add(integerOption("heads", "Attention heads", "Not printed in the paper; our default", 4, 1, 64));
        add(integerOption("d_ff", "Feed-forward width", "Not printed in the paper; our default", 128, 1, 16384));
    } else {
        add(integerOption("lstm_units", "LSTM units", "Of the one LSTM layer", 100, 1, 4096));
    }
    add(integerOption("dense", "Dense units", "Before the output, 0 for none; not printed in the paper, our default",
                      64, 0, 8192));
    add(dropoutOption("dropout", "Dropout", "In training only; not printed in the paper, our default", 0.1));
    return specs;
}

}  // namespace

Result<DeepLncLocOptions> DeepLncLocOptions::fromMap(std::string_view architecture, const data::OptionMap& options)
{
    DeepLncLocOptions result;
    result.transformer = architecture == "deeplncloc-transformer";
    const auto read = OptionReader::read(options, optionSpecs(result.transformer));
    if (!read)
        return fail(read.error());
    const auto input = PromoterInput::read(*read);
    if (!input)
        return fail(input.error());
    auto tasks = readNames(*read, "tasks", 1);
    if (!tasks)
        return fail(tasks.error());
    result.input = *input;
    result.tasks = std::move(*tasks);
    result.slices = read->integer("slices");
    result.embedding = read->integer("embedding");
    result.trainEmbedding = read->flag("train_embedding");
    result.dense = read->integer("dense");
    result.dropout = read->number("dropout");
    if (result.transformer) {
        result.heads = read->integer("heads");
        result.feedForward = read->integer("d_ff");
        if (result.embedding % result.heads != 0 || result.embedding % 2 != 0)
            return fail(ErrorCode::InvalidArgument, "The model option embedding (" + std::to_string(result.embedding)
                                                        + ") must be even and a multiple of heads ("
                                                        + std::to_string(result.heads) + ").");
    } else {
        result.lstmUnits = read->integer("lstm_units");
    }
    if (result.input.lengthNt % result.slices != 0 || result.sliceNt() < kWordNt)
        return fail(ErrorCode::InvalidArgument, "The model option slices (" + std::to_string(result.slices)
                                                    + ") must divide length (" + std::to_string(result.input.lengthNt)
                                                    + " bp) into parts of at least 3 bp.");
    return result;
}

engine::ModelSpec deepLncLocSpec(std::string_view architecture)
{
    const bool transformer = architecture == "deeplncloc-transformer";
    engine::ModelSpec spec;
    spec.architecture = std::string(architecture);
    spec.name = transformer ? "Transformer DeepLncLoc" : "LSTM DeepLncLoc";
    spec.help = std::string("Expression of a gene from its promoter, as slices of word vectors read by ")
                + (transformer ? "a transformer" : "an LSTM") + ", half-life features and transcription factors";
    spec.citation =
        "Pipoli et al. 2022, Computer Methods and Programs in Biomedicine: Predicting gene expression levels "
        "from DNA sequences and post-transcriptional information with transformers";
    spec.options = optionSpecs(transformer);
    PromoterInput{}.describe(spec.input);
    describeHead(spec, {HeadKind::Values, {"expression"}});
    spec.outputs.selfAttention = transformer;
    return spec;
}

}  // namespace nscope::models
