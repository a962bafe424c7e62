#include "core/study/motif_controls.h"

#include "core/data/random.h"
#include "core/data/shuffle.h"
#include "core/io/fasta.h"

#include <utility>

namespace nscope::study {

Result<std::vector<std::string>> controlLetters(const std::string& path, const std::vector<std::string>& originals,
                                                std::uint64_t seed)
{
    std::vector<std::string> controls;
    if (!path.empty()) {
        const Result<data::TranscriptSet> records = io::readFasta(path);
        if (!records)
            return fail(records.error());
        for (const data::TranscriptPtr& record : *records)
            controls.push_back(record->sequence.letters);
        return controls;
    }
    for (std::size_t i = 0; i < originals.size(); ++i) {
        const std::uint64_t own = data::Random(seed + 0x9e3779b97f4a7c15ULL * (i + 1)).next();
        Result<std::string> letters = data::shuffled(originals[i], data::ShuffleKind::Dinucleotide, own);
        if (!letters)
            return fail(letters.error());
        controls.push_back(*std::move(letters));
    }
    return controls;
}

std::vector<std::string_view> viewsOf(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace nscope::study
