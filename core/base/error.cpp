#include "core/base/error.h"

#include <utility>

namespace nscope {

std::string_view errorCodeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument: return "invalid-argument";
    case ErrorCode::NotFound: return "not-found";
    case ErrorCode::Parse: return "parse";
    case ErrorCode::Io: return "io";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::OutOfMemory: return "out-of-memory";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::ModelMismatch: return "model-mismatch";
    case ErrorCode::Internal: return "internal";
    }
    return "internal";
}

Error::Error(ErrorCode code, std::string message, Where where)
    : m_code(code), m_message(std::move(message)), m_where(std::move(where))
{
}

std::string Error::sentence() const
{
    std::string place;
    auto add = [&place](const std::string& part) {
        if (!place.empty())
            place += ", ";
        place += part;
    };
    if (!m_where.file.empty())
        add(m_where.file);
    if (m_where.line > 0)
        add("line " + std::to_string(m_where.line));
    if (!m_where.record.empty())
        add("record " + m_where.record);
    if (m_where.position > 0)
        add("position " + std::to_string(m_where.position));
    return place.empty() ? m_message : place + ": " + m_message;
}

Error Error::at(Where outer) const
{
    Where merged = m_where;
    if (merged.file.empty())
        merged.file = std::move(outer.file);
    if (merged.line < 0)
        merged.line = outer.line;
    if (merged.record.empty())
        merged.record = std::move(outer.record);
    if (merged.position < 0)
        merged.position = outer.position;
    return Error(m_code, m_message, std::move(merged));
}

}  // namespace nscope
