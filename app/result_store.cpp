#include "app/result_store.h"

#include <algorithm>

namespace nscope::app {

SequenceResults ResultStore::find(const data::TranscriptPtr& transcript) const
{
    const auto found = std::ranges::find(m_results, transcript, &SequenceResults::transcript);
    if (found != m_results.end())
        return *found;
    SequenceResults none;
    none.transcript = transcript;
    return none;
}

void ResultStore::store(const SequenceResults& results)
{
    if (!results.transcript)
        return;
    std::erase_if(m_results, [&](const SequenceResults& known) { return known.transcript == results.transcript; });
    m_results.push_front(results);
    if (m_results.size() > kCapacity)
        m_results.pop_back();
}

void ResultStore::clearExplanations()
{
    for (SequenceResults& results : m_results)
        results.explanation = nullptr;
}

void ResultStore::clearAttributions()
{
    clearExplanations();
    for (SequenceResults& results : m_results)
        results.mutagenesis = nullptr;
}

}  // namespace nscope::app
