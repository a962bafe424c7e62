#include "core/interpret/method_list.h"

#include "core/interpret/checks.h"
#include "core/interpret/deeplift.h"
#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/interpret/masked_entropy.h"
#include "core/interpret/masked_letters.h"
#include "core/interpret/model_views.h"
#include "core/interpret/mutation_map.h"
#include "core/interpret/nucleotide_attention.h"
#include "core/interpret/occlusion.h"
#include "core/interpret/path_gradients.h"
#include "core/interpret/smooth_gradient.h"
#include "core/interpret/zipcode.h"

namespace nscope::interpret {

const std::vector<Method>& methodList()
{
    static const std::vector<Method> methods = {
        ismMethod(),
        withChecks(taylorMethod()),
        withChecks(gradientMethod()),
        withChecks(gradientInputMethod()),
        withChecks(gradientCorrectedMethod()),
        withChecks(integratedGradientsMethod()),
        withChecks(expectedGradientsMethod()),
        withChecks(mutationDirectedMethod()),
        withChecks(smoothGradientMethod()),
        withChecks(deepLiftMethod()),
        withChecks(occlusionMethod()),
        mutationMapMethod(),
        attentionScoreMethod(),
        maskedEntropyMethod(),
        maskedLettersMethod(),
        zipcodeMethod(),
        attentionMethod(),
        filtersMethod(),
    };
    return methods;
}

Result<const Method*> findMethod(std::string_view id)
{
    std::string known;
    for (const Method& method : methodList()) {
        if (method.spec.id == id)
            return &method;
        known += (known.empty() ? "" : ", ") + method.spec.id;
    }
    return fail(ErrorCode::NotFound, "There is no method “" + std::string(id) + "”; there are " + known + ".");
}

}  // namespace nscope::interpret
