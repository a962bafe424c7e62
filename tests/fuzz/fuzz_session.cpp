// Purpose: fuzzes sessions: the JSON document, which must survive being written again, and the zip around it.
#include "core/io/session.h"
#include "scratch_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = nscope::io::documentFromJson(text);
    if (document && !nscope::io::documentFromJson(nscope::io::documentToJson(**document)))
        std::abort();
    if (text.starts_with("PK"))
        (void)nscope::io::readSession(scratchFile(data, size, ".nscope"));
    return 0;
}
