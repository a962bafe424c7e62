#include "core/train/kmer_embedding_config.h"

#include "core/train/config_parts.h"

namespace nscope::train {

using nlohmann::json;

std::string taskOf(std::string_view text)
{
    const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    const bool has = root.is_object() && root.contains("task") && root["task"].is_string();
    return has ? root["task"].get<std::string>() : std::string();
}

Result<KmerEmbeddingConfig> parseKmerEmbeddingConfig(std::string_view text)
{
    const auto document = parsedSettings(text, "training");
    if (!document)
        return fail(document.error());
    KmerEmbeddingConfig c;
    io::SettingsFields root(*document, "");
    std::string task;
    root.read("task", task, {kKmerEmbeddingTask});
    root.require("data");
    auto data = root.object("data");
    data.require("fasta");
    data.read("fasta", c.fasta);
    root.absorb(std::move(data));
    auto model = root.object("model");
    model.read("architecture", c.architecture, {"deeplncloc-transformer", "deeplncloc-lstm"});
    model.read("options", c.options);
    root.absorb(std::move(model));
    auto embedding = root.object("embedding");
    embedding.read("window", c.embedding.window, 1, 1000);
    embedding.read("negative", c.embedding.negative, 1, 1000);
    embedding.read("epochs", c.embedding.epochs, 1, 100'000);
    embedding.read("rate", c.embedding.rate, 0.0, 1.0);
    embedding.read("final_rate", c.embedding.finalRate, 0.0, 1.0);
    embedding.read("subsample", c.embedding.subsample, 0.0, 1.0);
    root.absorb(std::move(embedding));
    readCard(root, c.card);
    root.read("seed", c.seed, 0);
    if (auto problem = root.finish())
        return fail(*problem);
    c.embedding.seed = std::uint64_t(c.seed);
    return c;
}

std::string toJson(const KmerEmbeddingConfig& c)
{
    const Word2VecSettings& e = c.embedding;
    const json root = {{"task", kKmerEmbeddingTask},
                       {"data", {{"fasta", c.fasta}}},
                       {"model", {{"architecture", c.architecture}, {"options", optionsJson(c.options)}}},
                       {"embedding", {{"window", e.window}, {"negative", e.negative}, {"epochs", e.epochs},
                                      {"rate", e.rate}, {"final_rate", e.finalRate}, {"subsample", e.subsample}}},
                       {"card", cardJson(c.card)},
                       {"seed", c.seed}};
    return root.dump(2);
}

}  // namespace nscope::train
