// Purpose: codon tables and codon metagenes.
#include "core/analysis/codon_table.h"

#include "core/analysis/position_score.h"
#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"

#include <algorithm>
#include <limits>

namespace nscope::analysis {
namespace {

constexpr std::array<int, 3> kPlaceValues{16, 4, 1};

char aminoAcidOf(int codon) { return data::translateCodon(codonText(codon)); }

/// −1 with an ambiguous letter.
int codonAt(std::string_view letters, std::int64_t startNt)
{
    int codon = 0;
    for (std::int64_t i = 0; i < 3; ++i) {
        const int base = data::baseIndex(letters[std::size_t(startNt + i)]);
        if (base < 0)
            return -1;
        codon = codon * 4 + base;
    }
    return codon;
}

}  // namespace

std::string codonText(int codon)
{
    std::string text;
    for (const int placeValue : kPlaceValues)
        text += data::kBases[std::size_t(codon / placeValue % 4)];
    return text;
}

CodonChange codonChange(int from, int to)
{
    const char before = aminoAcidOf(from), after = aminoAcidOf(to);
    return before == after ? CodonChange::Synonymous : after == '*' ? CodonChange::Nonsense : CodonChange::Missense;
}

void CodonTableBuilder::addCodon(const data::Attribution& attribution, std::int64_t startNt, int codon, std::size_t bin)
{
    const char aminoAcid = aminoAcidOf(codon);
    const auto line = [&](CodonChange change, int to) -> MeanAccumulator& {
        Bins& bins = m_lines[{aminoAcid, change, to}];
        bins.resize(std::size_t(m_settings.bins));
        return bins[bin];
    };
    for (std::size_t place = 0; place < 3; ++place) {
        const int own = codon / kPlaceValues[place] % 4;
        for (int base = 0; base < data::kBaseCount; ++base) {
            if (base == own)
                continue;
            const int to = codon + (base - own) * kPlaceValues[place];
            const CodonChange change = codonChange(codon, to);
            const double effect = substitutionEffect(attribution, startNt + std::int64_t(place), own, base);
            m_pairs[{codon, to}].add(effect);
            m_byChange[std::size_t(change)].add(effect);
            line(change, -1).add(effect);
            if (change != CodonChange::Synonymous)
                continue;
            m_byPosition[place][std::size_t(base)].add(effect);
            line(change, to).add(effect);
        }
    }
}

void CodonTableBuilder::add(const data::Attribution& attribution, std::string_view letters, data::Interval cds)
{
    const std::int64_t codons = cds.length() / 3 - 2;  // without start and stop
    if (cds.length() % 3 != 0 || codons < 1) {
        ++m_outOfFrame;
        return;
    }
    ++m_used;
    for (std::int64_t i = 0; i < codons; ++i) {
        const std::int64_t startNt = cds.startNt + 3 * (i + 1);
        const int codon = codonAt(letters, startNt);
        const bool isExact = attribution.isExact(startNt) && attribution.isExact(startNt + 1) && attribution.isExact(startNt + 2);
        if (codon < 0 || !isExact)
            ++m_ambiguousCodons;
        else
            addCodon(attribution, startNt, codon, std::size_t(i * m_settings.bins / codons));
    }
}

CodonStatistics CodonTableBuilder::result() const
{
    CodonStatistics statistics;
    for (const auto& [codons, effect] : m_pairs)
        statistics.pairs.push_back({codons.first, codons.second, codonChange(codons.first, codons.second), effect.estimate()});
    for (const auto& [key, bins] : m_lines) {
        CodonLine line{key.aminoAcid, key.to < 0 ? std::nullopt : std::optional(key.to), key.change, {}};
        for (const MeanAccumulator& bin : bins)
            line.bins.push_back(bin.estimate());
        statistics.lines.push_back(std::move(line));
    }
    for (std::size_t place = 0; place < 3; ++place)
        for (std::size_t base = 0; base < 4; ++base)
            statistics.byPosition[place][base] = m_byPosition[place][base].estimate();
    for (std::size_t change = 0; change < 3; ++change)
        statistics.byChange[change] = m_byChange[change].estimate();
    statistics.used = m_used;
    statistics.outOfFrame = m_outOfFrame;
    statistics.ambiguousCodons = m_ambiguousCodons;
    return statistics;
}

std::vector<double> CodonStatistics::synonymousMatrix() const
{
    std::vector<double> matrix(kCodonCount * kCodonCount, std::numeric_limits<double>::quiet_NaN());
    for (const CodonPair& pair : pairs)
        if (pair.change == CodonChange::Synonymous)
            matrix[std::size_t(pair.from * kCodonCount + pair.to)] = pair.effect.mean;
    return matrix;
}

}  // namespace nscope::analysis
