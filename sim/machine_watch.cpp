// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/machine_watch.h"

#include "base/check.h"

#include <unicorn/unicorn.h>

#include <algorithm>

namespace sim {
namespace {

constexpr std::uint32_t page = 1024; // bytes; so that a span need not grow with each block
constexpr std::size_t most_single_hooks = 12;

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

void MachineWatch::hook(std::uint32_t begin, std::uint32_t last)
{
    uc_hook handle;
    CHECK(uc_hook_add(uc_, &handle, UC_HOOK_CODE, reinterpret_cast<void*>(callback_), context_, begin, last) == UC_ERR_OK);
    hooks_.push_back(handle);
}

void MachineWatch::add(Purpose purpose, std::span<const std::uint32_t> instructions, std::uint32_t begin, std::uint32_t end)
{
    std::uint32_t span_begin = begin_;
    std::size_t span_size = purposes_.size();
    std::vector<std::uint32_t> unwatched;
    for (std::uint32_t instruction : instructions) {
        cover(instruction);
        std::uint8_t& purposes = purposes_[(instruction - begin_) / 2];
        if (purposes == 0)
            unwatched.push_back(instruction);
        purposes |= purpose;
    }
    watched_ += unwatched.size();

    std::uint64_t renewed_begin = begin, renewed_end = end;
    if (watched_ <= most_single_hooks) {
        for (std::uint32_t instruction : unwatched)
            hook(instruction, instruction);
    } else if (!spans_ || begin_ != span_begin || purposes_.size() != span_size) {
        for (std::size_t handle : hooks_)
            CHECK(uc_hook_del(uc_, handle) == UC_ERR_OK);
        hooks_.clear();
        spans_ = true;
        std::uint32_t size = static_cast<std::uint32_t>(2 * purposes_.size());
        hook(begin_, begin_ + size - 1);
        renewed_begin = std::min<std::uint64_t>(renewed_begin, begin_);
        renewed_end = std::max<std::uint64_t>(renewed_end, std::uint64_t {begin_} + size);
    }
    // What was translated before has no calls for the hooks yet.
    CHECK(uc_ctl_remove_cache(uc_, renewed_begin, renewed_end) == UC_ERR_OK);
}

} // namespace sim
