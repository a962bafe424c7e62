#include "app/cli/cli.h"

#include "app/cli/command.h"
#include "app/cli/process_setup.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace nscope::cli {

namespace {

/// Empty for a device the program may have.
std::string deviceProblem(const std::string& device)
{
    const bool isNumbered = device.starts_with("cuda:") && device.size() > 5 && device.size() < 9
                            && device.find_first_not_of("0123456789", 5) == std::string::npos;
    const bool isKnown = device == "auto" || device == "cpu" || device == "cuda" || isNumbered;
    return isKnown ? std::string() : "There is no device '" + device + "'; it is auto, cpu, cuda or cuda:n.";
}

void addCommonOptions(CLI::App& command, CommonOptions& common)
{
    const char* group = "Common options";
    command.add_option("--device", common.device, "auto, cpu, cuda or cuda:n")
        ->check(CLI::Validator(deviceProblem, "DEVICE"))
        ->capture_default_str()
        ->group(group);
    command.add_option("--threads", common.threads, "Threads of the model; 0: cores - 1")
        ->check(CLI::Range(0, 4096))
        ->capture_default_str()
        ->group(group);
    command.add_option("--seed", common.seed, "Seed of everything random (default: 1, or what the settings say)")
        ->group(group);
    command.add_flag("--quiet", common.quiet, "No progress on standard error")->group(group);
    command.add_flag("--json", common.json, "Tables on standard output as JSON")->group(group);
    command
        .add_flag("--allow-torchscript", common.allowTorchScript,
                  "Let a TorchScript model run, in a process of its own without files or network")
        ->group(group);
}

/// CLI11's reasons as one sentence that names the command and where help is.
int reportUsage(const CLI::App& app, const std::string& reason)
{
    std::string name = app.get_name();
    for (const CLI::App* chosen : app.get_subcommands())
        name += " " + chosen->get_name();
    std::string sentence = oneLine(reason);
    if (sentence.ends_with('.'))
        sentence.pop_back();
    std::cerr << name << ": " << sentence << " (see " << name << " --help).\n";
    return kExitUsage;
}

/// A first word that is no subcommand, said better than by what is missing then.
std::optional<std::string> unknownCommand(const CLI::App& app, int argc, const char* const* argv)
{
    const std::string word = argc > 1 ? argv[1] : "";
    std::string known;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        if (command->get_name() == word)
            return std::nullopt;
        known += (known.empty() ? "" : ", ") + command->get_name();
    }
    if (word.empty() || word.starts_with('-'))
        return std::nullopt;
    return "There is no subcommand '" + word + "'; there are " + known + ".";
}

int report(const CLI::App& app, const Error& error)
{
    if (error.code() == ErrorCode::Cancelled) {
        std::cerr << oneLine(error.message()) << "\n";
        return kExitFailed;
    }
    if (exitStatus(error) == kExitUsage)
        return reportUsage(app, error.sentence());
    std::cerr << oneLine(error.sentence()) << "\n";
    return kExitFailed;
}

}  // namespace

std::string oneLine(const std::string& text)
{
    std::string line;
    for (const char letter : text) {
        const bool isControl = static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
        if (!isControl)
            line += letter;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

int exitStatus(const Error& error)
{
    const bool hasPlace = !error.where().record.empty() || error.where().line > 0 || error.where().position > 0;
    return error.code() == ErrorCode::InvalidArgument && !hasPlace ? kExitUsage : kExitFailed;
}

int runCommandLine(int argc, const char* const* argv, std::stop_token stop)
{
    CLI::App app("Look through deep sequence models", "nucleoscope-cli");
    app.set_version_flag("--version", std::string("nucleoscope-cli ") + kVersion);
    app.require_subcommand(1);
    app.failure_message([](const CLI::App*, const CLI::Error& error) { return std::string(error.what()); });

    Context context{.common = {}, .stop = stop};
    Runner chosen;
    for (const Command& command : commandList()) {
        CLI::App* sub = app.add_subcommand(command.name, command.help);
        Runner runner = command.add(*sub);
        addCommonOptions(*sub, context.common);
        sub->final_callback([&chosen, runner] { chosen = runner; });
    }
    if (const std::optional<std::string> reason = unknownCommand(app, argc, argv))
        return reportUsage(app, *reason);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);  // help and version
    } catch (const CLI::ParseError& error) {
        return reportUsage(app, error.what());
    }
    if (context.common.threads > 0)
        setThreadCount(context.common.threads);
    const Result<void> result = chosen(context);
    return result ? kExitDone : report(app, result.error());
}

}  // namespace nscope::cli
