// Purpose: opens the model module and finds a model by starter id or path.
// Blocking: opening the module takes about 0.6 s.
#pragma once

#include "app/cli/command.h"
#include "core/engine/backend.h"
#include "core/io/table_writer.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace nscope::cli {

Result<std::unique_ptr<engine::Backend>> openBackend(const CommonOptions& common);

struct OpenedModel {
    std::unique_ptr<engine::Backend> backend;
    engine::ModelInfo info;
};

/// `model` is a starter model's id or the path of a .safetensors file with its card beside it.
Result<OpenedModel> openModel(const std::string& model, const CommonOptions& common);

/// Adds the required --model.
void addModelOption(CLI::App& app, std::string& model);

/// "beam=4 (1 to 64), encoder=lfnet (lfnet, cnn, transformer)".
std::string optionsText(const std::vector<engine::OptionSpec>& options);

/// The method's description, or an error that names those there are of this kind.
/// An empty id is the first of the kind.
Result<engine::MethodSpec> findMethod(const engine::Backend& backend, engine::MethodKind kind, const std::string& id);

/// What made a result file: the model, its hash, this program, and what is added.
io::Provenance provenance(const OpenedModel& model,
                          std::initializer_list<std::pair<const std::string, std::string>> more = {});

}  // namespace nscope::cli
