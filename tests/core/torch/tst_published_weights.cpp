// Weights that others published, through the importer, against what the authors' own code computed with them
// (../shared/golden/published_weights, tolerance 1e-4). NSCOPE_ALL_PUBLISHED=1 takes every sequence, else every 16th.
#include "tests/core/torch/golden_set.h"

#include "core/io/fasta.h"
#include "core/io/model_card.h"
#include "core/models/golden_example.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"
#include "core/torch_module/torch_backend.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <sstream>

using namespace nscope;
using namespace nscope::tests;

namespace {

constexpr double kTolerance = 1e-4;

std::string sharedFile(const std::string& path)
{
    const std::string file = qEnvironmentVariable("NSCOPE_SHARED_DIR").toStdString() + "/" + path;
    return QFile::exists(QString::fromStdString(file)) ? file : std::string();
}

/// Rows of a tab-separated table.
std::vector<std::vector<std::string>> tableRows(const std::string& file)
{
    std::vector<std::vector<std::string>> rows;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        std::istringstream cells(line);
        rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, '\t');)
            rows.back().push_back(cell);
    }
    return rows;
}

struct Imported {
    engine::ImportReport report;
    std::shared_ptr<nn::SequenceNet> net;
};

}  // namespace

class TestPublishedWeights : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    torch_module::TorchBackend m_backend{torch::Device(torch::kCPU), 1, std::int64_t(1) << 30};

    /// Imports, and loads what was written as a user's model is loaded: card, golden example and all.
    Imported imported(const std::string& file, const std::string& architecture)
    {
        engine::ImportOrder order;
        order.file = file;
        order.architecture = architecture;
        order.outputPath = m_folder.filePath("imported.safetensors").toStdString();
        const auto report = m_backend.importWeights(order);
        if (!report)
            throw std::runtime_error(report.error().sentence());
        const auto card = io::readModelCard(order.outputPath);
        if (!card)
            throw std::runtime_error(card.error().sentence());
        const auto info = m_backend.load(*card);
        if (!info)
            throw std::runtime_error(info.error().sentence());
        const auto net = models::createNet(card->architecture, card->options);
        const auto applied = models::applyState(**net, models::readState(order.outputPath).value());
        if (!applied)
            throw std::runtime_error(applied.error().sentence());
        (*net)->eval();
        return {*report, *net};
    }

    static std::vector<double> predicted(nn::SequenceNet& net, const std::string& letters)
    {
        const c10::InferenceMode inference;
        const data::Prediction prediction = net.prediction(net.forward(net.encode(letters), {}), 0);
        std::vector<double> values;
        for (const data::NamedValue& value : models::goldenValues(prediction))
            values.push_back(value.value);
        return values;
    }

    /// Compares the rows of a table, in the order of the FASTA file; `first` is the column of the first value.
    static void compare(nn::SequenceNet& net, const std::string& fasta, const std::string& table, std::size_t first,
                        std::size_t count, std::size_t every)
    {
        const auto sequences = io::readFasta(fasta);
        QVERIFY2(sequences.has_value(), sequences ? "" : sequences.error().sentence().c_str());
        const auto rows = tableRows(table);
        QCOMPARE(rows.size(), sequences->size());
        double largest = 0.0;
        for (std::size_t i = 0; i < rows.size(); i += every) {
            const std::string& letters = (*sequences)[i]->sequence.letters;
            const std::vector<double> values = predicted(net, letters);
            QCOMPARE(values.size(), count);
            for (std::size_t k = 0; k < count; ++k)
                largest = std::max(largest, std::abs(values[k] - std::stod(rows[i].at(first + k))));
        }
        QVERIFY2(largest <= kTolerance, qPrintable(QString::number(largest)));
    }

    static std::size_t every() { return qEnvironmentVariableIsSet("NSCOPE_ALL_PUBLISHED") ? 1 : 16; }

private Q_SLOTS:
    void initTestCase()
    {
        if (sharedFile("data/weights/xpresso_human.h5").empty())
            QSKIP("NSCOPE_SHARED_DIR has no published weights");
    }

    void xpresso()
    {
        const Imported model = imported(sharedFile("data/weights/xpresso_human.h5"), "");
        QVERIFY(model.report.isComplete());
        QCOMPARE(nn::parameterCounts(*model.net).first, std::int64_t(112357));
        compare(*model.net, sharedFile("data/expression/promoters_10500_hg38.fa"),
                sharedFile("golden/published_weights/xpresso_human_on_43_promoters.tsv"), 1, 1, 1);
    }

    void rnaTrackerGru()
    {
        const Imported model = imported(sharedFile("data/weights/rnatracker_gru_epoch100.pt"), "rnatracker-gru");
        QVERIFY(model.report.isComplete());
        compare(*model.net, sharedFile("golden/published_weights/RNAlight_mRNA_518.fa.gz"),
                sharedFile("golden/published_weights/rnatracker_epoch100_on_RNAlight_mRNA_518.tsv"), 2, 4, every());
    }

    void dm3Loc()
    {
        const Imported model = imported(sharedFile("data/weights/dm3loc_fold0.h5"), "dm3loc");
        QVERIFY(model.report.isComplete());
        compare(*model.net, sharedFile("golden/published_weights/RNAlight_mRNA_518.fa.gz"),
                sharedFile("golden/published_weights/dm3loc_fold0_on_RNAlight_mRNA_518.tsv"), 2, 7, every());
        compare(*model.net, sharedFile("data/weights/dm3loc_test.fasta"),
                sharedFile("golden/published_weights/dm3loc_fold0_on_testfasta.tsv"), 2, 7, 1);
    }

    void whatDoesNotFitIsNamedAndNothingIsWritten()
    {
        engine::ImportOrder order;
        order.file = sharedFile("data/weights/rnatracker_gru_epoch100.pt");
        order.architecture = "xpresso";
        order.outputPath = m_folder.filePath("wrong.safetensors").toStdString();
        const auto report = m_backend.importWeights(order);
        QVERIFY2(report.has_value(), report ? "" : report.error().sentence().c_str());
        QVERIFY(!report->isComplete());
        QVERIFY(std::ranges::find(report->missing, "conv1.weight") != report->missing.end());
        QVERIFY(std::ranges::find(report->surplus, "gru.weight_hh_l0") != report->surplus.end());
        QVERIFY(report->cardPath.empty());
        QVERIFY(!QFile::exists(QString::fromStdString(order.outputPath)));
        order.file = sharedFile("data/weights/xpresso_human.h5");
        order.architecture = "bpnet";
        const auto other = m_backend.importWeights(order);
        QVERIFY2(other.has_value(), other ? "" : other.error().sentence().c_str());
        QVERIFY(std::ranges::find(other->missing, "d9.conv.weight") != other->missing.end());
        QVERIFY(!other->surplus.empty() && other->cardPath.empty());
        order.architecture = "utrbert";
        QVERIFY(m_backend.importWeights(order).error().code() == ErrorCode::Unsupported);
        order.architecture = "nothing";
        QVERIFY(!m_backend.importWeights(order).has_value());
    }
};

QObject* makePublishedWeightsTests() { return new TestPublishedWeights; }

#include "tst_published_weights.moc"
