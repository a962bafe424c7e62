#include "app/cli/filters_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/run_job.h"
#include "core/io/filter_writer.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct FiltersOptions {
    std::string model;
    std::string output;
};

Result<void> runFilters(const FiltersOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".npz", ".tsv"}); !extension)
        return fail(extension.error());
    Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    if (!model->info.spec.outputs.frequencyFilters)
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model->info.card.id + " has no frequency filters; those with an LFNet encoder do.");
    const Result<engine::MethodSpec> method = findMethod(*model->backend, engine::MethodKind::Filters, {});
    if (!method)
        return fail(method.error());

    engine::Request request;
    request.analysis = engine::Analysis::Filters;
    request.model = model->info.id;
    request.method = method->id;
    std::shared_ptr<const data::FilterSpectrum> spectrum;
    const JobListener listener{.delivered = [&spectrum](const engine::Delivery& delivery) -> Result<void> {
                                   if (const auto* got =
                                           std::get_if<std::shared_ptr<const data::FilterSpectrum>>(&delivery.payload))
                                       spectrum = *got;
                                   return {};
                               },
                               .progressed = {},
                               .noted = {}};
    if (const Result<void> done = runJob(*model->backend, request, context.stop, listener); !done)
        return done;
    if (!spectrum)
        return fail(ErrorCode::Internal, "The model gave no filters.");
    return io::writeFilterSpectrum(options.output, *spectrum, provenance(*model));
}

}  // namespace

Runner addFilters(CLI::App& app)
{
    auto options = std::make_shared<FiltersOptions>();
    addModelOption(app, options->model);
    app.add_option("--output", options->output, "File to write: .npz or .tsv")->required();
    return [options](const Context& context) { return runFilters(*options, context); };
}

}  // namespace nscope::cli
