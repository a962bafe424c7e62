#include "core/torch_module/door.h"

#include "core/interpret/step_job.h"
#include "core/models/torchscript_net.h"
#include "core/nn/sequence_net.h"

#include <new>
#include <stdexcept>

namespace nscope::torch_module {

namespace {

constexpr const char* kOutOfMemory = "There is not enough memory for this. Close other programs, choose a shorter "
                                     "sequence or a smaller model, and try again.";

class GuardedJob : public engine::Job {
public:
    explicit GuardedJob(std::unique_ptr<engine::Job> job) : m_job(std::move(job)) {}

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        auto report = guarded([&] { return m_job->step(stop); });
        if (!report && report.error().code() == ErrorCode::OutOfMemory) {
            auto* job = dynamic_cast<interpret::StepJob*>(m_job.get());
            if (job && job->halve())
                return engine::StepReport{};
        }
        return report;
    }
    std::int64_t totalUnits() const override { return m_job->totalUnits(); }
    std::int64_t doneUnits() const override { return m_job->doneUnits(); }

private:
    std::unique_ptr<engine::Job> m_job;
};

/// The first line, without the trace of source places that LibTorch appends.
std::string firstLine(std::string text)
{
    text.resize(std::min(text.find('\n'), text.size()));
    return text;
}

}  // namespace

Error currentError()
{
    try {
        throw;
    } catch (const nn::Cancelled& stopped) {
        return Error(ErrorCode::Cancelled, stopped.what());
    } catch (const models::SandboxFailure& failure) {
        return failure.error();
    } catch (const c10::Error& error) {
        if (nn::isOutOfMemory(error))
            return Error(ErrorCode::OutOfMemory, kOutOfMemory);
        return Error(ErrorCode::Internal, "LibTorch reports: " + firstLine(error.what_without_backtrace()));
    } catch (const std::bad_alloc&) {
        return Error(ErrorCode::OutOfMemory, kOutOfMemory);
    } catch (const std::invalid_argument& refused) {
        return Error(ErrorCode::InvalidArgument, refused.what());
    } catch (const std::exception& error) {
        return Error(ErrorCode::Internal, "Something in the computation failed: " + firstLine(error.what()));
    } catch (...) {
        return Error(ErrorCode::Internal, "Something in the computation failed without saying what.");
    }
}

std::unique_ptr<engine::Job> guardedJob(std::unique_ptr<engine::Job> job)
{
    return std::make_unique<GuardedJob>(std::move(job));
}

}  // namespace nscope::torch_module
