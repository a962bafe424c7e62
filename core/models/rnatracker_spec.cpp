// The family's description and options.
#include "core/data/number_text.h"
#include "core/models/option_list.h"
#include "core/models/rnatracker.h"

namespace nscope::models {

namespace {

constexpr std::int64_t kLongestFixedNt = 40000;

std::vector<engine::OptionSpec> optionSpecs(bool fullLength)
{
    std::vector<engine::OptionSpec> specs = {
        textOption("tasks", "Fractions", "Names of the fractions, separated by commas",
                    "cytosol,insoluble,membrane,nuclear"),
        integerOption("filters", "Filters", "Of every convolution", 32, 1, 1024),
        integerOption("kernel", "Kernel (nt)", "Width of every convolution", 10, 1, 101),
        integerOption("pool", "Pooling", "Width and stride of the max-pooling after every convolution", 3, 1, 32),
        flagOption("lstm", "LSTM", "Off: the paper's NoLSTM network", true),
        integerOption("lstm_units", "LSTM units", "Per direction", 32, 1, 1024),
        choiceOption("gates", "LSTM gates",
                     "Hard sigmoid as in the Keras of the published networks, or the logistic function",
                     {"hard-sigmoid", "sigmoid"}),
        integerOption("attention_units", "Attention units", "Width of the two-layer attention", 50, 1, 1024),
        dropoutOption("dropout", "Dropout", "After every pooling, in training only", 0.2),
        dropoutOption("lstm_dropout", "LSTM dropout", "Of the LSTM's inputs, in training only", 0.1),
    };
    if (fullLength) {
        specs.push_back(
            integerOption("conv_layers", "Convolutions", "4 as in the authors' code, 2 as in the paper", 4, 1, 6));
        specs.push_back(choiceOption("attention", "Attention",
                                     "v·tanh(W·h+b) as in the authors' code, or tanh(w·h+b) as in the paper",
                                     {"two-layer", "one-layer"}));
    } else {
        specs.push_back(integerOption("length", "Length (nt)", "Letters seen, counted from the 3' end", 4000, 100,
                                      kLongestFixedNt));
        specs.push_back(choiceOption("attention", "Attention",
                                     "v·tanh(W·h+b) as in the authors' code, tanh(w·h+b) as in the paper, or none (the "
                                     "paper's NoAttention network)",
                                     {"two-layer", "one-layer", "none"}));
        specs.push_back(choiceOption("structure", "Secondary structure",
                                     "Not used; as pairs of letter and state (Seq×Struct); or with convolutions of its "
                                     "own (Seq+Struct)",
                                     {"none", "joint", "separate"}));
    }
    return specs;
}

}  // namespace

std::int64_t RnaTrackerOptions::stepNt() const
{
    std::int64_t step = 1;
    for (std::int64_t i = 0; i < convLayers; ++i)
        step *= pool;
    return step;
}

std::int64_t RnaTrackerOptions::steps(std::int64_t length) const
{
    for (std::int64_t i = 0; i < convLayers; ++i)
        length = (fullLength ? length : length - kernelNt + 1) / pool;
    return length;
}

Result<RnaTrackerOptions> RnaTrackerOptions::fromMap(std::string_view architecture, const data::OptionMap& options)
{
    RnaTrackerOptions result;
    result.fullLength = architecture == "rnatracker-full";
    const auto read = OptionReader::read(options, optionSpecs(result.fullLength));
    if (!read)
        return fail(read.error());
    auto fractions = readNames(*read, "tasks", 2);
    if (!fractions)
        return fail(fractions.error());
    result.fractions = std::move(*fractions);
    result.filters = read->integer("filters");
    result.kernelNt = read->integer("kernel");
    result.pool = read->integer("pool");
    result.lstm = read->flag("lstm");
    result.lstmUnits = read->integer("lstm_units");
    result.gates = read->text("gates") == "sigmoid" ? nn::GateActivation::Sigmoid : nn::GateActivation::HardSigmoid;
    result.attention = read->text("attention") != "none";
    result.attentionUnits = read->text("attention") == "one-layer" ? 0 : read->integer("attention_units");
    result.dropout = read->number("dropout");
    result.lstmDropout = read->number("lstm_dropout");
    if (result.fullLength) {
        result.convLayers = read->integer("conv_layers");
        if (result.stepNt() > kLongestFixedNt)
            return fail(ErrorCode::InvalidArgument, "The model options conv_layers and pool make one step of more than "
                                                        + std::to_string(kLongestFixedNt) + " nt.");
        return result;
    }
    result.lengthNt = read->integer("length");
    const std::string& structure = read->text("structure");
    result.structure = structure == "joint"      ? StructureUse::Joint
                       : structure == "separate" ? StructureUse::Separate
                                                 : StructureUse::None;
    if (result.steps(result.lengthNt) < 1)
        return fail(ErrorCode::InvalidArgument, "The model option length (" + std::to_string(result.lengthNt)
                                                    + " nt) is too short for these kernels and poolings.");
    return result;
}

void describeFixedLength(engine::ModelSpec& spec, std::int64_t lengthNt)
{
    const std::string length = data::groupedText(lengthNt) + " nt";
    spec.help = "Shares of an mRNA in subcellular fractions, from its last " + length;
    spec.input.lengthNt = lengthNt;
    spec.input.padding = "The last " + length + " are kept; a shorter transcript is padded with zeros in front.";
}

engine::ModelSpec rnaTrackerSpec(std::string_view architecture)
{
    const bool full = architecture == "rnatracker-full";
    engine::ModelSpec spec;
    spec.architecture = std::string(architecture);
    spec.name = full ? "RNATracker (full length)" : "RNATracker";
    spec.help = "Shares of an mRNA in subcellular fractions, from the whole transcript";
    spec.citation = "Yan, Lécuyer & Blanchette 2019, Bioinformatics: Prediction of mRNA subcellular localization using "
                    "deep recurrent neural networks";
    spec.options = optionSpecs(full);
    spec.input.padding = "The whole transcript is read; one shorter than a step (81 nt with four convolutions) is padded "
                         "with zeros in front.";
    if (!full)
        describeFixedLength(spec, RnaTrackerOptions().lengthNt);
    describeHead(spec, {HeadKind::Fractions, {"cytosol", "insoluble", "membrane", "nuclear"}});
    spec.outputs.selfAttention = true;
    return spec;
}

}  // namespace nscope::models
