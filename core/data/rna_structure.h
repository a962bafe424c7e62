// Purpose: secondary structure of an RNA: dot-bracket text and base pairs, and the state of every base as RNATracker
// reads it. Positions are 0-based; errors give them 1-based.
// A pair is a pseudoknot when it crosses the nested pairs: '(' pairs are always nested, then "[", "{" and "<" pairs are
// nested too unless they cross a pair taken before (so the "<" of databases without pseudoknots counts as nested).
// States follow forgi's element strings (Kerpedjiev et al. 2015): f 5' end outside all pairs, t 3' end outside all
// pairs, i internal loop or bulge, h hairpin loop, m multiloop, s stem. Unpaired bases outside all pairs but between two
// stems are m, and a sequence without any pair is f throughout. Loops are those of the nested pairs; both bases of a
// pseudoknot pair are s.
// Thread: values and pure functions.
#pragma once

#include "core/base/result.h"
#include "core/data/edit.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

/// Letters of the states; a state's number in features["structure"] is its place here.
inline constexpr std::string_view kStructureStates = "ftihms";
/// Id of the further input that holds one state number per base (engine::InputSpec).
inline constexpr const char* kStructureFeature = "structure";
/// A base whose state is not known: models take all states as equally likely.
inline constexpr float kUnknownState = -1.0F;
inline constexpr char kUnknownStateLetter = '?';

struct BasePair {
    std::int64_t firstNt = 0;
    std::int64_t secondNt = 0;  ///< larger than firstNt
    bool isPseudoknot = false;
    bool operator==(const BasePair&) const = default;
};

struct RnaStructure {
    std::int64_t lengthNt = 0;
    std::vector<BasePair> pairs;  ///< by firstNt; no base twice

    /// The partner of every base, −1 for none.
    std::vector<std::int64_t> partners() const;
    bool operator==(const RnaStructure&) const = default;
};

/// A pair and how likely it is, 0..1.
struct PairProbability {
    std::int64_t firstNt = 0;
    std::int64_t secondNt = 0;
    double probability = 0.0;
};

bool isDotBracketLetter(char letter);

/// Reads ".()[]{}<>". Errors (Parse, with the position): another letter, a bracket without its partner.
Result<RnaStructure> parseDotBracket(std::string_view text);

/// Nested pairs as "()", pseudoknots as "[]", "{}", "<>", each in the first kind where it crosses nothing.
/// Errors: InvalidArgument for pairs outside the length or with a base twice; Unsupported when four kinds of brackets
/// are not enough.
Result<std::string> toDotBracket(const RnaStructure& structure);

/// One letter of kStructureStates per base.
std::string structureStates(const RnaStructure& structure);
/// Errors: Parse with the position of a letter that is no state.
Result<void> checkStates(std::string_view states);
/// State letters as numbers for Transcript::features.
std::vector<float> stateNumbers(std::string_view states);
/// The letter of a number in features["structure"]; kUnknownStateLetter for any that is no state.
char stateLetter(float number);

/// As many nested pairs as possible, the likeliest first: a pair is taken when both bases are free and it crosses no
/// pair taken before. Ties go to the pair that begins, then ends, first. This is how RNATracker turns RNAplfold's
/// probabilities into one structure (Yan et al. 2019, §2.2). Errors: InvalidArgument for a pair outside the length.
Result<RnaStructure> greedyStructure(std::int64_t lengthNt, std::vector<PairProbability> candidates);

/// Gives a transcript this structure: its dot-bracket text and its states.
Result<void> setStructure(Transcript& transcript, std::string_view dotBracket);
/// Gives a transcript states alone.
Result<void> setStructureStates(Transcript& transcript, std::string_view states);

/// Carries the structure over an edit that was made in the letters already (called by applyEdit, with common ends taken
/// off the edit): it stays in register, nothing is folded anew. Deleted bases take their pairs with them; inserted
/// bases are unpaired, their state unknown; replaced letters keep pair and state.
void moveStructure(Transcript& transcript, const Edit& edit);

}  // namespace nscope::data
