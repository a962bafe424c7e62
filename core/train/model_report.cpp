#include "core/train/model_report.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"
#include "core/io/model_card.h"
#include "core/models/golden_example.h"
#include "core/train/baselines.h"
#include "core/train/metrics_lines.h"
#include "core/train/random.h"

#include <ATen/Parallel.h>

#include <nlohmann/json.hpp>

namespace nscope::train {
namespace {

constexpr std::uint64_t kGoldenStream = 4;
constexpr double kGoldenTolerance = 2e-3;

std::string counted(std::size_t count, const char* what) { return std::to_string(count) + " " + what; }

std::string procedureText(const models::Bioseq2Seq& net, const ModelReport& report)
{
    const TrainConfig& c = report.config;
    const RunProgress& p = report.progress;
    std::string text = "AdamW, " + c.schedule.kind + " schedule, rate " + data::toText(c.schedule.rate) + "; "
        + std::to_string(p.step) + " steps of at most " + std::to_string(c.batches.maxTokens * c.batches.accumulate)
        + " nt, " + std::to_string(p.seenNt / 1'000'000) + " million nt in "
        + std::to_string(std::int64_t(p.trainingSeconds / 60.0 + 0.5)) + " minutes on the "
        + (net->device().is_cpu() ? "CPU with " + std::to_string(at::get_num_threads()) + " thread(s)" : "GPU")
        + (c.precision == "bf16" ? ", products with bfloat16" : "") + "; weights of step "
        + std::to_string(p.bestStep) + "; seed " + std::to_string(c.seed) + ". " + p.endReason;
    if (c.objective.cdsWeight > 0.0 || c.objective.orfWeight > 0.0)
        text += " Auxiliary losses on every nucleotide (codon phase in the CDS, open reading frames) during training.";
    if (c.validation.threshold != "zero")
        text += " The decision threshold was chosen on the "
            + (c.validation.threshold == "both" ? std::string("validation and training") : c.validation.threshold)
            + " rows and is part of the weights.";
    return text;
}

}  // namespace

std::string goldenLetters(std::uint64_t seed)
{
    constexpr int kLeaderNt = 40, kCodons = 100, kTrailerNt = 60;
    RandomStream random{seed, kGoldenStream};
    auto base = [&random] { return data::kBases[random.below(data::kBases.size())]; };
    std::string letters;
    for (int i = 0; i < kLeaderNt; ++i)
        letters += base();
    letters += data::kStartCodon;
    for (int codons = 0; codons < kCodons;) {
        const std::string codon{base(), base(), base()};
        if (data::isStopCodon(codon))
            continue;
        letters += codon;
        ++codons;
    }
    letters += "TAA";
    for (int i = 0; i < kTrailerNt; ++i)
        letters += base();
    return letters;
}

Result<std::string> writeModel(models::Bioseq2Seq& net, const ModelReport& report, const RunFolder& folder,
                               const nn::PassOptions& options)
{
    const TrainConfig& config = report.config;
    const TrainingRows& rows = report.data.rows;
    const LabelledRecords& labelled = report.data.labelled;
    const auto labels = labelled.labels(rows.test);
    const ClassMetrics metrics = classMetrics(report.testScores, labels, 0.0);

    data::ModelCard card;
    card.id = config.card.id;
    card.name = config.card.name;
    card.description = config.card.description;
    card.architecture = config.model.architecture;
    card.options = net->options().toMap();
    card.paddingRule = "None: any length of at least one nucleotide, one token per nucleotide.";
    card.strand = "sense";
    card.tasks = {"PC", "NC"};
    card.trainingData = config.card.trainingData + (config.card.trainingData.empty() ? "" : " ")
        + counted(rows.trainCoding.size(), "coding and ") + counted(rows.trainNoncoding.size(), "noncoding transcripts.");
    card.trainingProcedure = procedureText(net, report);
    card.licence = config.card.licence;
    card.citation = config.card.citation;
    card.limitations = config.card.limitations;
    card.heldOutData = config.card.heldOutData;
    card.heldOutMetrics = namedMetrics(metrics);

    nlohmann::json result = {{"type", "result"}, {"model", folder.modelPath()}, {"metrics", metricsJson(metrics)}};
    const auto trainLabels = labelled.labels(rows.train);
    const auto trainLetters = labelled.letters(rows.train);
    const auto testLetters = labelled.letters(rows.test);
    for (const BaselineScores& baseline : baselineScores(trainLetters, testLetters, [&options] { options.poll(); })) {
        const ClassMetrics judged = baselineMetrics(baseline, trainLabels, labels);
        card.baselines.emplace_back(baseline.name, namedMetrics(judged));
        result["baselines"][baseline.name] = metricsJson(judged);
    }
    net->eval();
    card.golden = models::makeGolden(*net, goldenLetters(std::uint64_t(config.seed)), kGoldenTolerance);

    auto written = models::writeState(folder.modelPath(), models::stateOf(*net),
                                      {{"architecture", card.architecture}, {"id", card.id}});
    if (written)
        written = io::writeModelCard(folder.cardPath(), card);
    if (!written)
        return fail(written.error());
    return result.dump();
}

}  // namespace nscope::train
