// Embeddings on the command line: a head imported from Keras on embeddings out of HDF5, and word vectors made from
// FASTA that a DeepLncLoc model then uses.
#include "tests/app_cli/cli_process.h"
#include "tests/support/h5_writer.h"
#include "tests/support/random_letters.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace nscope::test;
using namespace nscope::tests;

namespace {

constexpr const char* kHeadOnEmbeddings = R"({"task": "classes",
    "data": {"table": "TABLE", "class_names": ["0", "1"], "class_titles": ["no", "yes"],
             "features": [{"input": "embedding", "file": "VECTORS"}]},
    "model": {"architecture": "embedding-head", "options": {"form": "mlp", "dense": "16,8"}},
    "optimiser": {"rate": 0.01}, "limits": {"epochs": 40}, "batches": {"examples": 20}})";

}  // namespace

class TestCliEmbeddings : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString path(const char* name) const { return m_folder.filePath(name); }

    /// Rows of a table without its header.
    static QList<QStringList> rows(const QString& file) { return nscope::test::rowsOf(readFile(file)).mid(1); }

private slots:
    void aKerasHeadOnEmbeddingsOfHdf5()
    {
        const std::vector<float> kernel{0.5F, -1.0F, 2.0F, 0.25F};
        {
            const auto file = h5File(path("head.h5").toStdString());
            h5Texts(file, "layer_names", {"dense_1"});
            const auto layer = h5Group(file, "dense_1");
            h5Texts(layer, "weight_names", {"dense_1/kernel:0", "dense_1/bias:0"});
            h5Floats(layer, "dense_1/kernel:0", {4, 1}, kernel);
            h5Floats(layer, "dense_1/bias:0", {1}, {-3.0F});
        }
        const std::vector<float> embedding{1, 2, 3, 4, -1, 0, 0.5F, 8};
        {
            const auto file = h5File(path("embeddings.h5").toStdString());
            h5TextSet(file, "ids", {"b", "a"}, true);
            h5Floats(file, "embedding", {2, 4}, embedding);
        }
        writeFile(path("in.fa"), ">a\nACGTACGT\n>b\nTTTTACG\n");
        const CliResult imported =
            runCli({"import", "--from", path("head.h5"), "--architecture", "embedding-head", "--option",
                    "form=ridge", "--option", "embedding_dim=4", "--output", path("head.safetensors")});
        QVERIFY2(imported.exitCode == 0, qPrintable(imported.err));
        const QStringList predict{"predict", "--model",  path("head.safetensors"), "--input",
                                  path("in.fa"), "--output", path("out.tsv"), "--quiet"};
        const CliResult predicted = runCli(predict + QStringList{"--features", "embedding=" + path("embeddings.h5")});
        QVERIFY2(predicted.exitCode == 0, qPrintable(predicted.err));
        const QList<QStringList> table = rows(path("out.tsv"));
        QCOMPARE(table.size(), 2);
        for (const QStringList& row : table) {
            const std::size_t first = row[0] == "b" ? 0 : 4;
            double expected = -3.0;
            for (std::size_t i = 0; i < 4; ++i)
                expected += double(kernel[i]) * double(embedding[first + i]);
            QVERIFY2(std::abs(row[2].toDouble() - expected) < 1e-5, qPrintable(row.join(' ')));
        }
        const CliResult without = runCli(predict);
        QCOMPARE(without.exitCode, 2);  // a usage error: no option gives it
        QVERIFY2(without.err.contains("needs the input 'embedding'"), qPrintable(without.err));
    }

    /// The class follows from the embedding; the letters say nothing of it.
    void aHeadIsTrainedOnEmbeddings()
    {
        std::mt19937_64 random(8);
        std::normal_distribution<float> normal;
        std::vector<std::string> ids;
        std::vector<float> embedding;
        QByteArray table = "id\tsequence\tlabel\tsplit\n", heldOut;
        for (int i = 0; i < 200; ++i) {
            ids.push_back("s" + std::to_string(i));
            for (int k = 0; k < 4; ++k)
                embedding.push_back(normal(random));
            const bool isYes = embedding[std::size_t(4 * i)] > embedding[std::size_t(4 * i + 1)];
            const QByteArray id = QByteArray::fromStdString(ids.back());
            const QByteArray letters = QByteArray::fromStdString(randomLetters(random, 30));
            const char* const part = i % 4 == 0 ? "valid" : i % 4 == 1 ? "test" : "train";
            table += id + "\t" + letters + "\t" + (isYes ? "1" : "0") + "\t" + part + "\n";
            if (i % 4 == 1)
                heldOut += ">" + id + "\n" + letters + "\n";
        }
        {
            const auto file = h5File(path("vectors.h5").toStdString());
            h5TextSet(file, "ids", ids, true);
            h5Floats(file, "embedding", {200, 4}, embedding);
        }
        writeFile(path("table.tsv"), table);
        writeFile(path("held_out.fa"), heldOut);
        const auto config = [&](const QString& vectors) {
            return QByteArray(kHeadOnEmbeddings)
                .replace("TABLE", path("table.tsv").toUtf8())
                .replace("VECTORS", vectors.toUtf8());
        };
        writeFile(path("head.json"), config(path("vectors.h5")));
        const CliResult trained = runCli({"train", "--quiet", "--config", path("head.json"), "--output", path("head")});
        QVERIFY2(trained.exitCode == 0, qPrintable(trained.err));
        const QStringList predict{"predict", "--quiet",   "--model",  path("head/model.safetensors"),
                                  "--input", path("held_out.fa"), "--output", path("held_out.tsv"),
                                  "--features", "embedding=" + path("vectors.h5")};
        const CliResult predicted = runCli(predict);
        QVERIFY2(predicted.exitCode == 0, qPrintable(predicted.err));
        const QList<QStringList> ours = rows(path("held_out.tsv")), judged = rows(path("head/predictions.tsv"));
        QCOMPARE(ours.size(), 50);
        QCOMPARE(judged.size(), 50);
        int right = 0;
        for (qsizetype i = 0; i < ours.size(); ++i) {
            QCOMPARE(ours[i][0], judged[i][0]);
            QVERIFY(std::abs(ours[i][3].toDouble() - judged[i][5].toDouble()) < 1e-5);
            right += ours[i][4] == judged[i][2];
        }
        QVERIFY2(right > 42, qPrintable(QString::number(right)));
        writeFile(path("none.json"), config(path("none.h5")));
        const CliResult none = runCli({"train", "--quiet", "--config", path("none.json"), "--output", path("none")});
        QCOMPARE(none.exitCode, 1);
        QVERIFY2(none.err.contains("none.h5") && none.errorLines().size() == 1, qPrintable(none.err));
    }

    void wordVectorsForDeepLncLoc()
    {
        std::mt19937_64 random(5);
        QByteArray fasta;
        for (int i = 0; i < 4; ++i)
            fasta += ">gene" + QByteArray::number(i) + "\n" + QByteArray::fromStdString(randomLetters(random, 1000)) + "\n";
        writeFile(path("genes.fa"), fasta);
        writeFile(path("words.json"), R"({"task": "kmer-embedding", "data": {"fasta": ")" + path("genes.fa").toUtf8()
                                          + R"("}, "embedding": {"epochs": 2},
            "model": {"architecture": "deeplncloc-transformer",
                      "options": {"length": 1050, "tss": 700, "slices": 21, "embedding": 8, "heads": 2, "d_ff": 8}}})");
        const CliResult trained = runCli({"train", "--config", path("words.json"), "--output", path("words")});
        QVERIFY2(trained.exitCode == 0, qPrintable(trained.err));
        QVERIFY2(trained.err.contains("Epoch 2: loss per pair"), qPrintable(trained.err));
        const CliResult predicted = runCli({"predict", "--model", path("words/model.safetensors"), "--input",
                                            path("genes.fa"), "--output", path("genes.tsv"), "--quiet"});
        QVERIFY2(predicted.exitCode == 0, qPrintable(predicted.err));
        QCOMPARE(rows(path("genes.tsv")).size(), 4);
        QVERIFY(rows(path("genes.tsv"))[0][2] != rows(path("genes.tsv"))[1][2]);
        const CliResult again = runCli({"train", "--config", path("words.json"), "--output", path("words")});
        QCOMPARE(again.exitCode, 2);  // the request makes no sense
        QVERIFY(again.err.contains("already holds a training run"));
    }
};

QTEST_GUILESS_MAIN(TestCliEmbeddings)
#include "tst_cli_embeddings.moc"
