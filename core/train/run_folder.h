// Purpose: the folder of a training run: config.json, metrics.jsonl, checkpoint/ (replaced as a whole, so that a crash
// in mid-write leaves the old or the new one), model.safetensors with model.card.json.
// Errors: Io with the file.
#pragma once

#include "core/models/weights.h"
#include "core/train/run_progress.h"

#include <filesystem>
#include <string>

namespace nscope::train {

/// Everything of a checkpoint.
struct Checkpoint {
    RunProgress progress;
    models::StateDict weights;     ///< "net.…" and "head.…"
    models::StateDict optimiser;
    models::StateDict best;        ///< network weights of the best validation; may be empty
};

/// The same as files, whatever run they belong to.
struct CheckpointFiles {
    std::string stateJson;
    models::StateDict weights, optimiser;
    models::StateDict best;        ///< may be empty
};

class RunFolder {
public:
    explicit RunFolder(std::string directory);

    /// Creates the folder; refuses one that already holds a run.
    Result<void> create(const std::string& configJson) const;
    bool hasCheckpoint() const;
    Result<std::string> configJson() const;

    Result<void> appendMetrics(const std::string& line);
    std::int64_t metricsBytes() const;
    /// Cuts metrics.jsonl to what it held at the checkpoint.
    Result<void> truncateMetrics(std::int64_t bytes) const;

    Result<void> write(const Checkpoint& checkpoint) const;
    Result<Checkpoint> read() const;
    /// What cannot be written (a full disk) is removed again, and the checkpoint before it stays.
    Result<void> writeFiles(const CheckpointFiles& files) const;
    Result<CheckpointFiles> readFiles() const;

    /// Copies the model and its card of another run.
    Result<void> takeModel(const RunFolder& from) const;

    std::string filePath(const std::string& name) const;
    std::string modelPath() const;
    std::string cardPath() const;
    Result<void> writeText(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path m_directory;
};

}  // namespace nscope::train
