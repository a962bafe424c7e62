#include "core/io/named_signal.h"

#include <algorithm>
#include <utility>

namespace nscope::io {

Result<NamedSignal> NamedSignal::open(const std::string& path, const data::ChromosomeAliases& aliases,
                                      std::stop_token stop, const SignalOptions& options, Progress* progress)
{
    auto source = openSignal(path, options, std::move(stop), progress);
    if (!source)
        return fail(source.error());
    std::vector<std::string> names;
    for (const SignalChromosome& chromosome : (*source)->chromosomes())
        names.push_back(chromosome.name);
    return NamedSignal(path, *std::move(source), data::ChromosomeNames(std::move(names), aliases));
}

Result<std::string> NamedSignal::require(const std::string& asked) const
{
    if (const auto name = resolve(asked))
        return *name;
    return fail(ErrorCode::NotFound,
                "The file has no chromosome \"" + asked + "\", nor one that means the same; it has "
                    + data::namesInShort(names()) + ".",
                {.file = m_path});
}

std::int64_t NamedSignal::lengthOf(const std::string& chromosome) const
{
    return std::ranges::find(m_source->chromosomes(), chromosome, &SignalChromosome::name)->lengthNt;
}

}  // namespace nscope::io
