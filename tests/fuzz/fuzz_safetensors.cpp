// Purpose: fuzzes the safetensors reader and touches every byte that a tensor claims.
#include "core/io/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto file = nscope::io::Safetensors::parse({reinterpret_cast<const std::byte*>(data), size});
    if (!file)
        return 0;
    unsigned sum = 0;
    for (const nscope::io::TensorView& tensor : file->tensors()) {
        for (const std::byte byte : tensor.bytes)
            sum += unsigned(byte);
        sum += unsigned(nscope::io::toFloats(tensor).has_value());
    }
    volatile unsigned sink = sum;
    (void)sink;
    return 0;
}
