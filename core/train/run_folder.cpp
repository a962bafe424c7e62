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
    return writeFiles({toJson(checkpoint.progress), checkpoint.weights, checkpoint.optimiser, checkpoint.best});
}

Result<void> RunFolder::writeFiles(const CheckpointFiles& files) const
{
    const fs::path fresh = m_directory / kNewCheckpoint;
    std::error_code problem;
    fs::remove_all(fresh, problem);
    fs::create_directories(fresh, problem);
    auto done = models::writeState((fresh / "weights.safetensors").string(), files.weights, {});
    if (done)
        done = models::writeState((fresh / "optimizer.safetensors").string(), files.optimiser, {});
    if (done && !files.best.empty())
        done = models::writeState((fresh / "best.safetensors").string(), files.best, {});
    if (done)
        done = writeFile(fresh / "state.json", files.stateJson + "\n", std::ios::trunc);
    if (!done) {
        fs::remove_all(fresh, problem);
        return done;
    }
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
    auto files = readFiles();
    if (!files)
        return fail(files.error());
    auto progress = parseRunProgress(files->stateJson);
    if (!progress)
        return fail(progress.error().at({.file = m_directory.string()}));
    return Checkpoint{std::move(*progress), std::move(files->weights), std::move(files->optimiser),
                      std::move(files->best)};
}

Result<CheckpointFiles> RunFolder::readFiles() const
{
    std::error_code problem;
    fs::path from = m_directory / kCheckpoint;
    if (!fs::exists(from / "state.json", problem))
        from = m_directory / kOldCheckpoint;
    auto text = readText(from / "state.json");
    if (!text)
        return fail(ErrorCode::NotFound, "The folder holds no checkpoint to resume from.",
                    {.file = m_directory.string()});
    CheckpointFiles files;
    files.stateJson = std::move(*text);
    const auto take = [&](const char* name, models::StateDict& into) -> Result<void> {
        auto state = models::readState((from / name).string());
        if (!state)
            return fail(state.error());
        into = std::move(*state);
        return {};
    };
    auto done = take("weights.safetensors", files.weights);
    if (done)
        done = take("optimizer.safetensors", files.optimiser);
    if (done && fs::exists(from / "best.safetensors", problem))
        done = take("best.safetensors", files.best);
    if (!done)
        return fail(done.error());
    return files;
}

Result<void> RunFolder::takeModel(const RunFolder& from) const
{
    for (const auto& [source, target] :
         {std::pair{from.modelPath(), modelPath()}, std::pair{from.cardPath(), cardPath()}}) {
        std::error_code problem;
        fs::copy_file(source, target, fs::copy_options::overwrite_existing, problem);
        if (problem)
            return fail(ErrorCode::Io, "The file cannot be written. Check free space and permissions.", {.file = target});
    }
    return {};
}

std::string RunFolder::filePath(const std::string& name) const { return (m_directory / name).string(); }
std::string RunFolder::modelPath() const { return filePath("model.safetensors"); }
std::string RunFolder::cardPath() const { return filePath("model.card.json"); }

Result<void> RunFolder::writeText(const std::string& name, const std::string& text) const
{
    return writeFile(m_directory / name, text, std::ios::trunc);
}

}  // namespace nscope::train
