// Purpose: the edits a person can make to the selected sequence, each as one named, undoable step.
// Positions are 0-based positions of the current sequence (ALT). Thread: GUI.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"
#include "core/data/shuffle.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <optional>
#include <string>
#include <vector>

namespace nscope::data {
struct Transcript;
}

namespace nscope::app {

class DocumentController;

/// Letters out of pasted or typed text: header lines of FASTA, blanks and digits are left out; the error names the
/// first letter that is no IUPAC code.
Result<std::string> lettersFromText(const QString& text);

/// The codon around a position in the frame of the coding region, or of the longest ORF if there is none.
std::optional<data::Interval> codonAt(const data::Transcript& transcript, std::int64_t positionNt);

class EditController {
    Q_DECLARE_TR_FUNCTIONS(nscope::app::EditController)

public:
    explicit EditController(DocumentController& documents) : m_documents(documents) {}

    /// Replaces `range` (empty: inserts before its start) by letters.
    Result<void> replace(data::Interval range, const std::string& canonicalLetters, const QString& label = {});
    Result<void> remove(data::Interval range) { return replace(range, {}); }
    Result<void> insert(std::int64_t positionNt, const std::string& letters) { return replace({positionNt, positionNt}, letters); }
    Result<void> reverseComplement(data::Interval range);
    /// Codon: the range is cut to whole codons of the reading frame; start and stop codons stay.
    Result<void> shuffle(data::Interval range, data::ShuffleKind kind, std::uint64_t seed);
    Result<void> swapCodon(data::Interval codon, const std::string& synonym);

private:
    Result<std::string> lettersIn(data::Interval range) const;

    DocumentController& m_documents;
};

}  // namespace nscope::app
