// Purpose: fuzzes tab-separated tables and coding regions.
#include "core/io/cds_table.h"
#include "scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto table = nscope::io::CdsTable::read(scratchFile(data, size, ".tsv"));
    if (table) {
        const auto known = std::make_shared<const nscope::data::Transcript>(
            nscope::data::Transcript{{"a", "", "ATGAAATAA", nscope::data::Alphabet::Dna}, {}});
        (void)table->join({known});
    }
    return 0;
}
