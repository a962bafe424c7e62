// Purpose: frequency filters of LFNet layers to .npz or .tsv by extension.
// .npz: per layer l (0-based) layer<l>/magnitude and layer<l>/phase (float32 bins × channels), layer<l>/window_nt,
//   layer<l>/period_nt (per bin; inf for bin 0). .tsv: layer, bin, period_nt, channel, magnitude, phase.
#pragma once

#include "core/base/result.h"
#include "core/data/filter_spectrum.h"
#include "core/io/table_writer.h"

#include <string>

namespace nscope::io {

Result<void> writeFilterSpectrum(const std::string& path, const data::FilterSpectrum& spectrum,
                                 const Provenance& provenance = {});

}  // namespace nscope::io
