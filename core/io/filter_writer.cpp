// Purpose: frequency filters to NPZ and TSV.
#include "core/io/filter_writer.h"

#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/npz.h"

#include <filesystem>
#include <limits>

namespace nscope::io {
namespace {

double periodNt(const data::FilterLayer& layer, int bin)
{
    return bin == 0 ? std::numeric_limits<double>::infinity() : double(layer.windowNt) / bin;
}

Result<void> writeTsv(const std::string& path, const data::FilterSpectrum& spectrum)
{
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    Result<void> written = file->write("layer\tbin\tperiod_nt\tchannel\tmagnitude\tphase\n");
    for (const data::FilterLayer& layer : spectrum.layers) {
        std::string text;
        for (int bin = 0; bin < layer.bins; ++bin) {
            for (int channel = 0; channel < layer.channels; ++channel) {
                const std::size_t i = std::size_t(bin) * std::size_t(layer.channels) + std::size_t(channel);
                text += std::to_string(layer.layer) + "\t" + std::to_string(bin) + "\t" + numberText(periodNt(layer, bin)) + "\t"
                    + std::to_string(channel) + "\t" + floatText(layer.magnitude_FD[i]) + "\t" + floatText(layer.phase_FD[i]) + "\n";
            }
        }
        if (written)
            written = file->write(text);
    }
    return written ? file->commit() : written;
}

Result<void> writeArrays(const std::string& path, const data::FilterSpectrum& spectrum, const Provenance& provenance)
{
    NpzArrays arrays{{"model_hash", NpyArray::scalar(spectrum.modelHash)},
                     {"provenance", NpyArray::scalar(jsonText(Json(provenance), -1))}};
    for (const data::FilterLayer& layer : spectrum.layers) {
        const std::string name = "layer" + std::to_string(layer.layer) + "/";
        std::vector<double> periods;
        for (int bin = 0; bin < layer.bins; ++bin)
            periods.push_back(periodNt(layer, bin));
        arrays[name + "magnitude"] = NpyArray::of(layer.magnitude_FD, {layer.bins, layer.channels});
        arrays[name + "phase"] = NpyArray::of(layer.phase_FD, {layer.bins, layer.channels});
        arrays[name + "window_nt"] = NpyArray::scalar(std::int64_t(layer.windowNt));
        arrays[name + "period_nt"] = NpyArray::of(std::move(periods));
    }
    return writeNpz(path, arrays);
}

}  // namespace

Result<void> writeFilterSpectrum(const std::string& path, const data::FilterSpectrum& spectrum, const Provenance& provenance)
{
    for (const data::FilterLayer& layer : spectrum.layers) {
        const std::size_t size = std::size_t(layer.bins) * std::size_t(layer.channels);
        if (layer.magnitude_FD.size() != size || layer.phase_FD.size() != size)
            return fail(ErrorCode::InvalidArgument, "A filter layer's values do not fit its bins and channels.", {.file = path});
    }
    const std::string extension = std::filesystem::path(path).extension().string();
    if (extension == ".npz")
        return writeArrays(path, spectrum, provenance);
    if (extension == ".tsv" || path == "-")
        return writeTsv(path, spectrum);
    return fail(ErrorCode::Unsupported, "Filters are written to .npz or .tsv.", {.file = path});
}

}  // namespace nscope::io
