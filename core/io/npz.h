// Purpose: NumPy's .npz: a zip of .npy arrays, stored or deflated.
// Errors: NotFound, Io, Parse, Unsupported with the file and the array's name. Caps of zip_archive.h apply.
#pragma once

#include "core/base/result.h"
#include "core/io/npy.h"
#include "core/io/zip_archive.h"

#include <map>
#include <string>

namespace nscope::io {

using NpzArrays = std::map<std::string, NpyArray>;  ///< names without ".npy"

Result<NpzArrays> readNpz(const std::string& path, const ZipLimits& limits = {});
/// The same from bytes in memory.
Result<NpzArrays> parseNpz(std::string_view bytes, const ZipLimits& limits = {});
/// One array of an open archive; `name` without ".npy".
Result<NpyArray> readNpzArray(const ZipReader& zip, const std::string& name);
Result<void> writeNpz(const std::string& path, const NpzArrays& arrays);

/// Writes arrays, stored without compression, one by one in bounded memory (they wait in a temporary file); the .npz appears at commit().
class NpzWriter {
public:
    static Result<NpzWriter> create(const std::string& path);

    Result<void> add(const std::string& name, const NpyArray& array);
    Result<void> commit();
    /// Adds the last arrays and commits.
    Result<void> finish(const NpzArrays& arrays);

private:
    explicit NpzWriter(ZipWriter zip) : m_zip(std::move(zip)) {}
    ZipWriter m_zip;
};

}  // namespace nscope::io
