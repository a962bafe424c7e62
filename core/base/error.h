// Purpose: one error type for the whole program: a code, a place, and one sentence a biologist understands.
// Errors travel as values in Result<T>; exceptions become Error at the door of the torch module only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope {

enum class ErrorCode {
    InvalidArgument,  ///< the caller (or user) asked for something that makes no sense
    NotFound,         ///< a file, record, model or method is not there
    Parse,            ///< a file's content breaks its format
    Io,               ///< the operating system could not read or write
    Unsupported,      ///< understood, but this build or model cannot do it
    OutOfMemory,      ///< the memory budget or the machine is exhausted
    Cancelled,        ///< stopped on request; not a failure
    ModelMismatch,    ///< weights, card and architecture do not agree
    Internal,         ///< a bug of ours
};

/// Stable lower-case name of a code ("parse", "out-of-memory"), for logs and JSON.
std::string_view errorCodeName(ErrorCode code);

/// Where something went wrong. Empty or negative members are unknown.
struct Where {
    std::string file{};          ///< path as the user gave it
    std::int64_t line = -1;      ///< 1-based
    std::string record{};        ///< record id, tensor name, column name …
    std::int64_t position = -1;  ///< 1-based position inside the record, or byte offset + 1 in a binary file

    bool operator==(const Where&) const = default;
};

class Error {
public:
    /// `message` is a full sentence: what is wrong and what to do. It does not repeat the place.
    Error(ErrorCode code, std::string message, Where where = {});

    ErrorCode code() const { return m_code; }
    const std::string& message() const { return m_message; }
    const Where& where() const { return m_where; }

    /// The sentence shown to people: "file, line 3, record X: message".
    std::string sentence() const;

    /// The same error with unknown members of its place filled in from `outer`.
    Error at(Where outer) const;

    bool operator==(const Error&) const = default;

private:
    ErrorCode m_code;
    std::string m_message;
    Where m_where;
};

}  // namespace nscope
