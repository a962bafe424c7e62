// Purpose: makes the word vectors of a DeepLncLoc network from a FASTA file, as a job: skip-gram with negative sampling
// over all its 3-mers (word2vec.h). Leaves in the output folder config.json, metrics.jsonl, kmer_vectors.npz ("kmers"
// [64], "vectors" [64,D], "counts" [64]) and a model: a network of the named architecture that holds these vectors and
// is otherwise as it starts. The same seed gives the same vectors. Errors: those of the readers; InvalidArgument for
// options, and for sequences without a single 3-mer. Thread: the training lane.
#pragma once

#include "core/engine/backend.h"
#include "core/models/deeplncloc.h"
#include "core/train/kmer_embedding_config.h"
#include "core/train/run_folder.h"

#include <optional>

namespace nscope::io {
class FastaReader;
}

namespace nscope::train {

class KmerEmbeddingJob : public engine::Job {
public:
    /// Errors: InvalidArgument naming the model option.
    static Result<std::unique_ptr<KmerEmbeddingJob>> create(KmerEmbeddingConfig config, const std::string& directory);
    ~KmerEmbeddingJob() override;

    Result<engine::StepReport> step(std::stop_token stop) override;
    /// Pieces of sentences of all epochs; 0 until the file is read.
    std::int64_t totalUnits() const override;
    std::int64_t doneUnits() const override { return m_done; }

private:
    KmerEmbeddingJob(KmerEmbeddingConfig config, const std::string& directory);

    Result<void> read();
    Result<void> begin();
    Result<void> trainPieces();
    Result<void> finish();
    Result<void> emit(const std::string& json);
    data::ModelCard card() const;

    KmerEmbeddingConfig m_config;
    RunFolder m_folder;
    std::shared_ptr<models::DeepLncLocImpl> m_net;
    std::unique_ptr<io::FastaReader> m_reader;
    std::vector<std::vector<Word>> m_sentences;  ///< of at most kPieceWords words
    std::vector<std::int64_t> m_counts;
    std::int64_t m_records = 0, m_words = 0;
    std::optional<Word2Vec> m_word2vec;
    Word2Vec::Loss m_epochLoss;
    double m_firstLoss = 0.0, m_lastLoss = 0.0;
    std::int64_t m_done = 0;
    bool m_finished = false;
    std::vector<engine::Delivery> m_deliveries;
};

}  // namespace nscope::train
