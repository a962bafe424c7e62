#include "core/fit/fit_augment.h"

#include "core/data/alphabet.h"
#include "core/data/shuffle.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nscope::fit {

namespace {

using train::RandomStream;

std::string randomLetters(std::size_t count, RandomStream& random)
{
    std::string letters(count, 'A');
    for (char& letter : letters)
        letter = data::kBases[random.below(data::kBases.size())];
    return letters;
}

std::size_t place(std::size_t room, RandomStream& random) { return random.below(room + 1); }

double standardNormal(RandomStream& random)
{
    const double radius = std::sqrt(-2.0 * std::log(1.0 - random.uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * random.uniform());
}

/// Gamma(shape, 1).
double gammaDraw(double shape, RandomStream& random)
{
    if (shape < 1.0)
        return gammaDraw(shape + 1.0, random) * std::pow(1.0 - random.uniform(), 1.0 / shape);
    const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = standardNormal(random);
        const double v = std::pow(1.0 + c * x, 3.0);
        if (v > 0.0 && std::log(1.0 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v))
            return d * v;
    }
}

}  // namespace

std::int64_t drawnUpTo(std::int64_t most, RandomStream& random)
{
    return std::int64_t(random.below(std::size_t(most) + 1));
}

double symmetricBeta(double alpha, RandomStream& random)
{
    const double a = gammaDraw(alpha, random), b = gammaDraw(alpha, random);
    return a + b > 0.0 ? a / (a + b) : 0.5;
}

std::string withInsertion(const std::string& letters, std::size_t length, RandomStream& random)
{
    std::string longer = letters;
    longer.insert(place(letters.size(), random), randomLetters(length, random));
    return longer.substr(length / 2, letters.size());
}

std::string withDeletion(const std::string& letters, std::size_t length, RandomStream& random)
{
    length = std::min(length, letters.size());
    std::string shorter = letters;
    shorter.erase(place(letters.size() - length, random), length);
    const std::string before = randomLetters(length / 2, random);
    return before + shorter + randomLetters(length - length / 2, random);
}

std::string withInversion(std::string letters, std::size_t length, RandomStream& random)
{
    length = std::min(length, letters.size());
    const std::size_t start = place(letters.size() - length, random);
    letters.replace(start, length, data::reverseComplement(std::string_view(letters).substr(start, length)));
    return letters;
}

std::string withMutations(std::string letters, double rate, RandomStream& random)
{
    for (char& letter : letters) {
        const int base = data::baseIndex(letter);
        if (base >= 0 && random.uniform() < rate)
            letter = data::kBases[(std::size_t(base) + 1 + random.below(3)) % 4];
    }
    return letters;
}

std::string changedLetters(std::string letters, const AugmentSettings& settings, RandomStream& random)
{
    enum class Change { Insertion, Deletion, Inversion };
    std::vector<std::pair<Change, std::int64_t>> changes;
    const auto offer = [&](Change change, std::int64_t mostNt) {
        if (mostNt > 0)
            changes.emplace_back(change, mostNt);
    };
    offer(Change::Insertion, settings.insertionNt);
    offer(Change::Deletion, settings.deletionNt);
    offer(Change::Inversion, settings.inversionNt);
    random.shuffle(changes);
    changes.resize(std::min(changes.size(), std::size_t(settings.mostChanges)));
    for (const auto& [change, mostNt] : changes) {
        const auto length = std::size_t(drawnUpTo(std::min(mostNt, std::int64_t(letters.size())), random));
        switch (change) {
        case Change::Insertion: letters = withInsertion(letters, length, random); break;
        case Change::Deletion: letters = withDeletion(letters, length, random); break;
        case Change::Inversion: letters = withInversion(std::move(letters), length, random); break;
        }
    }
    return settings.mutationRate > 0.0 ? withMutations(std::move(letters), settings.mutationRate, random) : letters;
}

std::string shuffledNegative(std::string_view letters, RandomStream& random)
{
    return data::shuffled(letters, data::ShuffleKind::Dinucleotide, random.bits()).value_or(std::string(letters));
}

}  // namespace nscope::fit
