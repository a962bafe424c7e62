// Purpose: small networks of every kind of head from training to use: the model that a run leaves loads through the
// backend as any other does, its golden example holds, and it predicts what the trainer measured.
#include "core/data/alphabet.h"
#include "core/fit/fit_evaluate.h"
#include "core/fit/fit_jobs.h"
#include "core/io/model_card.h"
#include "core/io/tsv_table.h"
#include "core/models/weights.h"
#include "core/torch_module/torch_backend.h"
#include "tests/core/fit/fit_fixture.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <sstream>

using namespace nscope;
using namespace nscope::fit;
using dataset::Dataset;
using dataset::TaskKind;
using nlohmann::json;

namespace {

const std::string kShort =
    R"("limits": {"epochs": 2}, "validation": {"bootstrap": 20, "patience": 0}, "batches": {"examples": 8})";

data::TranscriptPtr transcript(const dataset::Example& example, const Dataset& data)
{
    data::Transcript value;
    value.sequence = {example.id, "", std::string(example.letters()), data::Alphabet::Dna};
    for (std::size_t column = 0; column < data.features.size(); ++column)
        value.features[data.features[column].input].push_back(example.features[column]);
    return std::make_shared<const data::Transcript>(std::move(value));
}

std::vector<std::int32_t> judgedRows(const Dataset& data)
{
    const std::vector<std::int32_t> test = data.rows(dataset::Part::Test);
    return test.empty() ? data.rows(dataset::Part::Validation) : test;
}

/// Trains, loads, predicts the examples that the run was judged by.
struct Trained {
    tests::TemporaryFolder folder;
    std::unique_ptr<torch_module::TorchBackend> backend =
        std::make_unique<torch_module::TorchBackend>(torch::kCPU, 1, std::int64_t(1) << 30);
    tests::Outcome outcome;
    data::ModelCard card;
    engine::ModelInfo info;
    std::vector<data::Prediction> predictions;
    std::string problem;

    Trained(const FitSettings& settings, const Dataset& data)
    {
        outcome = tests::runFit(settings, data, folder.path("run"));
        if (outcome.error) {
            problem = outcome.error->sentence();
            return;
        }
        auto read = io::readModelCard(folder.path("run/model.safetensors"));
        auto loaded = read ? backend->load(*read) : Result<engine::ModelInfo>(fail(read.error()));
        if (!loaded) {
            problem = loaded.error().sentence();
            return;
        }
        card = *read;
        info = *loaded;
        predict(data);
    }

    void predict(const Dataset& data)
    {
        engine::Request request;
        request.model = info.id;
        for (const std::int32_t row : judgedRows(data))
            request.transcripts.push_back(transcript(data.examples[std::size_t(row)], data));
        auto job = backend->start(request);
        for (bool finished = false; job && !finished;) {
            auto step = (*job)->step({});
            if (!step) {
                problem = step.error().sentence();
                return;
            }
            for (const auto& delivery : step->deliveries)
                predictions.push_back(*std::get<std::shared_ptr<const data::Prediction>>(delivery.payload));
            finished = step->finished;
        }
        if (!job)
            problem = job.error().sentence();
    }

    double measured(const std::string& metric) const
    {
        const auto found = std::ranges::find(card.heldOutMetrics, metric, &data::NamedValue::name);
        return found == card.heldOutMetrics.end() ? std::nan("") : found->value;
    }
    /// Column `name` of predictions.tsv by id.
    std::map<std::string, double> column(const std::string& name) const
    {
        std::istringstream in(folder.read("run/predictions.tsv"));
        std::map<std::string, double> values;
        std::size_t place = 0;
        for (std::string line; std::getline(in, line);) {
            std::vector<std::string> cells;
            std::istringstream row(line);
            for (std::string cell; std::getline(row, cell, '\t');)
                cells.push_back(cell);
            if (cells[0] == "id")
                place = std::size_t(std::ranges::find(cells, name) - cells.begin());
            else if (place < cells.size())
                values[cells[0]] = std::stod(cells[place]);
        }
        return values;
    }
};

/// The largest difference between predictions.tsv and what the loaded model says.
double difference(const Trained& trained, const Dataset& data, const std::string& column, const std::string& output)
{
    const auto table = trained.column(column);
    const std::vector<std::int32_t> rows = judgedRows(data);
    double worst = table.size() == rows.size() ? 0.0 : 1e9;
    for (std::size_t i = 0; i < rows.size() && i < trained.predictions.size(); ++i) {
        std::vector<data::NamedValue> values = trained.predictions[i].scalars;
        const auto& classes = trained.predictions[i].classProbabilities;
        values.insert(values.end(), classes.begin(), classes.end());
        const auto found = std::ranges::find(values, output, &data::NamedValue::name);
        const std::string& id = data.examples[std::size_t(rows[i])].id;
        worst = std::max(worst, found == values.end() ? 1e9 : std::abs(found->value - table.at(id)));
    }
    return worst;
}

const char* text(const std::string& problem) { return problem.c_str(); }

Dataset promoters(int lengthNt)
{
    Dataset data = tests::motifData(TaskKind::Numbers, {"expression"}, 32, lengthNt);
    data.features = {{"halflife", "utr5"}, {"halflife", "cds"}};
    for (std::size_t i = 0; i < data.examples.size(); ++i)
        data.examples[i].features = {float(i % 5) - 2.0f, i % 7 == 0 ? std::nanf("") : 0.5f};
    return data;
}

constexpr const char* kBoundWindows = "data/rbp/rbp_windows_100nt.tsv";

/// 100 nt around binding sites of an RNA-binding protein, and as long windows without one.
Dataset boundWindows()
{
    const auto table = io::TsvTable::read(tests::sharedPath(kBoundWindows)).value();
    const std::size_t letters = table.requireColumn("sequence").value(), label = table.requireColumn("label").value(),
                      split = table.requireColumn("split").value();
    Dataset data;
    data.task = {TaskKind::Classes, {"unbound", "bound"}};
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        dataset::Example& example = data.examples.emplace_back();
        example.id = "window" + std::to_string(row + 1);
        example.source = std::make_shared<const std::string>(data::canonical(table.cell(row, letters)));
        example.lengthNt = std::int64_t(example.source->size());
        example.target = {float(table.integer(row, label).value())};
        example.part = table.cell(row, split) == "valid" ? dataset::Part::Validation : dataset::Part::Train;
    }
    return data;
}

}  // namespace

class FitZooTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mpraCnn()
    {
        Dataset data = tests::motifData(TaskKind::Numbers, {"activity"}, 48, 60);
        data.examples[4].target[0] = std::nanf("");
        const Trained trained(
            tests::shortRun(
                TaskKind::Numbers,
                R"("architecture": "mpra-cnn", "options": {"length": 60, "filters": "8,8", "dense": "8,8"})", kShort),
            data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(std::isfinite(trained.measured("MSE")) && std::isfinite(trained.measured("pearson")));
        QVERIFY(difference(trained, data, "activity", "activity") < 1e-3);
        QCOMPARE(trained.card.tasks, std::vector<std::string>{"activity"});
    }

    void basset()
    {
        const Dataset data = tests::motifData(TaskKind::Labels, {"some", "many"}, 48, 200);
        const Trained trained(
            tests::shortRun(TaskKind::Labels,
                            R"("architecture": "basset", "options": {"length": 200, "filters": "6,6,6", "dense": 12})",
                            kShort + R"(, "loss": {"balance": "balanced"})"),
            data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(difference(trained, data, "some", "p_some") < 1e-3);
        QVERIFY(std::isfinite(trained.measured("AUROC")) && std::isfinite(trained.measured("AUROC_low")));
    }

    void rnatracker()
    {
        Dataset data = tests::motifData(TaskKind::Distribution, {"nucleus", "cytosol"}, 40, 150);
        for (std::size_t i = 0; i < data.examples.size(); ++i)
            data.examples[i].lengthNt -= std::int64_t(i % 5) * 10;  // of different lengths
        const Trained trained(
            tests::shortRun(
                TaskKind::Distribution,
                R"("architecture": "rnatracker", "options": {"length": 140, "filters": 6, "lstm_units": 4})", kShort),
            data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(std::isfinite(trained.measured("KL")));
        QVERIFY(difference(trained, data, "nucleus", "nucleus") < 1e-3);
    }

    void rnatrackerOfAnyLengthAndKmerCounts()
    {
        Dataset data = tests::motifData(TaskKind::Distribution, {"nucleus", "cytosol"}, 40, 200);
        for (std::size_t i = 0; i < data.examples.size(); ++i)
            data.examples[i].lengthNt -= std::int64_t(i % 5) * 10;
        const Trained full(
            tests::shortRun(TaskKind::Distribution,
                            R"("architecture": "rnatracker-full", "options": {"filters": 4, "lstm_units": 4})", kShort),
            data);
        QVERIFY2(full.problem.empty(), text(full.problem));
        QVERIFY(difference(full, data, "cytosol", "cytosol") < 1e-3);
        const Trained counts(tests::shortRun(TaskKind::Distribution, R"("architecture": "kmer-mlp")", kShort), data);
        QVERIFY2(counts.problem.empty(), text(counts.problem));
        QVERIFY(difference(counts, data, "cytosol", "cytosol") < 1e-3);
        const auto state = models::readState(counts.folder.path("run/model.safetensors")).value();
        QVERIFY(state.at("mean").abs().sum().item<double>() > 100.0);  // counts of the training rows
    }

    void utrbertFromHiddenLettersToClasses()
    {
        const std::string sizes = R"("d_model": 16, "layers": 2, "heads": 2, "d_ff": 32)";
        const Dataset letters = tests::motifData(TaskKind::MaskedLetters, {}, 24, 80);
        const Trained masked(
            tests::shortRun(
                TaskKind::MaskedLetters, R"("architecture": "utrbert", "options": {)" + sizes + "}",
                R"("limits": {"steps": 12}, "validation": {"every_steps": 6, "bootstrap": 20}, "batches": {"examples": 4})"),
            letters);
        QVERIFY2(masked.problem.empty(), text(masked.problem));
        QVERIFY(masked.measured("perplexity") > 1.0 && masked.measured("perplexity") < 200.0);
        const Dataset data = tests::motifData(TaskKind::Classes, {"without", "with"}, 24, 80);
        FitSettings settings =
            tests::shortRun(TaskKind::Classes, R"("architecture": "utrbert", "options": {)" + sizes + "}", kShort);
        settings.model.initialWeights = masked.folder.path("run/model.safetensors");
        settings.model.freeze = {"bert.embeddings"};
        const Trained classes(settings, data);
        QVERIFY2(classes.problem.empty(), text(classes.problem));
        QVERIFY(difference(classes, data, "p_with", "p_with") < 1e-3);
        const json start = classes.outcome.ofType("start").front();
        QVERIFY(start["fresh_weights"].dump().contains("classifier.weight"));
        QVERIFY(!start["fresh_weights"].dump().contains("bert.encoder"));
        const auto before = models::readState(settings.model.initialWeights).value(),
                   after = models::readState(classes.folder.path("run/model.safetensors")).value();
        const std::string words = "bert.embeddings.word_embeddings.weight";
        QVERIFY(torch::equal(before.at(words), after.at(words)));
    }

    void gpn()
    {
        const Dataset data = tests::motifData(TaskKind::MaskedLetters, {}, 24, 60);
        const Trained trained(
            tests::shortRun(
                TaskKind::MaskedLetters, R"("architecture": "gpn", "options": {"dim": 16, "layers": 2})",
                R"("limits": {"epochs": 3, "steps": 0}, "validation": {"every_epochs": 1, "every_steps": 0, "bootstrap": 20}, "batches": {"examples": 4})"),
            data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(trained.measured("perplexity") > 1.0 && trained.measured("perplexity") < 10.0);
    }

    void profiles_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("residualbind-32")
            << R"("architecture": "residualbind-32", "options": {"length": 128, "filters": "6,6,6", "head_filters": 6, "block_layers": "2,2,2"})";
        QTest::newRow("basenji")
            << R"("architecture": "basenji", "options": {"length": 128, "filters": 8, "residual_blocks": 2, "final_filters": 8})";
        QTest::newRow("bpnet") << R"("architecture": "bpnet", "options": {"length": 128, "filters": 6, "layers": 2})";
        QTest::newRow("ori_bpnet")
            << R"("architecture": "bpnet", "options": {"variant": "ori_bpnet", "length": 128, "filters": 6, "layers": 2})";
    }
    void profiles()
    {
        QFETCH(QString, model);
        const Dataset data = tests::motifData(TaskKind::Profile, {"signal"}, 32, 192, 32);
        std::string extra = kShort + R"(, "augment": {"reverse_complement": 0.5, "shift_nt": 64})";
        if (model.contains("ori_bpnet"))
            extra += R"(, "loss": {"kind": "multinomial-mse"})";
        const Trained trained(tests::shortRun(TaskKind::Profile, model.toStdString(), extra), data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(std::isfinite(trained.measured("MSE")));
        const json shown = trained.outcome.ofType("validation").back()["example_predictions"].at(0);
        QCOMPARE(shown["signal"].get<std::string>(), std::string("signal"));
        QVERIFY(shown["measured"].size() == 4 && shown["predicted"].size() == 4);
        const data::Track& track = trained.predictions.front().profiles.at(0);
        QCOMPARE(track.rows, std::vector<std::string>{"signal"});
        QCOMPARE(track.binNt, std::int64_t(32));
        QCOMPARE(track.binCount(), std::int64_t(4));
    }

    void expression_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("xpresso")
            << R"("architecture": "xpresso", "options": {"length": 600, "tss": 400, "filters1": 4, "filters2": 4, "dense1": 4})";
        QTest::newRow("deeplncloc-transformer")
            << R"("architecture": "deeplncloc-transformer", "options": {"length": 600, "tss": 400, "slices": 12, "embedding": 8, "heads": 2, "d_ff": 8})";
        QTest::newRow("deeplncloc-lstm")
            << R"("architecture": "deeplncloc-lstm", "options": {"length": 600, "tss": 400, "slices": 12, "embedding": 8, "lstm_units": 6})";
        QTest::newRow("divide-et-impera")
            << R"("architecture": "divide-et-impera", "options": {"length": 600, "tss": 400, "filters": 4})";
    }
    void expression()
    {
        QFETCH(QString, model);
        Dataset data = promoters(600);
        data.task.scales = {{.mean = 2.0, .deviation = 3.0}};
        Trained trained(tests::shortRun(TaskKind::Numbers, model.toStdString(), kShort), data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(tests::contains(trained.card.trainingProcedure, data.task.names[0] + " was learned as (x - 2) / 3."));
        QCOMPARE(std::get<std::int64_t>(trained.card.options.at("halflife")), std::int64_t(2));
        // Unknown features count as 0 in training; the backend is given them as they are, so those rows stand aside.
        Dataset known = data;
        for (dataset::Example& example : known.examples) {
            for (float& value : example.features)
                value = std::isnan(value) ? 0.0f : value;
        }
        trained.predictions.clear();
        trained.predict(known);
        QVERIFY(difference(trained, known, "expression", "expression") < 1e-3);
    }

    void localisationNetsWithHeadsApart()
    {
        const Dataset data = tests::motifData(TaskKind::Labels, {"nucleus", "membrane"}, 16, 120);
        const Trained trained(
            tests::shortRun(TaskKind::Labels, R"("architecture": "dm3loc")",
                            R"("limits": {"epochs": 1}, "validation": {"bootstrap": 0}, "batches": {"examples": 8})"),
            data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY(difference(trained, data, "nucleus", "p_nucleus") < 1e-3);
        QVERIFY(trained.outcome.ofType("validation").size() == 1);
    }

    void boundRnaIsToldFromUnbound()
    {
        if (!tests::haveShared(kBoundWindows))
            QSKIP("the windows of bound RNA are not there");
        const Dataset data = boundWindows();
        const std::string layers = tests::customModel(
            R"({"length": 100, "head": {"kind": "classes", "names": ["unbound", "bound"]}, "layers": [{"type": "conv", "filters": 24, "kernel": 11}, {"type": "batchnorm"}, {"type": "activation", "function": "relu"}, {"type": "maxpool", "width": 4}, {"type": "conv", "filters": 24, "kernel": 7}, {"type": "activation", "function": "relu"}, {"type": "globalpool", "of": "max"}, {"type": "dense", "units": 2}]})");
        const Trained trained(
            tests::shortRun(TaskKind::Classes, layers,
                            R"("limits": {"epochs": 6}, "validation": {"best": "AUROC", "bootstrap": 100})"),
            data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        QVERIFY2(trained.measured("AUROC") > 0.65, std::to_string(trained.measured("AUROC")).c_str());
        QVERIFY(trained.measured("AUROC_low") > 0.5);
        QCOMPARE(trained.measured("examples"), 535.0);
    }

    void evaluationOfAModel()
    {
        const Dataset data = tests::motifData(TaskKind::Classes, {"without", "with"}, 60, 60);
        const std::string layers = tests::customModel(
            R"({"length": 60, "head": {"kind": "classes", "names": ["without", "with"]}, "layers": [{"type": "conv", "filters": 4, "kernel": 7}, {"type": "globalpool"}, {"type": "dense", "units": 2}]})");
        const Trained trained(tests::shortRun(TaskKind::Classes, layers, kShort), data);
        QVERIFY2(trained.problem.empty(), text(trained.problem));
        const auto parsed =
            parseFitEvaluation(R"({"task": "classes", "data": {}, "bootstrap": 30, "batches": {"examples": 7}})");
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message().c_str());
        ModelSettings model;
        model.architecture = "custom";
        model.options = trained.card.options;
        auto net = makeNet(model, data).value();
        QVERIFY(models::applyState(*net, models::readState(trained.folder.path("run/model.safetensors")).value())
                    .has_value());
        EvaluateFitJob job(
            *parsed, [&](std::stop_token) -> Result<Dataset> { return data; }, trained.folder.path("report.json"), net,
            trained.card);
        const auto outcome = tests::runJob(job);
        QVERIFY2(!outcome.error, outcome.error ? outcome.error->sentence().c_str() : "");
        QCOMPARE(outcome.done, std::int64_t(15));
        const json report = json::parse(trained.folder.read("report.json"));
        QCOMPARE(report["rows"].get<std::string>(), std::string("test rows"));
        for (const char* metric : {"accuracy", "MCC", "AUROC", "loss"})
            QVERIFY2(std::abs(report["metrics"][metric].get<double>() - trained.measured(metric)) < 1e-4, metric);
        QCOMPARE(report["intervals"]["AUROC"].size(), std::size_t(2));
        QVERIFY(trained.folder.read("report.tsv").starts_with("id\tlength\ttrue_class\tclass\tp_without\tp_with\n"));
        QVERIFY(!parseFitEvaluation(R"({"task": "nonsense", "data": {}})").has_value());
    }

    void theBackendPicksTheTrainer()
    {
        const tests::TemporaryFolder folder;
        torch_module::TorchBackend backend(torch::kCPU, 1, std::int64_t(1) << 30);
        const auto start = [&](const std::string& config) {
            engine::Request request;
            request.analysis = engine::Analysis::Train;
            request.training =
                std::make_shared<engine::TrainingOrder>(engine::TrainingOrder{config, folder.path("run"), false});
            return backend.start(request);
        };
        QVERIFY(start(R"({"task": "classes", "data": {"table": "a.tsv"}, "model": {"architecture": "basset"}})").has_value());
        QVERIFY(start(R"({"task": "classes", "data": {"table": "a.tsv"}, "model": {"architecture": "basset"}, "loos": 1})")
                    .error()
                    .message()
                    .contains("loos"));
        QVERIFY(start(R"({"task": "classes", "data": {}, "model": {"architecture": "basset"}})")
                    .error()
                    .message()
                    .contains("data.table"));
        QVERIFY(start(R"({"task": "nonsense"})").error().message().contains("task"));
        QVERIFY(start(R"({"data": {"fasta": "a.fa"}})").error().message().contains("data.table"));
    }
};

int nscope::tests::runFitZooSuite(int argc, char** argv)
{
    FitZooTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fit_zoo.moc"
