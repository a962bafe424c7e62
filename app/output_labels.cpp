#include "app/output_labels.h"

namespace nscope::app {

widgets::OutputLabels outputLabels(const engine::ModelOutputs& outputs)
{
    widgets::OutputLabels labels;
    for (const auto* ids : {&outputs.classes, &outputs.scalars, &outputs.profileTasks}) {
        for (const std::string& id : *ids) {
            const engine::OutputSpec output = outputs.describe(id);
            labels.names[id] = QString::fromStdString(output.name);
            if (output.aroundZero)
                labels.aroundZero.insert(id);
        }
    }
    labels.fractions = outputs.fractions;
    return labels;
}

}  // namespace nscope::app
