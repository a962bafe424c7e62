// Purpose: writes intervals with values as a bedGraph file, line by line; bgzip if the name ends in .gz or .bgz.
// Values that are not finite are left out, since the format has none. Errors: Io. The file appears whole or not at all.
#pragma once

#include "core/io/atomic_file.h"
#include "core/io/signal_file.h"

#include <memory>
#include <string>

namespace nscope::io {

class BedGraphWriter {
public:
    /// "-" is standard output.
    static Result<BedGraphWriter> create(const std::string& path);
    ~BedGraphWriter();
    BedGraphWriter(BedGraphWriter&&) noexcept;

    Result<void> add(const std::string& chromosome, const SignalInterval& interval);
    Result<void> finish();

private:
    struct Packed;
    explicit BedGraphWriter(AtomicFile file);

    AtomicFile m_file;
    std::unique_ptr<Packed> m_packed;  ///< none: plain text
};

}  // namespace nscope::io
