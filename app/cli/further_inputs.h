// Purpose: --structure, --fold and --features: further inputs of models for the sequences of --input, joined by id.
// Errors: those of the readers (core/io/structure_file.h, core/io/feature_table.h) and of rna_folder.h.
#pragma once

#include "core/engine/backend.h"
#include "core/io/further_input.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nscope::cli {

struct FurtherOptions {
    std::string structureFile;
    bool fold = false;
    std::vector<std::string> features;  ///< "id=file"
};
void addFurtherOptions(CLI::App& app, FurtherOptions& options);

class FurtherInputs {
public:
    static Result<FurtherInputs> open(const FurtherOptions& options, std::stop_token stop);

    bool isEmpty() const { return m_sources.empty(); }
    /// Tries the files, not the folding, and counts nothing.
    Result<void> check(const data::Transcript& transcript) const;
    Result<void> fill(data::Transcript& transcript);
    /// One sentence per input: who has it, who has not, which ids were not found.
    std::vector<std::string> summaries() const;
    /// Errors: InvalidArgument for an input that this model does not take (it would change nothing) or lacks.
    Result<void> checkModel(const engine::ModelInfo& model) const;

private:
    struct Source {
        std::unique_ptr<io::FurtherInput> input;
        bool isFile = true;
        std::string note;  ///< what else is to be said about the file
        io::FurtherInputReport report;
    };
    Result<void> openFeatures(const std::string& assignment);

    std::vector<Source> m_sources;
};

}  // namespace nscope::cli
