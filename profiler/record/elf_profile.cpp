// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/elf_profile.h"

#include "profiler/record/profile_rows.h"

namespace record {

void describe_elf(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const mcu::ChipModel& chip)
{
    for (const sim::Segment& segment : image.segments()) {
        const mcu::Region* region = chip.region_at(segment.address);
        bool flash = region && (region->kind == mcu::RegionKind::flash || region->kind == mcu::RegionKind::external);
        (flash ? profile.memory.flash_code : profile.memory.sram_static) += segment.bytes.size();
    }
    traces::Layer all;
    all.name = "(outside layers)";
    set_costs(all, recording.outside_layers, chip);
    profile.layers.push_back(std::move(all));
}

} // namespace record
