#include "app/file_loader.h"

#include "core/io/cds_table.h"
#include "core/io/fasta.h"
#include "core/io/feature_table.h"
#include "core/io/format_list.h"
#include "core/io/session.h"
#include "core/io/structure_file.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace nscope::app {

namespace {

constexpr int kPercent = 100;
constexpr std::size_t kNamesShown = 3;

bool endsWith(std::string path, std::string_view ending)
{
    std::ranges::transform(path, path.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return path.ends_with(ending);
}

std::string_view formatOf(const std::string& path)
{
    const io::FormatSpec* format = io::formatOfPath(path);
    return format ? format->id : std::string_view();
}

/// Read after the sequences that they belong to.
bool belongsToSequences(const std::string& path)
{
    const std::string_view format = formatOf(path);
    return format == "cds-table" || format == "npz" || format == "structure";
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i)
        text += (i ? ", " : "") + names[i];
    return names.size() > kNamesShown ? text + " and " + std::to_string(names.size() - kNamesShown) + " more" : text;
}

void loadFasta(const std::string& path, const std::stop_token& stop, Progress& progress, LoadedFiles& loaded)
{
    Result<io::FastaReader> reader = io::FastaReader::open(path);
    if (!reader) {
        loaded.errors.push_back(reader.error());
        return;
    }
    LoadedSequences sequences{path, {}};
    while (!stop.stop_requested()) {
        Result<std::optional<data::Sequence>> record = reader->next();
        if (!record) {
            loaded.errors.push_back(record.error());
            return;
        }
        if (!*record) {
            loaded.sequences.push_back(std::move(sequences));
            return;
        }
        sequences.transcripts.push_back(
            std::make_shared<data::Transcript>(data::Transcript{std::move(**record), std::nullopt}));
        progress.setDone(std::int64_t(std::max(0.0, reader->fractionRead()) * kPercent));
    }
    loaded.cancelled = true;
}

void joinRead(const io::CdsTable& table, LoadedFiles& loaded)
{
    for (LoadedSequences& sequences : loaded.sequences) {
        Result<io::CdsTable::Joined> joined = table.join(sequences.transcripts);
        if (!joined) {
            loaded.errors.push_back(joined.error());
            continue;
        }
        sequences.transcripts = std::move(joined->transcripts);
        loaded.notes.push_back("Coding regions: " + joined->report.summary() + ".");
        std::ranges::copy(joined->report.warnings, std::back_inserter(loaded.notes));
    }
}

/// The sequences as they are so far: the references of `open`, with what earlier files of this call said of them.
data::TranscriptSet openReferences(const data::Document& open, const LoadedFiles& loaded)
{
    data::TranscriptSet references;
    for (const data::DocumentEntryPtr& entry : open.entries)
        references.push_back(entry->reference);
    for (const auto& [index, transcript] : loaded.amended)
        references[std::size_t(index)] = transcript;
    return references;
}

void amend(int index, data::TranscriptPtr transcript, LoadedFiles& loaded)
{
    const auto found = std::ranges::find(loaded.amended, index, &std::pair<int, data::TranscriptPtr>::first);
    if (found == loaded.amended.end())
        loaded.amended.emplace_back(index, std::move(transcript));
    else
        found->second = std::move(transcript);
}

void joinOpen(const io::CdsTable& table, const data::Document& open, LoadedFiles& loaded)
{
    const data::TranscriptSet references = openReferences(open, loaded);
    const Result<io::CdsTable::Joined> joined = table.join(references);
    if (!joined) {
        loaded.errors.push_back(joined.error());
        return;
    }
    for (std::size_t i = 0; i < references.size(); ++i)
        if (table.find(references[i]->sequence.id) && joined->transcripts[i]->cds != references[i]->cds)
            amend(int(i), joined->transcripts[i], loaded);
    loaded.notes.push_back("Coding regions: " + joined->report.summary() + ".");
    std::ranges::copy(joined->report.warnings, std::back_inserter(loaded.notes));
}

bool hasSequences(const std::string& path, const std::string& what, const data::Document& open, LoadedFiles& loaded)
{
    if (!loaded.sequences.empty() || !open.entries.empty())
        return true;
    loaded.errors.push_back(Error(ErrorCode::InvalidArgument,
                                  "This file holds " + what + ", but no sequences are open: open their FASTA file "
                                  "first, or both together.",
                                  {.file = path}));
    return false;
}

void loadRegions(const io::TsvTable& table, const data::Document& open, LoadedFiles& loaded)
{
    const Result<io::CdsTable> regions = io::CdsTable::fromTable(table);
    if (!regions)
        loaded.errors.push_back(regions.error());
    else if (!hasSequences(table.path(), "coding regions", open, loaded))
        return;
    else if (!loaded.sequences.empty())
        joinRead(*regions, loaded);
    else
        joinOpen(*regions, open, loaded);
}

void joinFurther(const io::FurtherInput& input, const std::string& path, const data::Document& open,
                 LoadedFiles& loaded)
{
    if (!hasSequences(path, "values for sequences", open, loaded))
        return;
    const auto join = [&](const data::TranscriptSet& transcripts) -> std::optional<io::JoinedInput> {
        Result<io::JoinedInput> joined = io::joinInput(input, transcripts);
        if (!joined) {
            loaded.errors.push_back(joined.error());
            return std::nullopt;
        }
        loaded.notes.push_back("Input " + joined->report.summary(input));
        return std::move(*joined);
    };
    for (LoadedSequences& sequences : loaded.sequences)
        if (auto joined = join(sequences.transcripts))
            sequences.transcripts = std::move(joined->transcripts);
    if (!loaded.sequences.empty())
        return;
    const data::TranscriptSet references = openReferences(open, loaded);
    if (const auto joined = join(references))
        for (std::size_t i = 0; i < references.size(); ++i)
            if (joined->transcripts[i]->features != references[i]->features
                || joined->transcripts[i]->dotBracket != references[i]->dotBracket)
                amend(int(i), joined->transcripts[i], loaded);
}

void loadStructures(const std::string& path, const data::Document& open, LoadedFiles& loaded)
{
    const Result<io::StructureFile> file = io::StructureFile::read(path);
    if (!file)
        loaded.errors.push_back(file.error());
    else
        joinFurther(*file, path, open, loaded);
}

/// The inputs that take the file's number of values per sequence.
void loadFeatures(const std::string& path, const std::vector<engine::InputSpec>& inputs, const data::Document& open,
                  LoadedFiles& loaded)
{
    std::string taken;
    for (const engine::InputSpec& input : inputs) {
        if (input.width == 0)
            continue;
        const Result<io::FeatureTable> table = io::FeatureTable::read(path, input.id);
        if (!table) {
            loaded.errors.push_back(table.error());
            return;
        }
        if (table->width() == input.width) {
            joinFurther(*table, path, open, loaded);
            return;
        }
        taken += (taken.empty() ? "" : ", ") + input.id + " (" + std::to_string(input.width) + " values)";
    }
    loaded.errors.push_back(
        Error(ErrorCode::InvalidArgument,
              "This file holds no coding regions (columns id, cds_start, cds_end), and the model in use "
                  + (taken.empty() ? "reads the letters alone." : "takes other inputs: " + taken + "."),
              {.file = path}));
}

void loadTable(const std::string& path, const std::vector<engine::InputSpec>& inputs, const data::Document& open,
               LoadedFiles& loaded)
{
    const Result<io::TsvTable> table = io::TsvTable::read(path);
    if (!table)
        loaded.errors.push_back(table.error());
    else if (table->column("cds_start"))
        loadRegions(*table, open, loaded);
    else
        loadFeatures(path, inputs, open, loaded);
}

void loadSession(const std::string& path, LoadedFiles& loaded)
{
    Result<io::Session> session = io::readSessionWithSources(path);
    if (!session) {
        loaded.errors.push_back(session.error());
        return;
    }
    loaded.sessionPath = path;
    loaded.session = session->document;
    for (const io::SourceFileState& source : session->sourceFiles) {
        if (source.changed)
            loaded.notes.push_back("The file " + source.path + " has changed since the session was saved; the session "
                                   "keeps the sequences as they were.");
    }
}

}  // namespace

LoadedFiles loadFiles(std::vector<std::string> paths, data::DocumentPtr open, std::vector<engine::InputSpec> inputs,
                      std::stop_token stop, Progress& progress)
{
    LoadedFiles loaded;
    std::stable_partition(paths.begin(), paths.end(), [](const std::string& path) { return !belongsToSequences(path); });
    const auto session = std::ranges::find_if(paths, [](const std::string& path) { return endsWith(path, ".nscope"); });
    if (session != paths.end()) {
        loadSession(*session, loaded);
        if (paths.size() > 1)
            loaded.notes.push_back("A session was opened; the other files were not: open them again to add them.");
        return loaded;
    }
    for (const std::string& path : paths) {
        progress.restart();
        progress.setTotal(kPercent);
        progress.setDone(0);
        if (const std::string_view format = formatOf(path); format == "structure")
            loadStructures(path, *open, loaded);
        else if (format == "npz")
            loadFeatures(path, inputs, *open, loaded);
        else if (format == "cds-table")
            loadTable(path, inputs, *open, loaded);
        else
            loadFasta(path, stop, progress, loaded);
        if (loaded.cancelled)
            break;
    }
    return loaded;
}

data::TranscriptSet withoutDoubles(const data::Document& open, const data::TranscriptSet& added,
                                   std::vector<std::string>& notes)
{
    std::unordered_map<std::string, data::TranscriptPtr> known;
    for (const data::DocumentEntryPtr& entry : open.entries)
        known.emplace(entry->reference->sequence.id, entry->reference);
    data::TranscriptSet kept;
    std::vector<std::string> same;
    std::vector<std::string> renamed;
    for (const data::TranscriptPtr& transcript : added) {
        const auto found = known.find(transcript->sequence.id);
        if (found == known.end()) {
            kept.push_back(transcript);
        } else if (found->second->sequence.letters == transcript->sequence.letters) {
            same.push_back(transcript->sequence.id);
            continue;
        } else {
            auto copy = std::make_shared<data::Transcript>(*transcript);
            for (int number = 2; known.contains(copy->sequence.id); ++number)
                copy->sequence.id = transcript->sequence.id + "_" + std::to_string(number);
            renamed.push_back(copy->sequence.id);
            kept.push_back(std::move(copy));
        }
        known.emplace(kept.back()->sequence.id, kept.back());
    }
    if (!same.empty())
        notes.push_back(std::to_string(same.size()) + " sequences are open already and were left as they are: "
                        + listed(same) + ".");
    if (!renamed.empty())
        notes.push_back(std::to_string(renamed.size()) + " sequences have the name of an open one but other letters "
                        "and got a new name: " + listed(renamed) + ".");
    return kept;
}

}  // namespace nscope::app
