// Purpose: what the networks that read nucleotides and answer with numbers have in common: symbols, targets, the score
// of a target and the plain prediction follow from a description of the head, so a family writes its layers alone.
// Thread: one thread at a time.
#pragma once

#include "core/nn/nucleotide_input.h"

namespace nscope::models {

enum class HeadKind {
    Classes,    ///< softmax over classes: outputs "logits_NK"
    Fractions,  ///< the same, but the classes share the molecules (localisation): scalars named by the fractions
    Labels,     ///< independent yes/no labels: outputs "logits_NK", before the sigmoid
    Values,     ///< a number per task: outputs "values_NT"
    Profile,    ///< a number per bin and task: outputs "profile_NBT"; rows of fewer bins than the longest: "bins_N"
};

struct HeadSpec {
    HeadKind kind = HeadKind::Values;
    std::vector<std::string> names;  ///< classes, fractions, labels or tasks, in the order of the output
};

/// Where the bins of a profile lie on the sequence.
struct ProfileFrame {
    std::int64_t startNt = 0;  ///< of the first bin; negative if the sequence was padded in front
    std::int64_t binNt = 1;
};

/// Fills in targets and outputs of a spec from its head.
void describeHead(engine::ModelSpec& spec, const HeadSpec& head);

class ZooNet : public nn::SequenceNet {
public:
    /// `spec` as it stands in the zoo; its targets and outputs are rewritten for this head.
    ZooNet(engine::ModelSpec spec, HeadSpec head);

    const engine::ModelSpec& spec() const override { return m_spec; }
    const HeadSpec& head() const { return m_head; }

    int channelCount() const override { return nn::kNucleotideSymbols; }
    std::array<int, 4> baseChannels() const override { return {0, 1, 2, 3}; }
    std::int64_t padId() const override { return nn::kNucleotidePadding; }
    std::int64_t idOf(char letter) const override { return nn::nucleotideSymbol(letter); }

    Result<nn::Target> parseTarget(std::string_view text) const override;
    torch::Tensor score_N(const nn::NamedTensors& outputs, const nn::Target& target) const override;
    data::Prediction prediction(const nn::NamedTensors& outputs, std::int64_t row) const override;
    std::int64_t passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const override;

protected:
    /// Profile heads only.
    virtual ProfileFrame profileFrame(std::int64_t lengthNt) const;
    /// Numbers alive at once per sequence of this length in a pass without gradients; a generous estimate.
    virtual double activations(std::int64_t lengthNt) const = 0;
    /// Bins of a row of a profile over which the target is the mean.
    data::Interval targetBins(const nn::NamedTensors& outputs, const nn::Target& target, std::int64_t row) const;

    engine::ModelSpec m_spec;

private:
    int indexOf(std::string_view name) const;
    Result<nn::Target> unknownTarget(std::string_view text) const;

    HeadSpec m_head;
};

/// Puts the length of the sequences into the outputs of a pass, from which a profile's frame follows.
void rememberLengths(nn::NamedTensors& outputs, const nn::NetInput& input);
/// The number of bins of each row of a profile, where they differ; the rest of a row is padding.
void rememberBins(nn::NamedTensors& outputs, const std::vector<std::int64_t>& bins);

}  // namespace nscope::models
