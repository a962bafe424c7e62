// Purpose: every architecture that the program lists, with random weights on real sequences, through the program
// itself: predict, explain, models. A new architecture without a recipe fails. Where LibTorch has CUDA, the graphics
// card agrees with the processor.
#include "tests/app_cli/cli_process.h"
#include "tests/app_cli/random_model.h"
#include "tests/app_cli/zoo_recipes.h"

#include "core/io/npz.h"
#include "core/io/table_writer.h"

#include <QtTest/QtTest>

#include <cmath>
#include <set>

using namespace nscope;
using namespace nscope::test;

namespace {

constexpr const char* kNoData = "NSCOPE_SHARED_DIR has no real sequences for this network";

/// A file of predictions: names of columns, and the cells.
struct Table {
    QStringList columns;
    QList<QStringList> rows;

    QList<QStringList> rowsOf(const std::string& id) const
    {
        QList<QStringList> found;
        for (const QStringList& row : rows) {
            if (row.first() == QString::fromStdString(id))
                found << row;
        }
        return found;
    }
};

Table tableOf(const QByteArray& text)
{
    Table table{{}, nscope::test::rowsOf(text)};
    if (!table.rows.isEmpty())
        table.columns = table.rows.takeFirst();
    return table;
}

bool hasTarget(const engine::ModelSpec& spec, const std::string& id)
{
    return std::ranges::find(spec.targets, id, &engine::TargetSpec::id) != spec.targets.end();
}

/// A model chooses a class if its targets are classes (yes/no labels have log-odds each).
bool choosesClass(const engine::ModelSpec& spec)
{
    const auto& names = spec.outputs.fractions ? spec.outputs.scalars : spec.outputs.classes;
    return !names.empty() && hasTarget(spec, "class:" + names.front());
}

bool isProfile(const engine::ModelSpec& spec) { return !spec.outputs.profileTasks.empty(); }

/// The columns that docs/command_line.md promises for these outputs.
QStringList promisedColumns(const engine::ModelSpec& spec)
{
    QStringList columns = isProfile(spec) ? QStringList{"id", "start", "end"} : QStringList{"id", "length"};
    for (const std::string& name : spec.outputs.classes)
        columns << QString::fromStdString(io::probabilityColumn(name));
    for (const auto* names : {&spec.outputs.profileTasks, &spec.outputs.scalars}) {
        for (const std::string& name : *names)
            columns << QString::fromStdString(name);
    }
    if (choosesClass(spec))
        columns << "class";
    return columns;
}

/// What is wrong with the numbers of a row; nothing if they are what the description claims.
QString rowFault(const QStringList& row, const engine::ModelSpec& spec)
{
    const qsizetype first = isProfile(spec) ? 3 : 2;
    const qsizetype numbers = row.size() - first - (choosesClass(spec) ? 1 : 0);
    const bool areParts = spec.outputs.fractions || choosesClass(spec) || spec.outputs.maskedLetters;
    const qsizetype probabilities =
        spec.outputs.classes.empty() ? (areParts && numbers > 1 ? numbers : 0) : qsizetype(spec.outputs.classes.size());
    double sum = 0.0;
    for (qsizetype i = 0; i < numbers; ++i) {
        bool isNumber = false;
        const double value = row[first + i].toDouble(&isNumber);
        if (!isNumber || !std::isfinite(value))
            return "no finite number: " + row[first + i];
        if (i < probabilities && (value < 0.0 || value > 1.0))
            return "no probability: " + row[first + i];
        sum += i < probabilities ? value : 0.0;
    }
    // A decoder's two classes are two of its many tokens.
    const bool isWhole = areParts && probabilities > 0 && !spec.outputs.encoderDecoderAttention;
    if (isWhole && std::abs(sum - 1.0) > 1e-5)
        return "probabilities sum to " + QString::number(sum);
    return {};
}

/// Bins follow each other without a gap.
QString binFault(const QList<QStringList>& rows)
{
    for (qsizetype i = 1; i < rows.size(); ++i) {
        if (rows[i][1] != rows[i - 1][2])
            return "bin at " + rows[i][1] + " after one that ends at " + rows[i - 1][2];
    }
    return {};
}

QString tableFault(const Table& table, const engine::ModelSpec& spec, const std::vector<data::Sequence>& sequences)
{
    if (table.columns != promisedColumns(spec))
        return "columns " + table.columns.join(' ') + " instead of " + promisedColumns(spec).join(' ');
    std::set<QStringList> seen;
    qsizetype rows = 0;
    for (const data::Sequence& sequence : sequences) {
        const QList<QStringList> own = table.rowsOf(sequence.id);
        if (own.isEmpty() || (!isProfile(spec) && own.size() != 1))
            return QString::number(own.size()) + " rows of " + QString::fromStdString(sequence.id);
        if (const QString fault = isProfile(spec) ? binFault(own) : QString(); !fault.isEmpty())
            return fault;
        QStringList numbers;
        for (const QStringList& row : own) {
            if (const QString fault = rowFault(row, spec); !fault.isEmpty())
                return fault;
            numbers << row.mid(isProfile(spec) ? 3 : 2);
        }
        if (!isProfile(spec) && own.first()[1].toLongLong() != sequence.length())
            return "length " + own.first()[1];
        if (!seen.insert(numbers).second)
            return "two sequences have the same prediction";
        rows += own.size();
    }
    return rows == table.rows.size() ? QString() : "rows of sequences that were not given";
}

bool isFirstOfItsArchitecture(int recipe)
{
    const std::string architecture = zooRecipes()[std::size_t(recipe)].architecture;
    for (int i = 0; i < recipe; ++i) {
        if (architecture == zooRecipes()[std::size_t(i)].architecture)
            return false;
    }
    return true;
}

/// Largest difference of two tables with the same texts, relative to 1 + |value|; infinite for other texts.
double largestDifference(const Table& a, const Table& b)
{
    if (a.columns != b.columns || a.rows.size() != b.rows.size())
        return INFINITY;
    double largest = 0.0;
    for (qsizetype row = 0; row < a.rows.size(); ++row) {
        for (qsizetype column = 0; column < a.columns.size(); ++column) {
            const QString x = a.rows[row].value(column), y = b.rows[row].value(column);
            bool isNumber = false;
            const double value = x.toDouble(&isNumber);
            if (isNumber)
                largest = std::max(largest, std::abs(value - y.toDouble()) / (1.0 + std::abs(value)));
            else if (x != y)
                return INFINITY;
        }
    }
    return largest;
}

}  // namespace

class TestCliZoo : public QObject {
    Q_OBJECT

    struct Model {
        QString path;
        engine::ModelInfo info;
        QStringList arguments;  ///< --model and its inputs
    };

private slots:
    void initTestCase();
    void architecturesAreDescribed();
    void architecturesAreDescribedAsText();
    void randomModelsPredictAndExplainRealInput_data();
    void randomModelsPredictAndExplainRealInput();
    void firstFiltersOfRecords();
    void structureChangesThePrediction_data();
    void structureChangesThePrediction();
    void aRequiredInputThatIsMissingIsNamed();
    void cpuAndGraphicsCardAgree_data();
    void cpuAndGraphicsCardAgree();

private:
    const Model& model(int recipe);
    void recipeRows();
    QString file(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    std::unique_ptr<engine::Backend> m_backend;
    QJsonArray m_architectures;  ///< as the program lists them
    RealInputs m_inputs{m_folder.path()};
    std::map<int, Model> m_models;
};

void TestCliZoo::initTestCase()
{
    auto backend = engine::openTorchBackend({.device = "cpu", .threads = 1, .memoryBudgetBytes = 0});
    QVERIFY2(backend.has_value(), backend ? "" : backend.error().sentence().c_str());
    m_backend = std::move(*backend);
    const CliResult listed = runCli({"models", "--architectures", "--json"});
    QVERIFY2(listed.exitCode == 0, qPrintable(listed.err));
    m_architectures = QJsonDocument::fromJson(listed.out.toUtf8()).array();
    QVERIFY(!m_architectures.isEmpty());
}

/// Made once, of the recipe with this number.
const TestCliZoo::Model& TestCliZoo::model(int recipe)
{
    Model& made = m_models[recipe];
    if (!made.path.isEmpty())
        return made;
    const ZooRecipe& how = zooRecipes()[std::size_t(recipe)];
    made.path = file(QString("random%1.safetensors").arg(recipe));
    const auto written = writeRandomModel(*m_backend, how.architecture, how.options, made.path.toStdString());
    if (!written)
        throw std::runtime_error(written.error().sentence());
    made.info = *written;
    made.arguments = QStringList{"--model", made.path} + m_inputs.arguments(how.input, made.info.spec.input.further);
    return made;
}

/// A row per recipe of every architecture that the program lists; −1 where there is none.
void TestCliZoo::recipeRows()
{
    QTest::addColumn<int>("recipe");
    for (const QJsonValue& architecture : m_architectures) {
        const QString id = architecture.toObject()["id"].toString();
        if (id == "torchscript")
            continue;  // is what its file is: tests/core/torch/tst_torchscript.cpp
        bool found = false;
        for (std::size_t i = 0; i < zooRecipes().size(); ++i) {
            if (id != zooRecipes()[i].architecture)
                continue;
            QTest::newRow(zooRecipes()[i].name) << int(i);
            found = true;
        }
        if (!found)
            QTest::newRow(qPrintable(id)) << -1;
    }
}

void TestCliZoo::architecturesAreDescribed()
{
    std::set<QString> ids;
    for (const QJsonValue& value : m_architectures) {
        const QJsonObject architecture = value.toObject();
        const QString id = architecture["id"].toString();
        QVERIFY2(ids.insert(id).second, qPrintable(id));
        for (const char* row : {"architecture", "purpose", "input", "input_length", "receptive_field", "padding",
                                "outputs", "targets", "citation"})
            QVERIFY2(!architecture[row].toString().isEmpty(), qPrintable(id + ": " + row));
        for (const QJsonValue& option : architecture["options"].toObject())
            QVERIFY2(option.toString().contains(", by default "), qPrintable(id + ": " + option.toString()));
    }
    for (const ZooRecipe& recipe : zooRecipes())
        QVERIFY2(ids.contains(recipe.architecture), recipe.name);
    // What the papers say of three of them.
    const auto row = [this](const char* id, const char* name) {
        for (const QJsonValue& value : m_architectures) {
            if (value.toObject()["id"].toString() == id)
                return value.toObject()[name].toString();
        }
        return QString();
    };
    QVERIFY(row("rnatracker-gru", "input").contains("GATC"));
    QCOMPARE(row("rnatracker-gru", "input_length"), QString("4,000 nt"));
    QVERIFY(row("xpresso", "further_inputs").contains("halflife, 6 values per sequence"));
    QVERIFY(row("dm3loc", "outputs").contains("Nucleus, Exosome, Cytosol, Cytoplasm, Ribosome, Membrane, ER"));
}

void TestCliZoo::architecturesAreDescribedAsText()
{
    const CliResult listed = runCli({"models", "--architectures"});
    QCOMPARE(listed.exitCode, 0);
    const QStringList lines = listed.out.split('\n');
    for (const QJsonValue& value : m_architectures) {
        const QJsonObject architecture = value.toObject();
        QVERIFY2(lines.contains("id: " + architecture["id"].toString()), qPrintable(architecture["id"].toString()));
        QVERIFY(lines.contains("citation: " + architecture["citation"].toString()));
    }
}

void TestCliZoo::randomModelsPredictAndExplainRealInput_data() { recipeRows(); }
void TestCliZoo::randomModelsPredictAndExplainRealInput()
{
    QFETCH(int, recipe);
    QVERIFY2(recipe >= 0, "This architecture has no recipe in tests/app_cli/zoo_recipes.cpp; add one.");
    const ZooRecipe& how = zooRecipes()[std::size_t(recipe)];
    const std::vector<data::Sequence>& sequences = m_inputs.sequences(how.input);
    if (sequences.empty())
        QSKIP(kNoData);
    const Model& made = model(recipe);
    const engine::ModelSpec& spec = made.info.spec;
    const QString one = file("one.tsv"), two = file("two.tsv"), gradient = file("gradient.npz");
    const QStringList predict = QStringList{"predict", "--quiet"} + made.arguments;
    std::vector<QStringList> commands{
        QStringList{"explain", "--quiet", "--threads", "1", "--method", "gradient", "--output", gradient}
            + made.arguments,
        predict + QStringList{"--threads", "1", "--output", one},
        predict + QStringList{"--threads", "2", "--output", two},
    };
    const bool isFirst = isFirstOfItsArchitecture(recipe);  // its variants take these the same way
    if (isFirst)
        commands.insert(commands.end(), {predict + QStringList{"--threads", "1", "--output", "-"},
                                         QStringList{"models", made.path, "--json"}});
    const std::vector<CliResult> results = runTogether(commands);
    for (const CliResult& result : results)
        QVERIFY2(result.exitCode == 0 && result.err.isEmpty(), qPrintable(result.err));

    const Table table = tableOf(readFile(one));
    QVERIFY2(tableFault(table, spec, sequences).isEmpty(), qPrintable(tableFault(table, spec, sequences)));
    const double ofThreads = largestDifference(table, tableOf(readFile(two)));
    QVERIFY2(ofThreads < 1e-5, qPrintable(QString::number(ofThreads)));

    const auto arrays = io::readNpz(gradient.toStdString());
    QVERIFY2(arrays.has_value(), arrays ? "" : arrays.error().sentence().c_str());
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const auto& attribution = arrays->at("attribution/" + std::to_string(i));
        QCOMPARE(attribution.shape, (std::vector<std::int64_t>{sequences[i].length(), 4}));
        double largest = 0.0;
        const auto values = attribution.toDoubles();
        QVERIFY(values.has_value());
        for (const double value : *values) {
            QVERIFY(std::isfinite(value));
            largest = std::max(largest, std::abs(value));
        }
        QCOMPARE(largest > 0.0, how.readsLetters);
    }

    if (!isFirst)
        return;
    QCOMPARE(results[3].out.toUtf8(), readFile(one));
    const QJsonObject card = QJsonDocument::fromJson(results[4].out.toUtf8()).object();
    QCOMPARE(card["architecture"].toString(), QString(how.architecture));
    QCOMPARE(card["real_parameters"].toInteger(), parametersInFile(made.path.toStdString()));
    QVERIFY(card["parameters"].toInteger() > 0);
    QVERIFY(card["parameters"].toInteger() <= card["real_parameters"].toInteger());
    QCOMPARE(card["targets"].toArray().first().toString(), QString::fromStdString(spec.targets.front().id));
    QVERIFY(card["stages"].toArray().size() >= 2);
}

/// What filters --input writes is what motifs filters reads; a network without convolutions says so.
void TestCliZoo::firstFiltersOfRecords()
{
    const auto recipeOf = [](const char* architecture) {
        return int(std::ranges::find_if(zooRecipes(),
                                        [&](const ZooRecipe& r) { return r.architecture == std::string(architecture); })
                   - zooRecipes().begin());
    };
    const int basset = recipeOf("basset");
    const ZooRecipe& how = zooRecipes()[std::size_t(basset)];
    const std::vector<data::Sequence>& sequences = m_inputs.sequences(how.input);
    if (sequences.empty())
        QSKIP(kNoData);
    const QString activations = file("activations.npz"), fasta = m_inputs.fasta(how.input);
    const CliResult written =
        runCli({"filters", "--quiet", "--model", model(basset).path, "--input", fasta, "--output", activations});
    QVERIFY2(written.exitCode == 0 && written.err.isEmpty(), qPrintable(written.err));
    const auto arrays = io::readNpz(activations.toStdString());
    QVERIFY2(arrays.has_value(), arrays ? "" : arrays.error().sentence().c_str());
    std::int64_t filters = 0;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const auto& array = arrays->at("activations/" + std::to_string(i));
        QCOMPARE(array.shape.size(), std::size_t(2));
        QVERIFY(array.shape[0] > 0 && array.shape[0] <= sequences[i].length());
        QVERIFY(array.shape[1] > 1 && (filters == 0 || array.shape[1] == filters));
        filters = array.shape[1];
        const auto values = array.toDoubles();
        QVERIFY(values && std::ranges::all_of(*values, [](double value) { return std::isfinite(value); }));
        QVERIFY(std::ranges::any_of(*values, [](double value) { return value != 0.0; }));
    }
    const CliResult motifs =
        runCli({"motifs", "filters", "--quiet", "--activations", activations, "--input", fasta, "--kernel", "19",
                "--output", file("filters.meme"), "--table", file("filters.tsv")});
    QVERIFY2(motifs.exitCode == 0, qPrintable(motifs.err));
    QCOMPARE(readFile(file("filters.tsv")).count('\n'), int(filters) + 1);
    const int none = recipeOf("kmer-mlp");
    const CliResult refused =
        runCli({"filters", "--quiet", "--model", model(none).path, "--input", fasta, "--output", file("none.npz")});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("convolution"), qPrintable(refused.err));
    QVERIFY(!QFile::exists(file("none.npz")));
}

void TestCliZoo::structureChangesThePrediction_data()
{
    QTest::addColumn<int>("recipe");
    for (std::size_t i = 0; i < zooRecipes().size(); ++i) {
        if (QByteArray(zooRecipes()[i].name).endsWith("structure"))
            QTest::newRow(zooRecipes()[i].name) << int(i);
    }
}
void TestCliZoo::structureChangesThePrediction()
{
    QFETCH(int, recipe);
    const RealInput input = zooRecipes()[std::size_t(recipe)].input;
    if (m_inputs.sequences(input).empty())
        QSKIP(kNoData);
    const Model& made = model(recipe);
    const auto with = [&](bool hairpins, const QString& output) {
        return QStringList{"predict", "--quiet", "--model", made.path, "--input", m_inputs.fasta(input), "--structure",
                           m_inputs.structures(input, hairpins), "--output", output};
    };
    for (const CliResult& result : runTogether({with(true, file("paired.tsv")), with(false, file("open.tsv"))}))
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    const Table paired = tableOf(readFile(file("paired.tsv"))), open = tableOf(readFile(file("open.tsv")));
    for (qsizetype row = 0; row < paired.rows.size(); ++row)
        QVERIFY2(paired.rows[row] != open.rows[row], qPrintable(paired.rows[row].first()));
}

void TestCliZoo::aRequiredInputThatIsMissingIsNamed()
{
    const auto at = std::ranges::find(zooRecipes(), std::string("embedding-head"), &ZooRecipe::name);
    if (m_inputs.sequences(at->input).empty())
        QSKIP(kNoData);
    const Model& made = model(int(at - zooRecipes().begin()));
    const QString output = file("missing.tsv"), table = file("one.embedding.tsv");
    const QStringList predict{"predict", "--quiet", "--model", made.path, "--input", m_inputs.fasta(at->input),
                              "--output", output};
    const CliResult without = runCli(predict);
    QCOMPARE(without.exitCode, 2);
    QVERIFY2(without.err.contains("needs the input 'embedding'"), qPrintable(without.err));
    // A table that has the first sequence's embedding only.
    const QByteArrayList lines = readFile(made.arguments.last().section('=', 1)).split('\n');
    writeFile(table, lines.mid(0, 2).join('\n') + "\n");
    const CliResult partly = runCli(predict + QStringList{"--features", "embedding=" + table});
    QCOMPARE(partly.exitCode, 1);
    QCOMPARE(partly.errorLines().size(), 1);
    const QString second = QString::fromStdString(m_inputs.sequences(at->input)[1].id);
    QVERIFY2(partly.err.contains(second) && partly.err.contains("Embedding"), qPrintable(partly.err));
    QVERIFY(!QFileInfo::exists(output));
}

void TestCliZoo::cpuAndGraphicsCardAgree_data()
{
    const CliResult asked = runCli({"models", "--architectures", "--json", "--device", "cuda"});
    if (asked.exitCode != 0)
        QSKIP(qPrintable("no graphics card to compare with: " + asked.err.trimmed()));
    recipeRows();
}
void TestCliZoo::cpuAndGraphicsCardAgree()
{
    QFETCH(int, recipe);
    QVERIFY2(recipe >= 0, "This architecture has no recipe in tests/app_cli/zoo_recipes.cpp; add one.");
    if (m_inputs.sequences(zooRecipes()[std::size_t(recipe)].input).empty())
        QSKIP(kNoData);
    const Model& made = model(recipe);
    for (const char* device : {"cpu", "cuda"}) {
        const CliResult result = runCli(QStringList{"predict", "--quiet", "--device", device, "--output",
                                                    file(QString("on_%1.tsv").arg(device))}
                                        + made.arguments);
        QVERIFY2(result.exitCode == 0, qPrintable(result.err));
    }
    const Table cpu = tableOf(readFile(file("on_cpu.tsv"))), card = tableOf(readFile(file("on_cuda.tsv")));
    QVERIFY(!cpu.rows.isEmpty());
    QVERIFY2(largestDifference(cpu, card) < 1e-3, qPrintable(QString::number(largestDifference(cpu, card))));
}

QTEST_GUILESS_MAIN(TestCliZoo)
#include "tst_cli_zoo.moc"
