// Purpose: PyTorch checkpoints (.pt, .pth, .bin) as plain tensors, by a capped reader of our own: torch::load runs
// code out of the file (DESIGN §7).
// Forms: zip (PyTorch 1.6 and newer: <name>/data.pkl and <name>/data/<key>) and legacy (five pickles, then storages).
// Only weights are read: a whole pickled model, a TorchScript program or a function to call is refused by its name.
// Errors: NotFound, Io, Parse, Unsupported; see weight_file.h for the result.
// Source: torch/serialization.py and torch/_utils.py of PyTorch 1.13 and 2.x.
#pragma once

#include "core/io/weight_file.h"

#include <span>
#include <string>

namespace nscope::io {

/// Whether the bytes begin as a checkpoint of either form, or as another pickle.
bool isTorchCheckpoint(std::span<const std::byte> bytes);

Result<WeightFile> readTorchCheckpoint(const std::string& path);
/// The same from bytes in memory.
Result<WeightFile> parseTorchCheckpoint(std::span<const std::byte> bytes);

}  // namespace nscope::io
