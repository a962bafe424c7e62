// Purpose: fuzzes the zip and .npy readers; what is read must be written and read back the same.
#include "core/io/npz.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const nscope::io::ZipLimits limits{.maxEntries = 100, .maxTotalBytes = 16 << 20, .maxRatio = 2000};
    const auto archive = nscope::io::parseNpz(bytes, limits);
    (void)archive;
    const auto array = nscope::io::parseNpy(bytes);
    if (array) {
        const auto written = nscope::io::npyBytes(*array);
        if (!written || !nscope::io::parseNpy(*written))
            std::abort();
    }
    return 0;
}
