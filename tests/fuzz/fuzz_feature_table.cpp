// Purpose: fuzzes further inputs of models out of HDF5 files.
#include "core/io/feature_table.h"
#include "scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    (void)nscope::io::FeatureTable::read(scratchFile(data, size, ".h5"), "embedding");
    return 0;
}
