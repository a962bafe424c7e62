#include "app/file_loader.h"

#include "core/io/cds_table.h"
#include "core/io/fasta.h"
#include "core/io/session.h"

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

bool isTable(const std::string& path)
{
    return endsWith(path, ".tsv") || endsWith(path, ".tsv.gz") || endsWith(path, ".txt");
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

void joinOpen(const io::CdsTable& table, const data::Document& open, LoadedFiles& loaded)
{
    data::TranscriptSet references;
    for (const data::DocumentEntryPtr& entry : open.entries)
        references.push_back(entry->reference);
    const Result<io::CdsTable::Joined> joined = table.join(references);
    if (!joined) {
        loaded.errors.push_back(joined.error());
        return;
    }
    for (std::size_t i = 0; i < references.size(); ++i)
        if (table.find(references[i]->sequence.id) && joined->transcripts[i]->cds != references[i]->cds)
            loaded.regions.emplace_back(int(i), joined->transcripts[i]);
    loaded.notes.push_back("Coding regions: " + joined->report.summary() + ".");
    std::ranges::copy(joined->report.warnings, std::back_inserter(loaded.notes));
}

void loadTable(const std::string& path, const data::Document& open, LoadedFiles& loaded)
{
    const Result<io::CdsTable> table = io::CdsTable::read(path);
    if (!table)
        loaded.errors.push_back(table.error());
    else if (!loaded.sequences.empty())
        joinRead(*table, loaded);
    else if (!open.entries.empty())
        joinOpen(*table, open, loaded);
    else
        loaded.errors.push_back(Error(ErrorCode::InvalidArgument,
                                      "This table holds coding regions, but no sequences are open: open their FASTA "
                                      "file first, or both together.",
                                      {.file = path}));
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

LoadedFiles loadFiles(std::vector<std::string> paths, data::DocumentPtr open, std::stop_token stop, Progress& progress)
{
    LoadedFiles loaded;
    std::stable_partition(paths.begin(), paths.end(), [](const std::string& path) { return !isTable(path); });
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
        if (isTable(path))
            loadTable(path, *open, loaded);
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
