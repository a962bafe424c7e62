// Purpose: answers the search bar: searches the selected sequence on a reader thread (a regular expression may take its
// time) and steps through the hits in the tracks. Thread: GUI.
#pragma once

#include "core/data/search.h"
#include "widgets/search_bar.h"

#include <QtCore/QObject>

#include <vector>

namespace nscope::widgets {
class TrackStack;
}

namespace nscope::app {

class DocumentController;
class ReaderPool;

class SearchController : public QObject {
    Q_OBJECT

public:
    SearchController(DocumentController& documents, ReaderPool& readers, widgets::SearchBar& bar,
                     widgets::TrackStack& tracks, QObject* parent = nullptr);

    /// Searches again: the sequence changed.
    void refresh();

private:
    void search(const widgets::SearchQuery& query);
    void show(Result<std::vector<data::SearchHit>> hits);
    void step(int direction);
    void clear();

    DocumentController& m_documents;
    ReaderPool& m_readers;
    widgets::SearchBar& m_bar;
    widgets::TrackStack& m_tracks;
    std::vector<data::SearchHit> m_hits;
    int m_current = -1;
    int m_newest = 0;
    bool m_active = false;
};

}  // namespace nscope::app
