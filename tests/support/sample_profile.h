// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/profile.h"

#include <cstdint>

namespace support {

/// A small keyword-spotting network on a Cortex-M4 that nobody ran: figures made up, but sums agree
/// and the shape is that of a real run (a row outside layers, two depths of functions, a warning,
/// an estimate).
traces::Profile sample_profile();

/// The sample with its energy: terms, ranges, power over time, the energy of its traffic.
traces::Profile sample_profile_with_energy();

/// Another profile for each seed, with sums that agree: any number of rows, texts with quotes, line
/// ends, zero bytes and code points beyond ASCII, counts up to 2^50, empty lists. Every member
/// differs from its default for most seeds.
traces::Profile random_profile(std::uint32_t seed);

} // namespace support
