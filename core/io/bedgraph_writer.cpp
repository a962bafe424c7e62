#include "core/io/bedgraph_writer.h"

#include "core/io/table_writer.h"

#include <htslib/bgzf.h>

#include <cmath>
#include <filesystem>

namespace nscope::io {

struct BedGraphWriter::Packed {
    BGZF* file = nullptr;

    ~Packed() { close(); }
    bool close()
    {
        BGZF* const closing = std::exchange(file, nullptr);
        return closing == nullptr || bgzf_close(closing) == 0;
    }
};

BedGraphWriter::BedGraphWriter(AtomicFile file) : m_file(std::move(file)) {}
BedGraphWriter::~BedGraphWriter() = default;
BedGraphWriter::BedGraphWriter(BedGraphWriter&&) noexcept = default;

Result<BedGraphWriter> BedGraphWriter::create(const std::string& path)
{
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    const std::string extension = std::filesystem::path(path).extension().string();
    BedGraphWriter writer(*std::move(file));
    if (extension == ".gz" || extension == ".bgz") {
        writer.m_packed = std::make_unique<Packed>();
        const std::string& place = writer.m_file.temporaryPath();
        writer.m_packed->file = place.empty() ? nullptr : bgzf_open(place.c_str(), "w");
        if (writer.m_packed->file == nullptr)
            return fail(ErrorCode::Io, "Cannot write a compressed file here.", {.file = path});
    }
    return writer;
}

Result<void> BedGraphWriter::add(const std::string& chromosome, const SignalInterval& interval)
{
    if (!std::isfinite(interval.value))
        return {};
    const std::string line = chromosome + "\t" + std::to_string(interval.startNt) + "\t"
                             + std::to_string(interval.endNt) + "\t" + floatText(interval.value) + "\n";
    if (!m_packed)
        return m_file.write(line);
    if (bgzf_write(m_packed->file, line.data(), line.size()) != ssize_t(line.size()))
        return fail(ErrorCode::Io, "Cannot write; the disk may be full.", {.file = m_file.path()});
    return {};
}

Result<void> BedGraphWriter::finish()
{
    if (m_packed && !m_packed->close())
        return fail(ErrorCode::Io, "Cannot write; the disk may be full.", {.file = m_file.path()});
    return m_file.commit();
}

}  // namespace nscope::io
