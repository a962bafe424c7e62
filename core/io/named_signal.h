// Purpose: an open file of a signal along a genome, under any spelling of its chromosomes' names.
// Errors: those of signal_file.h; NotFound with the names that there are. Thread: one at a time.
#pragma once

#include "core/data/chromosome_names.h"
#include "core/io/signal_file.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::io {

/// An open file of a signal with the names of its chromosomes.
class NamedSignal {
public:
    static Result<NamedSignal> open(const std::string& path, const data::ChromosomeAliases& aliases,
                                    std::stop_token stop, const SignalOptions& options = {.usesZoomLevels = false},
                                    Progress* progress = nullptr);

    SignalSource& source() const { return *m_source; }
    const std::string& path() const { return m_path; }
    const std::vector<std::string>& names() const { return m_names.names(); }
    std::optional<std::string> resolve(const std::string& asked) const { return m_names.resolve(asked); }
    /// The file's own name. Errors: NotFound, with the names that there are.
    Result<std::string> require(const std::string& asked) const;
    /// Precondition: a name of the file.
    std::int64_t lengthOf(const std::string& chromosome) const;

private:
    NamedSignal(std::string path, std::unique_ptr<SignalSource> source, data::ChromosomeNames names)
        : m_path(std::move(path)), m_source(std::move(source)), m_names(std::move(names))
    {
    }

    std::string m_path;
    std::unique_ptr<SignalSource> m_source;
    data::ChromosomeNames m_names;
};

}  // namespace nscope::io
