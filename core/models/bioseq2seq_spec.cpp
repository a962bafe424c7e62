// The family's description and options.
#include "core/models/bioseq2seq.h"

#include "core/models/option_list.h"

#include <algorithm>
#include <optional>

namespace nscope::models {

namespace {

struct Preset {
    std::string_view id;
    Bioseq2SeqOptions options;
};

/// The published hyper-parameters (spec/models.md 1.5).
const std::vector<Preset>& presets()
{
    static const std::vector<Preset> list = {
        {"published", {}},
        {"edc-large", {.modelDim = 128, .encoderLayers = 16, .decoderLayers = 16, .windowNt = 200, .lambda = 0.011,
                       .dropout = 0.1}},
        {"cnn", {.encoder = "cnn", .modelDim = 128, .encoderLayers = 8, .kernelNt = 6, .dropout = 0.5}},
        {"edc-cnn", {.encoder = "cnn", .encoderLayers = 4, .decoderLayers = 12, .kernelNt = 9, .dropout = 0.4}},
    };
    return list;
}

Result<double> asNumber(const std::string& id, const data::OptionValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return double(*integer);
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    return fail(ErrorCode::InvalidArgument, "The model option “" + id + "” takes a number, not “" + data::toText(value)
                                                + "”.");
}

std::vector<engine::OptionSpec> optionSpecs()
{
    const Bioseq2SeqOptions d;
    std::vector<std::string> presetIds;
    for (const Preset& preset : presets())
        presetIds.emplace_back(preset.id);
    return {
        {"preset", "Preset", "Published sizes that the other options change", std::string("published"), {}, {}, presetIds},
        {"encoder", "Encoder", "How positions are mixed", d.encoder, {}, {}, {"lfnet", "cnn", "transformer"}},
        integerOption("d_model", "Model width", "Channels of every position; a multiple of the heads", d.modelDim, 4, 1024),
        integerOption("encoder_layers", "Encoder layers", "Blocks of the encoder", d.encoderLayers, 1, 64),
        integerOption("decoder_layers", "Decoder layers", "Blocks of the decoder", d.decoderLayers, 1, 64),
        integerOption("d_ff", "Feed-forward width", "Hidden width of the position-wise blocks", d.feedForwardDim, 4, 16384),
        integerOption("heads", "Attention heads", "Heads of every attention", d.heads, 1, 64),
        integerOption("window", "Filter window (nt)", "LFNet: window of the short-time Fourier transform, even", d.windowNt, 4, 4000),
        {"lambda", "Soft-shrink", "LFNet: threshold below which frequencies are set to zero", d.lambda, 0.0, 10.0, {}},
        integerOption("kernel", "Kernel (nt)", "CNN: kernel width", d.kernelNt, 1, 101),
        integerOption("dilation_factor", "Dilation factor", "CNN: block i has dilation factor^i", d.dilationFactor, 1, 8),
        {"dropout", "Dropout", "Used in training only", d.dropout, 0.0, 0.95, {}},
        integerOption("max_relative_position", "Relative positions", "Distances beyond this count as equal",
                      d.maxRelativePosition, 0, 1024),
    };
}

Result<void> checkConsistency(const Bioseq2SeqOptions& o)
{
    if (o.modelDim % o.heads != 0)
        return fail(ErrorCode::InvalidArgument, "The model option d_model (" + std::to_string(o.modelDim)
                                                    + ") must be a multiple of heads (" + std::to_string(o.heads) + ").");
    if (o.modelDim % 2 != 0)
        return fail(ErrorCode::InvalidArgument, "The model option d_model must be even.");
    if (o.encoder == "lfnet" && o.windowNt % 2 != 0)
        return fail(ErrorCode::InvalidArgument, "The model option window (" + std::to_string(o.windowNt)
                                                    + " nt) must be even.");
    if (o.encoder == "cnn") {
        double reach = 1;
        for (int i = 1; i < o.encoderLayers; ++i)
            reach *= o.dilationFactor;
        if (reach > 1e6)
            return fail(ErrorCode::InvalidArgument,
                        "The model options encoder_layers and dilation_factor give dilations beyond a million nt.");
    }
    return {};
}

/// Writes one number into the options; false if the id is not a number option.
bool assignNumber(Bioseq2SeqOptions& o, std::string_view id, double value)
{
    const auto integer = int(value);
    if (id == "d_model") o.modelDim = integer;
    else if (id == "encoder_layers") o.encoderLayers = integer;
    else if (id == "decoder_layers") o.decoderLayers = integer;
    else if (id == "d_ff") o.feedForwardDim = integer;
    else if (id == "heads") o.heads = integer;
    else if (id == "window") o.windowNt = integer;
    else if (id == "lambda") o.lambda = value;
    else if (id == "kernel") o.kernelNt = integer;
    else if (id == "dilation_factor") o.dilationFactor = integer;
    else if (id == "dropout") o.dropout = value;
    else if (id == "max_relative_position") o.maxRelativePosition = integer;
    else return false;
    return true;
}

}  // namespace

Result<Bioseq2SeqOptions> Bioseq2SeqOptions::fromMap(const data::OptionMap& options)
{
    const std::vector<engine::OptionSpec> specs = optionSpecs();
    const auto checked = engine::completeOptions(options, specs);
    if (!checked)
        return fail(checked.error());
    Bioseq2SeqOptions result;
    const std::string preset = std::get<std::string>(checked->at("preset"));
    for (const Preset& known : presets()) {
        if (known.id == preset)
            result = known.options;
    }
    for (const auto& given : options) {
        const std::string& id = given.first;
        const data::OptionValue& value = checked->at(id);
        if (id == "encoder") {
            result.encoder = std::get<std::string>(value);
        } else if (id != "preset") {
            const auto number = asNumber(id, value);
            if (!number)
                return fail(number.error());
            assignNumber(result, id, *number);
        }
    }
    if (const auto consistent = checkConsistency(result); !consistent)
        return fail(consistent.error());
    return result;
}

data::OptionMap Bioseq2SeqOptions::toMap() const
{
    data::OptionMap map{{"encoder", encoder},
                        {"d_model", std::int64_t(modelDim)},
                        {"encoder_layers", std::int64_t(encoderLayers)},
                        {"decoder_layers", std::int64_t(decoderLayers)},
                        {"d_ff", std::int64_t(feedForwardDim)},
                        {"heads", std::int64_t(heads)},
                        {"dropout", dropout},
                        {"max_relative_position", std::int64_t(maxRelativePosition)}};
    if (encoder == "lfnet") {
        map["window"] = std::int64_t(windowNt);
        map["lambda"] = lambda;
    } else if (encoder == "cnn") {
        map["kernel"] = std::int64_t(kernelNt);
        map["dilation_factor"] = std::int64_t(dilationFactor);
    }
    return map;
}

engine::ModelSpec bioseq2seqSpec(std::string_view architecture)
{
    const bool edc = architecture == "edc";
    engine::ModelSpec spec;
    spec.architecture = std::string(architecture);
    spec.name = edc ? "EDC (class only)" : "bioseq2seq";
    spec.help = edc ? "Coding or noncoding, from the same encoder and decoder trained on the class alone"
                    : "Coding or noncoding, and the protein, from the transcript's nucleotides";
    spec.citation = "Valencia & Hendrix, Learning the regulatory grammar of translation with bioseq2seq";
    spec.options = optionSpecs();
    spec.input.padding = "Any length of at least one base; one token per base, nothing is cut or added.";
    spec.targets = {
        {"logit:PC-NC", "Coding log-odds", "Positive: more coding. Difference of the class logits, natural logarithm"},
        {"logit:NC-PC", "Noncoding log-odds", "Positive: more noncoding. Difference of the class logits, natural logarithm"},
        {"class:PC", "Coding log-probability", "Positive: more coding. log p(PC) among all tokens, natural logarithm"},
        {"class:NC", "Noncoding log-probability", "Positive: more noncoding. log p(NC) among all tokens, natural logarithm"},
    };
    spec.outputs.classes = {"PC", "NC"};
    spec.outputs.scalars = {"log_odds"};
    spec.outputs.described = {
        {"PC", "coding", {}},
        {"NC", "noncoding", {}},
        {"log_odds", "Log-odds", "ln P(coding) − ln P(noncoding); positive means coding", true},
    };
    spec.outputs.translations = !edc;
    spec.outputs.encoderDecoderAttention = true;
    spec.outputs.frequencyFilters = true;
    return spec;
}

}  // namespace nscope::models
