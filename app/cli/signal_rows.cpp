#include "app/cli/signal_rows.h"

#include "core/io/atomic_file.h"
#include "core/io/bedgraph_writer.h"
#include "core/io/bigwig_stream.h"
#include "core/io/table_writer.h"

namespace nscope::cli {

namespace {

class TableRows : public SignalRows {
public:
    explicit TableRows(io::AtomicFile file) : m_file(std::move(file)) {}

    Result<void> add(const std::string& chromosome, const io::SignalInterval& interval) override
    {
        return m_file.write(chromosome + "\t" + std::to_string(interval.startNt) + "\t" + std::to_string(interval.endNt)
                            + "\t" + io::floatText(interval.value) + "\n");
    }
    Result<void> finish() override { return m_file.commit(); }

private:
    io::AtomicFile m_file;
};

/// A writer of core/io that takes intervals as they come.
template <class Writer>
class WriterRows : public SignalRows {
public:
    explicit WriterRows(Writer writer) : m_writer(std::move(writer)) {}

    Result<void> add(const std::string& chromosome, const io::SignalInterval& interval) override
    {
        return m_writer.add(chromosome, interval);
    }
    Result<void> addBins(const std::string& chromosome, std::int64_t startNt, std::int64_t binNt,
                         std::span<const float> values) override
    {
        if constexpr (requires { m_writer.add(chromosome, startNt, binNt, values); })
            return m_writer.add(chromosome, startNt, binNt, values);
        else
            return SignalRows::addBins(chromosome, startNt, binNt, values);
    }
    Result<void> finish() override { return m_writer.finish(); }

private:
    Writer m_writer;
};

template <class Writer>
Result<std::unique_ptr<SignalRows>> rowsOf(Result<Writer> writer)
{
    if (!writer)
        return fail(writer.error());
    return std::make_unique<WriterRows<Writer>>(*std::move(writer));
}

}  // namespace

Result<void> SignalRows::addBins(const std::string& chromosome, std::int64_t startNt, std::int64_t binNt,
                                 std::span<const float> values)
{
    for (const float value : values) {
        if (const Result<void> added = add(chromosome, {startNt, startNt + binNt, value}); !added)
            return added;
        startNt += binNt;
    }
    return {};
}

Result<std::unique_ptr<SignalRows>> openSignalRows(const std::string& path, const std::string& extension,
                                                   const std::vector<io::SignalChromosome>& chromosomes)
{
    if (isBigWigExtension(extension))
        return rowsOf(io::BigWigStream::create(path, chromosomes));
    if (extension != ".tsv")
        return rowsOf(io::BedGraphWriter::create(path));
    Result<io::AtomicFile> file = io::AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    if (const Result<void> written = file->write("chrom\tstart\tend\tvalue\n"); !written)
        return fail(written.error());
    return std::make_unique<TableRows>(*std::move(file));
}

}  // namespace nscope::cli
