// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mcu_models/core_model.h"

namespace sim {

/// What the compiler says an image was built for: the file-wide build attributes of its section
/// .ARM.attributes (Arm ABI addenda, "Addenda to, and Errata in, the ABI for the Arm
/// Architecture"). Every tag may be missing.
///
/// Left out: attributes of single sections and symbols, other vendors' attributes.
struct ArmAttributes {
    std::string cpu_name;                 // as the compiler noted it, often empty
    std::optional<unsigned> architecture; // Tag_CPU_arch
    char profile = 0;                     // Tag_CPU_arch_profile: 'A', 'R', 'M', 'S'; 0: not said
    unsigned floating_point = 0;          // Tag_FP_arch; 0: none used
    unsigned dsp = 0;                     // Tag_DSP_extension
    unsigned vector = 0;                  // Tag_MVE_arch (Helium)
};

/// Never fails: what is damaged or unknown is as if it were not there.
ArmAttributes read_arm_attributes(std::span<const std::uint8_t> section);

/// InputError (`where` first) if no Cortex-M that we know can run such code: other profiles, Arm
/// state only, Helium.
void refuse_foreign_architecture(const ArmAttributes& attributes, const std::string& where);

/// What the image was built for beyond what `core` executes, for a warning ("Armv7E-M", "floating
/// point"); empty if nothing. Whether it is used shows when it runs.
std::vector<std::string> beyond_core(const ArmAttributes& attributes, const mcu::CoreModel& core);

} // namespace sim
