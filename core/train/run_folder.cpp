#include "core/train/run_folder.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace nscope::train {
namespace fs = std::filesystem;
namespace {

constexpr const char* kCheckpoint = "checkpoint";
constexpr const char* kNewCheckpoint = "checkpoint.new";
constexpr const char* kOldCheckpoint = "checkpoint.old";

Result<std::string> readText(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
        return fail(ErrorCode::Io, "The file cannot be read.", {.file = path.string()});
    return text.str();
}

Result<void> writeFile(const fs::path& path, const std::string& text, std::ios::openmode mode)
{
    std::ofstream out(path, std::ios::binary | mode);
    out << text;
    out.flush();
    if (!out)
        return fail(ErrorCode::Io, "The file cannot be written. Check free space and permissions.",
                    {.file = path.string()});
    return {};
}

}  // namespace

RunFolder::RunFolder(std::string directory) : m_directory(std::move(directory)) {}

Result<void> RunFolder::create(const std::string& configJson) const
{
    std::error_code problem;
    if (fs::exists(m_directory / "config.json", problem))
        return fail(ErrorCode::InvalidArgument, "The folder already holds a training run. Resume it or choose another "
                                                "folder.", {.file = m_directory.string()});
    fs::create_directories(m_directory, problem);
    if (problem)
        return fail(ErrorCode::Io, "The folder cannot be created.", {.file = m_directory.string()});
    return writeText("config.json", configJson + "\n");
}

bool RunFolder::hasCheckpoint() const
{
    std::error_code problem;
    return fs::exists(m_directory / kCheckpoint / "state.json", problem)
        || fs::exists(m_directory / kOldCheckpoint / "state.json", problem);
}

Result<std::string> RunFolder::configJson() const { return readText(m_directory / "config.json"); }

Result<void> RunFolder::appendMetrics(const std::string& line)
{
    return writeFile(m_directory / "metrics.jsonl", line + "\n", std::ios::app);
}

std::int64_t RunFolder::metricsBytes() const
{
    std::error_code problem;
    const auto size = fs::file_size(m_directory / "metrics.jsonl", problem);
    return problem ? 0 : std::int64_t(size);
}

Result<void> RunFolder::truncateMetrics(std::int64_t bytes) const
{
    if (metricsBytes() <= bytes)
        return {};
    std::error_code problem;
    fs::resize_file(m_directory / "metrics.jsonl", std::uintmax_t(bytes), problem);
    if (problem)
        return fail(ErrorCode::Io, "The file cannot be written.", {.file = (m_directory / "metrics.jsonl").string()});
    return {};
}

Result<void> RunFolder::write(const Checkpoint& checkpoint) const
{
    const fs::path fresh = m_directory / kNewCheckpoint;
    std::error_code problem;
    fs::remove_all(fresh, problem);
    fs::create_directories(fresh, problem);
    auto done = models::writeState((fresh / "weights.safetensors").string(), checkpoint.weights, {});
    if (done)
        done = models::writeState((fresh / "optimizer.safetensors").string(), checkpoint.optimiser, {});
    if (done && !checkpoint.best.empty())
        done = models::writeState((fresh / "best.safetensors").string(), checkpoint.best, {});
    if (done)
        done = writeFile(fresh / "state.json", toJson(checkpoint.progress) + "\n", std::ios::trunc);
    if (!done)
        return done;
    fs::remove_all(m_directory / kOldCheckpoint, problem);
    if (fs::exists(m_directory / kCheckpoint, problem))
        fs::rename(m_directory / kCheckpoint, m_directory / kOldCheckpoint, problem);
    fs::rename(fresh, m_directory / kCheckpoint, problem);
    if (problem)
        return fail(ErrorCode::Io, "The checkpoint cannot be replaced.", {.file = (m_directory / kCheckpoint).string()});
    fs::remove_all(m_directory / kOldCheckpoint, problem);
    return {};
}

Result<Checkpoint> RunFolder::read() const
{
    std::error_code problem;
    fs::path from = m_directory / kCheckpoint;
    if (!fs::exists(from / "state.json", problem))
        from = m_directory / kOldCheckpoint;
    const auto text = readText(from / "state.json");
    if (!text)
        return fail(ErrorCode::NotFound, "The folder holds no checkpoint to resume from.",
                    {.file = m_directory.string()});
    Checkpoint checkpoint;
    auto progress = parseRunProgress(*text);
    if (!progress)
        return fail(progress.error().at({.file = (from / "state.json").string()}));
    checkpoint.progress = std::move(*progress);
    auto weights = models::readState((from / "weights.safetensors").string());
    if (!weights)
        return fail(weights.error());
    auto optimiser = models::readState((from / "optimizer.safetensors").string());
    if (!optimiser)
        return fail(optimiser.error());
    checkpoint.weights = std::move(*weights);
    checkpoint.optimiser = std::move(*optimiser);
    if (checkpoint.progress.hasBest) {
        auto best = models::readState((from / "best.safetensors").string());
        if (!best)
            return fail(best.error());
        checkpoint.best = std::move(*best);
    }
    return checkpoint;
}

std::string RunFolder::filePath(const std::string& name) const { return (m_directory / name).string(); }
std::string RunFolder::modelPath() const { return filePath("model.safetensors"); }
std::string RunFolder::cardPath() const { return filePath("model.card.json"); }

Result<void> RunFolder::writeText(const std::string& name, const std::string& text) const
{
    return writeFile(m_directory / name, text, std::ios::trunc);
}

}  // namespace nscope::train
