// Purpose: the letters of the genome along the view: coloured letters where they fit, coloured columns where they do
// not, nothing where a base is narrower than half a pixel. On a reversed view the letters are those of the reverse
// strand. Thread: GUI.
#pragma once

#include "widgets/genome_row.h"

#include <QCoreApplication>

#include <string>

namespace nscope::widgets {

class SequenceRow : public GenomeRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::SequenceRow)
public:
    /// Units per base from which letters and colours are drawn.
    static constexpr double kLeastUnits = 0.5;

    /// Canonical letters of the forward strand from `startNt` on.
    void setLetters(std::int64_t startNt, std::string letters);
    /// Shown in the middle where no letter is known.
    void setSentence(const QString& sentence) { m_sentence = sentence; }

    QString title() const override { return tr("Sequence"); }
    double heightPixels(const GenomeScene& scene) const override;
    void paint(QPainter& painter, const GenomeScene& scene, double height) const override;
    QString toolTip(const GenomeScene& scene, double x, double y, double height) const override;

private:
    char letterAt(const GenomeScene& scene, std::int64_t positionNt) const;  ///< 0: not known

    std::int64_t m_startNt = 0;
    std::string m_letters;
    QString m_sentence;
};

}  // namespace nscope::widgets
