// The family's description and options.
#include "core/models/utrbert.h"

#include "core/models/option_list.h"

#include <algorithm>
#include <iterator>

namespace nscope::models {

namespace {

using Task = UtrbertOptions::Task;

constexpr const char* kClassifier = "classifier";
constexpr const char* kMaskedLetters = "mlm";
constexpr const char* kLocalisation = "localisation";

struct Preset {
    std::string_view id;
    UtrbertOptions options;
};

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> list = {
        {"published", {}},
        {"mini", {.dim = 128, .layers = 4, .heads = 4, .feedForwardDim = 512}},
    };
    return list;
}

std::vector<engine::OptionSpec> optionSpecs()
{
    const UtrbertOptions d;
    std::vector<std::string> presetIds;
    for (const Preset& preset : presets())
        presetIds.emplace_back(preset.id);
    std::vector<engine::OptionSpec> specs = {
        {"preset", "Preset", "Sizes that the other options change: the published 12 layers, or a small network",
         std::string("published"), {}, {}, presetIds},
        {"task", "Task",
         "What the network answers: the class of a sequence, the letters of masked positions (mlm), or where an mRNA "
         "goes, by a network of DM3Loc's form on the frozen embedding (localisation)",
         std::string(kClassifier), {}, {}, {kClassifier, kMaskedLetters, kLocalisation}},
        integerOption("k", "k-mer (nt)", "Letters of a token", d.k, 3, 6),
        integerOption("d_model", "Model width", "Channels of every token; a multiple of the heads", d.dim, 4, 4096),
        integerOption("layers", "Layers", "Transformer layers", d.layers, 1, 48),
        integerOption("heads", "Attention heads", "Heads of every layer", d.heads, 1, 64),
        integerOption("d_ff", "Feed-forward width", "Hidden width of the position-wise blocks", d.feedForwardDim, 4,
                      16384),
        {"dropout", "Dropout", "Of hidden states and attention weights, in training only", d.dropout, 0.0, 0.95, {}},
        {"names", "Classes",
         "Names of the classes or of the localisations, in the order of the output, separated by commas; empty: "
         "unbound,bound, or the paper's six localisations, of which cytoplasm went into cytosol",
         std::string(), {}, {}, {}},
        {"head_bias", "Head bias",
         "How often the masked-letter head adds its bias: twice in transformers 2.5, with which 3UTRBERT was trained, "
         "once in later versions", std::string("twice"), {}, {}, {"twice", "once"}},
        {"long_sequences", "Long sequences",
         "Beyond 510 k-mers: windows one after the other, whose answers are averaged, or the first 510 k-mers only",
         std::string("windows"), {}, {}, {"windows", "first"}},
    };
    std::ranges::move(Dm3LocDropout::optionSpecs(), std::back_inserter(specs));
    return specs;
}

Result<std::vector<std::string>> outputNames(Task task, const OptionReader& read)
{
    if (!read.text("names").empty())
        return readNames(read, "names", task == Task::Classifier ? 2 : 1);
    if (task == Task::Localisation)
        return std::vector<std::string>{"Nucleus", "Exosome", "Cytosol", "Ribosome", "Membrane", "ER"};
    return UtrbertOptions().classes;
}

/// Sizes that were given override the preset's.
void assignGiven(UtrbertOptions& o, const data::OptionMap& given, const OptionReader& read)
{
    const auto take = [&](const char* id, int& field) {
        if (given.contains(id))
            field = int(read.integer(id));
    };
    take("d_model", o.dim);
    take("layers", o.layers);
    take("heads", o.heads);
    take("d_ff", o.feedForwardDim);
}

}  // namespace

Result<UtrbertOptions> UtrbertOptions::fromMap(const data::OptionMap& options)
{
    const auto read = OptionReader::read(options, optionSpecs());
    if (!read)
        return fail(read.error());
    UtrbertOptions result = std::ranges::find(presets(), read->text("preset"), &Preset::id)->options;
    assignGiven(result, options, *read);
    const std::string& task = read->text("task");
    result.task = task == kMaskedLetters  ? Task::MaskedLetters
                  : task == kLocalisation ? Task::Localisation
                                          : Task::Classifier;
    auto names = outputNames(result.task, *read);
    if (!names)
        return fail(names.error());
    result.classes = std::move(*names);
    result.headDropout = Dm3LocDropout::read(*read);
    result.k = int(read->integer("k"));
    result.dropout = read->number("dropout");
    result.headBiasTwice = read->text("head_bias") == "twice";
    result.firstWindowOnly = read->text("long_sequences") == "first";
    if (result.dim % result.heads != 0)
        return fail(ErrorCode::InvalidArgument, "The model option d_model (" + std::to_string(result.dim)
                                                    + ") must be a multiple of heads (" + std::to_string(result.heads)
                                                    + ").");
    return result;
}

engine::ModelSpec utrbertSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "utrbert";
    spec.name = "3UTRBERT";
    spec.help = "BERT over overlapping k-mers of 3'UTRs: classes of a sequence, the letters of masked positions, or "
                "localisations of an mRNA";
    spec.citation = "Yang et al. 2024, Advanced Science: Deciphering 3'UTR Mediated Gene Regulation Using "
                    "Interpretable Deep Representation Learning";
    spec.options = optionSpecs();
    spec.input.alphabet = "RNA";
    spec.input.channelOrder = "AUCG";
    spec.input.padding = "Overlapping k-mers between [CLS] and [SEP]; a k-mer with a letter other than A, C, G, U is "
                         "[UNK], and so is a whole sequence shorter than k. Beyond 510 k-mers the sequence passes in "
                         "windows of 510 k-mers without overlap, whose answers are averaged by their numbers of k-mers "
                         "(long_sequences=first: the rest is left out). Padding of a batch is masked.";
    spec.outputs.selfAttention = true;
    spec.outputs.embeddings = true;
    describeHead(spec, {HeadKind::Classes, UtrbertOptions().classes});
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createUtrbert(std::string_view, const data::OptionMap& options)
{
    const auto parsed = UtrbertOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<UtrbertImpl>(*parsed);
}

}  // namespace nscope::models
