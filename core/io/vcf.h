// Purpose: variants of a VCF (plain, gzip, bgzip) or BCF file, one alternative allele at a time, in bounded memory.
// Read are CHROM, POS, ID, REF and ALT; samples and INFO are not. Text records need their columns up to FILTER.
// A record that breaks the format is left out and listed in problems() with its line (of BCF: the number of the
// record); the next ones are read. Errors, which end the reading: NotFound, Io; Parse for a file that is no VCF or BCF,
// without its header, or truncated. A record with "." as ALT has no allele to give and is counted. Local files; "-" is
// standard input, as VCF text. Thread: one at a time.
#pragma once

#include "core/base/result.h"
#include "core/data/variant.h"
#include "core/io/read_problems.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::io {

class VcfReader {
public:
    static Result<VcfReader> open(const std::string& path);
    ~VcfReader();
    VcfReader(VcfReader&&) noexcept;
    VcfReader& operator=(VcfReader&&) = delete;

    /// The next allele, or std::nullopt after the last.
    Result<std::optional<data::Variant>> next();

    const ReadProblems& problems() const;
    std::int64_t withoutAlternative() const;  ///< records whose ALT is "."
    double fractionRead() const;              ///< 0..1, or −1 where it is not known

private:
    struct Impl;
    explicit VcfReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace nscope::io
