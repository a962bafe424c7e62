// Purpose: the secondary structure that models read: arcs over the base pairs, pseudoknots in a colour of their own,
// and below them the dot-bracket text (or the states, where only states are known) when letters have room, otherwise
// stripes of paired and unpaired bases. It belongs to the current sequence: Transcript::dotBracket and
// features["structure"]; the row is hidden without either.
// Thread: GUI.
#pragma once

#include "core/data/rna_structure.h"
#include "widgets/track_row.h"

#include <optional>
#include <string>
#include <vector>

namespace nscope::widgets {

class StructureTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::StructureTrack)
public:
    /// A structure that does not fit its sequence counts as none.
    void setData(const data::TranscriptPtr& transcript);
    bool hasData() const { return !m_states.empty(); }

    /// The base pair whose arc is under a place in the row (units from its top left corner), or that of the base there
    /// in the line of text.
    std::optional<data::BasePair> pairAt(const TrackScene& scene, double column, double y, double height) const;

    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;

private:
    /// Half an ellipse over the two bases of a pair.
    struct Arc {
        double centre;
        double radius;  ///< half the distance of the bases
        double height;
    };
    double lineHeight(const TrackScene& scene) const;
    double arcBase(const TrackScene& scene, double height) const;  ///< y where arcs stand
    Arc arcOf(const TrackScene& scene, const data::BasePair& pair, double base) const;
    void paintArcs(QPainter& painter, const TrackScene& scene, double base) const;
    void paintText(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    void paintStripes(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    const data::BasePair* pairOf(std::int64_t positionNt) const;

    std::string m_dotBracket;            ///< empty when only states are known
    std::string m_states;                ///< one letter per base, kUnknownStateLetter where not known; empty: no structure
    std::vector<data::BasePair> m_pairs;  ///< by first base
    std::vector<std::int32_t> m_pairOfBase;  ///< index into m_pairs, −1 for none
    std::int64_t m_longestSpan = 1;
    bool m_hasPseudoknots = false;
};

}  // namespace nscope::widgets
