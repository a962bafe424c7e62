// Purpose: the way from the genome to sequences of the document: a region, a region with variants, a transcript spliced.
// Thread: GUI.
#pragma once

#include "core/data/annotation.h"
#include "core/data/locus.h"
#include "core/data/variant.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <vector>

namespace nscope::app {

class DocumentController;
class GenomeController;
class SessionController;

class RegionOpener : public QObject {
    Q_OBJECT

public:
    RegionOpener(GenomeController& genome, DocumentController& documents, SessionController& sessions,
                 QObject* parent = nullptr);

    /// On the reverse strand its reverse complement.
    void openRegion(const data::Locus& locus);
    void openTranscript(const data::TranscriptModel& transcript);
    /// The region's forward strand with all variants of a track applied as edits, each of which can be undone.
    void openWithVariants(data::Locus locus, int track);

    static constexpr std::int64_t kMostNt = 1'000'000;

signals:
    void said(const QString& sentence, bool isError);
    void opened();

private:
    /// Whether it is in the document now; an error is said.
    bool open(const data::Locus& locus);
    void applyVariants(const data::Locus& locus, std::vector<data::Variant> variants);

    GenomeController& m_genome;
    DocumentController& m_documents;
    SessionController& m_sessions;
};

}  // namespace nscope::app
