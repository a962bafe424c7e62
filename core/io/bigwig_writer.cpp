#include "core/io/bigwig_writer.h"

#include "core/io/bigwig_stream.h"

#include <algorithm>
#include <limits>

namespace nscope::io {

Result<void> BigWigWriter::add(const std::string& chromosome, std::int64_t lengthNt, std::int64_t startNt,
                               std::int64_t binNt, std::vector<float> values)
{
    const Where where{.file = m_path, .record = chromosome};
    if (chromosome.empty())
        return fail(ErrorCode::InvalidArgument, "A bigWig file needs a name for every sequence.", where);
    if (binNt < 1 || lengthNt < 1 || lengthNt > std::int64_t(std::numeric_limits<std::uint32_t>::max()))
        return fail(ErrorCode::InvalidArgument, "A bigWig file holds sequences of 1 to 4,294,967,295 nt.", where);
    const std::int64_t before = startNt < 0 ? (-startNt + binNt - 1) / binNt : 0;
    const std::int64_t fitting = std::max<std::int64_t>(0, (lengthNt - startNt) / binNt);
    if (fitting < std::int64_t(values.size()))
        values.resize(std::size_t(fitting));
    values.erase(values.begin(), values.begin() + std::min<std::int64_t>(before, std::int64_t(values.size())));
    if (!m_signals.try_emplace(chromosome, Signal{lengthNt, startNt + before * binNt, binNt, std::move(values)}).second)
        return fail(ErrorCode::InvalidArgument, "Two sequences have this name, and a bigWig file holds one of each.",
                    where);
    return {};
}

Result<void> BigWigWriter::finish()
{
    std::vector<SignalChromosome> chromosomes;
    for (const auto& [name, signal] : m_signals)
        chromosomes.push_back({name, signal.lengthNt});
    Result<BigWigStream> stream = BigWigStream::create(m_path, std::move(chromosomes));
    if (!stream)
        return fail(stream.error());
    for (const auto& [name, signal] : m_signals) {
        if (auto written = stream->add(name, signal.startNt, signal.binNt, signal.values); !written)
            return written;
    }
    return stream->finish();
}

}  // namespace nscope::io
