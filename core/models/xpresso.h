// Purpose: Xpresso: promoter of 10,500 bp and mRNA half-life features → expression (z-scored log RPKM).
// Source: Agarwal & Shendure 2020; spec/models.md 5.5. The published weights take 6 half-life features, the papers 8.
// Thread: one thread at a time.
#pragma once

#include "core/models/promoter_input.h"
#include "core/models/zoo_net.h"
#include "core/nn/first_filters.h"

namespace nscope::models {

struct XpressoOptions {
    PromoterInput input;
    std::int64_t filters1 = 128, kernel1Nt = 6, pool1 = 30;
    std::int64_t filters2 = 32, kernel2Nt = 9, pool2 = 10;
    std::int64_t dense1 = 64, dense2 = 2;
    double dropout1 = 0.00099, dropout2 = 0.01546;
    std::vector<std::string> tasks;

    static Result<XpressoOptions> fromMap(const data::OptionMap& options);
    std::int64_t steps() const { return input.lengthNt / pool1 / pool2; }  ///< after both poolings
};

engine::ModelSpec xpressoSpec();
Result<std::shared_ptr<nn::SequenceNet>> createXpresso(std::string_view architecture, const data::OptionMap& options);

class XpressoImpl : public ZooNet, public nn::FirstFilters {
public:
    explicit XpressoImpl(const XpressoOptions& options);

    /// Outputs "values_NT".
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;

    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;
    std::vector<nn::FilterBank> firstFilters(const nn::NetInput& input, const nn::PassOptions& options) override;

    torch::nn::Conv1d conv1{nullptr}, conv2{nullptr};
    torch::nn::Linear dense1{nullptr}, dense2{nullptr}, output{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    /// From the first dense layer's sum to the values.
    torch::Tensor values_NT(torch::Tensor x, const nn::PassOptions& options) const;

    XpressoOptions m_options;
};
TORCH_MODULE(Xpresso);

}  // namespace nscope::models
