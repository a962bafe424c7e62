#include "core/engine/spec_table.h"

#include <algorithm>
#include <cstdint>

namespace nscope::engine {

namespace {

constexpr std::size_t kNamesShown = 8;  ///< some models have a thousand tasks

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i)
        text += (i ? ", " : "") + names[i];
    if (names.size() > kNamesShown)
        text += " and " + std::to_string(names.size() - kNamesShown) + " more";
    return text;
}

/// "10,500 nt"
std::string nt(std::int64_t count)
{
    std::string digits = std::to_string(count);
    for (std::size_t place = digits.size(); place > 3; place -= 3)
        digits.insert(place - 3, ",");
    return digits + " nt";
}

std::string lettersText(const InputRule& input)
{
    return input.alphabet + " letters, channels in the order " + input.channelOrder;
}

std::string furtherText(const std::vector<InputSpec>& inputs)
{
    std::string text;
    for (const InputSpec& input : inputs) {
        text += (text.empty() ? "" : "; ") + input.name + " (" + input.id + ", ";
        text += input.width == 0 ? "a value per base" : std::to_string(input.width) + " values per sequence";
        text += input.required ? ", required)" : ")";
        if (!input.help.empty())
            text += ": " + input.help;
    }
    return text;
}

/// Classes and scalars with their names on screen where those differ.
std::vector<std::string> named(const std::vector<std::string>& ids, const ModelOutputs& outputs)
{
    std::vector<std::string> names;
    for (const std::string& id : ids) {
        const OutputSpec output = outputs.describe(id);
        const bool isNamed = std::ranges::find(outputs.described, id, &OutputSpec::id) != outputs.described.end();
        names.push_back(isNamed ? id + " (" + output.name + ")" : id);
    }
    return names;
}

std::string outputsText(const ModelOutputs& outputs)
{
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    if (!outputs.classes.empty())
        add("probabilities of the classes " + listed(named(outputs.classes, outputs)));
    if (!outputs.scalars.empty())
        add((outputs.fractions ? "fractions " : "values ") + listed(named(outputs.scalars, outputs)));
    if (!outputs.profileTasks.empty())
        add("profiles along the sequence of " + listed(outputs.profileTasks));
    if (outputs.translations)
        add("translations");
    if (outputs.embeddings)
        add("one vector per sequence");
    if (outputs.maskedLetters)
        add("letters at hidden positions");
    return text;
}

std::string viewsText(const ModelOutputs& outputs)
{
    std::vector<std::string> views;
    if (outputs.encoderDecoderAttention)
        views.push_back("attention of the decoder on the sequence");
    if (outputs.selfAttention)
        views.push_back("self-attention");
    if (outputs.frequencyFilters)
        views.push_back("frequency filters");
    return listed(views);
}

std::string targetsText(const std::vector<TargetSpec>& targets)
{
    std::vector<std::string> ids;
    for (const TargetSpec& target : targets)
        ids.push_back(target.id);
    return ids.empty() ? std::string() : listed(ids) + " (the first is the default)";
}

}  // namespace

std::vector<SpecRow> specTable(const ModelSpec& spec)
{
    const InputRule& input = spec.input;
    std::vector<SpecRow> rows{
        {"architecture", "Architecture", spec.name + " (" + spec.architecture + ")"},
        {"purpose", "Purpose", spec.help},
        {"input", "Input", lettersText(input)},
        {"input_length", "Length used", input.lengthNt == 0 ? "the whole sequence" : nt(input.lengthNt)},
        {"receptive_field", "Receptive field",
         input.receptiveFieldNt == 0 ? "the whole input: every base can change every output"
                                     : nt(input.receptiveFieldNt) + " can change one output position"},
        {"padding", "Shorter and longer", input.padding},
        {"further_inputs", "Further inputs", furtherText(input.further)},
        {"outputs", "Outputs", outputsText(spec.outputs)},
        {"targets", "Targets", targetsText(spec.targets)},
        {"views", "Also shows", viewsText(spec.outputs)},
        {"citation", "Please cite", spec.citation},
    };
    std::erase_if(rows, [](const SpecRow& row) { return row.text.empty(); });
    return rows;
}

std::vector<SpecRow> optionTable(const ModelSpec& spec)
{
    std::vector<SpecRow> rows;
    for (const OptionSpec& option : spec.options)
        rows.push_back({option.id, option.name,
                        option.help + "; " + whatItTakes(option) + ", by default " + data::toText(option.fallback)});
    return rows;
}

}  // namespace nscope::engine
