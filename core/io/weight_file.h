// Purpose: weights out of other programs' files, as plain values: one result for PyTorch checkpoints, Keras .h5 and
// safetensors. The form is recognised by content, not by the file's name. Nothing out of the file is ever run, and
// memory is bounded by the file's size whatever the file claims: 16 times for numbers, 100 times for a pickle.
// Errors: NotFound, Io, Parse (damaged, cut short), Unsupported (code, whole pickled models, another form), each one
// sentence with the file and the tensor, layer or function it is about. Any thread; blocks while reading.
#pragma once

#include "core/base/result.h"
#include "core/io/safetensors.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

struct WeightTensor {
    std::string name;                 ///< the author's, see WeightFile::tensors
    DType dtype = DType::F32;         ///< in the file; importers pass over counters (I64) by it
    std::vector<std::int64_t> shape;  ///< empty: a scalar
    std::vector<float> values;        ///< row-major
};

/// One layer of a Keras model.
struct WeightLayer {
    std::string name;
    std::string className;             ///< "Conv1D"; empty when the file holds weights only
    nlohmann::ordered_json config;     ///< the layer's "config" object; null when the file holds weights only
    std::vector<std::string> tensors;  ///< names in WeightFile::tensors, in Keras' order (kernel, bias, …)
};

enum class WeightForm : std::uint8_t { Safetensors, TorchZip, TorchLegacy, KerasH5 };

std::string_view weightFormName(WeightForm form);  ///< "PyTorch checkpoint"

struct WeightFile {
    WeightForm form = WeightForm::Safetensors;
    /// In the file's order, names unique. PyTorch: the keys of the state dict, without the name of the dictionary that
    /// holds it and without DataParallel's "module."; a complex tensor comes as `<name>.real` and `<name>.imag`.
    /// Keras: "<layer>/<weight name>", as in "conv1d_1/conv1d_1/kernel:0".
    std::vector<WeightTensor> tensors;
    std::vector<WeightLayer> layers;  ///< Keras only, in the model's order, layers without weights as well
    std::vector<std::string> notes;   ///< what was left out or renamed, one sentence each

    const WeightTensor* find(std::string_view name) const;
    const WeightLayer* findLayer(std::string_view name) const;
};

struct WeightOptions {
    /// SHA-256 of Lambda layers' code (see lambdaHash() in keras_h5.h) that the importing architecture computes by
    /// itself. A Keras model with any other Lambda layer is refused.
    std::vector<std::string> knownLambdas;
};

Result<WeightFile> openWeights(const std::string& path, const WeightOptions& options = {});

}  // namespace nscope::io
