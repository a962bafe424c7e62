// Purpose: several networks of one architecture as one: replicates of a training whose outputs are averaged. Logits,
// values and profiles are averaged, so that a target that is a logit, a difference of logits or a value is the mean of
// the members' targets, and an explanation of it the mean of theirs. Attention is averaged too; hidden states and
// embeddings of members stand one behind the other. Networks with a decoder cannot be members.
// Source: Lakshminarayanan et al. 2017 (deep ensembles). Weights: members.<i>.<name of the member>.
// Thread: one thread at a time.
#pragma once

#include "core/models/zoo_net.h"
#include "core/nn/first_filters.h"
#include "core/nn/rescale.h"

#include "core/data/option_value.h"

namespace nscope::models {

inline constexpr const char* kEnsemble = "ensemble";

engine::ModelSpec ensembleSpec();
/// Options: "member", an architecture id, "members", how many, and those of the member.
Result<std::shared_ptr<nn::SequenceNet>> createEnsemble(std::string_view architecture, const data::OptionMap& options);
/// The options of an ensemble of `count` networks made with `memberOptions`.
data::OptionMap ensembleOptions(std::string architecture, std::size_t count, data::OptionMap memberOptions);
/// The network itself, or the first member of an ensemble; null for others than networks of the zoo.
const ZooNet* zooNetOf(const nn::SequenceNet& net);

class EnsembleImpl : public nn::SequenceNet, public nn::PairRescaling, public nn::FirstFilters {
public:
    /// Networks of the same architecture and options, at least one.
    explicit EnsembleImpl(std::vector<std::shared_ptr<nn::SequenceNet>> nets);

    const std::vector<std::shared_ptr<nn::SequenceNet>>& nets() const { return m_nets; }

    const engine::ModelSpec& spec() const override { return m_spec; }
    int channelCount() const override { return first().channelCount(); }
    std::array<int, 4> baseChannels() const override { return first().baseChannels(); }
    std::int64_t padId() const override { return first().padId(); }
    std::int64_t idOf(char letter) const override { return first().idOf(letter); }

    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    Result<nn::Target> parseTarget(std::string_view text) const override { return first().parseTarget(text); }
    torch::Tensor score_N(const nn::NamedTensors& outputs, const nn::Target& target) const override;
    data::Prediction prediction(const nn::NamedTensors& outputs, std::int64_t row) const override;
    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;
    std::int64_t passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const override;
    torch::Tensor maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                   const nn::PassOptions& options) override;
    std::string attentionQuery() const override { return first().attentionQuery(); }
    int encoderLayerCount() const override { return first().encoderLayerCount(); }
    int headCount() const override { return first().headCount(); }

    Result<void> checkPairRescaling() const override;
    void setPairRescaling(bool on) override;
    /// Those of the first member, then those of the second …
    std::vector<nn::FilterBank> firstFilters(const nn::NetInput& input, const nn::PassOptions& options) override;

    torch::nn::ModuleList members{nullptr};

private:
    nn::SequenceNet& first() const { return *m_nets.front(); }

    std::vector<std::shared_ptr<nn::SequenceNet>> m_nets;
    engine::ModelSpec m_spec;
};

}  // namespace nscope::models
