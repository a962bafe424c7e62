#include "core/study/training_form.h"

#include "core/io/settings_fields.h"
#include "core/study/study_options.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>

namespace nscope::study {

namespace {

using dataset::TaskKind;
using engine::OptionSpec;
using nlohmann::json;

constexpr std::array kTasks{
    TaskDescription{TaskKind::Classes, "classes", "Classes",
                    "Each sequence belongs to one class, such as coding or noncoding, bound or not bound."},
    TaskDescription{TaskKind::Labels, "labels", "Several labels",
                    "Each sequence has any number of labels, such as all compartments in which a transcript is found."},
    TaskDescription{TaskKind::Distribution, "distribution", "Shares",
                    "Each sequence is spread over classes, such as the fractions of a cell; shares add up to 1."},
    TaskDescription{TaskKind::Numbers, "numbers", "Numbers",
                    "Each sequence has one or more measured numbers, such as the expression that a promoter drives."},
    TaskDescription{TaskKind::Profile, "profile", "Signals along the genome",
                    "Coverage is learned along windows of a genome, from bigWig or bedGraph files."},
    TaskDescription{TaskKind::MaskedLetters, "masked-letters", "Hidden letters",
                    "A language model: letters are hidden and learned from their surroundings. No labels are needed."}};

constexpr const char* kSignals = "data.signals";
constexpr const char* kFeatures = "data.features";
constexpr std::int64_t kLongestNt = 100'000'000;

OptionSpec fileOption(std::string id, std::string name, std::string help, std::vector<std::string> extensions)
{
    OptionSpec option = textOption(std::move(id), std::move(name), std::move(help));
    option.extensions = std::move(extensions);
    return option;
}

OptionSpec listOption(OptionSpec option)
{
    option.isList = true;
    return option;
}

const std::vector<std::string> kTables{"tsv", "tsv.gz", "csv", "csv.gz", "txt"};
const std::vector<std::string> kFasta{"fa", "fasta", "fna", "fa.gz", "fasta.gz", "fna.gz", "bgz"};

std::vector<OptionSpec> tableOptions(TaskKind task)
{
    std::vector<OptionSpec> options{
        fileOption("data.table", "Table", "One row per sequence, with a header", kTables),
        fileOption("data.fasta", "FASTA", "Sequences by id; empty: they stand in the table", kFasta),
        textOption("data.sequence_column", "Column of sequences", "Where the table holds them", "sequence"),
        textOption("data.id_column", "Column of ids", "Names of FASTA records; else names for lists", "id"),
        listOption(textOption("data.label_columns", "Column of labels",
                              task == TaskKind::Classes ? "Holds the class of a row"
                                                        : "Hold the values, one column each, separated by semicolons",
                              task == TaskKind::Classes ? "label" : ""))};
    if (task == TaskKind::Classes) {
        options.push_back(listOption(textOption(
            "data.class_names", "Classes", "In the order of the outputs, separated by semicolons; empty: those found")));
        options.push_back(listOption(textOption("data.class_titles", "Classes shown as",
                                                "What the model calls these classes, if not as the table does")));
    }
    if (task == TaskKind::Numbers) {
        options.push_back(choiceOption("data.transform", "Transform", "What is learned of a number", {"none", "log10"}));
        options.push_back(switchOption("data.standardise", "Standardise",
                                       "By mean and standard deviation of the training rows"));
    }
    options.push_back(listOption(textOption(
        kFeatures, "Further inputs",
        "Numbers of every id that a network reads beside the letters, as input=FILE separated by semicolons: "
        "embedding=embeddings.h5, halflife=halflife.tsv (.npz, .h5 or a table with the column id)")));
    options.push_back(textOption("data.group_column", "Column of groups",
                                 "Rows of one group, such as a gene, stay in one part; empty: none"));
    return options;
}

std::vector<OptionSpec> profileOptions()
{
    return {fileOption("data.genome", "Genome", "FASTA or 2bit", {"fa", "fasta", "fna", "fa.gz", "fasta.gz", "2bit"}),
            listOption(fileOption(kSignals, "Signals", "bigWig, bedGraph or BAM files, separated by semicolons",
                                  {"bw", "bigWig", "bigwig", "bedGraph", "bedGraph.gz", "bdg", "bam"})),
            fileOption("data.regions", "Regions", "Peaks or stretches; empty: all the genome's file holds",
                       {"bed", "bed.gz", "narrowPeak", "narrowPeak.gz"}),
            choiceOption("data.windows", "Windows", "peaks: centred on each region; tiles: along each region",
                         {"peaks", "tiles"}),
            wholeOption("data.window_nt", "Window (nt)", "Letters that are read", 3072, 1, kLongestNt),
            wholeOption("data.target_nt", "Learned (nt)", "Middle of the window with signals; 0: all of it", 2048, 0,
                        kLongestNt),
            wholeOption("data.bin_nt", "Bin (nt)", "Bases per value", 32, 1, kLongestNt),
            wholeOption("data.stride_nt", "Stride of tiles (nt)", "0: as long as what is learned", 0, 0, kLongestNt),
            numberOption("data.min_coverage", "Least coverage",
                         "Tiles are kept if a bin of a signal is above; 0: all", 0.0, 0.0, 1e9)};
}

std::vector<OptionSpec> corpusOptions()
{
    return {fileOption("data.fasta", "FASTA", "Sequences, without labels", kFasta),
            wholeOption("data.window_nt", "Window (nt)", "Longer sequences are cut", 510, 1, kLongestNt),
            wholeOption("data.stride_nt", "Stride (nt)", "0: as long as a window", 0, 0, kLongestNt)};
}

json listJson(const std::string& id, const std::string& text)
{
    json all = json::array();
    for (const std::string& one : listOf(text)) {
        const std::size_t sign = one.find('=');
        if (id == kSignals)
            all.push_back({{"file", one}});
        else if (id == kFeatures && sign != std::string::npos)
            all.push_back({{"input", one.substr(0, sign)}, {"file", one.substr(sign + 1)}});
        else if (id == kFeatures)
            all.push_back({{"input", one}});  // refused with a sentence when the data are read
        else
            all.push_back(one);
    }
    return all;
}

std::string joined(const json& list)
{
    std::string text;
    for (const json& one : list) {
        const json& value = one.is_object() && one.contains("file") ? one["file"] : one;
        const std::string input = one.is_object() ? one.value("input", std::string()) : std::string();
        if (value.is_string())
            text += (text.empty() ? "" : "; ") + (input.empty() ? "" : input + "=") + value.get<std::string>();
    }
    return text;
}

std::optional<data::OptionValue> valueOf(const json& value, const OptionSpec& option)
{
    if (option.isList)
        return value.is_array() ? std::optional<data::OptionValue>(joined(value)) : std::nullopt;
    if (std::holds_alternative<bool>(option.fallback) && value.is_boolean())
        return value.get<bool>();
    if (std::holds_alternative<std::int64_t>(option.fallback) && value.is_number())
        return std::int64_t(value.get<double>());
    if (std::holds_alternative<double>(option.fallback) && value.is_number())
        return value.get<double>();
    if (std::holds_alternative<std::string>(option.fallback) && value.is_string())
        return value.get<std::string>();
    return std::nullopt;
}

}  // namespace

std::span<const TaskDescription> trainingTasks() { return kTasks; }

std::vector<OptionSpec> dataOptions(TaskKind task)
{
    return task == TaskKind::Profile         ? profileOptions()
           : task == TaskKind::MaskedLetters ? corpusOptions()
                                             : tableOptions(task);
}

std::vector<OptionSpec> splitOptions(TaskKind task)
{
    std::vector<std::string> ways{"column", "chromosomes", "share", "folds"};
    if (task == TaskKind::Profile)
        ways = {"chromosomes", "share", "folds", "column"};
    if (task == TaskKind::MaskedLetters)
        ways = {"share", "folds"};
    return {choiceOption("data.split.by", "Split by",
                         "column: a column of the table says it; share: at random; folds: one of several", ways),
            textOption("data.split.column", "Column", "Of parts, or of chromosomes", "split"),
            listOption(textOption("data.split.validation", "Watched",
                                  "Values of the column or chromosomes that are watched during training")),
            listOption(textOption("data.split.test", "Held out",
                                  "Values or chromosomes that are judged at the end and play no part before")),
            numberOption("data.split.validation_share", "Share watched", "With share and folds", 0.1, 0.0, 0.9),
            numberOption("data.split.test_share", "Share held out", "With share", 0.1, 0.0, 0.9),
            wholeOption("data.split.folds", "Folds", "With folds", 5, 2, 256),
            wholeOption("data.split.fold", "Fold held out", "Counted from 0", 0, 0, 255),
            wholeOption("data.split.seed", "Seed of the split", "", 1, 0, 2'147'483'647)};
}

std::vector<OptionSpec> trainingOptions(TaskKind task)
{
    std::vector<OptionSpec> options{
        wholeOption("limits.epochs", "Epochs", "Passes over the data at most; 0: no limit", 100, 0, 1'000'000),
        wholeOption("limits.steps", "Steps", "At most; 0: no limit", 0, 0, 2'000'000'000),
        numberOption("limits.minutes", "Minutes", "Of training at most; 0: no limit", 0.0, 0.0, 1e6),
        wholeOption("validation.patience", "Patience", "Validations without improvement before the end; 0: never", 10, 0,
                    100'000),
        wholeOption("batches.examples", "Examples per batch", "", 64, 1, 1'000'000),
        choiceOption("optimiser.kind", "Optimiser", "", {"adam", "adamw", "nadam", "sgd"}),
        numberOption("optimiser.rate", "Learning rate", "The highest, or Noam's factor", 0.001, 0.0, 100.0),
        choiceOption("schedule.kind", "Schedule", "How the learning rate changes",
                     {"plateau", "constant", "cosine", "warmup-linear", "noam"}),
        numberOption("optimiser.weight_decay", "Weight decay", "", 0.0, 0.0, 10.0),
        numberOption("augment.reverse_complement", "Reverse complement", "Probability that a sequence is turned (DNA)",
                     0.0, 0.0, 1.0),
        wholeOption("augment.shift_nt", "Shift (nt)", "Of windows, both ways at most", 0, 0, 1'000'000),
        numberOption("augment.mutation_rate", "Mutations", "Share of letters changed at random", 0.0, 0.0, 1.0)};
    if (task == TaskKind::Classes || task == TaskKind::Labels)
        options.push_back(choiceOption("loss.balance", "Weights of classes",
                                       "balanced: rare ones count as much as common ones", {"none", "balanced"}));
    options.push_back(choiceOption("precision", "Precision",
                                   "bf16: products with bfloat16, faster where the processor or graphics card has it; "
                                   "weights and judging stay float32", {"float32", "bf16"}));
    options.push_back(wholeOption("seed", "Seed", "The same seed gives the same model", 1, 0, 2'147'483'647));
    options.push_back(wholeOption("replicates", "Replicates", "Trainings one after the other that differ in their seed", 1,
                                  1, 100));
    if (task != TaskKind::MaskedLetters)
        options.push_back(switchOption("ensemble", "Average the replicates",
                                       "The model is the mean of all replicates, not the best of them"));
    return options;
}

std::vector<OptionSpec> cardOptions()
{
    return {textOption("card.id", "Id", "Short, for the command line: letters, digits, hyphens", "my-model"),
            textOption("card.name", "Name", "As on screen"),
            textOption("card.description", "Description", "What it predicts"),
            textOption("card.training_data", "Training data", "Where the data are from"),
            textOption("card.licence", "Licence", "Under which others may use the model"),
            textOption("card.limitations", "Limitations", "What it must not be used for")};
}

std::vector<OptionSpec> startOptions()
{
    return {fileOption("model.initial_weights", "Start from", "Weights of a trained network: what fits is taken",
                       {"safetensors"}),
            listOption(textOption("model.freeze", "Frozen",
                                  "Weights whose names begin so stay as they are, separated by semicolons"))};
}

std::vector<std::string> architecturesFor(TaskKind task)
{
    switch (task) {
    case TaskKind::Classes:
        return {"basset", "peak-cnn", "rbp-net", "utrbert", "rnatracker", "rnatracker-full", "kmer-mlp",
                "embedding-head", "custom"};
    case TaskKind::Labels: return {"basset", "dm3loc", "peak-cnn", "rbp-net", "utrbert", "embedding-head", "custom"};
    case TaskKind::Distribution: return {"rnatracker", "rnatracker-full", "rnatracker-gru", "kmer-mlp", "custom"};
    case TaskKind::Numbers:
        return {"mpra-cnn", "basset", "mprann", "insert-cnn", "xpresso", "deeplncloc-transformer", "deeplncloc-lstm",
                "divide-et-impera", "embedding-head", "custom"};
    case TaskKind::Profile: return {"residualbind-32", "bpnet", "basenji", "cnn-profile", "residualbind", "custom"};
    case TaskKind::MaskedLetters: return {"gpn", "utrbert"};
    }
    return {};
}

json datasetFacts(const dataset::Dataset& data)
{
    std::int64_t longestNt = 0, targetStartNt = 0;
    for (const dataset::Example& example : data.examples)
        if (example.lengthNt > longestNt) {
            longestNt = example.lengthNt;
            targetStartNt = example.targetStartNt;
        }
    json features = json::array();
    for (const dataset::FeatureColumn& feature : data.features)
        features.push_back({{"input", feature.input}, {"name", feature.name}});
    return {{"names", data.task.names},
            {"bins", data.task.bins},
            {"bin_nt", data.task.binNt},
            {"longest_nt", longestNt},
            {"target_start_nt", targetStartNt},
            {"features", features}};
}

void putOptions(json& run, const std::vector<OptionSpec>& options, const data::OptionMap& values)
{
    for (const OptionSpec& option : options) {
        const auto value = values.find(option.id);
        if (value == values.end())
            continue;
        if (const auto* text = std::get_if<std::string>(&value->second)) {
            if (!text->empty())
                run[io::settingPointer(option.id)] = option.isList ? listJson(option.id, *text) : json(*text);
        } else {
            std::visit([&](const auto& plain) { run[io::settingPointer(option.id)] = plain; }, value->second);
        }
    }
}

data::OptionMap optionsOf(const json& run, const std::vector<OptionSpec>& options)
{
    data::OptionMap values;
    for (const OptionSpec& option : options) {
        const auto key = io::settingPointer(option.id);
        if (const auto value = run.contains(key) ? valueOf(run[key], option) : std::nullopt)
            values[option.id] = *value;
    }
    return values;
}

std::vector<std::string> listOf(const std::string& text)
{
    std::vector<std::string> parts;
    for (const auto part : std::views::split(text, ';')) {
        std::string one(std::string_view(part.begin(), part.end()));
        const auto first = one.find_first_not_of(" \t"), last = one.find_last_not_of(" \t");
        if (first != std::string::npos)
            parts.push_back(one.substr(first, last - first + 1));
    }
    return parts;
}

}  // namespace nscope::study
