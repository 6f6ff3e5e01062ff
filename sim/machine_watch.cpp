// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine_watch.h"

#include "base/check.h"

#include <unicorn/unicorn.h>

#include <algorithm>

namespace sim {
namespace {

constexpr std::uint32_t page = 1024; // bytes; so that the table need not grow with each block
constexpr std::size_t most_spans = 4;

} // namespace

/// Makes room for the instruction in purposes_.
void MachineWatch::cover(std::uint32_t instruction)
{
    std::uint32_t low = instruction & ~(page - 1), end = low + page;
    if (purposes_.empty())
        begin_ = low;
    if (low < begin_) {
        purposes_.insert(purposes_.begin(), (begin_ - low) / 2, 0);
        begin_ = low;
    }
    purposes_.resize(std::max<std::size_t>(purposes_.size(), (end - begin_) / 2));
}

void MachineWatch::include(std::uint32_t instruction)
{
    auto next = std::ranges::upper_bound(spans_, instruction, {}, &Span::first);
    if (next != spans_.begin() && std::prev(next)->last >= instruction)
        return; // its hook is called there already
    spans_.insert(next, {instruction, instruction});
}

/// One span of the two with the least between them.
void MachineWatch::join_closest()
{
    std::size_t closest = 1;
    for (std::size_t i = 2; i < spans_.size(); ++i)
        if (spans_[i].first - spans_[i - 1].last < spans_[closest].first - spans_[closest - 1].last)
            closest = i;
    for (std::size_t hook : {spans_[closest - 1].hook, spans_[closest].hook})
        if (hook != 0)
            CHECK(uc_hook_del(uc_, hook) == UC_ERR_OK);
    spans_[closest - 1] = {spans_[closest - 1].first, spans_[closest].last};
    spans_.erase(spans_.begin() + static_cast<std::ptrdiff_t>(closest));
}

void MachineWatch::add(Purpose purpose, std::span<const std::uint32_t> instructions, std::uint32_t begin, std::uint32_t end)
{
    for (std::uint32_t instruction : instructions) {
        cover(instruction);
        purposes_[(instruction - begin_) / 2] |= purpose;
        include(instruction);
    }
    while (spans_.size() > most_spans)
        join_closest();
    // What was translated before has no calls for the new hooks yet.
    CHECK(uc_ctl_remove_cache(uc_, static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end)) == UC_ERR_OK);
    for (Span& span : spans_)
        if (span.hook == 0) {
            uc_hook handle;
            CHECK(uc_hook_add(uc_, &handle, UC_HOOK_CODE, reinterpret_cast<void*>(callback_), context_, span.first, span.last) == UC_ERR_OK);
            span.hook = handle;
            CHECK(uc_ctl_remove_cache(uc_, static_cast<std::uint64_t>(span.first), static_cast<std::uint64_t>(span.last) + 4) == UC_ERR_OK);
        }
}

} // namespace sim
