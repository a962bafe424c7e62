#include "core/models/model_zoo.h"

#include "core/models/bioseq2seq.h"
#include "core/models/utrbert.h"

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

Result<std::shared_ptr<nn::SequenceNet>> createUtrbert(std::string_view, const data::OptionMap& options)
{
    const auto parsed = UtrbertOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<UtrbertImpl>(*parsed);
}

}  // namespace

const std::vector<Family>& modelZoo()
{
    static const std::vector<Family> families = {
        {bioseq2seqSpec("bioseq2seq"), createBioseq2seq},
        {bioseq2seqSpec("edc"), createBioseq2seq},
        {utrbertSpec(), createUtrbert},
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
