// Purpose: seeded shuffles. The permutation is our own, since std::shuffle and the standard
// distributions differ between libraries and the same seed must give the same control everywhere.
#include "core/data/shuffle.h"

#include "core/data/genetic_code.h"
#include "core/data/random.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace nscope::data {
namespace {

template <class Swap>
void fisherYates(std::size_t count, Random& random, Swap swap)
{
    for (std::size_t i = count; i > 1; --i)
        swap(i - 1, std::size_t(random.below(i)));
}

std::string mononucleotide(std::string letters, Random& random)
{
    fisherYates(letters.size(), random, [&](std::size_t a, std::size_t b) { std::swap(letters[a], letters[b]); });
    return letters;
}

std::string codonShuffle(std::string letters, bool keepEndCodons, Random& random)
{
    const std::size_t codons = letters.size() / 3;
    const std::size_t first = keepEndCodons ? 1 : 0;
    const std::size_t movable = codons > 2 * first ? codons - 2 * first : 0;
    const auto codon = [&](std::size_t i) { return letters.begin() + std::ptrdiff_t(3 * (first + i)); };
    fisherYates(movable, random, [&](std::size_t a, std::size_t b) {
        if (a != b)
            std::swap_ranges(codon(a), codon(a) + 3, codon(b));
    });
    return letters;
}

// Altschul & Erickson 1985: the sequence is an Eulerian walk over its letters. Drawing for every letter but the last
// a final exit until those exits form a tree into the last letter, and shuffling the other exits, keeps every
// dinucleotide count and both end letters.
class DinucleotideShuffle {
public:
    explicit DinucleotideShuffle(std::string_view letters) : m_letters(letters)
    {
        for (std::size_t i = 0; i + 1 < letters.size(); ++i)
            m_exits[slot(letters[i])].push_back(letters[i + 1]);
    }

    std::string run(Random& random)
    {
        do
            drawFinalExits(random);
        while (!finalExitsReachTheEnd());
        for (auto& exits : m_exits) {
            const std::size_t free = exits.empty() ? 0 : exits.size() - (isLast(exits) ? 0 : 1);
            fisherYates(free, random, [&](std::size_t a, std::size_t b) { std::swap(exits[a], exits[b]); });
        }
        return walk();
    }

private:
    static std::size_t slot(char letter) { return static_cast<unsigned char>(letter); }
    bool isLast(const std::string& exits) const { return &exits == &m_exits[slot(m_letters.back())]; }

    void drawFinalExits(Random& random)
    {
        for (auto& exits : m_exits) {
            if (!exits.empty() && !isLast(exits))
                std::swap(exits.back(), exits[std::size_t(random.below(exits.size()))]);
        }
    }

    bool finalExitsReachTheEnd() const
    {
        for (const auto& exits : m_exits) {
            if (exits.empty() || isLast(exits))
                continue;
            char letter = exits.back();
            int steps = 0;
            while (letter != m_letters.back()) {
                if (++steps > 256)
                    return false;
                letter = m_exits[slot(letter)].back();
            }
        }
        return true;
    }

    std::string walk() const
    {
        std::array<std::size_t, 256> used{};
        std::string out(1, m_letters.front());
        out.reserve(m_letters.size());
        while (out.size() < m_letters.size()) {
            const std::size_t from = slot(out.back());
            out += m_exits[from][used[from]++];
        }
        return out;
    }

    std::string_view m_letters;
    std::array<std::string, 256> m_exits;
};

}  // namespace

Result<std::string> shuffled(std::string_view letters, ShuffleKind kind, std::uint64_t seed, bool keepEndCodons)
{
    Random random(seed);
    switch (kind) {
    case ShuffleKind::Mononucleotide: return mononucleotide(std::string(letters), random);
    case ShuffleKind::Dinucleotide:
        return letters.size() < 3 ? std::string(letters) : DinucleotideShuffle(letters).run(random);
    case ShuffleKind::Codon:
        if (letters.size() % 3 != 0)
            return fail(ErrorCode::InvalidArgument, "Only whole codons can be shuffled, but "
                            + std::to_string(letters.size()) + " nt is not a multiple of three; select a coding region.");
        return codonShuffle(std::string(letters), keepEndCodons, random);
    }
    return fail(ErrorCode::Internal, "Unknown kind of shuffle.");
}

std::string synonymousShuffle(std::string_view letters, std::uint64_t seed)
{
    std::map<char, std::vector<std::size_t>> places;
    for (std::size_t start = 0; start + 3 <= letters.size(); start += 3)
        places[translateCodon(letters.substr(start, 3))].push_back(start);
    Random random(seed);
    std::string shuffled(letters);
    for (const auto& [aminoAcid, starts] : places) {
        if (aminoAcid == 'X')
            continue;
        for (std::size_t i = starts.size(); i > 1; --i) {
            const std::size_t a = starts[i - 1], b = starts[std::size_t(random.below(i))];
            const std::string codon = shuffled.substr(a, 3);
            shuffled.replace(a, 3, shuffled.substr(b, 3));
            shuffled.replace(b, 3, codon);
        }
    }
    return shuffled;
}

Result<std::string> synonymousControl(std::string_view letters, Interval cds, std::uint64_t seed)
{
    if (cds.startNt < 0 || cds.endNt > std::int64_t(letters.size()) || cds.isEmpty())
        return fail(ErrorCode::InvalidArgument, "The coding region does not lie inside the sequence.");
    if (cds.length() % 3 != 0)
        return fail(ErrorCode::InvalidArgument, "The coding region of " + std::to_string(cds.length())
                                                    + " nt is not made of whole codons.");
    const auto start = std::size_t(cds.startNt), end = std::size_t(cds.endNt);
    Random random(seed);
    std::string result;
    for (const auto& [part, isCoding] : {std::pair{letters.substr(0, start), false},
                                         {letters.substr(start, end - start), true}, {letters.substr(end), false}}) {
        const std::uint64_t partSeed = random.next();
        if (isCoding)
            result += synonymousShuffle(part, partSeed);
        else if (!part.empty())
            result += *shuffled(part, ShuffleKind::Dinucleotide, partSeed);
    }
    return result;
}

}  // namespace nscope::data
