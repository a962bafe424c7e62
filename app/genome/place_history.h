// Purpose: the places that one view of the genome was at, with back and forward as a web browser has them. Thread: a
// value; any.
#pragma once

#include "core/data/locus.h"

#include <optional>
#include <vector>

namespace nscope::app {

class PlaceHistory {
public:
    /// The view goes to a new place; `from` is where it was, none if it showed nothing. What lay ahead is forgotten.
    void visit(const std::optional<data::Locus>& from, const data::Locus& to);
    /// Where to go; `now` is what Forward returns to. None: there is nothing before.
    std::optional<data::Locus> back(const data::Locus& now);
    std::optional<data::Locus> forward();
    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_places.size(); }

private:
    std::vector<data::Locus> m_places;
    std::size_t m_at = 0;
};

}  // namespace nscope::app
