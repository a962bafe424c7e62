#include "tests/app_cli/tiny_model.h"

#include <random>

namespace nscope::test {

QByteArray madeUpLetters(quint64 seed, int lengthNt, bool coding)
{
    static const QByteArrayList kSenseCodons{"GCT", "CGA", "AAC", "GAT", "TGC", "GAA", "CAG", "GGT", "CAC", "ATC",
                                             "CTG", "AAG", "ATG", "TTC", "CCA", "TCT", "ACC", "TGG", "TAC", "GTG"};
    std::mt19937_64 random(seed);
    QByteArray letters;
    const auto fill = [&](int until) {
        while (letters.size() < until)
            letters += "ACGT"[random() & 3];
    };
    if (coding) {
        fill(20);
        letters += "ATG";
        while (letters.size() < lengthNt - 30)
            letters += kSenseCodons[int(random() % quint64(kSenseCodons.size()))];
        letters += "TAA";
    }
    fill(lengthNt);
    return letters;
}

void writeTrainingFiles(const QString& folder, int maxSteps)
{
    constexpr int kRecords = 24;
    QByteArray fasta;
    QByteArray table = "id\tlabel\tsplit\n";
    for (int record = 0; record < kRecords; ++record) {
        const bool coding = record % 2 == 0;
        const QByteArray id = "made_up_" + QByteArray::number(record);
        fasta += ">" + id + "\n" + madeUpLetters(quint64(record) + 1, 200 + 10 * record, coding) + "\n";
        table += id + "\t" + (coding ? "PC" : "NC") + "\t" + (record < kRecords - 8 ? "train" : "valid") + "\n";
    }
    writeFile(folder + "/train.fa", fasta);
    writeFile(folder + "/train.tsv", table);
    const QString settings = QStringLiteral(R"({
        "data": {"fasta": "%1/train.fa", "table": "%1/train.tsv"},
        "model": {"architecture": "bioseq2seq",
                  "options": {"encoder": "lfnet", "d_model": 8, "heads": 2, "d_ff": 16, "encoder_layers": 2,
                              "decoder_layers": 2, "window": 18, "dropout": 0.0}},
        "batches": {"max_tokens": 2000, "accumulate": 1},
        "limits": {"max_steps": %2},
        "validation": {"every_steps": 2000000, "threshold": "zero"},
        "card": {"id": "tiny", "name": "Tiny", "training_data": "Made up.", "licence": "GPL-3.0-or-later"},
        "seed": 7
    })")
                                 .arg(folder)
                                 .arg(maxSteps);
    writeFile(folder + "/run.json", settings.toUtf8());
}

QString trainTinyModel(const QString& folder, CliResult& result)
{
    writeTrainingFiles(folder, 2);
    result =
        runCli({"train", "--config", folder + "/run.json", "--output", folder + "/run", "--threads", "1", "--quiet"});
    return folder + "/run/model.safetensors";
}

}  // namespace nscope::test
