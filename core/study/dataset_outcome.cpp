#include "core/study/dataset_outcome.h"

#include "core/study/columns.h"
#include "core/study/number_text.h"

namespace nscope::study {

Result<DatasetCheck> checkedDataset(const dataset::Dataset& data, std::stop_token stop)
{
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped.");
    DatasetCheck check;
    check.canTrain = !data.rows(dataset::Part::Train).empty();
    check.sentence = groupedText(std::int64_t(data.examples.size())) + " examples were read.";
    for (const std::string& note : data.notes)
        check.outcome.notes.push_back(note);
    return check;
}

}  // namespace nscope::study
