#include "core/io/bigwig_reader.h"

#include "core/io/bigwig_format.h"
#include "core/io/bigwig_layout.h"
#include "core/io/signal_bins.h"

#include <algorithm>

namespace nscope::io {
namespace {

using namespace bigwig;

enum class BlockKind : std::uint8_t { BedGraph = 1, VariableStep = 2, FixedStep = 3 };

class BigWigSource : public BigWigReader {
public:
    BigWigSource(const std::string& path, BigWigLayout layout, bool usesZoomLevels)
        : BigWigReader(path), m_layout(std::move(layout)), m_usesZoomLevels(usesZoomLevels)
    {
    }

    const std::vector<SignalChromosome>& chromosomes() const override { return m_layout.chromosomes(); }

    std::vector<std::int64_t> zoomLevels() const override
    {
        std::vector<std::int64_t> levels;
        for (const BigWigZoom& zoom : m_layout.zooms())
            levels.push_back(zoom.reductionNt);
        return levels;
    }

    Result<std::vector<ZoomRecord>> zoomRecords(std::size_t level, const std::string& chromosome,
                                                data::Interval interval) override
    {
        const auto known = std::ranges::find(chromosomes(), chromosome, &SignalChromosome::name);
        if (known == chromosomes().end() || level >= m_layout.zooms().size())
            return fail(ErrorCode::NotFound, "The file has no such chromosome or zoom level.",
                        {.file = path(), .record = chromosome});
        std::vector<ZoomRecord> records;
        const Result<void> visited = visitZoom(level, std::size_t(known - chromosomes().begin()), interval,
                                               [&records](const ZoomRecord& record) { records.push_back(record); });
        return visited ? Result<std::vector<ZoomRecord>>(std::move(records)) : fail(visited.error());
    }

protected:
    Result<void> visitInside(std::size_t chromosome, data::Interval interval, const SignalVisitor& visitor) override
    {
        std::int64_t lastEndNt = 0;
        return m_layout.visitBlocks(
            m_layout.indexOffset(), m_layout.idOf(chromosome), interval,
            [&](const BigWigBlock& block) { return visitBlock(block, chromosome, interval, lastEndNt, visitor); });
    }

    Result<std::vector<float>> binsInside(std::size_t chromosome, data::Interval interval, std::int64_t count,
                                          Summary summary) override
    {
        const std::vector<BigWigZoom>& zooms = m_layout.zooms();
        const std::int64_t most = interval.length() / count / 2;
        const auto above = std::ranges::upper_bound(zooms, most, {}, &BigWigZoom::reductionNt);
        if (!m_usesZoomLevels || above == zooms.begin())
            return SignalSource::binsInside(chromosome, interval, count, summary);
        SignalBins bins(interval, count);
        const Result<void> visited =
            visitZoom(std::size_t(above - zooms.begin()) - 1, chromosome, interval, [&bins](const ZoomRecord& record) {
                if (record.coveredNt > 0)
                    bins.add({record.startNt, record.endNt},
                             double(record.coveredNt) / double(record.endNt - record.startNt),
                             double(record.sum) / double(record.coveredNt), double(record.low), double(record.high));
            });
        return visited ? Result<std::vector<float>>(bins.finish(summary, uncoveredValue())) : fail(visited.error());
    }

private:
    /// The values of a block: of bedGraph kind with both ends, else with their starts, else only values.
    Result<void> visitBlock(const BigWigBlock& block, std::size_t chromosome, data::Interval interval,
                            std::int64_t& lastEndNt, const SignalVisitor& visitor) const
    {
        const Result<std::vector<std::byte>> bytes = m_layout.unpack(block);
        if (!bytes)
            return fail(bytes.error());
        BinaryNumbers numbers(*bytes, m_layout.isSwapped());
        const std::uint32_t id = numbers.u32();
        std::int64_t startNt = numbers.u32();
        numbers.skip(4);  // the block's end
        const std::int64_t stepNt = numbers.u32();
        const std::int64_t spanNt = numbers.u32();
        const auto kind = BlockKind(numbers.u8());
        numbers.skip(1);
        const std::uint16_t count = numbers.u16();
        const bool isKnown =
            kind == BlockKind::BedGraph || kind == BlockKind::VariableStep || kind == BlockKind::FixedStep;
        const std::size_t itemBytes = kind == BlockKind::BedGraph ? 12 : kind == BlockKind::VariableStep ? 8 : 4;
        if (bytes->size() < kBlockHeaderBytes || !isKnown || count * itemBytes > numbers.left())
            return m_layout.damaged("A block of values is shorter than it says or of an unknown kind.", block.offset);
        if (id != m_layout.idOf(chromosome))
            return {};  // a block of the neighbour that touches this chromosome in the index
        for (std::uint16_t i = 0; i < count; ++i) {
            SignalInterval one;
            if (kind != BlockKind::FixedStep)
                startNt = numbers.u32();
            one.startNt = startNt;
            one.endNt = kind == BlockKind::BedGraph ? std::int64_t(numbers.u32()) : startNt + spanNt;
            one.value = numbers.f32();
            startNt += stepNt;
            if (one.endNt <= one.startNt || one.startNt < lastEndNt || one.endNt > chromosomes()[chromosome].lengthNt)
                return m_layout.damaged("The values of a block are not in order or lie behind the end of "
                                            + chromosomes()[chromosome].name + ".",
                                        block.offset);
            lastEndNt = one.endNt;
            if (one.endNt <= interval.startNt || one.startNt >= interval.endNt)
                continue;
            if (const Result<void> visited = visitor(one); !visited)
                return visited;
        }
        return {};
    }

    /// libBigWig, and so every program that writes with it, forgets both sums of every 1,023rd record of a zoom level.
    /// Squares that sum up to nothing although there are values beside 0 tell; the sums then come from the values.
    Result<void> settleSums(std::size_t chromosome, ZoomRecord& record)
    {
        if (record.sumOfSquares != 0.0f || (record.low == 0.0f && record.high == 0.0f))
            return {};
        double sum = 0.0, squares = 0.0;
        const data::Interval stretch{record.startNt, record.endNt};
        const Result<void> visited = visitInside(chromosome, stretch, [&](const SignalInterval& one) -> Result<void> {
            const auto nt = double(stretch.intersected({one.startNt, one.endNt}).length());
            sum += nt * double(one.value);
            squares += nt * double(one.value) * double(one.value);
            return {};
        });
        record.sum = float(sum);
        record.sumOfSquares = float(squares);
        return visited;
    }

    template <class Visit>
    Result<void> visitZoom(std::size_t level, std::size_t chromosome, data::Interval interval, const Visit& visit)
    {
        const std::uint32_t id = m_layout.idOf(chromosome);
        const auto visitRecords = [&](const BigWigBlock& block) -> Result<void> {
            const Result<std::vector<std::byte>> bytes = m_layout.unpack(block);
            if (!bytes)
                return fail(bytes.error());
            BinaryNumbers numbers(*bytes, m_layout.isSwapped());
            while (numbers.left() >= kZoomRecordBytes) {
                const std::uint32_t recordId = numbers.u32();
                ZoomRecord record;
                record.startNt = numbers.u32();
                record.endNt = numbers.u32();
                record.coveredNt = numbers.u32();
                record.low = numbers.f32();
                record.high = numbers.f32();
                record.sum = numbers.f32();
                record.sumOfSquares = numbers.f32();
                if (record.endNt <= record.startNt || record.coveredNt > record.endNt - record.startNt)
                    return m_layout.damaged("A zoom level has a record that ends before it begins.", block.offset);
                if (recordId != id || record.endNt <= interval.startNt || record.startNt >= interval.endNt)
                    continue;
                if (const Result<void> settled = settleSums(chromosome, record); !settled)
                    return settled;
                visit(record);
            }
            return {};
        };
        return m_layout.visitBlocks(m_layout.zooms()[level].indexOffset, id, interval, visitRecords);
    }

    BigWigLayout m_layout;
    bool m_usesZoomLevels;
};

}  // namespace

Result<std::unique_ptr<BigWigReader>> openBigWigReader(const std::string& path, const SignalOptions& options)
{
    Result<BigWigLayout> layout = BigWigLayout::open(path);
    if (!layout)
        return fail(layout.error());
    return std::make_unique<BigWigSource>(path, *std::move(layout), options.usesZoomLevels);
}

Result<std::unique_ptr<SignalSource>> openBigWig(const std::string& path, const SignalOptions& options)
{
    return openBigWigReader(path, options);
}

bool isBigWig(const std::string& path)
{
    const auto file = RandomAccessFile::open(path);
    const auto start = file ? file->read(0, 4) : fail(file.error());
    if (!start)
        return false;
    const auto begins = [&start](std::uint32_t magic) {
        return BinaryNumbers(*start, false).u32() == magic || BinaryNumbers(*start, true).u32() == magic;
    };
    return begins(kMagic) || begins(kBigBedMagic);
}

}  // namespace nscope::io
