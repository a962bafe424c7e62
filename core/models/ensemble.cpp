#include "core/models/ensemble.h"

#include "core/models/kmer_mlp.h"
#include "core/models/model_zoo.h"
#include "core/models/option_list.h"

#include <algorithm>

namespace nscope::models {

namespace {

constexpr const char* kMember = "member";
constexpr const char* kMembers = "members";
constexpr std::int64_t kFewest = 2, kMost = 100;

std::vector<engine::OptionSpec> ownOptions()
{
    return {textOption(kMember, "Member", "Architecture of the networks that are averaged; further options are theirs",
                       "kmer-mlp"),
            integerOption(kMembers, "Members", "How many networks are averaged", 3, kFewest, kMost)};
}

/// The spec of a member as that of the ensemble.
engine::ModelSpec averaged(engine::ModelSpec spec)
{
    std::vector<engine::OptionSpec> options = ownOptions();
    options.insert(options.end(), spec.options.begin(), spec.options.end());
    spec.options = std::move(options);
    spec.name = "Ensemble of " + spec.name;
    spec.architecture = kEnsemble;
    return spec;
}

/// Outputs that stand for places in a space of the member's own.
bool isInOwnSpace(const std::string& output)
{
    return output.starts_with("hidden.") || output.starts_with("embedding_");
}

/// The mean of the members' scores.
class EnsembleScorer : public nn::MutantScorer {
public:
    explicit EnsembleScorer(std::vector<std::unique_ptr<nn::MutantScorer>> scorers) : m_scorers(std::move(scorers)) {}

    double referenceScore() const override
    {
        double sum = 0.0;
        for (const auto& scorer : m_scorers)
            sum += scorer->referenceScore();
        return sum / double(m_scorers.size());
    }

    std::vector<double> scores(std::span<const nn::Mutation> mutations, const nn::PassOptions& options) override
    {
        std::vector<double> mean(mutations.size());
        for (const auto& scorer : m_scorers) {
            const std::vector<double> own = scorer->scores(mutations, options);
            for (std::size_t i = 0; i < mean.size(); ++i)
                mean[i] += own[i] / double(m_scorers.size());
        }
        return mean;
    }

    std::int64_t mutantsPerPass() const override
    {
        std::int64_t fewest = m_scorers.front()->mutantsPerPass();
        for (const auto& scorer : m_scorers)
            fewest = std::min(fewest, scorer->mutantsPerPass());
        return fewest;
    }

private:
    std::vector<std::unique_ptr<nn::MutantScorer>> m_scorers;
};

}  // namespace

engine::ModelSpec ensembleSpec()
{
    engine::ModelSpec spec = averaged(kmerMlpSpec());
    spec.name = "Ensemble";
    spec.help = "The mean of several networks of one architecture that were trained from different seeds";
    spec.citation = "Lakshminarayanan et al. 2017, NeurIPS";
    spec.options = ownOptions();
    return spec;
}

data::OptionMap ensembleOptions(std::string architecture, std::size_t count, data::OptionMap memberOptions)
{
    memberOptions[kMember] = std::move(architecture);
    memberOptions[kMembers] = std::int64_t(count);
    return memberOptions;
}

const ZooNet* zooNetOf(const nn::SequenceNet& net)
{
    const auto* ensemble = dynamic_cast<const EnsembleImpl*>(&net);
    return dynamic_cast<const ZooNet*>(ensemble ? ensemble->nets().front().get() : &net);
}

Result<std::shared_ptr<nn::SequenceNet>> createEnsemble(std::string_view, const data::OptionMap& options)
{
    data::OptionMap own, ofMember;
    for (const auto& option : options)
        (option.first == kMember || option.first == kMembers ? own : ofMember).insert(option);
    const auto read = OptionReader::read(own, ownOptions());
    if (!read)
        return fail(read.error());
    const std::string& architecture = read->text(kMember);
    if (architecture == kEnsemble)
        return fail(ErrorCode::InvalidArgument, "An ensemble cannot be a member of an ensemble.");
    std::vector<std::shared_ptr<nn::SequenceNet>> nets;
    for (std::int64_t i = 0; i < read->integer(kMembers); ++i) {
        auto net = createNet(architecture, ofMember);
        if (!net)
            return net;
        if (!dynamic_cast<ZooNet*>(net->get()) || (*net)->parameters().empty())
            return fail(ErrorCode::InvalidArgument,
                        "Networks of the architecture " + architecture + " cannot be averaged in an ensemble.");
        nets.push_back(*std::move(net));
    }
    return std::make_shared<EnsembleImpl>(std::move(nets));
}

EnsembleImpl::EnsembleImpl(std::vector<std::shared_ptr<nn::SequenceNet>> nets) : m_nets(std::move(nets))
{
    m_spec = averaged(first().spec());
    members = register_module("members", torch::nn::ModuleList());
    for (const auto& net : m_nets)
        members->push_back(std::static_pointer_cast<torch::nn::Module>(net));
}

nn::NamedTensors EnsembleImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    nn::NamedTensors result = first().forward(input, options);
    std::map<std::string, std::vector<torch::Tensor>> inOwnSpace;
    nn::PassOptions unnoted = options;
    unnoted.stages = nullptr;
    for (std::size_t i = 1; i < m_nets.size(); ++i) {
        for (auto& [name, tensor] : m_nets[i]->forward(input, unnoted)) {
            if (isInOwnSpace(name))
                inOwnSpace[name].push_back(tensor);
            else if (tensor.is_floating_point())
                result.at(name) = result.at(name) + tensor;
        }
    }
    for (auto& [name, tensor] : result) {
        if (auto found = inOwnSpace.find(name); found != inOwnSpace.end()) {
            found->second.insert(found->second.begin(), tensor);
            tensor = at::cat(found->second, -1);
        } else if (tensor.is_floating_point()) {
            tensor = tensor / double(m_nets.size());
        }
    }
    if (const auto made = std::ranges::find_if(
            result, [](const auto& output) { return !isInOwnSpace(output.first) && output.second.is_floating_point(); });
        made != result.end())
        options.note("Mean of " + std::to_string(m_nets.size()) + " members", made->second);
    return result;
}

torch::Tensor EnsembleImpl::score_N(const nn::NamedTensors& outputs, const nn::Target& target) const
{
    return first().score_N(outputs, target);
}

data::Prediction EnsembleImpl::prediction(const nn::NamedTensors& outputs, std::int64_t row) const
{
    return first().prediction(outputs, row);
}

std::unique_ptr<nn::MutantScorer> EnsembleImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                             std::int64_t budgetBytes, const nn::PassOptions& options)
{
    // The logarithm of a probability of mean logits is no mean of the members' logarithms.
    if (target.kind == nn::Target::Kind::LogProbability)
        return nullptr;
    std::vector<std::unique_ptr<nn::MutantScorer>> scorers;
    for (const auto& net : m_nets) {
        auto scorer = net->mutantScorer(letters, target, budgetBytes / std::int64_t(m_nets.size()), options);
        if (!scorer)
            return nullptr;
        scorers.push_back(std::move(scorer));
    }
    return std::make_unique<EnsembleScorer>(std::move(scorers));
}

std::int64_t EnsembleImpl::passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const
{
    // Without gradients a member's layers are gone when the next one passes.
    return first().passBytes(batch, lengthNt, gradient) * (gradient ? std::int64_t(m_nets.size()) : 1);
}

torch::Tensor EnsembleImpl::maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                             const nn::PassOptions& options)
{
    torch::Tensor sum_P4 = first().maskedLetters_P4(letters, positions, options);
    if (!sum_P4.defined())
        return sum_P4;
    for (std::size_t i = 1; i < m_nets.size(); ++i)
        sum_P4 = sum_P4 + m_nets[i]->maskedLetters_P4(letters, positions, options);
    return sum_P4 / double(m_nets.size());
}

Result<void> EnsembleImpl::checkPairRescaling() const
{
    const auto* net = dynamic_cast<const nn::PairRescaling*>(&first());
    if (!net)
        return fail(ErrorCode::Unsupported, "DeepLIFT's rescale rule is not defined here for the members of this "
                                            "ensemble; use integrated gradients instead.");
    return net->checkPairRescaling();
}

void EnsembleImpl::setPairRescaling(bool on)
{
    for (const auto& net : m_nets)
        dynamic_cast<nn::PairRescaling&>(*net).setPairRescaling(on);
}

std::vector<nn::FilterBank> EnsembleImpl::firstFilters(const nn::NetInput& input, const nn::PassOptions& options)
{
    std::vector<nn::FilterBank> banks;
    for (const auto& net : m_nets) {
        auto* filters = dynamic_cast<nn::FirstFilters*>(net.get());
        if (!filters)
            return {};
        for (nn::FilterBank& bank : filters->firstFilters(input, options))
            banks.push_back(std::move(bank));
    }
    return banks;
}

}  // namespace nscope::models
