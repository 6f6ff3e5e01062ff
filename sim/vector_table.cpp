// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/vector_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace sim {
namespace {

// Ours; ST, NXP (g_pfnVectors, __isr_vector), CMSIS (__Vectors, __VECTOR_TABLE), the Pico SDK
// (__vectors), Zephyr
// (_vector_table), RIOT (vector_base), libopencm3 (vector_table), Rust's cortex-m-rt
// (__RESET_VECTOR is its second word, so its section counts instead), mbed, TI (interruptVectors),
// Renesas.
constexpr std::string_view symbols[] = {"mcuprof_vectors", "__isr_vector", "g_pfnVectors",
    "__Vectors", "__VECTOR_TABLE", "vector_table", "_vector_table", "__vector_table", "__vectors",
    "_vectors", "vectors", "isr_vector", "isr_vectors", "_isr_vector", "__isr_vectors",
    "vector_base", "interruptVectors", "g_vector_table", "exception_table", "__intvect_start__"};
constexpr std::string_view sections[]
    = {".isr_vector", ".vectors", ".vector_table", ".intvecs", ".isr_vectors", ".vector",
        ".interrupts", ".vtor", ".flash_vectors", "rom_start", ".fixed_vectors"};
constexpr std::string_view second_stage
    = ".boot2"; // RP2040 datasheet 2.8.1.3.1: 252 bytes and a check sum, then the program
constexpr std::uint32_t second_stage_size = 256;
constexpr std::uint32_t loader_header_size = 512; // MCUboot's usual

class Search {
public:
    Search(const ElfImage& image, const MemoryMap& memory)
        : image_(image)
        , memory_(memory)
    {
    }
    const std::optional<VectorTable>& found() const { return found_; }

    void try_at(std::uint32_t address, const std::string& found_by)
    {
        if (found_)
            return;
        std::optional<std::uint32_t> stack = memory_.read(address, 4),
                                     reset = memory_.read(address + 4, 4);
        if (address % 4 == 0 && stack && reset && can_be_stack(*stack) && is_loaded_code(*reset))
            found_ = {address, *stack, *reset, found_by};
    }

private:
    bool can_be_stack(std::uint32_t pointer) const
    {
        return pointer % 4 == 0 && pointer != 0 && memory_.view_at(pointer - 4, 4);
    }

    /// By the bytes themselves, since code may be flashed at one address of a bank and run at the
    /// other.
    bool is_loaded_code(std::uint32_t vector) const
    {
        const MemoryMap::View* view = vector & 1 ? memory_.view_at(vector & ~1u, 2) : nullptr;
        if (!view)
            return false;
        const std::uint8_t* code = view->bytes + ((vector & ~1u) - view->start);
        return std::ranges::any_of(image_.segments(), [&](const Segment& segment) {
            const MemoryMap::View* loaded = memory_.view_at(segment.address, 1);
            if (!loaded)
                return false;
            const std::uint8_t* begin = loaded->bytes + (segment.address - loaded->start);
            return std::less_equal {}(begin, code)
                && std::less {}(code, begin + segment.bytes.size());
        });
    }

    const ElfImage& image_;
    const MemoryMap& memory_;
    std::optional<VectorTable> found_;
};

} // namespace

std::optional<VectorTable> find_vector_table(const ElfImage& image, const MemoryMap& memory)
{
    Search search(image, memory);
    for (std::string_view name : symbols)
        if (std::optional<std::uint32_t> address = image.symbol_address(name))
            search.try_at(*address, fmt::format("symbol {}", name));
    for (std::string_view name : sections)
        for (const Section& section : image.sections())
            if (section.name == name)
                search.try_at(section.load_address, fmt::format("section {}", name));
    for (const Section& section : image.sections())
        if (section.name == second_stage)
            search.try_at(section.load_address + second_stage_size,
                fmt::format("behind section {}", second_stage));

    std::vector<std::uint32_t> starts;
    for (const Segment& segment : image.segments())
        starts.push_back(segment.address);
    std::ranges::sort(starts);
    for (std::uint32_t offset : {0u, second_stage_size, loader_header_size})
        for (std::uint32_t start : starts)
            search.try_at(start + offset,
                offset == 0 ? "start of a segment"
                            : fmt::format("{} bytes into a segment", offset));
    return search.found();
}

} // namespace sim
