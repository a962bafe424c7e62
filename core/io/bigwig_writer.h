// Purpose: one signal over many sequences as a bigWig file: a sequence is a chromosome, its id the name.
// Values are kept until finish(), because the format begins with the list of all chromosomes, sorted by name; where
// these are known before, bigwig_stream.h writes without keeping.
// Errors: Io, InvalidArgument (a name that is empty or comes twice). The file appears whole or not at all.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nscope::io {

class BigWigWriter {
public:
    explicit BigWigWriter(std::string path) : m_path(std::move(path)) {}

    /// Bins of `binNt` from `startNt` (0-based); bins that do not lie wholly inside [0, lengthNt) are left out, and so
    /// are values that are not finite numbers.
    Result<void> add(const std::string& chromosome, std::int64_t lengthNt, std::int64_t startNt, std::int64_t binNt,
                     std::vector<float> values);
    Result<void> finish();

private:
    struct Signal {
        std::int64_t lengthNt = 0;
        std::int64_t startNt = 0;
        std::int64_t binNt = 1;
        std::vector<float> values;
    };

    std::string m_path;
    std::map<std::string, Signal> m_signals;
};

}  // namespace nscope::io
