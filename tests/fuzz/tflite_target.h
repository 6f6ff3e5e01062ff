// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>

/// What has to hold for any bytes: reading ends in InputError or in a valid graph, which prints,
/// folds and can be written; a written graph reads back as the same graph. CHECK stops the program
/// where it does not.
void read_hostile_tflite(std::span<const std::uint8_t> bytes);
/// Only the first half: ends in InputError or in a valid graph, and which. Ten times as fast.
bool is_readable_tflite(std::span<const std::uint8_t> bytes);
