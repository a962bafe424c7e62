// Purpose: numbers of the bigWig format that its readers and writers share (Kent et al. 2010, supplement).
#pragma once

#include <cstdint>

namespace nscope::io::bigwig {

inline constexpr std::uint32_t kMagic = 0x888FFC26;
inline constexpr std::uint32_t kBigBedMagic = 0x8789F2EB;
inline constexpr std::uint32_t kTreeMagic = 0x78CA8C91;   ///< of the tree of chromosomes
inline constexpr std::uint32_t kIndexMagic = 0x2468ACE0;  ///< of the tree of blocks
inline constexpr std::uint64_t kHeaderBytes = 64;
inline constexpr std::uint64_t kZoomHeaderBytes = 24;
inline constexpr std::uint32_t kBlockHeaderBytes = 24;
inline constexpr std::uint32_t kZoomRecordBytes = 32;
inline constexpr std::uint64_t kNodeHeaderBytes = 4;
inline constexpr std::uint64_t kLeafBytes = 32;  ///< of the tree of blocks, as kBranchBytes
inline constexpr std::uint64_t kBranchBytes = 24;

}  // namespace nscope::io::bigwig
