#include "app/genome/place_history.h"

#include <algorithm>

namespace nscope::app {

namespace {

constexpr std::size_t kMostPlaces = 100;

}  // namespace

void PlaceHistory::visit(const std::optional<data::Locus>& from, const data::Locus& to)
{
    m_places.resize(std::min(m_places.size(), m_at + 1));
    if (from && (m_places.empty() || m_places.back() != *from))
        m_places.push_back(*from);
    m_places.push_back(to);
    if (m_places.size() > kMostPlaces)
        m_places.erase(m_places.begin(), m_places.end() - kMostPlaces);
    m_at = m_places.size() - 1;
}

std::optional<data::Locus> PlaceHistory::back(const data::Locus& now)
{
    if (!canGoBack())
        return std::nullopt;
    m_places[m_at] = now;  // panned since
    return m_places[--m_at];
}

std::optional<data::Locus> PlaceHistory::forward()
{
    if (!canGoForward())
        return std::nullopt;
    return m_places[++m_at];
}

}  // namespace nscope::app
