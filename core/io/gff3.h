// Purpose: GFF3 of Ensembl, GENCODE, NCBI and their like: rows in any order and their Parents become transcripts
// (transcript_assembler.h), rows that are no part of a gene become features.
// - exon, CDS, UTR and stop_codon rows belong to each of their Parents; without one, a CDS with an ID stands for itself.
// - A gene with such rows of its own and no transcripts (bacteria) is its transcript.
// - Ids are transcript_id and gene_id, else ID without the prefixes of Ensembl ("transcript:") and NCBI ("rna-"); NCBI's
//   second places of a transcript keep the number of their ID ("NM_000451.4-2").
// - Escapes such as %2C are read; "##FASTA" or a '>' ends the reading; whole chromosomes (region, contig …) are left.
// Errors and problems: annotation_file.h.
#pragma once

#include "core/io/annotation_file.h"

namespace nscope::io {

Result<Annotation> readGff3(const std::string& path, const ReadControl& control = {});

}  // namespace nscope::io
