#include "core/torch_module/speed_job.h"

#include "core/io/json_text.h"
#include "core/torch_module/speed_table.h"
#include "core/train/kmer_embedding_config.h"

#include <algorithm>

namespace nscope::torch_module {

namespace {

constexpr const char* kTask = "benchmark";
constexpr double kWholeSeconds = 4.0;

std::string speedLine(const SpeedRow& row, const SpeedMeasure& measure)
{
    return io::jsonText(io::Json{{"row", row.id},
                                 {"length", row.lengthNt},
                                 {"mutants", measure.mutants},
                                 {"whole_seconds", measure.wholeSeconds},
                                 {"seconds", measure.seconds},
                                 {"times", measure.times},
                                 {"times_cpu", measure.timesCpu},
                                 {"goal", row.goal > 0.0 ? io::Json(row.goal) : io::Json(nullptr)},
                                 {"worst", measure.worst},
                                 {"timed", measure.timed},
                                 {"batch", measure.batch},
                                 {"timed_own", measure.timedOwn}},
                        -1);
}

class SpeedJob : public engine::Job {
public:
    SpeedJob(std::vector<SpeedRow> rows, double wholeSeconds) : m_rows(std::move(rows)), m_wholeSeconds(wholeSeconds) {}

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        nn::PassOptions options;
        options.stop = stop;
        const SpeedRow& row = m_rows[m_done];
        const SpeedMeasure measure = measureSpeed(row, m_wholeSeconds, options);
        ++m_done;
        engine::StepReport report;
        report.deliveries.push_back(
            {0, std::make_shared<const engine::MetricsLine>(engine::MetricsLine{speedLine(row, measure)}), false});
        report.finished = m_done == m_rows.size();
        return report;
    }

    std::int64_t totalUnits() const override { return std::int64_t(m_rows.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_done); }

private:
    std::vector<SpeedRow> m_rows;
    double m_wholeSeconds;
    std::size_t m_done = 0;
};

Result<std::vector<SpeedRow>> rowsOf(const std::vector<std::string>& ids)
{
    if (ids.empty())
        return speedRows();
    std::vector<SpeedRow> rows;
    for (const std::string& id : ids) {
        const auto row = std::ranges::find(speedRows(), id, &SpeedRow::id);
        if (row == speedRows().end()) {
            std::string known;
            for (const SpeedRow& each : speedRows())
                known += (known.empty() ? "" : ", ") + each.id;
            return fail(ErrorCode::InvalidArgument, "There is no row " + id + "; there are " + known + ".");
        }
        rows.push_back(*row);
    }
    return rows;
}

}  // namespace

bool isSpeedRequest(const engine::Request& request)
{
    return request.analysis == engine::Analysis::Evaluate && request.training
        && train::taskOf(request.training->configJson) == kTask;
}

Result<std::unique_ptr<engine::Job>> makeSpeedJob(const engine::Request& request)
{
    const auto settings = io::parseJson(request.training->configJson);
    if (!settings)
        return fail(settings.error());
    io::JsonFields fields(*settings, "benchmark");
    fields.ignore("task");
    const std::vector<std::string> ids = fields.texts("rows");
    const double seconds = fields.number("seconds", kWholeSeconds);
    fields.refuseOthers();
    if (const auto read = fields.result(); !read)
        return fail(read.error());
    if (!(seconds > 0.0))
        return fail(ErrorCode::InvalidArgument, "The setting \"seconds\" takes a number above 0.");
    auto rows = rowsOf(ids);
    if (!rows)
        return fail(rows.error());
    return std::make_unique<SpeedJob>(*std::move(rows), seconds);
}

}  // namespace nscope::torch_module
