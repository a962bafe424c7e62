#include "core/interpret/method_list.h"

#include "core/interpret/gradient.h"
#include "core/interpret/ism.h"
#include "core/interpret/model_views.h"
#include "core/interpret/mutation_map.h"
#include "core/interpret/nucleotide_attention.h"

namespace nscope::interpret {

const std::vector<Method>& methodList()
{
    static const std::vector<Method> methods = {
        ismMethod(),
        taylorMethod(),
        gradientMethod(),
        mutationMapMethod(),
        attentionScoreMethod(),
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
