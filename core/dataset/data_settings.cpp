#include "core/dataset/data_settings.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nscope::dataset {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongestNt = 100'000'000;

constexpr std::array<std::pair<TaskKind, std::string_view>, 6> kTasks{{{TaskKind::Classes, "classes"},
                                                                       {TaskKind::Labels, "labels"},
                                                                       {TaskKind::Distribution, "distribution"},
                                                                       {TaskKind::Numbers, "numbers"},
                                                                       {TaskKind::Profile, "profile"},
                                                                       {TaskKind::MaskedLetters, "masked-letters"}}};

void readFeatures(io::SettingsFields& f, TableSettings& c)
{
    for (auto& one : f.objects("features")) {
        FeatureSettings feature;
        one.require("input");
        one.read("input", feature.input);
        one.read("columns", feature.columns);
        one.read("file", feature.file);
        if (feature.columns.empty() == feature.file.empty())
            one.reject("columns", "or \"file\", one of them, must say where the values of \"" + feature.input + "\" are.");
        one.read("transform", feature.transform, {"none", "log10"});
        one.read("log_offset", feature.logOffset, 0.0);
        one.read("standardise", feature.standardise);
        c.features.push_back(std::move(feature));
        f.absorb(std::move(one));
    }
}

void readTable(io::SettingsFields& f, TaskKind kind, TableSettings& c)
{
    f.require("table");
    f.read("table", c.table);
    f.read("fasta", c.fasta);
    f.read("id_column", c.idColumn);
    f.read("sequence_column", c.sequenceColumn);
    f.read("label_columns", c.labelColumns);
    f.read("group_column", c.groupColumn);
    if (kind == TaskKind::Classes) {
        f.read("class_names", c.classNames);
        f.read("class_titles", c.classTitles);
        if (!c.classTitles.empty() && c.classTitles.size() != c.classNames.size())
            f.reject("class_titles", "must have a name for every one of \"data.class_names\", in the same order.");
    }
    if (kind == TaskKind::Classes && c.labelColumns.size() > 1)
        f.reject("label_columns",
                 "names several columns, but a class stands in one; several columns of 0 and 1 are the "
                 "task \"labels\".");
    if (kind == TaskKind::Distribution && c.labelColumns.size() < 2)
        f.reject("label_columns", "must name one column per share, at least two.");
    if (kind == TaskKind::Numbers) {
        f.read("transform", c.transform, {"none", "log10"});
        f.read("log_offset", c.logOffset, 0.0);
        f.read("standardise", c.standardise);
    }
    readFeatures(f, c);
}

void readSignals(io::SettingsFields& f, ProfileSettings& c)
{
    for (auto& one : f.objects("signals")) {
        SignalSettings signal;
        one.require("file");
        one.read("name", signal.name);
        one.read("file", signal.file);
        c.signalFiles.push_back(std::move(signal));
        f.absorb(std::move(one));
    }
}

void checkProfile(io::SettingsFields& f, const ProfileSettings& c)
{
    if (c.targets.empty() == c.signalFiles.empty())
        f.reject("signals", "or \"targets\" is needed, one of the two: files of signals, or an array of targets.");
    if (!c.targets.empty() && !(c.genome.empty() && c.regions.empty() && c.chromosomesLeftOut.empty()))
        f.reject("targets", "are one region per record of \"fasta\": \"genome\", \"regions\" and "
                            "\"chromosomes_left_out\" go with \"signals\" only.");
    if (!c.signalFiles.empty() && !(c.fasta.empty() && c.signalNames.empty()))
        f.reject("signals", "have names of their own and lie on \"genome\": \"fasta\" and \"signal_names\" go with "
                            "\"targets\" only.");
    if (!c.signalFiles.empty() && c.genome.empty())
        f.reject("genome", "is missing: the sequence under the signals.");
    if (!c.targets.empty() && c.fasta.empty())
        f.reject("fasta", "is missing: the sequences of the array of targets.");
    if (!c.signalFiles.empty() && c.windowNt == 0)
        f.reject("window_nt", "is missing: the length of a window.");
    if (c.targetNt > c.windowNt)
        f.reject("target_nt", "must not be more than \"window_nt\".");
    const std::int64_t target = c.targetNt > 0 ? c.targetNt : c.windowNt;
    if (target % c.binNt != 0)
        f.reject("bin_nt", "must divide the part of the window that has targets, " + std::to_string(target) + " nt.");
}

void readProfile(io::SettingsFields& f, ProfileSettings& c)
{
    f.read("genome", c.genome);
    f.read("regions", c.regions);
    readSignals(f, c);
    f.read("targets", c.targets);
    f.read("fasta", c.fasta);
    f.read("signal_names", c.signalNames);
    f.read("windows", c.windows, {"peaks", "tiles"});
    f.read("window_nt", c.windowNt, 0, kLongestNt);
    f.read("target_nt", c.targetNt, 0, kLongestNt);
    f.read("bin_nt", c.binNt, 1, kLongestNt);
    f.read("stride_nt", c.strideNt, 0, kLongestNt);
    f.read("min_coverage", c.minCoverage, 0.0);
    f.read("min_coverage_by", c.minCoverageBy, {"max", "mean"});
    f.read("uncovered", c.uncovered, {"zero", "missing"});
    f.read("unknown_share", c.unknownShare, 0.0, 1.0);
    f.read("chromosomes_left_out", c.chromosomesLeftOut);
    checkProfile(f, c);
}

void readCorpus(io::SettingsFields& f, CorpusSettings& c)
{
    f.require("fasta");
    f.read("fasta", c.fasta);
    f.read("window_nt", c.windowNt, 1, kLongestNt);
    f.read("stride_nt", c.strideNt, 0, kLongestNt);
    f.read("minimum_nt", c.minimumNt, 1, kLongestNt);
    f.read("unknown_share", c.unknownShare, 0.0, 1.0);
    if (c.minimumNt > c.windowNt)
        f.reject("minimum_nt", "must not be more than \"window_nt\".");
}

void readSplit(io::SettingsFields& parent, TaskKind kind, SplitSettings& c)
{
    auto f = parent.object("split");
    if (kind == TaskKind::MaskedLetters)
        c.by = "share";
    f.read("by", c.by,
           kind == TaskKind::MaskedLetters ? std::vector<std::string>{"chromosomes", "share", "folds"}
                                           : std::vector<std::string>{"column", "chromosomes", "share", "folds"});
    if (c.by == "chromosomes")
        c.column = "chrom";
    f.read("column", c.column);
    f.read("validation", c.validation);
    f.read("test", c.test);
    f.read("validation_share", c.validationShare, 0.0, 0.9);
    f.read("test_share", c.testShare, 0.0, 0.9);
    f.read("folds", c.folds, 2, 256);
    f.read("fold", c.fold, 0, c.folds - 1);
    f.read("next_fold_validates", c.nextFoldValidates);
    f.read("fold_rule", c.foldRule, {"random", "sha1"});
    f.read("duplicates_together", c.duplicatesTogether);
    f.read("seed", c.seed, 0);
    if (c.by == "column" && !f.has("test"))
        c.test = {"test"};
    if (c.by == "column" && c.validation.empty()) {
        for (const char* usual : {"valid", "validation", "val"}) {
            if (std::ranges::find(c.test, usual) == c.test.end())
                c.validation.emplace_back(usual);
        }
    }
    if (c.by == "chromosomes" && c.validation.empty())
        f.reject("validation", "must name the chromosomes that are watched during training, such as [\"chr9\"].");
    if (c.validationShare + c.testShare >= 1.0 && c.by == "share")
        f.reject("test_share", "and \"validation_share\" leave nothing to train on.");
    parent.absorb(std::move(f));
}

json featuresJson(const std::vector<FeatureSettings>& features)
{
    json all = json::array();
    for (const FeatureSettings& feature : features)
        all.push_back({{"input", feature.input},
                       {"columns", feature.columns},
                       {"file", feature.file},
                       {"transform", feature.transform},
                       {"log_offset", feature.logOffset},
                       {"standardise", feature.standardise}});
    return all;
}

json tableJson(const TableSettings& c, TaskKind kind)
{
    json all = {{"table", c.table},
                {"fasta", c.fasta},
                {"id_column", c.idColumn},
                {"sequence_column", c.sequenceColumn},
                {"label_columns", c.labelColumns},
                {"group_column", c.groupColumn},
                {"features", featuresJson(c.features)}};
    if (kind == TaskKind::Classes)
        all.update({{"class_names", c.classNames}, {"class_titles", c.classTitles}});
    if (kind == TaskKind::Numbers)
        all.update({{"transform", c.transform}, {"log_offset", c.logOffset}, {"standardise", c.standardise}});
    return all;
}

json profileJson(const ProfileSettings& c)
{
    json signals = json::array();
    for (const SignalSettings& signal : c.signalFiles)
        signals.push_back({{"name", signal.name}, {"file", signal.file}});
    return {{"genome", c.genome},
            {"regions", c.regions},
            {"signals", signals},
            {"targets", c.targets},
            {"fasta", c.fasta},
            {"signal_names", c.signalNames},
            {"windows", c.windows},
            {"window_nt", c.windowNt},
            {"target_nt", c.targetNt},
            {"bin_nt", c.binNt},
            {"stride_nt", c.strideNt},
            {"min_coverage", c.minCoverage},
            {"min_coverage_by", c.minCoverageBy},
            {"uncovered", c.uncovered},
            {"unknown_share", c.unknownShare},
            {"chromosomes_left_out", c.chromosomesLeftOut}};
}

json corpusJson(const CorpusSettings& c)
{
    return {{"fasta", c.fasta},
            {"window_nt", c.windowNt},
            {"stride_nt", c.strideNt},
            {"minimum_nt", c.minimumNt},
            {"unknown_share", c.unknownShare}};
}

json splitJson(const SplitSettings& c)
{
    return {{"by", c.by},
            {"column", c.column},
            {"validation", c.validation},
            {"test", c.test},
            {"validation_share", c.validationShare},
            {"test_share", c.testShare},
            {"folds", c.folds},
            {"fold", c.fold},
            {"next_fold_validates", c.nextFoldValidates},
            {"fold_rule", c.foldRule},
            {"duplicates_together", c.duplicatesTogether},
            {"seed", c.seed}};
}

}  // namespace

std::string_view taskName(TaskKind kind)
{
    return std::ranges::find(kTasks, kind, &decltype(kTasks)::value_type::first)->second;
}

std::optional<TaskKind> taskNamed(std::string_view name)
{
    const auto found = std::ranges::find(kTasks, name, &decltype(kTasks)::value_type::second);
    return found == kTasks.end() ? std::nullopt : std::optional(found->first);
}

std::vector<std::string> taskNames()
{
    std::vector<std::string> names;
    for (const auto& task : kTasks)
        names.emplace_back(task.second);
    return names;
}

Result<DataSettings> readDataSettings(io::SettingsFields& fields, TaskKind kind)
{
    DataSettings settings;
    if (kind == TaskKind::Profile)
        readProfile(fields, settings.profile);
    else if (kind == TaskKind::MaskedLetters)
        readCorpus(fields, settings.corpus);
    else
        readTable(fields, kind, settings.table);
    readSplit(fields, kind, settings.split);
    fields.read("memory_mb", settings.memoryMb, 1);
    if (auto problem = fields.finish())
        return fail(*std::move(problem));
    return settings;
}

Result<RunData> dataOfRun(std::string_view text)
{
    const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (root.is_discarded() || !root.is_object())
        return fail(ErrorCode::Parse, "The settings are not valid JSON: check commas, quotes and braces.");
    if (!root.contains("task") || !root["task"].is_string() || !taskNamed(root["task"].get<std::string>())) {
        std::string names;
        for (const std::string& name : taskNames())
            names += (names.empty() ? "" : ", ") + name;
        return fail(ErrorCode::InvalidArgument, "The setting \"task\" must be one of " + names + ".");
    }
    if (!root.contains("data"))
        return fail(ErrorCode::InvalidArgument, "The setting \"data\" is missing.");
    const TaskKind kind = *taskNamed(root["task"].get<std::string>());
    io::SettingsFields fields(root["data"], "data");
    auto settings = readDataSettings(fields, kind);
    if (!settings)
        return fail(settings.error());
    const json best = root.value(json::json_pointer("/validation/best"), json());
    return RunData{kind, *std::move(settings), best != "last"};
}

nlohmann::json toJson(const DataSettings& settings, TaskKind kind)
{
    json all = kind == TaskKind::Profile         ? profileJson(settings.profile)
               : kind == TaskKind::MaskedLetters ? corpusJson(settings.corpus)
                                                 : tableJson(settings.table, kind);
    all["split"] = splitJson(settings.split);
    all["memory_mb"] = settings.memoryMb;
    return all;
}

}  // namespace nscope::dataset
