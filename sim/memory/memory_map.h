// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/check.h"
#include "mcu_models/chip_model.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sim {

/// The bytes of a chip's memories in the host's, and where the chip sees them: banks at their place and at their alias.
/// Memory is reserved at once and taken page by page as the firmware touches it.
class MemoryMap {
public:
    /// InputError if the host has no room.
    explicit MemoryMap(const mcu::ChipModel& chip);
    ~MemoryMap();
    MemoryMap(const MemoryMap&) = delete;
    MemoryMap& operator=(const MemoryMap&) = delete;

    /// An address range through which a bank is seen.
    struct View {
        std::uint32_t start = 0, size = 0;
        std::uint8_t* bytes = nullptr;
        std::string name; // of the region
    };
    const std::vector<View>& views() const { return views_; }
    /// A bank's size in whole pages, as emulators map it.
    static std::uint32_t mapped_size(std::uint32_t size);

    /// The view that holds all of [address, address + bytes); null if none does.
    const View* view_at(std::uint32_t address, std::uint32_t bytes) const;

    /// 1, 2 or 4 bytes, little-endian. Nothing, or false, where there is no memory.
    std::optional<std::uint32_t> read(std::uint32_t address, unsigned bytes) const;
    bool write(std::uint32_t address, std::uint32_t value, unsigned bytes);

    /// Calls use(bytes, offset from `address`, size) for each bank that the range lies in; all of it must be memory.
    template <class Use>
    void for_pieces(std::uint32_t address, std::uint32_t size, Use use) const
    {
        for (std::uint32_t done = 0; done < size;) {
            const View* view = view_at(address + done, 1);
            CHECK(view != nullptr);
            std::uint32_t offset = address + done - view->start, piece = std::min(size - done, view->size - offset);
            use(view->bytes + offset, done, piece);
            done += piece;
        }
    }

private:
    struct Bank {
        std::uint8_t* bytes = nullptr;
        std::uint32_t mapped = 0;
    };
    std::vector<Bank> banks_;
    std::vector<View> views_;
    mutable const View* latest_ = nullptr; // the next access is likely there too
};

} // namespace sim
