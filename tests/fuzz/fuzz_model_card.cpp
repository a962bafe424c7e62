// Purpose: fuzzes model cards; a card that is read must survive being written again.
#include "core/io/model_card.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto card = nscope::io::modelCardFromJson({reinterpret_cast<const char*>(data), size});
    if (card && !nscope::io::modelCardFromJson(nscope::io::modelCardToJson(*card)))
        std::abort();
    return 0;
}
