#include "core/models/model_zoo.h"

#include "core/models/basenji.h"
#include "core/models/basset.h"
#include "core/models/binding_nets.h"
#include "core/models/bioseq2seq.h"
#include "core/models/bpnet.h"
#include "core/models/custom_net.h"
#include "core/models/deeplncloc.h"
#include "core/models/divide_et_impera.h"
#include "core/models/dm3loc.h"
#include "core/models/embedding_head.h"
#include "core/models/ensemble.h"
#include "core/models/gpn.h"
#include "core/models/kmer_mlp.h"
#include "core/models/mpra_nets.h"
#include "core/models/profile_cnn.h"
#include "core/models/rnatracker.h"
#include "core/models/rnatracker_gru.h"
#include "core/models/torchscript_net.h"
#include "core/models/utrbert.h"
#include "core/models/xpresso.h"

namespace nscope::models {

namespace {

Result<std::shared_ptr<nn::SequenceNet>> createBioseq2seq(std::string_view architecture, const data::OptionMap& options)
{
    const auto parsed = Bioseq2SeqOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    auto net = std::make_shared<Bioseq2SeqImpl>(architecture, *parsed);
    net->initialize();
    return net;
}

}  // namespace

const std::vector<Family>& modelZoo()
{
    static const std::vector<Family> families = {
        {bioseq2seqSpec("bioseq2seq"), createBioseq2seq},
        {bioseq2seqSpec("edc"), createBioseq2seq},
        {rnaTrackerSpec("rnatracker"), createRnaTracker},
        {rnaTrackerSpec("rnatracker-full"), createRnaTracker},
        {rnaTrackerGruSpec(), createRnaTrackerGru},
        {kmerMlpSpec(), createKmerMlp},
        {dm3LocSpec(), createDm3Loc},
        {deepLncLocSpec("deeplncloc-transformer"), createDeepLncLoc},
        {deepLncLocSpec("deeplncloc-lstm"), createDeepLncLoc},
        {divideEtImperaSpec(), createDivideEtImpera},
        {xpressoSpec(), createXpresso},
        {basenjiSpec(), createBasenji},
        {bpnetSpec(), createBpnet},
        {profileCnnSpec("cnn-profile"), createProfileCnn},
        {profileCnnSpec("residualbind"), createProfileCnn},
        {profileCnnSpec("residualbind-32"), createProfileCnn},
        {bassetSpec(), createBasset},
        {mpraCnnSpec(), createMpraCnn},
        {mprannSpec(), createMprann},
        {bindingSpec("peak-cnn"), createBindingNet},
        {bindingSpec("insert-cnn"), createBindingNet},
        {bindingSpec("rbp-net"), createBindingNet},
        {gpnSpec(), createGpn},
        {embeddingHeadSpec(), createEmbeddingHead},
        {customSpec(), createCustomNet},
        {torchScriptSpec(), createTorchScript},
        {utrbertSpec(), createUtrbert},
        {ensembleSpec(), createEnsemble},
    };
    return families;
}

Result<std::shared_ptr<nn::SequenceNet>> createNet(std::string_view architecture, const data::OptionMap& options)
{
    std::string known;
    for (const Family& family : modelZoo()) {
        if (family.spec.architecture == architecture)
            return family.create(architecture, options);
        known += (known.empty() ? "" : ", ") + family.spec.architecture;
    }
    return fail(ErrorCode::NotFound, "There is no model architecture “" + std::string(architecture) + "”; there are "
                                         + known + ".");
}

}  // namespace nscope::models
