#include "core/nn/change_product.h"

#include <algorithm>
#include <bit>
#include <limits>

#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__)
#define NSCOPE_HAS_TILES 1
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#else
#define NSCOPE_HAS_TILES 0
#endif

namespace nscope::nn {

namespace {

constexpr std::int64_t kTileRows = 16;
constexpr std::int64_t kTileDepth = 32;
constexpr std::int64_t kTileNumbers = kTileRows * kTileDepth;  ///< of bfloat16: 1 KiB
constexpr std::int64_t kPanelColumns = 2 * kTileRows;
constexpr std::int64_t kPanelTiles = 4;

std::int64_t tilesFor(std::int64_t count, std::int64_t tile) { return (count + tile - 1) / tile; }

std::uint16_t roundedHalf(float x)
{
    const auto bits = std::bit_cast<std::uint32_t>(x);
    return std::uint16_t((bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U);
}

float halfValue(std::uint16_t half) { return std::bit_cast<float>(std::uint32_t(half) << 16U); }

#if NSCOPE_HAS_TILES

bool tilesAllowed()
{
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned kTileBit = 1U << 24U, kBf16TileBit = 1U << 22U, kVectorBf16Bit = 1U << 5U;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & kTileBit) || !(d & kBf16TileBit))
        return false;
    if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & kVectorBf16Bit) || !__builtin_cpu_supports("avx512f"))
        return false;
    constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16,amx-tile,amx-bf16"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512bf16,amx-tile,amx-bf16")
#endif

/// 16 numbers as a leading and a trailing bfloat16 each; true if any is not 0.
bool split(__m512 x, std::uint16_t* leading, std::uint16_t* trailing)
{
    const auto high = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x));
    typedef std::uint16_t Halves __attribute__((vector_size(32)));
    typedef std::uint32_t Words __attribute__((vector_size(64)));
    const auto highValue = reinterpret_cast<__m512>(__builtin_convertvector(reinterpret_cast<Halves>(high), Words) << 16);
    const auto low = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_sub_ps(x, highValue)));
    _mm256_store_si256(reinterpret_cast<__m256i*>(leading), high);
    _mm256_store_si256(reinterpret_cast<__m256i*>(trailing), low);
    return _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ) != 0;
}

/// The changes of the rows as tiles [row tile][depth tile]; places without a row hold 0. False: nothing changed.
/// Numbers below `least` count as `least`.
bool splitChanges(std::span<const ChangedRow> rows, std::int64_t depth, float least, std::uint16_t* leading,
                  std::uint16_t* trailing)
{
    const __m512 floor = _mm512_set1_ps(least);
    const std::int64_t depthTiles = tilesFor(depth, kTileDepth);
    const std::int64_t places = tilesFor(std::int64_t(rows.size()), kPanelColumns) * kPanelColumns;
    bool isChanged = false;
    for (std::int64_t r = 0; r < places; ++r) {
        for (std::int64_t k = 0; k < depthTiles * kTileDepth; k += 16) {
            const std::int64_t tile = r / kTileRows * depthTiles + k / kTileDepth;
            const std::int64_t place = tile * kTileNumbers + r % kTileRows * kTileDepth + k % kTileDepth;
            __m512 change = _mm512_setzero_ps();
            if (r < std::int64_t(rows.size()) && k < depth) {
                const ChangedRow& row = rows[std::size_t(r)];
                const auto mask = __mmask16(depth - k >= 16 ? 0xffffU : (1U << unsigned(depth - k)) - 1U);
                change = _mm512_sub_ps(
                    _mm512_maskz_max_ps(mask, _mm512_maskz_loadu_ps(mask, row.from + k), floor),
                    _mm512_maskz_max_ps(mask, _mm512_maskz_loadu_ps(mask, row.fromReference + k), floor));
            }
            isChanged |= split(change, leading + place, trailing + place);
        }
    }
    return isChanged;
}

void configureTiles()
{
    struct alignas(64) {
        std::uint8_t palette = 1, startRow = 0, reserved[14] = {};
        std::uint16_t rowBytes[16] = {};
        std::uint8_t rows[16] = {};
    } shape;
    for (int tile = 0; tile < 8; ++tile) {
        shape.rowBytes[tile] = 64;
        shape.rows[tile] = 16;
    }
    _tile_loadconfig(&shape);
}

/// Sum [32,32] of the products of two row tiles and one panel, without that of both trailing halves.
void multiplyTiles(const std::uint16_t* leading, const std::uint16_t* trailing, const std::uint16_t* panel,
                   std::int64_t depthTiles, float* sum)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    const std::int64_t below = depthTiles * kTileNumbers;
    for (std::int64_t k = 0; k < depthTiles; ++k, panel += kPanelTiles * kTileNumbers) {
        const std::int64_t at = k * kTileNumbers;
        _tile_loadd(4, leading + at, 64);
        _tile_loadd(5, leading + below + at, 64);
        _tile_loadd(6, panel + 2 * kTileNumbers, 64);
        _tile_loadd(7, panel + 3 * kTileNumbers, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        _tile_loadd(6, panel, 64);
        _tile_loadd(7, panel + kTileNumbers, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        _tile_loadd(4, trailing + at, 64);
        _tile_loadd(5, trailing + below + at, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    constexpr std::int64_t kStride = kPanelColumns * std::int64_t(sizeof(float));
    _tile_stored(0, sum, kStride);
    _tile_stored(1, sum + kTileRows, kStride);
    _tile_stored(2, sum + kTileRows * kPanelColumns, kStride);
    _tile_stored(3, sum + kTileRows * kPanelColumns + kTileRows, kStride);
}

/// Takes the sum to the results of one panel.
void addReference(std::span<const ChangedRow> rows, const float* sum, std::int64_t column, std::int64_t count)
{
    for (const ChangedRow& row : rows) {
        for (std::int64_t n = 0; n < count; n += 16) {
            const auto mask = __mmask16(count - n >= 16 ? 0xffffU : (1U << unsigned(count - n)) - 1U);
            const __m512 reference = _mm512_maskz_loadu_ps(mask, row.toReference + column + n);
            _mm512_mask_storeu_ps(row.to + column + n, mask, _mm512_add_ps(reference, _mm512_loadu_ps(sum + n)));
        }
        sum += kPanelColumns;
    }
}

void multiplyPanels(std::span<const ChangedRow> rows, const std::uint16_t* leading, const std::uint16_t* trailing,
                    const std::uint16_t* panels, std::int64_t depthTiles, std::int64_t width)
{
    alignas(64) float sum[kPanelColumns * kPanelColumns];
    configureTiles();
    for (std::int64_t column = 0; column < width; column += kPanelColumns) {
        for (std::size_t first = 0; first < rows.size(); first += std::size_t(kPanelColumns)) {
            const std::int64_t at = std::int64_t(first) * depthTiles * kTileDepth;
            multiplyTiles(leading + at, trailing + at, panels, depthTiles, sum);
            const std::size_t count = std::min(std::size_t(kPanelColumns), rows.size() - first);
            addReference(rows.subspan(first, count), sum, column, std::min(kPanelColumns, width - column));
        }
        panels += depthTiles * kPanelTiles * kTileNumbers;
    }
    _tile_release();
}

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else

bool tilesAllowed() { return false; }
bool splitChanges(std::span<const ChangedRow>, std::int64_t, float, std::uint16_t*, std::uint16_t*) { return false; }
void multiplyPanels(std::span<const ChangedRow>, const std::uint16_t*, const std::uint16_t*, const std::uint16_t*,
                    std::int64_t, std::int64_t)
{
}

#endif

/// One panel: places beyond the matrix hold 0.
void packPanel(const float* weight, std::int64_t width, std::int64_t depth, std::int64_t column, std::uint16_t* to)
{
    const std::int64_t depthTiles = tilesFor(depth, kTileDepth);
    for (std::int64_t n = 0; n < kPanelColumns; ++n) {
        for (std::int64_t k = 0; k < depthTiles * kTileDepth; ++k) {
            const float value = column + n < width && k < depth ? weight[(column + n) * depth + k] : 0.0f;
            const std::uint16_t leading = roundedHalf(value);
            const std::int64_t within = k % kTileDepth;
            std::uint16_t* const place = to + (k / kTileDepth * kPanelTiles + n / kTileRows) * kTileNumbers
                                         + (within / 2 * kTileRows + n % kTileRows) * 2 + within % 2;
            place[0] = leading;
            place[2 * kTileNumbers] = roundedHalf(value - halfValue(leading));
        }
    }
}

}  // namespace

bool hasMatrixTiles()
{
    static const bool allowed = tilesAllowed();
    return allowed;
}

ChangeProduct::Workspace::Workspace(std::int64_t depth)
    : m_leading(kMostRows * tilesFor(depth, kTileDepth) * kTileDepth), m_trailing(m_leading.size())
{
}

ChangeProduct::ChangeProduct(const torch::Tensor& weight_NK)
    : m_depth(weight_NK.size(1)), m_width(weight_NK.size(0)),
      m_panels(bytesFor(m_width, m_depth) / std::int64_t(sizeof(std::uint16_t)))
{
    const torch::Tensor weight = weight_NK.contiguous();
    const std::int64_t panel = tilesFor(m_depth, kTileDepth) * kPanelTiles * kTileNumbers;
    at::parallel_for(0, tilesFor(m_width, kPanelColumns), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t p = begin; p < end; ++p)
            packPanel(weight.data_ptr<float>(), m_width, m_depth, p * kPanelColumns, m_panels.data() + p * panel);
    });
}

void ChangeProduct::run(std::span<const ChangedRow> rows, Workspace& workspace, Input input) const
{
    if (take(rows, workspace, input)) {
        give(rows, workspace);
        return;
    }
    for (const ChangedRow& row : rows) {
        if (row.to != row.toReference)
            std::copy_n(row.toReference, m_width, row.to);
    }
}

bool ChangeProduct::take(std::span<const ChangedRow> rows, Workspace& workspace, Input input) const
{
    const float least = input == Input::Rectified ? 0.0f : -std::numeric_limits<float>::infinity();
    return splitChanges(rows, m_depth, least, workspace.m_leading.data(), workspace.m_trailing.data());
}

void ChangeProduct::give(std::span<const ChangedRow> rows, const Workspace& workspace) const
{
    multiplyPanels(rows, workspace.m_leading.data(), workspace.m_trailing.data(), m_panels.data(),
                   tilesFor(m_depth, kTileDepth), m_width);
}

std::int64_t ChangeProduct::bytesFor(std::int64_t width, std::int64_t depth)
{
    return tilesFor(width, kPanelColumns) * tilesFor(depth, kTileDepth) * kPanelTiles * kTileNumbers
         * std::int64_t(sizeof(std::uint16_t));
}

}  // namespace nscope::nn
