#include "tests/app_cli/zoo_recipes.h"

#include "core/data/alphabet.h"
#include "core/io/fasta.h"
#include "core/io/structure_file.h"
#include "core/io/tsv_table.h"
#include "tests/app_cli/cli_process.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

namespace nscope::test {

namespace {

constexpr std::size_t kRecords = 3;
constexpr std::int64_t kLongestNt = 1500;  ///< of a transcript: what is quick
constexpr std::int64_t kLocusNt = 2048;

constexpr const char* kCustomProfile = R"(layers={"head": {"kind": "profile", "names": ["a", "b"]}, "layers": [
    {"type": "conv", "filters": 8, "kernel": 9}, {"type": "activation", "function": "relu"},
    {"type": "maxpool", "width": 4}, {"type": "dilated_residual", "filters": 8, "dilations": [1, 2]},
    {"type": "dense", "units": 2}]})";

template <class T>
T orThrow(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().sentence());
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

/// The first records of a FASTA file that are not too long and begin and end differently (transcripts of one gene may
/// share either); of longer ones `middleNt` from the middle, if given.
std::vector<data::Sequence> fromFasta(const std::string& file, std::int64_t longestNt, std::int64_t middleNt = 0)
{
    std::vector<data::Sequence> records;
    auto reader = orThrow(io::FastaReader::open(tests::sharedPath(file)));
    while (records.size() < kRecords) {
        auto record = orThrow(reader.next());
        if (!record)
            break;
        if (middleNt > 0)
            record->letters =
                record->letters.substr(std::size_t(record->length() - middleNt) / 2, std::size_t(middleNt));
        const std::string& letters = record->letters;
        const std::size_t compared = std::min<std::size_t>(100, letters.size());
        const std::string start = letters.substr(0, compared), end = letters.substr(letters.size() - compared);
        const auto shares = [&](const data::Sequence& other) {
            return other.letters.starts_with(start) || other.letters.ends_with(end);
        };
        if ((middleNt > 0 || record->length() <= longestNt) && std::ranges::none_of(records, shares))
            records.push_back(*std::move(record));
    }
    return records;
}

/// The first sequences of a table; its rows have no ids, so they are numbered.
std::vector<data::Sequence> fromTable(const std::string& file, data::Alphabet alphabet)
{
    const io::TsvTable table = orThrow(io::TsvTable::read(tests::sharedPath(file)));
    const std::size_t column = orThrow(table.requireColumn("sequence"));
    std::vector<data::Sequence> records;
    for (std::size_t row = 0; row < kRecords; ++row)
        records.push_back({"row" + std::to_string(row + 1), "", data::canonical(table.cell(row, column)), alphabet});
    return records;
}

struct Source {
    RealInput input;
    const char* file;
    std::vector<data::Sequence> (*read)(const std::string& file);
};
const Source kSources[] = {
    {RealInput::Transcripts, "data/coding/human_transcripts.fa.gz",
     [](const auto& f) { return fromFasta(f, kLongestNt); }},
    {RealInput::Utrs, "data/utr/human_3utr.fa.gz", [](const auto& f) { return fromFasta(f, kLongestNt); }},
    {RealInput::RbpWindows, "data/rbp/rbp_windows_100nt.tsv",
     [](const auto& f) { return fromTable(f, data::Alphabet::Rna); }},
    {RealInput::Loci, "data/profiles/hg38_loci_131072.fa.gz", [](const auto& f) { return fromFasta(f, 0, kLocusNt); }},
    {RealInput::Elements, "data/cagi5/cagi5_elements_hg19.fa", [](const auto& f) { return fromFasta(f, kLongestNt); }},
    {RealInput::Promoters, "data/expression/promoters_10500_hg38.fa",
     [](const auto& f) { return fromFasta(f, 10'500); }},
    {RealInput::YeastPromoters, "data/expression/yeast_promoter_expression.tsv.gz",
     [](const auto& f) { return fromTable(f, data::Alphabet::Dna); }},
};

/// Shares of the 64 3-mers, times 10; again from the first where more are asked for.
std::vector<double> composition(const std::string& letters, std::int64_t width)
{
    std::vector<double> shares(64, 0.0);
    for (std::size_t i = 0; i + 2 < letters.size(); ++i) {
        std::size_t word = 0;
        for (std::size_t k = 0; k < 3; ++k)
            word = 4 * word + std::size_t(std::max(0, data::baseIndex(letters[i + k])));
        shares[word] += 10.0 / double(letters.size() - 2);
    }
    std::vector<double> values;
    for (std::int64_t i = 0; i < width; ++i)
        values.push_back(shares[std::size_t(i % 64)]);
    return values;
}

/// Dot-bracket text with every hairpin of four pairs and a loop of 3 to 8 that the letters can form, from the left.
std::string hairpinsOf(const std::string& letters)
{
    constexpr std::size_t kStem = 4;
    const auto pairs = [](char a, char b) {
        const int sum = data::baseIndex(a) + data::baseIndex(b);  // A 0, C 1, G 2, U 3
        return sum == 3 || sum == 5;                              // AU and CG, or GU
    };
    std::string structure(letters.size(), '.');
    for (std::size_t i = 0; i + 2 * kStem + 3 <= letters.size(); ++i) {
        for (std::size_t loop = 3; loop <= 8; ++loop) {
            const std::size_t last = i + 2 * kStem + loop - 1;
            bool fits = last < letters.size();
            for (std::size_t k = 0; fits && k < kStem; ++k)
                fits = pairs(letters[i + k], letters[last - k]);
            if (!fits)
                continue;
            structure.replace(i, kStem, std::string(kStem, '('));
            structure.replace(last + 1 - kStem, kStem, std::string(kStem, ')'));
            i = last;
            break;
        }
    }
    return structure;
}

}  // namespace

const std::vector<ZooRecipe>& zooRecipes()
{
    using enum RealInput;
    static const std::vector<std::string> kTranscriptSizes{"d_model=16", "encoder_layers=2", "decoder_layers=1",
                                                           "d_ff=24", "heads=4"};
    const auto with = [](std::vector<std::string> options, std::initializer_list<std::string> more) {
        options.insert(options.end(), more);
        return options;
    };
    static const std::vector<ZooRecipe> kRecipes{
        {"bioseq2seq, LFNet", "bioseq2seq", with(kTranscriptSizes, {"window=50"}), Transcripts},
        {"bioseq2seq, CNN", "bioseq2seq", with(kTranscriptSizes, {"encoder=cnn", "kernel=5"}), Transcripts},
        {"bioseq2seq, transformer", "bioseq2seq", with(kTranscriptSizes, {"encoder=transformer"}), Transcripts},
        {"edc", "edc", with(kTranscriptSizes, {"window=50"}), Transcripts},
        {"rnatracker", "rnatracker", {"length=1000", "filters=8", "lstm_units=6"}, Utrs},
        {"rnatracker, joint structure", "rnatracker", {"length=800", "filters=8", "structure=joint"}, Utrs},
        {"rnatracker, separate structure", "rnatracker", {"length=800", "filters=8", "structure=separate"}, Utrs},
        {"rnatracker-full", "rnatracker-full", {"filters=8", "lstm_units=6"}, Transcripts},
        {"rnatracker-gru", "rnatracker-gru", {}, Transcripts},
        {"kmer-mlp", "kmer-mlp", {"k=4", "hidden_units=16"}, Transcripts},
        {"dm3loc", "dm3loc", {}, Transcripts},
        {"utrbert", "utrbert", {"d_model=24", "layers=2", "heads=4", "d_ff=32"}, RbpWindows},
        {"utrbert, masked letters",
         "utrbert",
         {"task=mlm", "k=4", "d_model=24", "layers=2", "heads=4", "d_ff=32"},
         Utrs},
        {"utrbert, localisation",
         "utrbert",
         {"task=localisation", "d_model=24", "layers=2", "heads=4", "d_ff=32"},
         Utrs},
        {"basenji", "basenji", {"filters=16", "final_filters=24", "tasks=a,b"}, Loci},
        {"basenji, binary", "basenji", {"variant=binary", "filters=16", "final_filters=24", "tasks=a,b"}, Loci},
        {"bpnet", "bpnet", {"filters=12", "bin_size=16", "tasks=a,b"}, Loci},
        {"bpnet with counts", "bpnet", {"variant=ori_bpnet", "filters=12", "bin_size=64", "tasks=a,b"}, Loci},
        {"cnn-profile", "cnn-profile", {"filters=8,12,16", "dense=16", "bin_size=32", "head_filters=12"}, Loci},
        {"residualbind", "residualbind", {"filters=8,10,12", "dense=16", "bin_size=32", "head_filters=12"}, Loci},
        {"residualbind-32", "residualbind-32", {"filters=8,10,12", "head_filters=12", "head=task"}, Loci},
        {"basset", "basset", {"filters=12,10,8", "dense=24"}, Loci},
        {"mpra-cnn", "mpra-cnn", {"filters=12,16", "dense=24,12"}, Elements},
        {"mprann", "mprann", {"filters=16,14,12,10", "dense=24,12"}, Elements},
        {"peak-cnn", "peak-cnn", {"filters=8,10,12", "dense=16"}, Elements},
        {"insert-cnn", "insert-cnn", {"filters=12,16", "dense=16", "reduce=6"}, Utrs},
        {"rbp-net", "rbp-net", {"filters=12,16", "dense=16"}, RbpWindows},
        {"gpn", "gpn", {"dim=24", "layers=6"}, Loci},
        {"embedding-head", "embedding-head", {"embedding_dim=64"}, YeastPromoters, false},
        {"embedding-head, CNN",
         "embedding-head",
         {"form=cnn", "embedding_dim=8", "positions=40", "reduce=6", "filters=8,8", "dense=12,8"},
         Elements,
         false},
        {"deeplncloc-transformer", "deeplncloc-transformer", {"length=120", "slices=12", "tf=5"}, YeastPromoters},
        {"deeplncloc-lstm", "deeplncloc-lstm", {"length=120", "slices=12", "lstm_units=8"}, YeastPromoters},
        {"divide-et-impera", "divide-et-impera", {"length=120", "chunks=2", "filters=8", "tf=3"}, YeastPromoters},
        {"xpresso", "xpresso", {"filters1=8", "filters2=6", "dense1=12", "dense2=6", "halflife=8"}, Promoters},
        {"ensemble", "ensemble", {"member=utrbert", "members=2", "d_model=24", "layers=2", "heads=4", "d_ff=32"}, RbpWindows},
        {"ensemble, profile", "ensemble", {"member=bpnet", "members=2", "filters=12", "tasks=a,b"}, Loci},
        {"custom", "custom", {}, Loci},
        {"custom, profile", "custom", {kCustomProfile}, Loci},
    };
    return kRecipes;
}

const std::vector<data::Sequence>& RealInputs::sequences(RealInput input)
{
    const Source& source = *std::ranges::find(kSources, input, &Source::input);
    if (!m_sequences.contains(input) && tests::haveShared(source.file))
        m_sequences[input] = source.read(source.file);
    return m_sequences[input];
}

QString RealInputs::fasta(RealInput input)
{
    const QString path = m_folder + QString("/real%1.fa").arg(int(input));
    orThrow(io::writeFasta(path.toStdString(), sequences(input)));
    return path;
}

QString RealInputs::structures(RealInput input, bool hairpins)
{
    const QString path = m_folder + QString("/real%1.%2.db").arg(int(input)).arg(int(hairpins));
    std::vector<io::StructureRecord> records;
    for (const data::Sequence& sequence : sequences(input)) {
        const std::string open(std::size_t(sequence.length()), '.');
        records.push_back({.id = sequence.id,
                           .letters = {},
                           .dotBracket = hairpins ? hairpinsOf(sequence.letters) : open,
                           .states = {},
                           .energyKcalMol = {}});
    }
    orThrow(io::writeStructures(path.toStdString(), records));
    return path;
}

QString RealInputs::features(RealInput input, const engine::InputSpec& further)
{
    const QString path =
        m_folder + QString("/real%1.%2.%3.tsv").arg(int(input)).arg(further.id.c_str()).arg(further.width);
    QByteArray table = "id";
    for (std::int64_t i = 0; i < further.width; ++i)
        table += "\tv" + QByteArray::number(qlonglong(i + 1));
    for (const data::Sequence& sequence : sequences(input)) {
        table += "\n" + QByteArray::fromStdString(sequence.id);
        for (const double value : composition(sequence.letters, further.width))
            table += "\t" + QByteArray::number(value);
    }
    writeFile(path, table + "\n");
    return path;
}

QStringList RealInputs::arguments(RealInput input, const std::vector<engine::InputSpec>& further)
{
    QStringList all{"--input", fasta(input)};
    for (const engine::InputSpec& spec : further) {
        if (spec.width == 0)
            all << "--structure" << structures(input, true);
        else
            all << "--features" << QString::fromStdString(spec.id) + "=" + features(input, spec);
    }
    return all;
}

}  // namespace nscope::test
