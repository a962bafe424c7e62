#include "core/io/part_folder.h"

#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/mapped_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace nscope::io {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDescription = "run.json";
constexpr const char* kLock = "lock";
constexpr const char* kPartPrefix = "part-";
constexpr std::size_t kMostDescriptionBytes = 1 << 20;

/// Ours are the description, the lock and the parts, also those that were being written when a run was killed.
bool isOurs(const std::string& name)
{
    return name == kLock || name.starts_with(kDescription) || name.starts_with(kPartPrefix);
}

Result<RunDescription> readDescription(const std::string& path)
{
    const auto text = readWholeFile(path, kMostDescriptionBytes);
    if (!text)
        return fail(text.error());
    const auto json = parseJson(*text);
    if (!json)
        return fail(json.error().at({.file = path}));
    RunDescription description;
    for (const auto& [key, value] : json->items())
        description[key] = value.is_string() ? value.get<std::string>() : value.dump();
    return description;
}

std::string differences(const RunDescription& there, const RunDescription& now)
{
    RunDescription all = there;
    all.insert(now.begin(), now.end());
    std::string text;
    for (const auto& [key, value] : all) {
        const auto one = there.find(key), other = now.find(key);
        if (one == there.end() || other == now.end() || one->second != other->second)
            text += (text.empty() ? "" : ", ") + key;
    }
    return text;
}

/// Writes what the run is of into a new folder, or compares it with what is there.
Result<void> settleDescription(const std::string& path, const RunDescription& description)
{
    const std::string file = (fs::path(path) / kDescription).string();
    std::error_code error;
    if (!fs::exists(file, error)) {
        Json json = Json::object();
        for (const auto& [key, value] : description)
            json[key] = value;
        return writeFileAtomically(file, jsonText(json, 2) + "\n");
    }
    const auto there = readDescription(file);
    if (!there)
        return fail(there.error());
    if (const std::string differing = differences(*there, description); !differing.empty())
        return fail(ErrorCode::InvalidArgument,
                    "The folder holds the parts of a run that was another one (" + differing
                        + " differ): repeat that run's command to finish it, delete the folder to begin anew, or name "
                          "another output.",
                    {.file = path, .record = kDescription});
    return {};
}

}  // namespace

PartFolder::PartFolder(PartFolder&& other) noexcept
    : m_path(std::move(other.m_path)), m_lock(std::exchange(other.m_lock, -1))
{
}

PartFolder::~PartFolder()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<PartFolder> PartFolder::open(const std::string& path, const RunDescription& description)
{
    std::error_code error;
    fs::create_directory(path, error);
    if (error || !fs::is_directory(path, error))
        return fail(ErrorCode::Io, "The folder for the finished parts cannot be made here.", {.file = path});
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
        if (!isOurs(entry.path().filename().string()))
            return fail(ErrorCode::InvalidArgument,
                        "The folder for the finished parts holds something else; move it away, or name another output.",
                        {.file = path, .record = entry.path().filename().string()});
    }
    if (error)
        return fail(ErrorCode::Io, "The folder of the finished parts cannot be read.", {.file = path});
    const std::string lockFile = (fs::path(path) / kLock).string();
    const int lock = ::open(lockFile.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (lock < 0)
        return fail(ErrorCode::Io, "The folder for the finished parts cannot be written to.", {.file = path});
    PartFolder folder(path, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::InvalidArgument,
                    "Another run is writing to this folder; wait for it, or name another output.",
                    {.file = path, .record = kLock});
    if (const auto settled = settleDescription(path, description); !settled)
        return fail(settled.error());
    return folder;
}

std::string PartFolder::file(std::size_t part) const
{
    char name[40];
    std::snprintf(name, sizeof name, "%s%06zu.npz", kPartPrefix, part + 1);
    return (fs::path(m_path) / name).string();
}

bool PartFolder::has(std::size_t part) const
{
    std::error_code error;
    return fs::is_regular_file(file(part), error);
}

Result<void> PartFolder::put(std::size_t part, const NpzArrays& arrays) { return writeNpz(file(part), arrays); }

Result<NpzArrays> PartFolder::get(std::size_t part) const
{
    auto arrays = readNpz(file(part));
    if (!arrays)
        return fail(Error(arrays.error().code(),
                          arrays.error().message() + " Delete this part and run the command again.",
                          arrays.error().where()));
    return arrays;
}

Result<void> PartFolder::remove()
{
    std::error_code error;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_path, error)) {
        if (isOurs(entry.path().filename().string()))
            files.push_back(entry.path());
    }
    for (const fs::path& file : files)
        fs::remove(file, error);
    if (!fs::remove(m_path, error) || error)
        return fail(ErrorCode::Io, "The folder of the finished parts could not be deleted; it is not needed any more.",
                    {.file = m_path});
    return {};
}

}  // namespace nscope::io
