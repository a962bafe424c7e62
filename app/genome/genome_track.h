// Purpose: what the genome page has open: a genome and tracks over it, read from files away from the GUI thread.
// Thread: loadTracks any, blocking; tracks are values that share what they read, which is safe to read
// from any thread (a signal under its own lock).
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/chromosome_names.h"
#include "core/data/feature_set.h"
#include "core/data/gene_index.h"
#include "core/data/interval_index.h"
#include "core/data/signal_pyramid.h"
#include "core/data/variant.h"
#include "core/io/signal_file.h"
#include "core/study/open_genome.h"

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::app {

/// Name and length of a chromosome; the length is a lower bound where no file says it.
struct ChromosomeLength {
    std::string name;
    std::int64_t lengthNt = 0;
};

using study::OpenGenome;

/// Features with an index by place.
struct PlacedFeatures {
    data::FeatureSet features;
    data::IntervalIndex places;
};

/// A signal file, read by one thread at a time.
struct SharedSignal {
    std::mutex mutex;
    std::unique_ptr<io::SignalSource> source;
};

struct GenomeTrack {
    enum class Kind { Genes, Features, Variants, Signal };

    int id = 0;  ///< given by the controller
    Kind kind = Kind::Signal;
    std::string title, path;
    std::vector<ChromosomeLength> chromosomes;
    std::shared_ptr<const data::ChromosomeNames> names;  ///< of `chromosomes`
    std::shared_ptr<const data::GeneIndex> genes;
    std::shared_ptr<const PlacedFeatures> features;
    std::shared_ptr<const std::vector<data::Variant>> variants;  ///< of Kind::Variants, in the order of its features
    std::shared_ptr<SharedSignal> signal;
};

/// One file can give several tracks (a BED file's transcripts and features).
struct LoadedTracks {
    std::vector<GenomeTrack> tracks;
    std::vector<std::string> notes;  ///< full sentences: what was left out or assumed
};

/// By format: annotation (GTF, GFF3, BED, narrowPeak), variants (VCF, BCF), signals (bigWig, bedGraph, BAM, CRAM).
Result<LoadedTracks> loadTracks(const std::string& path, std::stop_token stop, Progress& progress);

/// Whether a file is one that belongs over a genome, by its name.
bool isTrackFile(const std::string& path);
/// Whether a file is a genome rather than sequences to work with: 2bit, or FASTA with an index beside it.
bool isGenomeFile(const std::string& path);

}  // namespace nscope::app
