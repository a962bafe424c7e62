// Purpose: SHA-256 through OpenSSL's EVP interface.
#include "core/io/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace nscope::io {
namespace {

class Digest {
public:
    explicit Digest(const EVP_MD* kind = EVP_sha256()) : m_context(EVP_MD_CTX_new(), EVP_MD_CTX_free)
    {
        EVP_DigestInit_ex(m_context.get(), kind, nullptr);
    }
    void add(const void* bytes, std::size_t count) { EVP_DigestUpdate(m_context.get(), bytes, count); }
    std::string hexadecimal()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
        unsigned int count = 0;
        EVP_DigestFinal_ex(m_context.get(), raw.data(), &count);
        constexpr std::string_view kHex = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : std::span(raw).first(count)) {
            text += kHex[byte >> 4];
            text += kHex[byte & 15];
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> m_context;
};

}  // namespace

std::string sha256(std::span<const std::byte> bytes)
{
    Digest digest;
    digest.add(bytes.data(), bytes.size());
    return digest.hexadecimal();
}

std::string sha256(std::string_view bytes) { return sha256(std::as_bytes(std::span(bytes))); }

std::string sha1(std::string_view bytes)
{
    Digest digest(EVP_sha1());
    digest.add(bytes.data(), bytes.size());
    return digest.hexadecimal();
}

Result<std::string> sha256File(const std::string& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound, "There is no such file.", {.file = path});
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file)
        return fail(ErrorCode::Io, std::string("Cannot open the file (") + std::strerror(errno) + ").", {.file = path});
    Digest digest;
    std::array<char, 1 << 16> buffer;
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
        digest.add(buffer.data(), got);
    if (std::ferror(file.get()) != 0)
        return fail(ErrorCode::Io, "The file could not be read to its end.", {.file = path});
    return digest.hexadecimal();
}

}  // namespace nscope::io
