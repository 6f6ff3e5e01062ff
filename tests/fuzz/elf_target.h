// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>

/// What has to hold for any bytes: reading ends in InputError or in an image whose functions lie
/// apart in rising order, whose addresses can all be asked about, and which loads into a chip or is
/// refused. CHECK stops the program where it does not. True if it was read.
bool read_hostile_elf(std::span<const std::uint8_t> bytes);
