#include "app/genome/region_opener.h"

#include "app/document_controller.h"
#include "app/genome/genome_controller.h"
#include "app/session_controller.h"
#include "core/data/splicing.h"
#include "core/study/open_genome.h"
#include "widgets/number_text.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <functional>
#include <utility>

namespace nscope::app {

namespace {

constexpr std::size_t kMostVariants = 500;  ///< applied to one sequence
constexpr qsizetype kListed = 5;            ///< variants that were left out, in one sentence

QString nameOf(const data::Locus& locus) { return QString::fromStdString(data::locusText(locus)).remove(','); }

}  // namespace

RegionOpener::RegionOpener(GenomeController& genome, DocumentController& documents, SessionController& sessions,
                           QObject* parent)
    : QObject(parent), m_genome(genome), m_documents(documents), m_sessions(sessions)
{
}

void RegionOpener::openRegion(const data::Locus& locus) { open(locus); }

bool RegionOpener::open(const data::Locus& locus)
{
    if (locus.interval.length() > kMostNt) {
        emit said(tr("%1 nt are too many for one sequence: zoom in to at most %2.")
                      .arg(widgets::countText(locus.interval.length()), widgets::countText(kMostNt)),
                  true);
        return false;
    }
    auto letters = m_genome.letters(locus.chromosome, locus.interval);
    if (!letters) {
        emit said(QString::fromStdString(letters.error().sentence()), true);
        return false;
    }
    const QString name = nameOf(locus);  // the tracks page numbers positions by it
    data::Transcript record = *study::windowRecord(locus.chromosome, locus.interval, locus.strand, *std::move(letters));
    record.sequence.id = name.toStdString();
    m_sessions.addSequences({std::make_shared<const data::Transcript>(std::move(record))}, tr("Open %1").arg(name));
    emit opened();
    return true;
}

void RegionOpener::openTranscript(const data::TranscriptModel& transcript)
{
    auto spliced = data::splice(transcript, [this](const std::string& chromosome, data::Interval range) {
        return m_genome.letters(chromosome, range);
    });
    if (!spliced)
        return emit said(QString::fromStdString(spliced.error().sentence()), true);
    m_sessions.addSequences({std::make_shared<const data::Transcript>(std::move(*spliced))},
                            tr("Open %1").arg(QString::fromStdString(transcript.id)));
    emit opened();
}

void RegionOpener::openWithVariants(data::Locus locus, int id)
{
    const GenomeTrack* track = m_genome.track(id);
    locus.strand = data::Strand::None;  // variants are written on the forward strand
    const auto chromosome = track ? GenomeController::nameIn(*track, locus.chromosome) : std::nullopt;
    const auto places = chromosome
                            ? track->features->places.overlapping(*chromosome, locus.interval, kMostVariants + 1)
                            : std::vector<std::size_t>{};
    if (places.empty())
        return emit said(tr("This track has no variant here."), true);
    if (places.size() > kMostVariants)
        return emit said(tr("More than %1 variants lie here: zoom in.").arg(kMostVariants), true);
    std::vector<data::Variant> variants;
    for (const std::size_t place : places)
        variants.push_back((*track->variants)[place]);
    if (!open(locus))
        return;
    if (m_documents.selected()->isEdited())
        return emit said(tr("This region is open already and was edited: undo the edits first, or choose another region."),
                         true);
    applyVariants(locus, std::move(variants));
}

/// From the right to the left, so that places stay; what lies over one that was applied is left out.
void RegionOpener::applyVariants(const data::Locus& locus, std::vector<data::Variant> variants)
{
    QStringList leftOut;
    std::int64_t freeUntil = locus.interval.endNt;
    std::ranges::sort(variants, std::greater(), &data::Variant::startNt);
    for (const data::Variant& variant : variants) {
        const std::int64_t endNt = variant.startNt + std::int64_t(variant.ref.size());
        const bool fits = !variant.symbolic && variant.startNt >= locus.interval.startNt && endNt <= freeUntil;
        if (fits && m_documents.edit({variant.startNt - locus.interval.startNt, variant.ref, variant.alt, {}}))
            freeUntil = variant.startNt;
        else
            leftOut << QStringLiteral("%1 %2>%3")
                           .arg(widgets::countText(variant.startNt + 1), QString::fromStdString(variant.ref),
                                QString::fromStdString(variant.alt));
    }
    if (leftOut.isEmpty())
        return;
    emit said(tr("Left out, because they are no letters, overlap another variant or name letters that do not stand "
                 "there: %1.")
                  .arg(leftOut.mid(0, kListed).join(QStringLiteral(", "))
                       + (leftOut.size() > kListed ? QStringLiteral(" …") : QString())),
              false);
}

}  // namespace nscope::app
