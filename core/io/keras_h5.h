// Purpose: Keras .h5 files, weights only or whole models, as layers in order with their weights. Nothing is run: the
// model's configuration is read as JSON, and a Lambda layer, which carries Python code, is refused unless its code is
// one that the caller knows and computes by itself.
// Classes that are not Keras' own come with their names, so that an importer can decide (unknownKerasClasses).
// Errors: NotFound, Io, Parse, Unsupported; see weight_file.h for the result and hdf5_file.h for the bounds.
// Source: keras/saving/legacy/hdf5_format.py of Keras 2 (attributes layer_names, weight_names, model_config).
#pragma once

#include "core/io/weight_file.h"

#include <span>
#include <string>
#include <vector>

namespace nscope::io {

/// Whether the bytes begin as an HDF5 file.
bool isKerasH5(std::span<const std::byte> bytes);

Result<WeightFile> readKerasH5(const std::string& path, const WeightOptions& options = {});
/// The same from bytes in memory.
Result<WeightFile> parseKerasH5(std::span<const std::byte> bytes, const WeightOptions& options = {});

/// Names of classes that are not Keras' own, each once, wrapped and nested layers too; empty without configuration.
std::vector<std::string> unknownKerasClasses(const WeightFile& file);

/// SHA-256 of a Lambda layer's code as the file spells it: its config's "function" and "arguments", as compact JSON.
std::string lambdaHash(const nlohmann::ordered_json& lambdaConfig);

}  // namespace nscope::io
