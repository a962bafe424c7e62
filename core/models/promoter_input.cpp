#include "core/models/promoter_input.h"

#include "core/engine/input_anchor.h"
#include "core/models/option_list.h"

namespace nscope::models {

namespace {

constexpr std::int64_t kPublishedLengthNt = 10500;
constexpr nn::NucleotideCoding kCoding{"ACGT", 0.0};

}  // namespace

std::vector<engine::OptionSpec> PromoterInput::optionSpecs(std::int64_t halflifeFallback)
{
    return {
        integerOption("length", "Length (bp)", "Window around the transcription start site", kPublishedLengthNt, 20,
                      100000),
        integerOption("tss", "TSS index (bp)",
                      "Of the start site in the window, from 0; −1: two thirds of the way, as published", -1, -1,
                      100000),
        integerOption("halflife", "Half-life features",
                      "mRNA features per gene: 8 in the papers, 6 in Xpresso's published weights, 0 for none",
                      halflifeFallback, 0, 64),
        integerOption("tf", "Transcription factors", "Binary features per gene, 181 with ENCODE's targets; 0 for none",
                      0, 0, 4096),
    };
}

Result<PromoterOptions> PromoterOptions::read(const data::OptionMap& given,
                                              const std::vector<engine::OptionSpec>& specs)
{
    auto values = OptionReader::read(given, specs);
    if (!values)
        return fail(values.error());
    PromoterInput input{values->integer("length"), values->integer("tss"), values->integer("halflife"),
                        values->integer("tf")};
    if (input.tssNt < 0)
        input.tssNt = engine::publishedTssNt(input.lengthNt);
    if (input.tssNt >= input.lengthNt)
        return fail(ErrorCode::InvalidArgument, "The model option tss (" + std::to_string(input.tssNt)
                                                    + ") must lie inside the window of "
                                                    + std::to_string(input.lengthNt) + " bp.");
    auto tasks = readNames(*values, "tasks", 1);
    if (!tasks)
        return fail(tasks.error());
    return PromoterOptions{std::move(*values), input, std::move(*tasks)};
}

std::int64_t PromoterInput::startNt(std::int64_t sequenceNt) const
{
    return sequenceNt == lengthNt ? 0 : sequenceNt / 2 - tssNt;
}

torch::Tensor PromoterInput::window_NLC(const nn::NetInput& input, const torch::TensorOptions& like) const
{
    return nn::windowed_NLC(nn::nucleotideChannels_NLC(input, kCoding, like), input, lengthNt,
                            [this](std::int64_t sequenceNt) { return startNt(sequenceNt); });
}

torch::Tensor PromoterInput::withFeatures(const torch::Tensor& x_ND, const nn::NetInput& input) const
{
    std::vector<torch::Tensor> parts{x_ND};
    const auto append = [&](const char* id, std::int64_t width) {
        if (width == 0)
            return;
        const auto found = input.features.find(id);
        parts.push_back(found != input.features.end() ? found->second.to(x_ND.scalar_type())
                                                      : x_ND.new_zeros({x_ND.size(0), width}));
    };
    append("halflife", halflifeFeatures);
    append("tf", tfFeatures);
    return parts.size() == 1 ? x_ND : at::cat(parts, 1);
}

void PromoterInput::describe(engine::InputRule& rule) const
{
    rule.alphabet = "DNA";
    rule.lengthNt = lengthNt;
    const std::string length = std::to_string(lengthNt);
    rule.padding = "A sequence of " + length + " bp is taken as it stands, its transcription start site at index "
                   + std::to_string(tssNt)
                   + "; of any other length the middle is put there, the rest cut or padded with " + "zeros.";
    rule.further.clear();
    if (halflifeFeatures > 0)
        rule.further.push_back({"halflife", "mRNA half-life features",
                                "z-scored: log lengths of 5' UTR, CDS, introns, 3' UTR; GC of 5' UTR, ORF, 3' UTR; ORF "
                                "exon density. Zeros, the average mRNA, where a sequence has none",
                                halflifeFeatures, false});
    if (tfFeatures > 0)
        rule.further.push_back({"tf", "Transcription factors",
                                "1 where the gene is a target of the factor. Zeros where a sequence has none",
                                tfFeatures, false});
}

}  // namespace nscope::models
