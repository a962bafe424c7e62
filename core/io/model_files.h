// Purpose: where models are looked for (DESIGN §7), in this order: $NSCOPE_DATA_DIR/models, $NSCOPE_DATA_DIR, the
// user's data folder ($XDG_DATA_HOME or ~/.local/share)/nucleoscope/models, ../share/nucleoscope/models beside the
// executable, resources/models of the source tree.
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace nscope::io {

/// A model on disk. Either file may be missing; readModelCard says so.
struct ModelFiles {
    std::string id;           ///< file stem
    std::string cardPath;     ///< X.card.json
    std::string weightsPath;  ///< X.safetensors; X.pt (TorchScript) where there is none
};

/// The folders of the list above that exist.
std::vector<std::string> modelFolders();

/// The folder models of the user's own are saved to (it may not exist yet).
std::string userModelFolder();

/// Whether a model's file is a program that runs, and so needs the user's consent (ModelCard::scriptAllowed).
bool isScriptFile(const std::string& weightsPath);

/// Whether this is the file that a card beside it describes, and not weights of others.
bool hasCard(const std::string& weightsPath);

/// Files of a starter id or of a path to X.safetensors, X.pt or X.card.json. Errors: NotFound with what was looked for and
/// the ids there are.
Result<ModelFiles> findModelFile(const std::string& idOrPath);

/// All models in modelFolders() that have a card, each id once (the first folder wins), sorted by id.
std::vector<ModelFiles> listModels();

}  // namespace nscope::io
