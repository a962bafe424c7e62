// Purpose: makes the synthetic values.
#include "tests/widgets/synthetic.h"

#include "core/data/genetic_code.h"

#include <cmath>
#include <numbers>
#include <random>

namespace nscope::tests {

namespace {

std::string randomLetters(std::int64_t count, std::mt19937_64& random)
{
    std::string letters;
    for (std::int64_t i = 0; i < count; ++i)
        letters += data::kBases[random() % 4];
    return letters;
}

double gaussian(std::mt19937_64& random)
{
    return std::normal_distribution<double>(0.0, 1.0)(random);
}

}  // namespace

data::TranscriptPtr makeTranscript(std::int64_t utr5Nt, std::int64_t codons, std::int64_t utr3Nt, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    data::Transcript transcript;
    transcript.sequence.id = "SYN1";
    transcript.sequence.description = "synthetic transcript";
    transcript.sequence.alphabet = data::Alphabet::Rna;
    std::string& letters = transcript.sequence.letters;
    letters = randomLetters(utr5Nt, random) + "ATG";
    while (std::int64_t(letters.size()) < utr5Nt + 3 * codons) {
        const std::string codon = randomLetters(3, random);
        if (!data::isStopCodon(codon))
            letters += codon;
    }
    letters += "TAA";
    transcript.cds = data::Interval{utr5Nt, std::int64_t(letters.size())};
    letters += randomLetters(utr3Nt, random);
    return std::make_shared<const data::Transcript>(std::move(transcript));
}

std::shared_ptr<const data::Attribution> makeMutagenesis(const data::Transcript& transcript, std::uint64_t seed, data::Interval exact)
{
    std::mt19937_64 random(seed);
    auto attribution = std::make_shared<data::Attribution>();
    attribution->method = "ism";
    attribution->target = "logit:PC-NC";
    attribution->meaning = "Change of the log-odds when the base is replaced.";
    const std::string& letters = transcript.sequence.letters;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const auto position = std::int64_t(i);
        const bool inCds = transcript.cds && transcript.cds->contains(position);
        double scale = inCds ? 0.25 : 0.08;
        double shift = 0.0;
        if (transcript.cds && position >= transcript.cds->startNt && position < transcript.cds->startNt + 3)
            shift = -2.2;
        else if (inCds && (position - transcript.cds->startNt) % 3 == 0)
            shift = -0.25;
        for (int base = 0; base < data::kBaseCount; ++base) {
            const bool isOwn = data::baseIndex(letters[i]) == base;
            attribution->values_LC.push_back(isOwn ? 0.0f : float(shift + scale * gaussian(random)));
        }
        attribution->exact_L.push_back(exact.contains(position) ? 1 : 0);
    }
    return attribution;
}

std::shared_ptr<const data::AttentionMap> makeAttention(const data::Transcript& transcript, int layer, int heads)
{
    auto map = std::make_shared<data::AttentionMap>();
    map->layer = layer;
    map->queries = {"<s>"};
    map->keyCount = transcript.sequence.length();
    const double start = transcript.cds ? double(transcript.cds->startNt) : 0.0;
    for (int head = 0; head < heads; ++head) {
        map->heads.push_back(head);
        std::vector<double> row;
        double sum = 0.0;
        for (std::int64_t key = 0; key < map->keyCount; ++key) {
            const double distance = double(key) - start;
            double weight = 0.05 + (head == layer ? 4.0 * std::exp(-distance * distance / 18.0) : 0.0);
            if (distance >= 0 && key % 3 == head % 3)
                weight += 0.4 * std::exp(-distance / (80.0 + 40.0 * head));
            row.push_back(weight);
            sum += weight;
        }
        for (const double weight : row)
            map->weights_HQK.push_back(float(weight / sum));
    }
    return map;
}

std::vector<widgets::ValueColumn> codingColumns()
{
    return {{QStringLiteral("p_PC"), QStringLiteral("P(coding)"), QStringLiteral("Probability of “coding”"), true},
            {QStringLiteral("log_odds"), QStringLiteral("Log-odds"), QStringLiteral("Positive means coding"), false}};
}

widgets::OutputLabels codingLabels()
{
    return {.names = {{"PC", QStringLiteral("coding")}, {"NC", QStringLiteral("noncoding")}, {"log_odds", QStringLiteral("Log-odds")}},
            .aroundZero = {"log_odds"},
            .fractions = false};
}

std::shared_ptr<const std::vector<data::Track>> makeProfiles(std::int64_t lengthNt, std::int64_t startNt, std::int64_t binNt,
                                                             int tasks, double shiftNt)
{
    data::Track track{.startNt = startNt, .binNt = binNt, .rows = {}, .values_RB = {}};
    const std::int64_t bins = (lengthNt - startNt) / binNt;
    for (int task = 0; task < tasks; ++task) {
        track.rows.push_back("GM12878 replicate " + std::to_string(task + 1));
        const double centre = double(lengthNt) * (0.3 + 0.4 * task / std::max(1, tasks)) + shiftNt;
        for (std::int64_t bin = 0; bin < bins; ++bin) {
            const double distance = (double(startNt + bin * binNt) - centre) / (0.04 * double(lengthNt));
            track.values_RB.push_back(float((task + 1) * (std::exp(-distance * distance) + 0.08 * (1 + std::sin(double(bin) * 0.9)))));
        }
    }
    return std::make_shared<const std::vector<data::Track>>(std::vector{std::move(track)});
}

std::vector<widgets::ArchitectureBox> makeStages(int blocks)
{
    std::vector<widgets::ArchitectureBox> boxes{{QStringLiteral("Letters"), QStringLiteral("1,000 × 4")},
                                                {QStringLiteral("Convolution 256, k 19, GELU"), QStringLiteral("1,000 × 256")}};
    for (int block = 0; block < blocks; ++block)
        boxes.push_back({QStringLiteral("Dilated residual block %1, k 3, dilation %2").arg(block + 1).arg(1 << (block % 12)),
                         QStringLiteral("125 × 256")});
    boxes.push_back({QStringLiteral("Dense, softplus"), QStringLiteral("125 × 15")});
    return boxes;
}

data::FilterSpectrum makeSpectrum(int layers, int windowNt, int channels)
{
    std::mt19937_64 random(7);
    data::FilterSpectrum spectrum;
    for (int i = 0; i < layers; ++i) {
        data::FilterLayer layer;
        layer.layer = i;
        layer.windowNt = windowNt;
        layer.bins = windowNt / 2 + 1;
        layer.channels = channels;
        for (int bin = 0; bin < layer.bins; ++bin) {
            for (int channel = 0; channel < channels; ++channel) {
                const double third = std::exp(-std::pow((bin - windowNt / 3.0) / 2.0, 2));
                layer.magnitude_FD.push_back(float(0.2 + 0.1 * std::abs(gaussian(random)) + (channel % 3 == i % 3 ? 1.4 * third : 0.0)));
                layer.phase_FD.push_back(float(std::remainder(0.1 * bin + 0.2 * channel, 2 * std::numbers::pi)));
            }
        }
        spectrum.layers.push_back(std::move(layer));
    }
    return spectrum;
}

std::shared_ptr<const data::Prediction> makePrediction(double logOdds, bool withTranslations)
{
    auto prediction = std::make_shared<data::Prediction>();
    const double coding = 1.0 / (1.0 + std::exp(-logOdds));
    prediction->classProbabilities = {{"PC", coding}, {"NC", 1.0 - coding}};
    prediction->scalars = {{"log_odds", logOdds}};
    prediction->predictedClass = coding >= 0.5 ? "PC" : "NC";
    if (withTranslations) {
        prediction->translations.push_back({"PC", "MVHLTPEEKSAVTALWGKVNVDEVGGEALGRLLVVYPWTQRFFESFGDLSTPDAVMGNPKVKAHGKK", true, -3.1, -0.05, data::Interval{50, 254}});
        prediction->translations.push_back({"PC", "MVHLTPEEKSAVTALWGKVNVDEVGGEALG", true, -9.4, -0.31, std::nullopt});
        prediction->translations.push_back({"NC", "", true, -4.2, -2.10, std::nullopt});
    }
    return prediction;
}

}  // namespace nscope::tests
