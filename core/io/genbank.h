// Purpose: GenBank flat files: sequences with their features.
// - The record's id is its VERSION, else ACCESSION, else its name.
// - mRNA and other RNA features are transcripts. A CDS belongs to the mRNA of its gene whose exons it follows; without
//   one it is a transcript of its own, and in a record that is an mRNA itself (NM_…) the whole record is the transcript.
// - codon_start gives the phase; partial marks are passed over. Other features (regulatory, repeat_region, SnapGene's …)
//   are features; source, gene with a transcript, exon, intron and UTRs say nothing new.
// Errors: also Parse for a file that ends inside a record. Problems: features with a location that cannot be, records
// without sequence or with another length than they say. Others: annotation_file.h. Memory: one record beside what is
// returned.
#pragma once

#include "core/io/annotation_file.h"

namespace nscope::io {

Result<Annotation> readGenbank(const std::string& path, const ReadControl& control = {});

}  // namespace nscope::io
