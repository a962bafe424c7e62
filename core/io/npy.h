// Purpose: one array of NumPy's .npy format (versions 1.0 and 2.0) as a value. Little-endian, C order.
// Dtypes: <f4 <f8 <i4 <i8 |u1 |b1 and <U strings. Pickled objects, Fortran order and other dtypes are refused.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nscope::io {

/// Booleans are stored apart from bytes, so that they read back as booleans.
struct NpyBools {
    std::vector<std::uint8_t> values;  ///< 0 or 1
    bool operator==(const NpyBools&) const = default;
};

struct NpyArray {
    using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>,
                                std::vector<std::int64_t>, std::vector<std::uint8_t>, NpyBools, std::vector<std::string>>;

    std::vector<std::int64_t> shape;  ///< empty: a scalar, which holds one value
    Values values;                    ///< row-major; strings are UTF-8

    /// One-dimensional array of these values.
    template <class T>
    static NpyArray of(std::vector<T> values)
    {
        const auto count = std::int64_t(values.size());
        return {{count}, Values(std::move(values))};
    }
    template <class T>
    static NpyArray of(std::vector<T> values, std::vector<std::int64_t> shape)
    {
        return {std::move(shape), Values(std::move(values))};
    }
    template <class T>
    static NpyArray scalar(T value)
    {
        return {{}, Values(std::vector<T>{std::move(value)})};
    }

    /// The values if they are of this type exactly, else nullptr.
    template <class T>
    const std::vector<T>* as() const
    {
        return std::get_if<std::vector<T>>(&values);
    }
    std::int64_t elementCount() const;
    std::string dtype() const;  ///< "<f4"; strings "<U"

    /// Numbers of any dtype converted; std::nullopt-like error Unsupported for strings.
    Result<std::vector<double>> toDoubles() const;
    Result<std::vector<std::int64_t>> toIntegers() const;  ///< i4, i8, u1, b1

    bool operator==(const NpyArray&) const = default;
};

/// Parses the bytes of one .npy file. Errors: Parse, Unsupported.
Result<NpyArray> parseNpy(std::string_view bytes);
/// Bytes of a version 1.0 file (2.0 when the header is long). Errors: InvalidArgument if the shape does not fit.
Result<std::string> npyBytes(const NpyArray& array);

}  // namespace nscope::io
