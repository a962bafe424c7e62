#include "core/train/kmer_embedding_job.h"

#include "core/engine/metrics_delivery.h"
#include "core/io/fasta.h"
#include "core/io/model_card.h"
#include "core/io/npz.h"
#include "core/models/golden_example.h"
#include "core/models/model_zoo.h"
#include "core/train/model_report.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

namespace nscope::train {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kStepTime{40};
constexpr std::size_t kPieceWords = 10'000;  ///< gensim cuts longer sentences here too
constexpr double kGoldenTolerance = 1e-4;

std::string kmerName(std::size_t word)
{
    std::string name(std::size_t(models::kWordNt), 'A');
    for (std::size_t i = name.size(); i-- > 0; word /= 4)
        name[i] = "ACGT"[word % 4];
    return name;
}

}  // namespace

KmerEmbeddingJob::KmerEmbeddingJob(KmerEmbeddingConfig config, const std::string& directory)
    : m_config(std::move(config)), m_folder(directory), m_counts(std::size_t(models::kWords), 0)
{
}

KmerEmbeddingJob::~KmerEmbeddingJob() = default;

Result<std::unique_ptr<KmerEmbeddingJob>> KmerEmbeddingJob::create(KmerEmbeddingConfig config,
                                                                   const std::string& directory)
{
    std::unique_ptr<KmerEmbeddingJob> job(new KmerEmbeddingJob(std::move(config), directory));
    torch::manual_seed(std::uint64_t(job->m_config.seed));
    const auto net = models::createNet(job->m_config.architecture, job->m_config.options);
    if (!net)
        return fail(net.error());
    job->m_net = std::dynamic_pointer_cast<models::DeepLncLocImpl>(*net);
    job->m_net->eval();
    job->m_config.embedding.size = job->m_net->word_vectors.size(1);
    return job;
}

std::int64_t KmerEmbeddingJob::totalUnits() const
{
    return m_word2vec ? m_config.embedding.epochs * std::int64_t(m_sentences.size()) : 0;
}

Result<engine::StepReport> KmerEmbeddingJob::step(std::stop_token stop)
{
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "The word vectors were not finished, so nothing of them was kept.");
    const auto done = !m_word2vec ? read() : m_done < totalUnits() ? trainPieces() : finish();
    if (!done)
        return fail(done.error());
    engine::StepReport report;
    report.finished = m_finished;
    report.deliveries = std::exchange(m_deliveries, {});
    return report;
}

/// Records for as long as a step may take.
Result<void> KmerEmbeddingJob::read()
{
    if (!m_reader) {
        auto reader = io::FastaReader::open(m_config.fasta);
        if (!reader)
            return fail(reader.error());
        m_reader = std::make_unique<io::FastaReader>(std::move(*reader));
    }
    const auto until = std::chrono::steady_clock::now() + kStepTime;
    while (std::chrono::steady_clock::now() < until) {
        const auto record = m_reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            return begin();
        ++m_records;
        for (const std::vector<Word>& sentence : kmerSentences((*record)->letters, models::kWordNt)) {
            for (const Word word : sentence)
                ++m_counts[word];
            for (std::size_t first = 0; first < sentence.size(); first += kPieceWords) {
                const std::size_t count = std::min(kPieceWords, sentence.size() - first);
                m_sentences.emplace_back(&sentence[first], &sentence[first] + count);
            }
        }
    }
    return {};
}

Result<void> KmerEmbeddingJob::begin()
{
    m_reader.reset();
    m_words = std::accumulate(m_counts.begin(), m_counts.end(), std::int64_t(0));
    if (m_words == 0)
        return fail(ErrorCode::InvalidArgument, "No sequence has three letters A, C, G, T or U in a row.",
                    {.file = m_config.fasta});
    if (const auto made = m_folder.create(toJson(m_config)); !made)
        return made;
    m_word2vec.emplace(m_config.embedding, m_counts);
    return emit(json{{"type", "start"}, {"task", kKmerEmbeddingTask}, {"sequences", m_records}, {"words", m_words},
                     {"epochs", m_config.embedding.epochs}}
                    .dump());
}

Result<void> KmerEmbeddingJob::trainPieces()
{
    const auto until = std::chrono::steady_clock::now() + kStepTime;
    const auto pieces = std::int64_t(m_sentences.size());
    while (m_done < totalUnits() && std::chrono::steady_clock::now() < until) {
        const Word2Vec::Loss loss = m_word2vec->train(m_sentences[std::size_t(m_done % pieces)]);
        m_epochLoss.sum += loss.sum;
        m_epochLoss.pairs += loss.pairs;
        if (++m_done % pieces != 0)
            continue;
        m_lastLoss = m_epochLoss.mean();
        m_firstLoss = m_done == pieces ? m_lastLoss : m_firstLoss;
        const json line = {{"type", "train"}, {"epoch", m_done / pieces}, {"loss", m_lastLoss},
                           {"pairs", m_epochLoss.pairs}, {"rate", m_word2vec->rate()}};
        m_epochLoss = {};
        if (const auto said = emit(line.dump()); !said)
            return said;
    }
    return {};
}

data::ModelCard KmerEmbeddingJob::card() const
{
    const Word2VecSettings& e = m_config.embedding;
    const auto text = [](double value) { return data::toText(data::OptionValue(value)); };
    data::ModelCard card;
    card.id = m_config.card.id;
    card.name = m_config.card.name;
    card.description = m_config.card.description;
    card.architecture = m_config.architecture;
    card.options = m_config.options;
    card.alphabet = m_net->spec().input.alphabet;
    card.channelOrder = m_net->spec().input.channelOrder;
    card.paddingRule = m_net->spec().input.padding;
    card.strand = "sense";
    card.tasks = m_net->spec().outputs.scalars;
    card.trainingData = m_config.card.trainingData + (m_config.card.trainingData.empty() ? "" : " ")
                        + std::to_string(m_records) + " sequences, " + std::to_string(m_words) + " 3-mers.";
    card.trainingProcedure =
        "Word vectors only: skip-gram with negative sampling, window " + std::to_string(e.window) + ", "
        + std::to_string(e.negative) + " noise words, " + std::to_string(e.epochs) + " epochs, rate " + text(e.rate)
        + " falling to " + text(e.finalRate) + ", sub-sampling " + text(e.subsample) + ", seed "
        + std::to_string(m_config.seed) + "; loss per pair " + text(std::round(m_firstLoss * 1e4) / 1e4)
        + " in the first epoch, " + text(std::round(m_lastLoss * 1e4) / 1e4) + " in the last.";
    card.heldOutData = m_config.card.heldOutData;
    card.licence = m_config.card.licence;
    card.citation = m_config.card.citation;
    card.limitations = "Only the word vectors are trained; the predictions mean nothing until the network is."
                       + (m_config.card.limitations.empty() ? "" : " " + m_config.card.limitations);
    return card;
}

Result<void> KmerEmbeddingJob::finish()
{
    const std::vector<float>& vectors = m_word2vec->vectors_VD();
    const std::int64_t size = m_config.embedding.size;
    torch::Tensor vectors_KD = torch::empty({models::kWords, size}, torch::kFloat32);
    std::ranges::copy(vectors, vectors_KD.data_ptr<float>());
    m_net->setWordVectors(vectors_KD);

    std::vector<std::string> names;
    for (std::size_t word = 0; word < m_counts.size(); ++word)
        names.push_back(kmerName(word));
    const std::string arrays = m_folder.filePath("kmer_vectors.npz");
    auto written = io::writeNpz(arrays, {{"kmers", io::NpyArray::of(names)},
                                         {"vectors", io::NpyArray::of(vectors, {models::kWords, size})},
                                         {"counts", io::NpyArray::of(m_counts)}});
    data::ModelCard made = card();
    made.golden = models::makeGolden(*m_net, goldenLetters(std::uint64_t(m_config.seed)), kGoldenTolerance);
    if (written)
        written = models::writeState(m_folder.modelPath(), models::stateOf(*m_net),
                                     {{"architecture", made.architecture}, {"id", made.id}});
    if (written)
        written = io::writeModelCard(m_folder.cardPath(), made);
    if (!written)
        return written;
    m_finished = true;
    return emit(json{{"type", "result"}, {"model", m_folder.modelPath()}, {"vectors", arrays},
                     {"first_loss", m_firstLoss}, {"last_loss", m_lastLoss}}
                    .dump());
}

Result<void> KmerEmbeddingJob::emit(const std::string& line)
{
    m_deliveries.push_back(engine::metricsDelivery(line));
    return m_folder.appendMetrics(line);
}

}  // namespace nscope::train
