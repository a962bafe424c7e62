// Purpose: what single-base changes inside codons do, by codon pair, amino acid, codon position and place in the CDS.
// An effect is value(new base) − value(own base) of an explanation (mutagenesis: ΔS). Start and stop codon of the CDS are
// left out. Genetic code: core/data/genetic_code.h. Codons are numbered 16·a + 4·b + c over A, C, G, T.
// Source: spec 1.9 "Codon analyses (Fig 5A/B)". Thread: one object, one thread.
#pragma once

#include "core/analysis/statistics.h"
#include "core/data/attribution.h"
#include "core/data/interval.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::analysis {

inline constexpr int kCodonCount = 64;
enum class CodonChange { Synonymous, Missense, Nonsense };
inline constexpr const char* kCodonChangeNames[] = {"synonymous", "missense", "nonsense"};

std::string codonText(int codon);  ///< "ATG"
CodonChange codonChange(int from, int to);

struct CodonSettings {
    int bins = 25;  ///< of the CDS: codon i of n (without start and stop) counts in bin floor(i·bins/n)
};

/// Mean effect of one substitution; the two codons differ at one position.
struct CodonPair {
    int from = 0;
    int to = 0;
    CodonChange change = CodonChange::Missense;
    MeanEstimate effect;  ///< over occurrences
};

/// One line of a codon metagene.
struct CodonLine {
    char aminoAcid = 0;               ///< of the codon that is there
    std::optional<int> to;            ///< resulting synonymous codon; none: the mean of a class
    CodonChange change = CodonChange::Synonymous;
    std::vector<MeanEstimate> bins;   ///< NaN means where nothing was met
};

struct CodonStatistics {
    std::vector<CodonPair> pairs;     ///< those met, by from, then to
    std::vector<CodonLine> lines;     ///< by amino acid: synonymous codons, all synonymous, missense, nonsense
    std::array<std::array<MeanEstimate, 4>, 3> byPosition{};  ///< synonymous: codon position × new base; count 0: impossible or not met
    std::array<MeanEstimate, 3> byChange{};                   ///< CodonChange
    std::int64_t used = 0;            ///< transcripts
    std::int64_t outOfFrame = 0;      ///< left out: the CDS is no multiple of three, or shorter than three codons
    std::int64_t ambiguousCodons = 0; ///< left out: a letter other than A, C, G, T/U, or a row that is not exact

    /// 64 × 64 mean effects, from × to, of synonymous pairs; NaN elsewhere.
    std::vector<double> synonymousMatrix() const;
};

class CodonTableBuilder {
public:
    explicit CodonTableBuilder(const CodonSettings& settings) : m_settings(settings) {}

    void add(const data::Attribution& attribution, std::string_view letters, data::Interval cds);
    CodonStatistics result() const;

private:
    void addCodon(const data::Attribution& attribution, std::int64_t startNt, int codon, std::size_t bin);

    using Bins = std::vector<MeanAccumulator>;
    struct LineKey {
        char aminoAcid = 0;
        CodonChange change = CodonChange::Synonymous;
        int to = -1;  ///< −1: all codons
        auto operator<=>(const LineKey&) const = default;
    };
    CodonSettings m_settings;
    std::map<std::pair<int, int>, MeanAccumulator> m_pairs;
    std::map<LineKey, Bins> m_lines;
    std::array<std::array<MeanAccumulator, 4>, 3> m_byPosition;
    std::array<MeanAccumulator, 3> m_byChange;
    std::int64_t m_used = 0;
    std::int64_t m_outOfFrame = 0;
    std::int64_t m_ambiguousCodons = 0;
};

}  // namespace nscope::analysis
