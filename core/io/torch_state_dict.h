// Purpose: finds the tensors that a PyTorch checkpoint's pickle describes: their names, shapes and places within the
// storages, without the storages' bytes. Optimizer state is left out and noted. Inside core/io only.
// Errors: Parse, Unsupported with the tensor's name.
#pragma once

#include "core/io/pickle_reader.h"
#include "core/io/safetensors.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nscope::io {

/// ('storage', torch.FloatStorage, key, location, number of elements)
struct TorchStorage {
    std::string key;
    DType dtype = DType::F32;
    int components = 1;  ///< 2: complex, real part first
    std::int64_t elements = 0;

    std::size_t elementBytes() const { return dtypeBytes(dtype) * std::size_t(components); }
    /// Nothing on overflow.
    std::optional<std::uint64_t> bytes() const;
};

/// A view of a storage; every element is known to lie inside. Offset and strides count elements.
struct TorchTensor {
    std::string name;
    TorchStorage storage;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
};

struct TorchStateDict {
    std::vector<TorchTensor> tensors;
    std::vector<std::string> notes;
};

/// The functions and classes that checkpoints of weights name: the ones that rebuild tensors, and inert ones of options
/// and counters saved beside them.
bool isHarmlessTorchGlobal(std::string_view global);

Result<TorchStateDict> findStateDict(const Pickle& pickle);

/// Every storage the pickle names, the optimizer's too: the legacy form writes them all without saying their types.
Result<std::vector<TorchStorage>> storagesOf(const Pickle& pickle);

}  // namespace nscope::io
