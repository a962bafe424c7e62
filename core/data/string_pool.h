// Purpose: texts that repeat (chromosomes, genes, kinds of features), each held once and known by a number.
// Memory is that of the distinct texts. Thread: one at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace nscope::data {

class StringPool {
public:
    StringPool() { intern({}); }             ///< number 0 is the empty text
    StringPool(const StringPool&) = delete;  // the keys point into the texts
    StringPool& operator=(const StringPool&) = delete;
    StringPool(StringPool&&) = default;
    StringPool& operator=(StringPool&&) = default;

    std::uint32_t intern(std::string_view text)
    {
        const auto known = m_numbers.find(text);
        if (known != m_numbers.end())
            return known->second;
        m_texts.emplace_back(text);
        return m_numbers.emplace(m_texts.back(), std::uint32_t(m_texts.size() - 1)).first->second;
    }

    std::optional<std::uint32_t> find(std::string_view text) const
    {
        const auto known = m_numbers.find(text);
        return known == m_numbers.end() ? std::nullopt : std::optional(known->second);
    }

    const std::string& text(std::uint32_t number) const { return m_texts[number]; }
    std::size_t size() const { return m_texts.size(); }

private:
    std::deque<std::string> m_texts;
    std::unordered_map<std::string_view, std::uint32_t> m_numbers;
};

}  // namespace nscope::data
