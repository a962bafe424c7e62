#include "core/study/study.h"

#include "core/study/agreement_study.h"
#include "core/study/codons.h"
#include "core/study/design_study.h"
#include "core/study/embedding.h"
#include "core/study/gia.h"
#include "core/study/metagene.h"
#include "core/study/motif_discovery_study.h"
#include "core/study/motif_sites.h"
#include "core/study/track_comparison.h"
#include "core/study/transcript_experiments.h"
#include "core/study/variants_study.h"

#include <algorithm>
#include <iterator>

namespace nscope::study {

namespace {

std::vector<Study> allStudies()
{
    std::vector<Study> all;
    for (const auto family :
         {giaStudies, transcriptStudies, designStudies, variantStudies, metageneStudies, codonStudies,
          motifDiscoveryStudies, motifSiteStudies, embeddingStudies, agreementStudies,
          trackComparisonStudies}) {
        std::vector<Study> studies = family();
        std::ranges::move(studies, std::back_inserter(all));
    }
    return all;
}

}  // namespace

std::span<const Study> studyList()
{
    static const std::vector<Study> list = allStudies();
    return list;
}

}  // namespace nscope::study
