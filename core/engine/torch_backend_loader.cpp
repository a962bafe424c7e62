#include "core/engine/backend.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace nscope::engine {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kModuleFile = "libnscope_torch.so";

/// NSCOPE_MODULE_DIR alone if it is set, else beside the executable and in the installed place.
Result<std::vector<fs::path>> moduleFolders()
{
    if (const char* folder = std::getenv("NSCOPE_MODULE_DIR"); folder && *folder)
        return std::vector{fs::path(folder)};
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return fail(ErrorCode::Io, "The program cannot find out where it is installed; set NSCOPE_MODULE_DIR to the "
                                   "folder of " + std::string(kModuleFile) + ".");
    const fs::path beside = program.parent_path();
    return std::vector{beside, (beside / "../lib/nucleoscope").lexically_normal()};
}

Result<fs::path> findModule()
{
    const auto folders = moduleFolders();
    if (!folders)
        return fail(folders.error());
    std::string searched;
    for (const fs::path& folder : *folders) {
        std::error_code error;
        if (fs::is_regular_file(folder / kModuleFile, error))
            return folder / kModuleFile;
        searched += (searched.empty() ? "" : " and ") + folder.string();
    }
    return fail(ErrorCode::NotFound, "The part of the program that computes models (" + std::string(kModuleFile)
                                         + ") is not in " + searched + ". Please reinstall Nucleoscope.");
}

std::string loaderMessage()
{
    const char* message = dlerror();
    return message ? message : "unknown reason";
}

}  // namespace

Result<std::unique_ptr<Backend>> openTorchBackend(const BackendSettings& settings)
{
    const auto path = findModule();
    if (!path)
        return fail(path.error());

    // Never closed: LibTorch registers code that runs at the end of threads and of the process.
    void* module = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!module)
        return fail(ErrorCode::NotFound,
                    "The part of the program that computes models could not be loaded (" + loaderMessage()
                        + "). Please install LibTorch or reinstall Nucleoscope.",
                    {.file = path->string()});
    const auto create = reinterpret_cast<NscopeCreateBackend>(dlsym(module, kNscopeCreateBackendSymbol));
    if (!create)
        return fail(ErrorCode::Unsupported,
                    "This file is not Nucleoscope's model module. Please reinstall Nucleoscope.",
                    {.file = path->string()});

    const char* message = nullptr;
    std::unique_ptr<Backend> backend(create(&settings, &message));
    if (!backend)
        return fail(ErrorCode::Internal,
                    "LibTorch could not be started: " + std::string(message ? message : "unknown reason"),
                    {.file = path->string()});
    return backend;
}

}  // namespace nscope::engine
