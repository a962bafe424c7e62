#include "app/cli/figure_command.h"

#include "app/cli/output_path.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace nscope::cli {

namespace {

namespace fs = std::filesystem;

struct FigureOptions {
    std::string session;
    std::string name;
    std::string output;
};

/// The desktop application beside this program.
Result<fs::path> findApplication()
{
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    const fs::path application = self.parent_path() / "nucleoscope";
    if (error || access(application.c_str(), X_OK) != 0)
        return fail(ErrorCode::Unsupported,
                    "Figures are drawn by the desktop application, which was not built or installed beside this "
                    "program (nucleoscope in " + self.parent_path().string() + ").");
    return application;
}

/// Becomes the application; returns only if that fails.
Result<void> become(const fs::path& application, std::vector<std::string> arguments)
{
    setenv("QT_QPA_PLATFORM", "offscreen", 1);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execv(application.c_str(), pointers.data());
    return fail(ErrorCode::Io, std::string("The desktop application could not be started: ") + std::strerror(errno)
                                   + ".", {.file = application.string()});
}

Result<void> runFigure(const FigureOptions& options)
{
    std::error_code error;
    if (!fs::is_regular_file(options.session, error))
        return fail(ErrorCode::NotFound, "There is no such session file.", {.file = options.session});
    if (const auto output = checkOutputPath(options.output, {".svg", ".pdf", ".png"}); !output)
        return fail(output.error());
    const Result<fs::path> application = findApplication();
    if (!application)
        return fail(application.error());
    std::vector<std::string> arguments{application->string(), "--figure", "--session", options.session,
                                       "--output", options.output};
    if (!options.name.empty())
        arguments.insert(arguments.end(), {"--name", options.name});
    return become(*application, std::move(arguments));
}

}  // namespace

Runner addFigure(CLI::App& app)
{
    auto options = std::make_shared<FigureOptions>();
    app.add_option("--session", options->session, "Session file (.nscope)")->required();
    app.add_option("--name", options->name, "Which figure or view; default: the one in front");
    app.add_option("--output", options->output, "File to draw: .svg, .pdf or .png")->required();
    return [options](const Context&) { return runFigure(*options); };
}

}  // namespace nscope::cli
