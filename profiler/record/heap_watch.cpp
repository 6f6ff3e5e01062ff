// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/heap_watch.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace record {
namespace {

struct Known {
    std::string_view name;
    unsigned argument;
};
constexpr std::array known = {Known {"_sbrk", 0}, Known {"sbrk", 0}, Known {"_sbrk_r", 1}};

} // namespace

std::optional<HeapWatch::Function> HeapWatch::function_of(const sim::ElfImage& image)
{
    for (const Known& one : known)
        if (const sim::FunctionSymbol* function = image.find_function(one.name))
            return Function {function->address, one.argument};
    return {};
}

void HeapWatch::left(std::uint32_t old_end)
{
    constexpr std::uint32_t no_memory = ~std::uint32_t {0};
    if (!increment_ || old_end == no_memory)
        return;
    std::int64_t end = std::int64_t {old_end} + *increment_;
    increment_.reset();
    first_ = std::min<std::uint64_t>(first_, old_end);
    if (end > 0)
        furthest_ = std::max(furthest_, static_cast<std::uint64_t>(end));
}

} // namespace record
