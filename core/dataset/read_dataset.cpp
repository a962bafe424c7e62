#include "core/dataset/read_dataset.h"

namespace nscope::dataset {

Result<Dataset> readDataset(const DataSettings&, TaskKind kind, std::stop_token, Progress*)
{
    return fail(ErrorCode::Unsupported, "Datasets of the task " + std::string(taskName(kind)) + " cannot be read yet.");
}

}  // namespace nscope::dataset
