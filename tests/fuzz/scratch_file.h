// Purpose: the fuzzer's bytes as a file of this process, for readers that take a path.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

inline std::string scratchFile(const std::uint8_t* data, std::size_t size, const char* extension)
{
    const std::string path = "/tmp/nscope-fuzz-" + std::to_string(::getpid()) + extension;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    std::fwrite(data, 1, size, file);
    std::fclose(file);
    return path;
}
