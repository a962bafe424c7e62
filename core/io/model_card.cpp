// Purpose: model cards to JSON and back.
#include "core/io/model_card.h"

#include "core/data/alphabet.h"

#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/mapped_file.h"
#include "core/io/model_files.h"
#include "core/io/sha256.h"

#include <filesystem>

namespace nscope::io {
namespace {

constexpr int kCardSchema = 1;
constexpr std::size_t kMaxCardBytes = 4 << 20;

/// The card's plain texts: member and JSON key, in the order of the file.
struct TextField {
    const char* key;
    std::string data::ModelCard::*member;
};
constexpr TextField kTextsBefore[] = {
    {"id", &data::ModelCard::id},
    {"name", &data::ModelCard::name},
    {"description", &data::ModelCard::description},
    {"architecture", &data::ModelCard::architecture},
};
constexpr TextField kTextsAfter[] = {
    {"alphabet", &data::ModelCard::alphabet},
    {"channel_order", &data::ModelCard::channelOrder},
    {"padding_rule", &data::ModelCard::paddingRule},
    {"strand", &data::ModelCard::strand},
    {"training_data", &data::ModelCard::trainingData},
    {"training_procedure", &data::ModelCard::trainingProcedure},
    {"licence", &data::ModelCard::licence},
    {"citation", &data::ModelCard::citation},
    {"limitations", &data::ModelCard::limitations},
    {"held_out_data", &data::ModelCard::heldOutData},
};

data::GoldenExample readGolden(const Json& json, JsonFields& card)
{
    JsonFields fields(json, "golden");
    data::GoldenExample golden;
    golden.letters = fields.text("sequence", {});
    golden.tolerance = fields.number("tolerance", golden.tolerance);
    golden.scalars = fields.namedValues("scalars");
    fields.refuseOthers();
    for (const char letter : golden.letters) {
        if (!data::isIupac(letter))
            fields.setError("The golden example holds letters that are no nucleotides.", "sequence");
    }
    golden.letters = data::canonical(golden.letters);
    if (const auto result = fields.result(); !result)
        card.setError(result.error().message(), result.error().where().record.c_str());
    return golden;
}

void readBaselines(const Json& list, data::ModelCard& card, JsonFields& fields)
{
    for (const Json& json : list) {
        JsonFields baseline(json, "baselines");
        std::string name = baseline.requiredText("name");
        card.baselines.emplace_back(std::move(name), baseline.namedValues("metrics"));
        baseline.refuseOthers();
        if (const auto result = baseline.result(); !result)
            fields.setError(result.error().message(), "baselines");
    }
}

}  // namespace

std::string modelCardToJson(const data::ModelCard& card)
{
    Json json = Json::object();
    json["schema"] = kCardSchema;
    for (const TextField& field : kTextsBefore)
        json[field.key] = card.*field.member;
    json["options"] = toJson(card.options);
    json["max_input_nt"] = card.maxInputNt;
    json["tasks"] = card.tasks;
    for (const TextField& field : kTextsAfter)
        json[field.key] = card.*field.member;
    json["held_out_metrics"] = toJson(card.heldOutMetrics);
    json["baselines"] = Json::array();
    for (const auto& [name, metrics] : card.baselines)
        json["baselines"].push_back({{"name", name}, {"metrics", toJson(metrics)}});
    json["golden"] = {{"sequence", card.golden.letters}, {"tolerance", card.golden.tolerance},
                      {"scalars", toJson(card.golden.scalars)}};
    return jsonText(json, 2) + "\n";
}

Result<data::ModelCard> modelCardFromJson(std::string_view text)
{
    const auto json = parseJson(text);
    if (!json)
        return fail(json.error());
    JsonFields fields(*json, {});
    const std::int64_t schema = fields.integer("schema", kCardSchema);
    if (schema > kCardSchema)
        return fail(ErrorCode::Unsupported, "The card was written by a newer version of the program (schema "
                        + std::to_string(schema) + "); update the program.");
    data::ModelCard card;
    for (const TextField& field : kTextsBefore)
        card.*field.member = fields.text(field.key, card.*field.member);
    for (const TextField& field : kTextsAfter)
        card.*field.member = fields.text(field.key, card.*field.member);
    if (card.architecture.empty())
        fields.setError("The card does not say which architecture the model has.", "architecture");
    card.options = fields.options("options");
    card.maxInputNt = fields.integer("max_input_nt", 0);
    card.tasks = fields.texts("tasks");
    card.heldOutMetrics = fields.namedValues("held_out_metrics");
    readBaselines(fields.array("baselines"), card, fields);
    card.golden = readGolden(fields.object("golden"), fields);
    fields.refuseOthers();
    if (const auto result = fields.result(); !result)
        return fail(result.error());
    return card;
}

Result<data::ModelCard> peekModelCard(const std::string& idOrPath)
{
    const auto files = findModelFile(idOrPath);
    if (!files)
        return fail(files.error());
    std::error_code error;
    if (!std::filesystem::exists(files->cardPath, error))
        return fail(ErrorCode::NotFound,
                    "The weights have no card; " + files->id + ".card.json must lie beside them"
                        + (isScriptFile(files->weightsPath) ? " (a checkpoint without one can be imported)." : "."),
                    {.file = files->weightsPath});
    if (!std::filesystem::exists(files->weightsPath, error))
        return fail(ErrorCode::NotFound, "The card's weights are missing; " + files->id + ".safetensors must lie beside it.",
                    {.file = files->cardPath});
    const auto text = readWholeFile(files->cardPath, kMaxCardBytes);
    if (!text)
        return fail(text.error());
    auto card = modelCardFromJson(*text);
    if (!card)
        return fail(card.error().at({.file = files->cardPath}));
    card->weightsPath = files->weightsPath;
    if (card->id.empty())
        card->id = files->id;
    return card;
}

Result<data::ModelCard> readModelCard(const std::string& idOrPath)
{
    auto card = peekModelCard(idOrPath);
    if (!card)
        return card;
    const auto hash = sha256File(card->weightsPath);
    if (!hash)
        return fail(hash.error());
    card->weightsHash = *hash;
    return card;
}

Result<void> writeModelCard(const std::string& path, const data::ModelCard& card)
{
    if (!path.ends_with(".card.json"))
        return fail(ErrorCode::InvalidArgument, "A model card's name ends in .card.json.", {.file = path});
    return writeFileAtomically(path, modelCardToJson(card));
}

}  // namespace nscope::io
