#include "tests/core/train/train_fixture.h"

#include "core/train/random.h"

#include <fstream>

namespace nscope::tests {

namespace {

constexpr int kCodons = 60;

std::string withoutStarts(std::string letters)
{
    for (std::size_t at = letters.find("ATG"); at != std::string::npos; at = letters.find("ATG"))
        letters[at + 2] = 'C';
    return letters;
}

std::string codingRegion(std::uint64_t seed)
{
    static constexpr std::string_view kSense[] = {"GCT", "GAA", "AAG", "CTG", "GAC", "TTC"};
    train::RandomStream random{seed, 77};
    std::string letters = "ATG";
    for (int i = 1; i < kCodons; ++i)
        letters += kSense[random.below(std::size(kSense))];
    return letters + "TAA";
}

}  // namespace

std::string randomLetters(std::uint64_t seed, int lengthNt)
{
    train::RandomStream random{seed, 99};
    std::string letters;
    for (int i = 0; i < lengthNt; ++i)
        letters += "ACGT"[random.below(4)];
    return letters;
}

void writeDataSet(const std::string& directory, int pairs)
{
    std::ofstream fasta(directory + "/data.fa");
    std::ofstream table(directory + "/data.tsv");
    table << "id\tlabel\tchrom\tcds_start\tcds_end\tsplit\n";
    for (int i = 0; i < 2 * pairs; ++i) {
        const bool coding = i % 2 == 0;
        const auto seed = std::uint64_t(i);
        const std::string leader = withoutStarts(randomLetters(seed, 20 + i % 30));
        const std::string middle = coding ? codingRegion(seed) : withoutStarts(randomLetters(seed + 1000, 180));
        const std::string trailer = withoutStarts(randomLetters(seed + 2000, 15 + i % 40));
        const bool held = i / 2 % 4 == 0;
        fasta << ">t" << i << "\n" << leader << middle << trailer << "\n";
        table << "t" << i << "\t" << (coding ? "PC" : "NC") << "\t" << (held && i / 8 % 2 ? "chr2" : "chr1") << "\t";
        if (coding)
            table << leader.size() << "\t" << leader.size() + middle.size();
        else
            table << "-1\t-1";
        table << "\t" << (held ? "valid" : "train") << "\n";
    }
}

std::string tinyConfig(const std::string& directory, int maxSteps, std::string_view extra)
{
    return R"({"data": {"fasta": ")" + directory + R"(/data.fa", "table": ")" + directory + R"(/data.tsv"},
        "model": {"options": {"encoder": "lfnet", "d_model": 16, "encoder_layers": 2, "decoder_layers": 1, "d_ff": 32,
                              "heads": 2, "window": 30, "lambda": 0.001, "dropout": 0.1}, "filter_init": "comb"},
        "objective": {"translation_length": 12, "attention_weight": 0.3, "cds_weight": 1, "orf_weight": 1,
                      "residue_weight": 0.1, "codon_number_weight": 0.1, "auxiliary_end": 0.3},
        "batches": {"max_tokens": 1500, "accumulate": 2, "pool": 0},
        "optimiser": {"clip_norm": 1},
        "schedule": {"kind": "cosine", "rate": 0.005},
        "limits": {"max_steps": )" + std::to_string(maxSteps) + R"(},
        "validation": {"every_steps": 10, "threshold": "both", "threshold_rows": 20},
        "card": {"id": "tiny", "licence": "none"},
        "log_every_steps": 5, "seed": 3)" + (extra.empty() ? "" : ", ") + std::string(extra) + "}";
}

std::string evaluationJson(const std::string& directory, const std::string& split)
{
    return R"({"fasta": ")" + directory + R"(/data.fa", "table": ")" + directory
        + R"(/data.tsv", "rows": {"values": [")" + split + R"("]}, "threshold_rows": {"values": ["train"]}})";
}

}  // namespace nscope::tests
