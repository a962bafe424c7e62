// Purpose: fuzzes the reader of Keras .h5 files.
#include "core/io/keras_h5.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nscope::io;
    const auto file = parseKerasH5({reinterpret_cast<const std::byte*>(data), size});
    if (!file)
        return 0;
    std::size_t numbers = 0;
    for (const WeightTensor& tensor : file->tensors)
        numbers += tensor.values.size();
    if (numbers > 4 * size + (1 << 18))  // the budget of weight_budget.h, in floats
        std::abort();
    (void)unknownKerasClasses(*file);
    return 0;
}
