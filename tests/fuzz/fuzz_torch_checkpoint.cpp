// Purpose: fuzzes the reader of PyTorch checkpoints: both containers, and the pickle alone, which a zip's checksums
// would hide from the fuzzer.
#include "core/io/torch_checkpoint.h"
#include "core/io/torch_state_dict.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nscope::io;
    const auto file = parseTorchCheckpoint({reinterpret_cast<const std::byte*>(data), size});
    if (file) {
        std::size_t numbers = 0;
        for (const WeightTensor& tensor : file->tensors)
            numbers += tensor.values.size();
        if (numbers > 4 * size + (1 << 18))  // the budget of weight_budget.h, in floats
            std::abort();
    }
    const auto pickle = readPickle({reinterpret_cast<const char*>(data), size}, isHarmlessTorchGlobal);
    if (pickle) {
        (void)findStateDict(*pickle);
        (void)storagesOf(*pickle);
    }
    return 0;
}
