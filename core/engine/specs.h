// Purpose: descriptions from which menus, dialogs, the CLI's help and the manual are generated: models, methods,
// targets and their typed options. Plain values; the torch module supplies them at run time.
#pragma once

#include "core/base/result.h"
#include "core/data/option_value.h"

#include <optional>
#include <string>
#include <vector>

namespace nscope::engine {

struct OptionSpec {
    std::string id;                ///< as on the command line: "mini_batch"
    std::string name;              ///< as on screen: "Mini-batch"
    std::string help;              ///< one line
    data::OptionValue fallback;    ///< default value; its type is the option's type
    std::optional<double> minimum; ///< numbers only, inclusive
    std::optional<double> maximum;
    std::vector<std::string> choices;  ///< strings only; empty: free text
    /// Strings only: the path of a file with one of these endings, without the dot.
    std::vector<std::string> extensions{};
    bool isList = false;  ///< strings only: several, separated by semicolons
};

/// "a whole number from 1 to 64", "true or false", "one of a, b".
std::string whatItTakes(const OptionSpec& option);
/// Reads "id=value" pairs against specs; the error names the option and what it takes.
Result<data::OptionMap> parseOptions(const std::vector<std::string>& assignments, const std::vector<OptionSpec>& specs);
/// Fills in defaults, checks ids, types and ranges. The engine's own options (request.h) are left out.
Result<data::OptionMap> completeOptions(const data::OptionMap& given, const std::vector<OptionSpec>& specs);

struct TargetSpec {
    std::string id;    ///< "logit:PC-NC", "class:PC" (DESIGN §10)
    std::string name;  ///< "Coding log-odds"
    std::string help;  ///< what a positive value means
};

/// An input beside the letters (data::Transcript::features).
struct InputSpec {
    std::string id;           ///< "structure", "halflife", "tf"
    std::string name;         ///< as on screen
    std::string help;         ///< what is used where a sequence has none
    std::int64_t width = 0;   ///< values per sequence; 0: one value per base
    bool required = false;
};

/// How letters become the network's input, in numbers and words.
struct InputRule {
    std::string alphabet = "RNA";         ///< DNA | RNA: the letter people see
    std::string channelOrder = "ACGT";    ///< of the network's input
    std::int64_t lengthNt = 0;            ///< what the network sees of a sequence; 0: all of it
    std::int64_t receptiveFieldNt = 0;    ///< bases that can change one output position; 0: all of them
    std::string padding;                  ///< what happens to shorter and longer sequences, one sentence
    std::vector<InputSpec> further;
};

/// How a class or scalar of a Prediction is called and drawn where its own name is not enough.
struct OutputSpec {
    std::string id;           ///< as in Prediction and in files: "PC", "log_odds"
    std::string name;         ///< as on screen: "coding"
    std::string help;         ///< what the value means, with its unit; may be empty
    bool aroundZero = false;  ///< its sign matters: drawn on a scale with zero in the middle
};

/// Which parts of a Prediction and which analyses a model gives.
struct ModelOutputs {
    std::vector<std::string> classes;   ///< class probabilities, in order
    std::vector<std::string> scalars;   ///< names of scalars, in order
    std::vector<std::string> profileTasks;  ///< rows of the profile
    bool translations = false;
    bool encoderDecoderAttention = false;
    bool frequencyFilters = false;
    bool selfAttention = false;      ///< "attention.<layer>" without a decoder
    bool tokenAttention = false;     ///< attention between all tokens of a sequence that fits into one window
    bool embeddings = false;         ///< one vector per sequence
    bool maskedLetters = false;      ///< distribution over the letters of a hidden position
    bool fractions = false;          ///< the scalars are shares of a whole, from 0 to 1
    std::vector<OutputSpec> described;  ///< classes and scalars that need more than their id

    /// The description of a class or scalar; its id with blanks for underscores where there is none.
    OutputSpec describe(const std::string& id) const;
    bool attention() const { return encoderDecoderAttention || selfAttention; }
};

/// A box of the architecture diagram.
struct Stage {
    std::string name;                 ///< "Conv 32, k 10, ReLU"
    std::vector<std::int64_t> shape;  ///< of its output, the batch first
};

struct ModelSpec {
    std::string architecture;  ///< "bioseq2seq"
    std::string name;
    std::string help;          ///< one line
    std::string citation;
    std::vector<OptionSpec> options;
    InputRule input{};
    std::vector<TargetSpec> targets;  ///< the first is the default
    ModelOutputs outputs;
};

enum class MethodKind { Attribution, Attention, Filters };

/// The class that a positive value of the default target speaks for ("PC" for "logit:PC-NC" or "class:PC"); the first
/// class if the target names none, empty for models without classes.
std::string positiveClass(const ModelSpec& spec);

struct MethodSpec {
    std::string id;    ///< "ism", "gradient", "taylor" …
    std::string name;
    std::string help;
    std::string citation;
    MethodKind kind = MethodKind::Attribution;
    bool exact = false;         ///< values are differences of real predictions, not approximations
    bool incremental = false;   ///< delivers partial results, visible region first
    bool needsSelfAttention = false;  ///< only for models with ModelOutputs::selfAttention
    std::vector<OptionSpec> options;
};

}  // namespace nscope::engine
