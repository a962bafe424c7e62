// Purpose: fuzzes the FASTA reader: plain text through the parser, and the same bytes as a file through htslib.
#include "core/io/fasta.h"
#include "scratch_file.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto pasted = nscope::io::parseFasta(text, "pasted");
    const auto file = nscope::io::readFasta(scratchFile(data, size, ".fa"));
    for (const auto* set : {&pasted, &file}) {
        if (!*set)
            continue;
        for (const auto& transcript : **set) {
            if (transcript->sequence.id.empty() || transcript->sequence.letters.empty())
                std::abort();
        }
    }
    return 0;
}
