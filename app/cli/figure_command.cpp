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
    std::string sequence;
    std::string range;
    std::string theme;
    double widthMm = 183.0;
    double heightMm = 0.0;  ///< 0: what suits the content
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
                    "program (nucleoscope in "
                        + self.parent_path().string() + ").");
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
    return fail(ErrorCode::Io,
                std::string("The desktop application could not be started: ") + std::strerror(errno) + ".",
                {.file = application.string()});
}

/// The application's own command line for this figure. Values are joined by '=', because Qt takes some options that are
/// followed by a value (--session) for its own.
std::vector<std::string> applicationArguments(const std::string& application, const FigureOptions& options,
                                              const CommonOptions& common)
{
    std::vector<std::string> arguments{application, "--figure"};
    const auto add = [&arguments](const std::string& option, const std::string& value) {
        if (!value.empty())
            arguments.push_back(option + "=" + value);
    };
    add("--session", options.session);
    add("--output", options.output);
    add("--width-mm", std::to_string(options.widthMm));
    add("--height-mm", std::to_string(options.heightMm));
    add("--device", common.device);
    add("--threads", std::to_string(common.threads));
    add("--name", options.name);
    add("--select", options.sequence);
    add("--go-to", options.range);
    add("--theme", options.theme);
    if (common.allowTorchScript)
        arguments.push_back("--allow-torchscript");
    return arguments;
}

Result<void> runFigure(const FigureOptions& options, const CommonOptions& common)
{
    std::error_code error;
    if (!fs::is_regular_file(options.session, error))
        return fail(ErrorCode::NotFound, "There is no such session file.", {.file = options.session});
    if (const auto output = checkOutputPath(options.output, {".svg", ".pdf", ".png"}); !output)
        return fail(output.error());
    const Result<fs::path> application = findApplication();
    if (!application)
        return fail(application.error());
    return become(*application, applicationArguments(application->string(), options, common));
}

}  // namespace

Runner addFigure(CLI::App& app)
{
    auto options = std::make_shared<FigureOptions>();
    app.add_option("--session", options->session, "Session file (.nscope)")->required();
    app.add_option("--name", options->name,
                   "View to draw: tracks, filters, library (the architecture) or prediction; default: the one in front");
    app.add_option("--output", options->output, "File to draw: .svg, .pdf or .png")->required();
    app.add_option("--sequence", options->sequence, "Id of the sequence to draw; default: the one selected");
    app.add_option("--range", options->range, "Positions to draw, as 40-110; default: those in view");
    app.add_option("--theme", options->theme, "light or dark")
        ->check(CLI::IsMember(std::vector<std::string>{"light", "dark"}));
    app.add_option("--width-mm", options->widthMm, "Width in millimetres")
        ->check(CLI::Range(20.0, 1000.0))
        ->capture_default_str();
    app.add_option("--height-mm", options->heightMm, "Height in millimetres; 0: what suits the content")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    return [options](const Context& context) { return runFigure(*options, context.common); };
}

}  // namespace nscope::cli
