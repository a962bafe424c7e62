// Purpose: the content hash of a sequence.
#include "core/data/sequence.h"

namespace nscope::data {

// FNV-1a over the letters, finished with SplitMix64's mixer so that all 64 bits depend on the last letters too.
std::uint64_t Sequence::contentHash() const
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char letter : letters) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001b3ULL;
    }
    hash ^= letters.size();
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
    return hash ^ (hash >> 31);
}

}  // namespace nscope::data
