// Purpose: for every architecture, how it is made small, and real sequences that suit it, with the further inputs it
// asks for. A new architecture is a line in zoo_recipes.cpp.
#pragma once

#include "core/data/sequence.h"
#include "core/engine/specs.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>
#include <string>
#include <vector>

namespace nscope::test {

/// What of ../shared/data a network reads.
enum class RealInput {
    Transcripts,    ///< human mRNAs and lncRNAs
    Utrs,           ///< human 3'UTRs
    RbpWindows,     ///< 100 nt around binding sites
    Loci,           ///< 2,048 bp in the middle of DNase loci
    Elements,       ///< regulatory elements of saturation mutagenesis
    Promoters,      ///< 10,500 bp around human start sites
    YeastPromoters  ///< 120 bp with measured expression
};

struct ZooRecipe {
    const char* name;
    const char* architecture;
    std::vector<std::string> options;  ///< "id=value"
    RealInput input;
    bool readsLetters = true;          ///< false: only what other programs made of them
};
const std::vector<ZooRecipe>& zooRecipes();

/// Writes real sequences and what belongs to them into a folder, as arguments of the program.
class RealInputs {
public:
    explicit RealInputs(QString folder) : m_folder(std::move(folder)) {}

    /// Empty if the file is not beside the source tree.
    const std::vector<data::Sequence>& sequences(RealInput input);
    QString fasta(RealInput input);
    /// --input, --structure and --features for a network that takes these.
    QStringList arguments(RealInput input, const std::vector<engine::InputSpec>& further);
    /// A structure file; without hairpins every base is unpaired.
    QString structures(RealInput input, bool hairpins);

private:
    QString features(RealInput input, const engine::InputSpec& further);

    QString m_folder;
    std::map<RealInput, std::vector<data::Sequence>> m_sequences;
};

}  // namespace nscope::test
