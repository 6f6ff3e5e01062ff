// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/core_model.h"
#include "mcu_models/toml_reader.h"

namespace mcu {

/// Where the numbers of one table of a model file come from: its keys 'source' and 'grade', both
/// required.
struct Provenance {
    std::string source;
    Grade grade = Grade::estimate;
};
Provenance read_provenance(const TomlTable& table);

/// The range of relative error that a model file states: `[error] low, high, source`.
/// The real cycles are expected within cycles * (1 + low) and cycles * (1 + high).
struct ErrorBand {
    double low = 0, high = 0;
    std::string source;
};
ErrorBand read_error_band(const TomlTable& file);

} // namespace mcu
