#include "core/nn/band_kernels.h"

#include <cmath>
#include <limits>
#include <type_traits>

#pragma GCC diagnostic ignored "-Wpsabi"  // no vector crosses a function boundary that is not inlined

#if defined(__x86_64__) && defined(__GNUC__)
#define NSCOPE_HAS_X86_KERNELS 1
#else
#define NSCOPE_HAS_X86_KERNELS 0
#endif

namespace nscope::nn {

namespace {

namespace plain32 {
#define NSCOPE_SCALAR float
#define NSCOPE_VECTOR_BYTES 16
#define NSCOPE_TILE_ROWS 4
#include "core/nn/band_kernels_isa.h"
#undef NSCOPE_SCALAR
}  // namespace plain32
namespace plain64 {
#define NSCOPE_SCALAR double
#include "core/nn/band_kernels_isa.h"
#undef NSCOPE_SCALAR
#undef NSCOPE_VECTOR_BYTES
#undef NSCOPE_TILE_ROWS
}  // namespace plain64

#if NSCOPE_HAS_X86_KERNELS
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2x32 {
#define NSCOPE_SCALAR float
#define NSCOPE_VECTOR_BYTES 32
#define NSCOPE_TILE_ROWS 6
#include "core/nn/band_kernels_isa.h"
#undef NSCOPE_SCALAR
}  // namespace avx2x32
namespace avx2x64 {
#define NSCOPE_SCALAR double
#include "core/nn/band_kernels_isa.h"
#undef NSCOPE_SCALAR
#undef NSCOPE_VECTOR_BYTES
#undef NSCOPE_TILE_ROWS
}  // namespace avx2x64
#ifdef __clang__
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,fma"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,fma")
#endif
namespace avx512x32 {
#define NSCOPE_SCALAR float
#define NSCOPE_VECTOR_BYTES 64
#define NSCOPE_TILE_ROWS 12
#include "core/nn/band_kernels_isa.h"
#undef NSCOPE_SCALAR
}  // namespace avx512x32
namespace avx512x64 {
#define NSCOPE_SCALAR double
#include "core/nn/band_kernels_isa.h"
#undef NSCOPE_SCALAR
#undef NSCOPE_VECTOR_BYTES
#undef NSCOPE_TILE_ROWS
}  // namespace avx512x64
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

enum class Instructions { Plain, Avx2, Avx512 };

Instructions available()
{
#if NSCOPE_HAS_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return Instructions::Avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return Instructions::Avx2;
#endif
    return Instructions::Plain;
}

}  // namespace

template <>
const BandKernels<float>& bandKernels<float>()
{
    static const Instructions instructions = available();
#if NSCOPE_HAS_X86_KERNELS
    if (instructions == Instructions::Avx512)
        return avx512x32::kKernels;
    if (instructions == Instructions::Avx2)
        return avx2x32::kKernels;
#endif
    return plain32::kKernels;
}

template <>
const BandKernels<double>& bandKernels<double>()
{
    static const Instructions instructions = available();
#if NSCOPE_HAS_X86_KERNELS
    if (instructions == Instructions::Avx512)
        return avx512x64::kKernels;
    if (instructions == Instructions::Avx2)
        return avx2x64::kKernels;
#endif
    return plain64::kKernels;
}

}  // namespace nscope::nn
