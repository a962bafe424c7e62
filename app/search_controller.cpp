#include "app/search_controller.h"

#include "app/document_controller.h"
#include "app/reader_pool.h"
#include "core/data/orf.h"
#include "widgets/track_view.h"

namespace nscope::app {

namespace {

Result<std::vector<data::SearchHit>> hitsOf(const widgets::SearchQuery& query, const std::string& letters)
{
    switch (query.mode) {
    case widgets::SearchMode::Iupac:
        return data::searchIupac(letters, data::canonical(query.text.trimmed().toStdString()), query.bothStrands);
    case widgets::SearchMode::RegularExpression:
        return data::searchRegex(letters, query.text.toStdString());
    case widgets::SearchMode::Orfs:
        break;
    }
    std::vector<data::SearchHit> hits;
    for (const data::Orf& orf : data::findOrfs(letters, {.minCodons = query.minCodons}))
        hits.push_back({orf.span, false});
    return hits;
}

}  // namespace

SearchController::SearchController(DocumentController& documents, ReaderPool& readers, widgets::SearchBar& bar,
                                   widgets::TrackStack& tracks, QObject* parent)
    : QObject(parent), m_documents(documents), m_readers(readers), m_bar(bar), m_tracks(tracks)
{
    connect(&bar, &widgets::SearchBar::searchChanged, this, &SearchController::search);
    connect(&bar, &widgets::SearchBar::nextRequested, this, [this] { step(1); });
    connect(&bar, &widgets::SearchBar::previousRequested, this, [this] { step(-1); });
    connect(&bar, &widgets::SearchBar::closed, this, [this] {
        m_bar.hide();
        clear();
        m_tracks.setFocus();
    });
}

void SearchController::refresh()
{
    if (m_active)
        search(m_bar.query());
}

void SearchController::search(const widgets::SearchQuery& query)
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    const bool isEmpty = query.mode != widgets::SearchMode::Orfs && query.text.trimmed().isEmpty();
    if (!entry || isEmpty) {
        clear();
        return;
    }
    m_active = true;
    const int ticket = ++m_newest;
    m_readers.start(
        tr("Searching"),
        [query, transcript = entry->current](std::stop_token, Progress&) {
            return hitsOf(query, transcript->sequence.letters);
        },
        [this, ticket](Result<std::vector<data::SearchHit>> hits) {
            if (ticket == m_newest)
                show(std::move(hits));
        });
}

void SearchController::show(Result<std::vector<data::SearchHit>> hits)
{
    if (!hits) {
        m_hits.clear();
        m_current = -1;
        m_tracks.setSearchHits({});
        m_bar.setError(QString::fromStdString(hits.error().message()));
        return;
    }
    m_hits = std::move(*hits);
    m_current = m_hits.empty() ? -1 : 0;
    m_tracks.setSearchHits(m_hits);
    m_tracks.setCurrentSearchHit(m_current);
    m_bar.setResults(int(m_hits.size()), m_current);
}

void SearchController::step(int direction)
{
    const int count = int(m_hits.size());
    if (count == 0)
        return;
    m_current = (m_current + direction + count) % count;
    m_tracks.setCurrentSearchHit(m_current);
    m_bar.setResults(count, m_current);
}

void SearchController::clear()
{
    ++m_newest;
    m_active = false;
    m_hits.clear();
    m_current = -1;
    m_tracks.setSearchHits({});
    m_bar.setResults(0, -1);
}

}  // namespace nscope::app
