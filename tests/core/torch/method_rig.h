// Purpose: an explanation method run to its end on a network, without engine and door.
#pragma once

#include "core/interpret/method_list.h"
#include "tests/core/torch/zoo_checks.h"

#include <string>
#include <vector>

namespace nscope::tests {

struct MethodRun {
    std::string method;
    std::string letters;
    data::OptionMap options{};
    std::string target{};              ///< empty: the model's default
    std::int64_t budgetBytes = std::int64_t(64) << 20;
    std::optional<data::Interval> only{};
    std::optional<data::Interval> cds{};
    int halvings = 0;                  ///< of the job's memory, one after every step
};

/// The error of a method that refuses to start is kept.
Result<data::Attribution> tryMethod(const std::shared_ptr<nn::SequenceNet>& net, const MethodRun& run);
/// Throws std::runtime_error with the sentence of a refusal.
data::Attribution runMethod(const std::shared_ptr<nn::SequenceNet>& net, const MethodRun& run);

/// Throws std::runtime_error if there is no such diagnostic.
double diagnostic(const data::Attribution& attribution, const std::string& name);

/// [L,4] float64.
torch::Tensor values_LC(const data::Attribution& attribution);
/// One number per position: the sum over its bases (those of methods that value the own base alone).
torch::Tensor values_L(const data::Attribution& attribution);

double sumOf(const data::Attribution& attribution);

/// S of letters, or of one input that may be no sequence.
double scoreOf(nn::SequenceNet& net, std::string_view letters);
double scoreOf(nn::SequenceNet& net, const torch::Tensor& mixture_LC);

/// [L,C] of letters, float64.
torch::Tensor onehot_LC(const nn::SequenceNet& net, const std::string& letters);
/// Largest absolute value.
double largest(const torch::Tensor& tensor);

/// A user's lists of layers for 60 nt and one number: without kinks; with ReLU, maxima and a residual block.
extern const char* const kSmooth;
extern const char* const kKinked;
/// The same without any non-linearity, for 40 nt.
extern const char* const kLinear;
/// Three classes of 60 nt.
extern const char* const kClasses;

/// A network of a user's list of layers (docs/custom_models.md) with random weights, float64.
std::shared_ptr<nn::SequenceNet> customNet(const std::string& json, std::uint64_t seed = 11);

}  // namespace nscope::tests
