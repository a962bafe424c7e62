#include "tests/widgets/synthetic_genome.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace nscope::tests {

using namespace widgets;

std::vector<data::TranscriptModelPtr> makeGenes(std::int64_t lengthNt, int count, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<data::TranscriptModelPtr> genes;
    for (int g = 0; g < count; ++g) {
        const std::int64_t start = std::int64_t(double(lengthNt) * (g + 0.1) / count);
        const bool isReverse = random() % 2;
        const int exons = 1 + int(random() % 9);
        for (int t = 0; t < 1 + int(random() % 3); ++t) {
            data::TranscriptModel model;
            model.geneName = "GENE" + std::to_string(g + 1);
            model.geneId = "ENSG" + std::to_string(1000 + g);
            model.id = "ENST" + std::to_string(100 * g + t + 1000);
            model.chromosome = "chr1";
            model.strand = isReverse ? data::Strand::Reverse : data::Strand::Forward;
            std::int64_t at = start;
            const std::int64_t step = std::max<std::int64_t>(20, std::int64_t(0.7 * double(lengthNt) / count / exons));
            for (int e = 0; e < exons; ++e) {
                const std::int64_t length =
                    std::max<std::int64_t>(10, step / 5 + std::int64_t(random()) % std::max<std::int64_t>(1, step / 4));
                if (e == 0 || random() % 4 != 0)
                    model.exons.push_back({at, at + length});
                at += step;
            }
            if (g % 4 != 3)
                model.cds = data::Interval{model.exons.front().startNt + model.exons.front().length() / 2,
                                           model.exons.back().endNt - model.exons.back().length() / 3};
            model.biotype = model.cds ? "protein_coding" : "lncRNA";
            genes.push_back(std::make_shared<const data::TranscriptModel>(std::move(model)));
        }
    }
    return genes;
}

SignalPtr makeSignal(std::int64_t lengthNt, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform;
    std::vector<float> values(static_cast<std::size_t>(lengthNt), 0.0F);
    for (float& value : values)
        value = 0.6F * uniform(random);
    for (std::int64_t peak = 0; peak < std::max<std::int64_t>(3, lengthNt / 9000); ++peak) {
        const double centre = uniform(random) * double(lengthNt), width = 120 + 500 * uniform(random),
                     height = 3 + 25 * std::pow(uniform(random), 3);
        const auto from = std::max<std::int64_t>(0, std::int64_t(centre - 4 * width));
        const auto to = std::min(lengthNt, std::int64_t(centre + 4 * width));
        for (std::int64_t i = from; i < to; ++i)
            values[std::size_t(i)] += float(height * std::exp(-0.5 * std::pow((double(i) - centre) / width, 2))
                                            * (0.8 + 0.4 * uniform(random)));
    }
    for (std::int64_t i = lengthNt * 6 / 10; i < lengthNt * 6 / 10 + lengthNt / 50; ++i)
        values[std::size_t(i)] = std::nanf("");
    return std::make_shared<const data::SignalPyramid>(0, 1.0, std::move(values));
}

std::vector<data::Feature> makePeaks(std::int64_t lengthNt, int count, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<data::Feature> peaks;
    for (int i = 0; i < count; ++i) {
        data::Feature peak;
        const auto start = std::int64_t(random()) % std::max<std::int64_t>(1, lengthNt - 900);
        peak.locus = {"chr1", {start, start + 300 + std::int64_t(random() % 600)}, data::Strand::None};
        peak.name = "peak_" + std::to_string(i + 1);
        peak.kind = "peak";
        peak.score = double(random() % 1000);
        peak.summitNt = start + 150;
        peaks.push_back(std::move(peak));
    }
    return peaks;
}

std::string makeLetters(std::int64_t lengthNt, unsigned seed)
{
    std::mt19937 random(seed);
    std::string letters(static_cast<std::size_t>(lengthNt), 'A');
    for (char& letter : letters)
        letter = "ACGT"[random() & 3U];
    return letters;
}

std::vector<std::shared_ptr<GenomeRow>> SyntheticGenome::all() const
{
    std::vector<std::shared_ptr<GenomeRow>> rows{sequence, genes};
    rows.insert(rows.end(), signalRows.begin(), signalRows.end());
    rows.push_back(peaks);
    return rows;
}

SyntheticGenome makeGenomeRows(std::int64_t lengthNt, int signalRows, const Theme& theme)
{
    SyntheticGenome genome;
    genome.sequence = std::make_shared<SequenceRow>();
    genome.sequence->setLetters(0, makeLetters(std::min<std::int64_t>(lengthNt, 1'000'000), 3));
    genome.genes = std::make_shared<GeneRow>(QStringLiteral("Genes"));
    genome.genes->setTranscripts(makeGenes(lengthNt, int(std::clamp<std::int64_t>(lengthNt / 16'000, 3, 400)), 4));
    for (int i = 0; i < signalRows; ++i) {
        auto row = std::make_shared<SignalRow>(i == 0 ? QStringLiteral("DNase HepG2")
                                                      : QStringLiteral("Signal %1").arg(i + 1));
        std::vector<SignalSeries> series{
            {QStringLiteral("measured"), theme.category(i), makeSignal(lengthNt, unsigned(10 + i)), false}};
        if (i == 0)
            series.push_back({QStringLiteral("predicted"), theme.text, makeSignal(lengthNt, 10), true});
        row->setSeries(std::move(series));
        genome.signalRows.push_back(std::move(row));
    }
    genome.peaks = std::make_shared<FeatureRow>(QStringLiteral("Peaks"), theme.category(4));
    genome.peaks->setFeatures(makePeaks(lengthNt, int(std::clamp<std::int64_t>(lengthNt / 8'000, 4, 500)), 5));
    return genome;
}

}  // namespace nscope::tests
