// Purpose: GTF (also called GFF2.5) of Ensembl, GENCODE, RefSeq (NCBI and UCSC) and their like: rows in any order become
// transcripts (transcript_assembler.h); genes without transcripts and rows that belong to none become features.
// Read are transcript_id, gene_id, gene_name (NCBI: gene), transcript_biotype or transcript_type, else gene_biotype or
// gene_type. start_codon, Selenocysteine and other rows inside a transcript say nothing that is not known without them.
// Errors and problems: annotation_file.h.
#pragma once

#include "core/io/annotation_file.h"

namespace nscope::io {

Result<Annotation> readGtf(const std::string& path, const ReadControl& control = {});

}  // namespace nscope::io
