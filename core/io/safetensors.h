// Purpose: the safetensors format: a reader that maps the file and checks everything the format promises, and an
// atomic writer. Format: 8 bytes little-endian header length, JSON header, raw little-endian tensors.
// Checked: header ≤100 MB and inside the file, valid JSON object without doubled keys, known dtypes, shape × size equal
// to the stored length without overflow, offsets inside the file, no overlaps, no holes, nothing after the last
// tensor, metadata of strings only. Errors: Parse with file and tensor name.
#pragma once

#include "core/base/result.h"
#include "core/io/mapped_file.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

enum class DType : std::uint8_t { Bool, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64 };

std::string_view dtypeName(DType dtype);  ///< "F32"
std::size_t dtypeBytes(DType dtype);

/// A tensor inside the bytes of a file or of the caller; row-major, not aligned.
struct TensorView {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;  ///< empty: a scalar
    std::span<const std::byte> bytes;

    std::int64_t elementCount() const;
};

/// Values of a floating-point tensor (F16, BF16, F32, F64) as floats. Errors: Unsupported for other dtypes.
Result<std::vector<float>> toFloats(const TensorView& tensor);
/// Values of any dtype as floats: whole numbers beyond 2^24 are rounded, truth values become 0 and 1.
std::vector<float> numbersAsFloats(const TensorView& tensor);

class Safetensors {
public:
    static Result<Safetensors> open(const std::string& path);
    /// The same checks on bytes in memory, which must outlive the result.
    static Result<Safetensors> parse(std::span<const std::byte> bytes);

    /// Sorted by name; views stay valid as long as this object or a copy of it lives.
    const std::vector<TensorView>& tensors() const { return m_tensors; }
    const TensorView* find(std::string_view name) const;
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }

private:
    std::optional<MappedFile> m_file;
    std::vector<TensorView> m_tensors;
    std::map<std::string, std::string> m_metadata;
};

/// Sorted by name, header padded so that tensors start at a multiple of 8. The file appears whole or not at all.
Result<void> writeSafetensors(const std::string& path, std::vector<TensorView> tensors,
                              const std::map<std::string, std::string>& metadata = {});
/// The same as bytes (checkpoints that travel between threads).
Result<std::string> safetensorsBytes(std::vector<TensorView> tensors,
                                     const std::map<std::string, std::string>& metadata = {});

}  // namespace nscope::io
