// Purpose: the subcommands: one line each.
#include "app/cli/command.h"

#include "app/cli/agreement_command.h"
#include "app/cli/attention_command.h"
#include "app/cli/bench_command.h"
#include "app/cli/codons_command.h"
#include "app/cli/compare_tracks_command.h"
#include "app/cli/dataset_command.h"
#include "app/cli/design_command.h"
#include "app/cli/embed_command.h"
#include "app/cli/evaluate_command.h"
#include "app/cli/experiment_command.h"
#include "app/cli/explain_command.h"
#include "app/cli/figure_command.h"
#include "app/cli/filters_command.h"
#include "app/cli/formats_command.h"
#include "app/cli/gia_command.h"
#include "app/cli/import_command.h"
#include "app/cli/metagene_command.h"
#include "app/cli/methods_command.h"
#include "app/cli/models_command.h"
#include "app/cli/motifs_command.h"
#include "app/cli/orfs_command.h"
#include "app/cli/predict_command.h"
#include "app/cli/session_command.h"
#include "app/cli/shuffle_command.h"
#include "app/cli/tracks_command.h"
#include "app/cli/train_command.h"
#include "app/cli/transcripts_command.h"
#include "app/cli/variants_command.h"

#include <array>

namespace nscope::cli {

std::span<const Command> commandList()
{
    static constexpr auto kCommands = std::to_array<Command>({
        {"models", "List the models, or print one model's card and number of parameters", addModels},
        {"methods", "List the methods of explanation and their options", addMethods},
        {"formats", "List the file formats that are read and written", addFormats},
        {"predict", "What a model says about every record of a file, or along a genome", addPredict},
        {"explain", "How much every base matters to a prediction", addExplain},
        {"attention", "Where the decoder looks while it predicts", addAttention},
        {"filters", "The frequency filters that a model has learned", addFilters},
        {"variants", "What the variants of a file do to a model's score", addVariants},
        {"gia", "What motifs do on average over random backgrounds", addGia},
        {"experiment", "Shuffles of regions and codons, lost starts, early stops, saturation", addExperiment},
        {"design", "Change a sequence step by step towards a higher or lower score", addDesign},
        {"metagene", "Averages over the regions and reading frames of many transcripts", addMetagene},
        {"codons", "What single-base changes do, codon by codon", addCodons},
        {"motifs", "Discover, compare and test motifs", addMotifs},
        {"embed", "Lay vectors out by UMAP or principal components", addEmbed},
        {"agreement", "How well two files of explanations agree", addAgreement},
        {"dataset", "What a run would be trained on: its parts, and what to look at before", addDataset},
        {"train", "Train a model of your own, or resume a run", addTrain},
        {"evaluate", "How well a model does on labelled records, next to baselines", addEvaluate},
        {"import", "Turn weights of other programs into a model of this one", addImport},
        {"tracks", "What a signal along a genome, or the reads of a BAM file, amount to in a region", addTracks},
        {"compare-tracks", "How well a predicted signal along a genome matches a measured one", addCompareTracks},
        {"figure", "Draw a saved session to SVG, PDF or PNG", addFigure},
        {"session", "Put sequences, coding regions and a model into a session file", addSession},
        {"shuffle", "Seeded shuffles of sequences, as controls", addShuffle},
        {"bench", "How much faster exact mutagenesis is here than running every mutant whole", addBench},
        {"transcripts", "Spliced sequences and coding regions of an annotation", addTranscripts},
        {"orfs", "Open reading frames of every record of a file", addOrfs},
    });
    return kCommands;
}

}  // namespace nscope::cli
