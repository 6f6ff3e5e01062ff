// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/memory/memory_map.h"

#include "base/input_error.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstring>

namespace sim {

std::uint32_t MemoryMap::mapped_size(std::uint32_t size)
{
    constexpr std::uint32_t page = 4096;
    return (size + page - 1) / page * page;
}

MemoryMap::MemoryMap(const mcu::ChipModel& chip)
{
    for (const mcu::Region& region : chip.regions) {
        if (region.kind == mcu::RegionKind::peripheral || !region.mirror_of.empty())
            continue;
        std::uint32_t mapped = mapped_size(region.size);
        void* bytes = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (bytes == MAP_FAILED)
            throw base::InputError("memory", fmt::format("the host cannot give {} bytes for {} of {}", mapped, region.name, chip.title));
        banks_.push_back({static_cast<std::uint8_t*>(bytes), mapped});
        views_.push_back({region.start, region.size, banks_.back().bytes, region.name});
        if (region.alias)
            views_.push_back({*region.alias, region.size, banks_.back().bytes, region.name});
    }
    for (const mcu::Region& region : chip.regions) {
        auto original = std::ranges::find(views_, region.mirror_of, &View::name);
        if (!region.mirror_of.empty() && original != views_.end()) {
            std::uint8_t* bytes = original->bytes;
            views_.push_back({region.start, region.size, bytes, region.name});
            if (region.alias)
                views_.push_back({*region.alias, region.size, bytes, region.name});
        }
    }
}

MemoryMap::~MemoryMap()
{
    for (const Bank& bank : banks_)
        ::munmap(bank.bytes, bank.mapped);
}

const MemoryMap::View* MemoryMap::view_at(std::uint32_t address, std::uint32_t bytes) const
{
    auto holds = [&](const View& view) { return address - view.start < view.size && view.size - (address - view.start) >= bytes; };
    if (latest_ && holds(*latest_))
        return latest_;
    auto found = std::ranges::find_if(views_, holds);
    return found == views_.end() ? nullptr : latest_ = &*found;
}

std::optional<std::uint32_t> MemoryMap::read(std::uint32_t address, unsigned bytes) const
{
    const View* view = view_at(address, bytes);
    if (!view)
        return std::nullopt;
    std::uint32_t value = 0; // little-endian host and guest
    std::memcpy(&value, view->bytes + (address - view->start), bytes);
    return value;
}

bool MemoryMap::write(std::uint32_t address, std::uint32_t value, unsigned bytes)
{
    const View* view = view_at(address, bytes);
    if (!view)
        return false;
    std::memcpy(view->bytes + (address - view->start), &value, bytes);
    return true;
}

} // namespace sim
