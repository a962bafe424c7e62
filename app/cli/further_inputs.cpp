#include "app/cli/further_inputs.h"

#include "app/cli/rna_folder.h"
#include "core/data/rna_structure.h"
#include "core/io/feature_table.h"
#include "core/io/structure_file.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace nscope::cli {

void addFurtherOptions(CLI::App& app, FurtherOptions& options)
{
    CLI::Option* structure =
        app.add_option("--structure", options.structureFile,
                       "Secondary structures by id: dot-bracket text as RNAfold writes it, or the letters f t i h m s");
    app.add_flag("--fold", options.fold,
                 "Compute the secondary structure with ViennaRNA's RNAplfold (window 150, span 100)")
        ->excludes(structure);
    app.add_option(
           "--features", options.features,
           "A further input of the model as id=file: a table with a column id, .npz or .h5 with ids; may be repeated")
        ->allow_extra_args();
}

Result<FurtherInputs> FurtherInputs::open(const FurtherOptions& options, std::stop_token stop)
{
    FurtherInputs inputs;
    if (!options.structureFile.empty()) {
        Result<io::StructureFile> file = io::StructureFile::read(options.structureFile);
        if (!file)
            return fail(file.error());
        std::string note;
        if (file->unusedLines() > 0)
            note = options.structureFile + ": " + std::to_string(file->unusedLines())
                   + " lines after the structures were not used; the first structure of a record counts.";
        inputs.m_sources.push_back({std::make_unique<io::StructureFile>(std::move(*file)), true, std::move(note), {}});
    }
    if (options.fold) {
        auto folder = RnaFolder::open(std::move(stop));
        if (!folder)
            return fail(folder.error());
        inputs.m_sources.push_back({std::move(*folder), false, {}, {}});
    }
    for (const std::string& assignment : options.features) {
        if (const auto opened = inputs.openFeatures(assignment); !opened)
            return fail(opened.error());
    }
    return inputs;
}

Result<void> FurtherInputs::openFeatures(const std::string& assignment)
{
    const std::size_t equals = assignment.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == assignment.size())
        return fail(ErrorCode::InvalidArgument,
                    "--features takes id=file, as in halflife=table.tsv, not '" + assignment + "'.");
    const std::string id = assignment.substr(0, equals);
    const auto isSame = [&](const Source& source) { return source.input->featureId() == id; };
    if (std::ranges::any_of(m_sources, isSame))
        return fail(ErrorCode::InvalidArgument, "The input '" + id + "' is given twice.");
    Result<io::FeatureTable> table = io::FeatureTable::read(assignment.substr(equals + 1), id);
    if (!table)
        return fail(table.error());
    m_sources.push_back({std::make_unique<io::FeatureTable>(std::move(*table)), true, {}, {}});
    return {};
}

Result<void> FurtherInputs::check(const data::Transcript& transcript) const
{
    data::Transcript tried = transcript;
    for (const Source& source : m_sources) {
        if (!source.isFile)
            continue;
        if (const auto filled = source.input->fill(tried); !filled)
            return fail(filled.error().at({.record = transcript.sequence.id}));
    }
    return {};
}

Result<void> FurtherInputs::fill(data::Transcript& transcript)
{
    for (Source& source : m_sources) {
        if (const auto added = source.report.add(*source.input, transcript); !added)
            return added;
    }
    return {};
}

std::vector<std::string> FurtherInputs::summaries() const
{
    std::vector<std::string> sentences;
    for (const Source& source : m_sources) {
        sentences.push_back("Input " + source.report.summary(*source.input));
        if (!source.note.empty())
            sentences.push_back(source.note);
    }
    return sentences;
}

Result<void> FurtherInputs::checkModel(const engine::ModelInfo& model) const
{
    std::string known;
    for (const engine::InputSpec& further : model.spec.input.further)
        known += (known.empty() ? "" : ", ") + further.id;
    for (const Source& source : m_sources) {
        const std::string id = source.input->featureId();
        if (std::ranges::find(model.spec.input.further, id, &engine::InputSpec::id) == model.spec.input.further.end())
            return fail(ErrorCode::InvalidArgument,
                        "The model " + model.card.id + " takes no input '" + id + "'; "
                            + (known.empty() ? "it reads the letters alone." : "it takes " + known + "."));
    }
    for (const engine::InputSpec& further : model.spec.input.further) {
        const auto gives = [&](const Source& source) { return source.input->featureId() == further.id; };
        if (further.required && std::ranges::none_of(m_sources, gives))
            return fail(ErrorCode::InvalidArgument,
                        "The model " + model.card.id + " needs the input '" + further.id + "'; give it with "
                            + (further.id == data::kStructureFeature ? "--structure or --fold."
                                                                     : "--features " + further.id + "=FILE."));
    }
    return {};
}

}  // namespace nscope::cli
