// Purpose: session files.
#include "core/io/session.h"

#include "core/data/rna_structure.h"
#include "core/io/json_text.h"
#include "core/io/sha256.h"
#include "core/io/zip_archive.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <utility>

namespace nscope::io {
namespace {

namespace fs = std::filesystem;
constexpr const char* kEntryName = "document.json";

/// kUpgrades[n] lifts a document of schema n to n + 1. Schema 1 is the first, so there is nothing to lift yet.
using Upgrade = Result<Json> (*)(Json);
constexpr Upgrade kUpgrades[] = {nullptr};
static_assert(std::size(kUpgrades) == kSessionSchema, "one upgrade per older schema; schema 0 never was");

Json spanJson(const std::optional<data::Interval>& span)
{
    return span ? Json{span->startNt, span->endNt} : Json(nullptr);
}

/// The further inputs; states that follow from the dot-bracket text are left out.
Json featuresJson(const data::Transcript& reference)
{
    Json features = Json::object();
    for (const auto& [id, values] : reference.features) {
        if (reference.dotBracket.empty() || id != data::kStructureFeature)
            features[id] = values;
    }
    return features;
}

Json entryJson(const data::DocumentEntry& entry)
{
    const data::Transcript& reference = *entry.reference;
    Json nodes = Json::array();
    for (const auto& node : entry.history.nodes())
        nodes.push_back({{"parent", node.parent}, {"start", node.edit.startNt}, {"removed", node.edit.removed},
                         {"inserted", node.edit.inserted}, {"label", node.edit.label}});
    Json json = {{"id", reference.sequence.id}, {"description", reference.sequence.description},
                 {"alphabet", reference.sequence.alphabet == data::Alphabet::Rna ? "RNA" : "DNA"},
                 {"letters", reference.sequence.letters}, {"cds", spanJson(reference.cds)},
                 {"edits", std::move(nodes)}, {"current_edit", entry.history.current()}};
    if (!reference.dotBracket.empty())
        json["structure"] = reference.dotBracket;
    if (Json features = featuresJson(reference); !features.empty())
        json["features"] = std::move(features);
    return json;
}

Json documentJson(const data::Document& document)
{
    Json json = {{"format", "nucleoscope session"}, {"schema", kSessionSchema},
                 {"model", {{"id", document.modelId}, {"hash", document.modelHash}}},
                 {"selected", document.selectedEntry}, {"source_files", Json::array()},
                 {"views", Json::array()}, {"entries", Json::array()}};
    for (const std::string& file : document.sourceFiles)
        json["source_files"].push_back({{"path", file}});
    for (const data::ViewState& view : document.views)
        json["views"].push_back({{"kind", view.kind}, {"state", view.state}});
    for (const data::DocumentEntryPtr& entry : document.entries)
        json["entries"].push_back(entryJson(*entry));
    return json;
}

Result<std::optional<data::Interval>> readSpan(const Json& json, std::int64_t lengthNt, const Where& where)
{
    if (json.is_null())
        return std::nullopt;
    const bool isPair = json.is_array() && json.size() == 2 && json[0].is_number_integer() && json[1].is_number_integer();
    const data::Interval span = isPair ? data::Interval{json[0].get<std::int64_t>(), json[1].get<std::int64_t>()} : data::Interval{};
    if (!isPair || span.startNt < 0 || span.isEmpty() || span.endNt > lengthNt)
        return fail(ErrorCode::Parse, "The coding region lies outside its sequence.", where);
    return span;
}

/// The optional fields "structure" and "features" of an entry.
Result<void> readFurtherInputs(JsonFields& fields, data::Transcript& reference)
{
    const std::string dotBracket = fields.text("structure", {});
    const Json& features = fields.object("features");
    if (fields.failed())
        return fields.result();
    for (const auto& [id, list] : features.items()) {
        const Where where{.record = id.substr(0, 40)};
        std::vector<float>& values = reference.features[id];
        for (const Json& value : list) {
            const double number = value.is_number() ? value.get<double>() : std::numeric_limits<double>::infinity();
            if (!(std::abs(number) <= double(std::numeric_limits<float>::max())))
                return fail(ErrorCode::Parse, "The values of a further input must be finite numbers.", where);
            values.push_back(float(number));
        }
        if (!list.is_array() || values.empty())
            return fail(ErrorCode::Parse, "A further input must be a list of numbers.", where);
        if (id == data::kStructureFeature && std::int64_t(values.size()) != reference.sequence.length())
            return fail(ErrorCode::Parse, "The structure has another length than its sequence.", where);
    }
    return dotBracket.empty() ? Result<void>() : data::setStructure(reference, dotBracket);
}

Result<data::EditHistory> readHistory(JsonFields& fields, const Where& where)
{
    std::vector<data::EditHistory::Node> nodes;
    for (const Json& json : fields.array("edits")) {
        JsonFields node(json, "edits");
        const std::int64_t parent = node.integer("parent", -1);
        data::Edit edit{node.integer("start", -1), node.text("removed", {}), node.text("inserted", {}), node.text("label", {})};
        node.refuseOthers();
        if (const auto result = node.result(); !result)
            return fail(result.error().at(where));
        if (parent < -1 || parent >= std::int64_t(nodes.size()))
            return fail(ErrorCode::Parse, "A step of the edit history does not follow an earlier one.", where);
        nodes.push_back({int(parent), std::move(edit)});
    }
    const std::int64_t current = fields.integer("current_edit", -1);
    if (current < -1 || current >= std::int64_t(nodes.size()))
        return fail(ErrorCode::Parse, "The current step of the edit history does not exist.", where);
    return data::EditHistory::fromNodes(std::move(nodes), int(current));
}

/// Every step of the history, not only the current one, must fit its sequence, or a later redo would fail. A state is
/// kept only until the last step that follows it.
Result<void> checkAllSteps(const data::EditHistory& history, const data::TranscriptPtr& reference)
{
    const auto& nodes = history.nodes();
    std::vector<std::size_t> lastChild(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].parent >= 0)
            lastChild[std::size_t(nodes[i].parent)] = i;
    }
    std::vector<data::TranscriptPtr> states(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const int parent = nodes[i].parent;
        auto state = data::applyEdit(parent < 0 ? *reference : *states[std::size_t(parent)], nodes[i].edit);
        if (!state)
            return fail(state.error());
        if (lastChild[i] > i)
            states[i] = std::make_shared<const data::Transcript>(*std::move(state));
        if (parent >= 0 && lastChild[std::size_t(parent)] == i)
            states[std::size_t(parent)].reset();
    }
    return {};
}

Result<data::DocumentEntryPtr> readEntry(const Json& json)
{
    JsonFields fields(json, "entries");
    data::Transcript reference;
    data::Sequence& sequence = reference.sequence;
    sequence.id = fields.requiredText("id");
    sequence.description = fields.text("description", {});
    const std::string alphabet = fields.text("alphabet", "DNA");
    sequence.letters = data::canonical(fields.requiredText("letters"));
    const Where where{.record = sequence.id};
    if (alphabet != "DNA" && alphabet != "RNA")
        fields.setError("The alphabet must be DNA or RNA.", "alphabet");
    if (!std::ranges::all_of(sequence.letters, data::isIupac))
        fields.setError("The sequence holds letters that are no nucleotides.", "letters");
    sequence.alphabet = alphabet == "RNA" ? data::Alphabet::Rna : data::Alphabet::Dna;
    const auto cds = readSpan(json.is_object() && json.contains("cds") ? json["cds"] : Json(), sequence.length(), where);
    fields.ignore("cds");
    const auto further = readFurtherInputs(fields, reference);
    auto history = readHistory(fields, where);
    if (fields.failed())
        return fail(fields.result().error().at(where));
    if (!cds)
        return fail(cds.error());
    if (!further)
        return fail(further.error().at(where));
    if (!history)
        return fail(history.error());
    fields.refuseOthers();
    if (fields.failed())
        return fail(fields.result().error().at(where));
    reference.cds = *cds;
    auto entry = std::make_shared<data::DocumentEntry>();
    entry->reference = std::make_shared<const data::Transcript>(std::move(reference));
    if (auto steps = checkAllSteps(*history, entry->reference); !steps)
        return fail(steps.error().at(where));
    entry->current = entry->reference;
    if (!history->isReference()) {
        auto current = history->apply(*entry->reference);
        if (!current)
            return fail(current.error().at(where));
        entry->current = std::make_shared<const data::Transcript>(*std::move(current));
    }
    entry->history = *std::move(history);
    return entry;
}

struct StoredSource {
    std::string path;
    std::string hash;
};

struct Read {
    data::DocumentPtr document;
    std::vector<StoredSource> sources;
};

Result<Json> liftedToThisSchema(Json json)
{
    JsonFields head(json, {});
    const std::string format = head.text("format", {});
    std::int64_t schema = head.integer("schema", 0);
    if (format != "nucleoscope session" || schema < 1)
        return fail(ErrorCode::Parse, "This is not a Nucleoscope session.");
    if (schema > kSessionSchema)
        return fail(ErrorCode::Unsupported, "The session was saved by a newer version of the program (schema "
                        + std::to_string(schema) + ", this one reads up to " + std::to_string(kSessionSchema) + "); update the program to open it.");
    for (; schema < kSessionSchema; ++schema) {
        auto lifted = kUpgrades[schema](std::move(json));
        if (!lifted)
            return lifted;
        json = *std::move(lifted);
    }
    return json;
}

Result<Read> readDocument(std::string_view text)
{
    auto parsed = parseJson(text);
    auto json = parsed ? liftedToThisSchema(*std::move(parsed)) : std::move(parsed);
    if (!json)
        return fail(json.error());
    JsonFields fields(*json, {});
    fields.ignore("format");
    fields.ignore("schema");
    auto document = std::make_shared<data::Document>();
    Read read;
    JsonFields model(fields.object("model"), "model");
    document->modelId = model.text("id", {});
    document->modelHash = model.text("hash", {});
    for (const Json& source : fields.array("source_files")) {
        JsonFields file(source, "source_files");
        read.sources.push_back({file.requiredText("path"), file.text("sha256", {})});
        document->sourceFiles.push_back(read.sources.back().path);
        if (const auto result = file.result(); !result)
            return fail(result.error());
    }
    for (const Json& view : fields.array("views")) {
        JsonFields state(view, "views");
        document->views.push_back({state.requiredText("kind"), state.text("state", {})});
        if (const auto result = state.result(); !result)
            return fail(result.error());
    }
    for (const Json& entryJson : fields.array("entries")) {
        auto entry = readEntry(entryJson);
        if (!entry)
            return fail(entry.error());
        document->entries.push_back(*std::move(entry));
    }
    const std::int64_t selected = fields.integer("selected", -1);
    if (selected < -1 || selected >= std::int64_t(document->entries.size()))
        fields.setError("The selected sequence does not exist.", "selected");
    document->selectedEntry = int(selected);
    fields.refuseOthers();
    if (const auto result = fields.failed() ? fields.result() : model.result(); !result)
        return fail(result.error());
    read.document = std::move(document);
    return read;
}

/// Paths relative to the session's folder where that is possible, with the content's hash where the file is there.
Json storedSources(const std::vector<std::string>& files, const fs::path& folder)
{
    Json list = Json::array();
    for (const std::string& file : files) {
        std::error_code error;
        fs::path stored = fs::path(file);
        const fs::path absolute = fs::weakly_canonical(fs::absolute(stored, error), error);
        if (!error) {
            const fs::path relative = absolute.lexically_relative(folder);
            stored = relative.empty() ? absolute : relative;
        }
        Json source = {{"path", stored.generic_string()}};
        if (const auto hash = sha256File(file))
            source["sha256"] = *hash;
        list.push_back(std::move(source));
    }
    return list;
}

fs::path folderOf(const std::string& path)
{
    std::error_code error;
    return fs::weakly_canonical(fs::absolute(path, error), error).parent_path();
}

}  // namespace

std::string documentToJson(const data::Document& document) { return jsonText(documentJson(document), 1); }

Result<data::DocumentPtr> documentFromJson(std::string_view json)
{
    auto read = readDocument(json);
    if (!read)
        return fail(read.error());
    return std::move(read->document);
}

Result<void> writeSession(const std::string& path, const data::Document& document)
{
    auto zip = ZipWriter::create(path);
    if (!zip)
        return fail(zip.error());
    Json json = documentJson(document);
    json["source_files"] = storedSources(document.sourceFiles, folderOf(path));
    if (auto added = zip->add(kEntryName, jsonText(json, 1)); !added)
        return added;
    return zip->commit();
}

Result<Session> readSessionWithSources(const std::string& path)
{
    const auto zip = ZipReader::open(path);
    if (!zip)
        return fail(zip.error());
    if (!zip->contains(kEntryName))
        return fail(ErrorCode::Parse, "This is not a Nucleoscope session: the archive holds no document.json.", {.file = path});
    const auto text = zip->read(kEntryName);
    if (!text)
        return fail(text.error());
    auto read = readDocument(*text);
    if (!read)
        return fail(read.error().at({.file = path}));
    auto document = std::make_shared<data::Document>(*read->document);
    Session session;
    for (std::size_t i = 0; i < read->sources.size(); ++i) {
        const StoredSource& stored = read->sources[i];
        const std::string found = (folderOf(path) / stored.path).lexically_normal().string();
        const auto hash = sha256File(found);
        document->sourceFiles[i] = found;
        session.sourceFiles.push_back({found, hash.has_value(), hash.has_value() && !stored.hash.empty() && *hash != stored.hash});
    }
    session.document = std::move(document);
    return session;
}

Result<data::DocumentPtr> readSession(const std::string& path)
{
    auto session = readSessionWithSources(path);
    if (!session)
        return fail(session.error());
    return std::move(session->document);
}

}  // namespace nscope::io
