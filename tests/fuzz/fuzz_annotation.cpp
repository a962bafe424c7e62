// Purpose: fuzzes the readers of annotation; the first byte says which one. What is read must be fit for splicing.
#include "core/data/gene_index.h"
#include "core/data/splicing.h"
#include "core/io/annotation_file.h"
#include "scratch_file.h"

#include <array>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::array kEndings{".gtf", ".gff3", ".bed", ".narrowPeak", ".gb"};
    if (size == 0)
        return 0;
    auto read = nscope::io::readAnnotation(scratchFile(data + 1, size - 1, kEndings[data[0] % kEndings.size()]));
    if (!read)
        return 0;
    for (const nscope::data::TranscriptModel& model : read->transcripts) {
        const nscope::data::TranscriptMap map(model);
        if (model.exons.empty() || map.toGenome(map.lengthNt() - 1) == std::nullopt)
            std::abort();
        if (model.cds && (!map.toTranscript(model.cds->startNt) || !map.toTranscript(model.cds->endNt - 1)))
            std::abort();
    }
    const nscope::data::GeneIndex index(
        std::make_shared<const std::vector<nscope::data::TranscriptModel>>(std::move(read->transcripts)));
    (void)index.search("a");
    return 0;
}
