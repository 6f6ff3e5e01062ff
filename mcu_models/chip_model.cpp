// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/chip_model.h"

#include "base/check.h"
#include "base/input_error.h"
#include "mcu_models/chip_reader.h"
#include "mcu_models/model_files.h"
#include "mcu_models/quantity_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace mcu {

bool Region::contains(std::uint32_t address) const
{
    // Below the start the difference wraps around to something larger than any size.
    return address - start < size || (alias && address - *alias < size);
}

std::uint32_t ChipModel::wait_states() const
{
    for (const WaitStates& row : flash_wait_states)
        if (clock <= row.up_to)
            return row.wait_states;
    CHECK(flash_wait_states
              .empty()); // the table reaches the maximum clock, and `clock` does not exceed it
    return 0;
}

const Region* ChipModel::find_region(std::string_view region) const
{
    auto found = std::ranges::find(regions, region, &Region::name);
    return found == regions.end() ? nullptr : &*found;
}

const Region* ChipModel::region_at(std::uint32_t address) const
{
    auto found = std::ranges::find_if(
        regions, [address](const Region& region) { return region.contains(address); });
    return found == regions.end() ? nullptr : &*found;
}

AddressRange ChipModel::range_of(std::string_view placement_entry) const
{
    std::optional<AddressRange> range = find_range(*this, placement_entry);
    CHECK(range);
    return *range;
}

ChipModel load_chip(std::string_view name, base::Hertz clock)
{
    ModelFile file = find_chip_file(name);
    return parse_chip(file.text, file.where, clock);
}

ChipModel parse_chip(std::string_view text, const std::string& where, base::Hertz clock)
{
    ChipModel chip = read_chip(text, where);
    if (clock > chip.maximum_clock)
        throw base::InputError(chip.name,
            fmt::format("runs at up to {}, asked for {}", clock_text(chip.maximum_clock),
                clock_text(clock)));
    chip.clock = clock == base::Hertz() ? chip.default_clock : clock;
    return chip;
}

std::vector<std::string> chip_names() { return chip_file_names(); }

} // namespace mcu
