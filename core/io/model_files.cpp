// Purpose: the search path of models.
#include "core/io/model_files.h"

#include "core/base/version.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

namespace nscope::io {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kCardEnd = ".card.json";
constexpr std::string_view kWeightsEnd = ".safetensors";
constexpr std::string_view kScriptEnd = ".pt";

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

fs::path userDataFolder()
{
    if (const std::string xdg = environment("XDG_DATA_HOME"); !xdg.empty())
        return fs::path(xdg) / "nucleoscope";
    const std::string home = environment("HOME");
    return home.empty() ? fs::path() : fs::path(home) / ".local/share/nucleoscope";
}

bool isFile(const std::string& path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

ModelFiles filesOfStem(const std::string& stem)
{
    ModelFiles files{fs::path(stem).filename().string(), stem + std::string(kCardEnd), stem + std::string(kWeightsEnd)};
    if (!isFile(files.weightsPath) && isFile(stem + std::string(kScriptEnd)))
        files.weightsPath = stem + std::string(kScriptEnd);
    return files;
}

}  // namespace

std::vector<std::string> modelFolders()
{
    std::vector<fs::path> candidates;
    if (const std::string folder = environment("NSCOPE_DATA_DIR"); !folder.empty())
        candidates = {fs::path(folder) / "models", folder};
    if (const fs::path user = userDataFolder(); !user.empty())
        candidates.push_back(user / "models");
    std::error_code error;
    if (const fs::path self = fs::read_symlink("/proc/self/exe", error); !error)
        candidates.push_back(self.parent_path().parent_path() / "share/nucleoscope/models");
    candidates.push_back(fs::path(kSourceDir) / "resources/models");

    std::vector<std::string> folders;
    for (const fs::path& candidate : candidates) {
        if (fs::is_directory(candidate, error))
            folders.push_back(candidate.string());
    }
    return folders;
}

std::string userModelFolder() { return (userDataFolder() / "models").string(); }

bool isScriptFile(const std::string& weightsPath) { return weightsPath.ends_with(kScriptEnd); }

bool hasCard(const std::string& weightsPath)
{
    for (const std::string_view end : {kWeightsEnd, kScriptEnd}) {
        if (weightsPath.ends_with(end)) {
            const ModelFiles files = filesOfStem(weightsPath.substr(0, weightsPath.size() - end.size()));
            return isFile(files.cardPath) && files.weightsPath == weightsPath;
        }
    }
    return false;
}

Result<ModelFiles> findModelFile(const std::string& idOrPath)
{
    for (const std::string_view end : {kCardEnd, kWeightsEnd, kScriptEnd}) {
        if (!idOrPath.ends_with(end))
            continue;
        if (!isFile(idOrPath))
            return fail(ErrorCode::NotFound, "There is no such model file.", {.file = idOrPath});
        ModelFiles files = filesOfStem(idOrPath.substr(0, idOrPath.size() - end.size()));
        if (end != kCardEnd)
            files.weightsPath = idOrPath;
        return files;
    }
    const bool plainName = !idOrPath.empty() && idOrPath.find('/') == std::string::npos && idOrPath != "..";
    if (plainName) {
        for (const std::string& folder : modelFolders()) {
            const ModelFiles files = filesOfStem((fs::path(folder) / idOrPath).string());
            if (isFile(files.cardPath) || isFile(files.weightsPath))
                return files;
        }
    }
    std::string known;
    for (const ModelFiles& files : listModels())
        known += (known.empty() ? "" : ", ") + files.id;
    return fail(ErrorCode::NotFound, "There is no model \"" + idOrPath + "\"; "
                    + (known.empty() ? std::string("no models are installed") : "there are: " + known)
                    + ", or give the path of a .safetensors file.");
}

std::vector<ModelFiles> listModels()
{
    std::map<std::string, ModelFiles> models;
    for (const std::string& folder : modelFolders()) {
        std::error_code error;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
            const std::string path = entry->path().string();
            if (!path.ends_with(kCardEnd) || !isFile(path))
                continue;
            ModelFiles files = filesOfStem(path.substr(0, path.size() - kCardEnd.size()));
            models.emplace(files.id, std::move(files));
        }
    }
    std::vector<ModelFiles> list;
    for (auto& [id, files] : models)
        list.push_back(std::move(files));
    return list;
}

}  // namespace nscope::io
