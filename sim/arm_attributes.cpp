// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/arm_attributes.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sim {
namespace {

// Tags of the ABI addenda, section 3.3.
enum Tag : unsigned {
    file_scope = 1,
    cpu_raw_name = 4,
    cpu_name = 5,
    cpu_arch = 6,
    cpu_arch_profile = 7,
    fp_arch = 10,
    compatibility = 32,
    dsp_extension = 46,
    mve_arch = 48,
    nodefaults = 64,
    also_compatible_with = 65,
    conformance = 67
};

/// Values of Tag_CPU_arch. `rank` orders the ones of Cortex-M: code of a lower rank runs on a core
/// of a higher one.
struct Architecture {
    unsigned value;
    std::string_view name, core; // core: as core files name it, empty if none is of this kind
    int rank;                    // 0: no Cortex-M
};
constexpr Architecture architectures[] = {{0, "pre-Armv4", "", 0}, {1, "Armv4", "", 0},
    {2, "Armv4T", "", 0}, {3, "Armv5T", "", 0}, {4, "Armv5TE", "", 0}, {5, "Armv5TEJ", "", 0},
    {6, "Armv6", "", 0}, {7, "Armv6KZ", "", 0}, {8, "Armv6T2", "", 0}, {9, "Armv6K", "", 0},
    {10, "Armv7-M", "armv7-m", 3}, {11, "Armv6-M", "armv6-m", 1}, {12, "Armv6S-M", "", 1},
    {13, "Armv7E-M", "armv7e-m", 4}, {14, "Armv8-A", "", 0}, {15, "Armv8-R", "", 0},
    {16, "Armv8-M Baseline", "", 2}, {17, "Armv8-M Mainline", "armv8-m.main", 5},
    {18, "Armv8.1-A", "", 0}, {19, "Armv8.2-A", "", 0}, {20, "Armv8.3-A", "", 0},
    {21, "Armv8.1-M Mainline", "", 6}, {22, "Armv9-A", "", 0}};
constexpr unsigned armv7 = 10, armv8_1_m = 21;

const Architecture* find_architecture(unsigned value)
{
    auto found = std::ranges::find(architectures, value, &Architecture::value);
    return found == std::end(architectures) ? nullptr : found;
}

/// Takes bytes off the front of what is left; nothing more can be taken once they have run out.
class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes)
        : left_(bytes)
    {
    }
    bool more() const { return !left_.empty(); }
    std::size_t left() const { return left_.size(); }
    Reader take(std::size_t size)
    {
        auto part = left_.first(std::min(size, left_.size()));
        left_ = left_.subspan(part.size());
        return Reader(part);
    }
    std::uint32_t word()
    {
        std::uint32_t value = 0;
        Reader four = take(4);
        for (std::size_t i = 0; i < four.left_.size(); ++i)
            value |= std::uint32_t {four.left_[i]} << 8 * i;
        return value;
    }
    unsigned uleb()
    {
        unsigned value = 0, shift = 0;
        while (more()) {
            std::uint8_t byte = left_.front();
            left_ = left_.subspan(1);
            if (shift < 28)
                value |= (byte & 0x7fu) << shift;
            shift += 7;
            if (!(byte & 0x80))
                break;
        }
        return value;
    }
    std::string text()
    {
        auto end = std::ranges::find(left_, 0);
        std::string value(left_.begin(), end);
        left_ = left_.subspan(
            static_cast<std::size_t>(end - left_.begin()) + (end == left_.end() ? 0 : 1));
        return value;
    }

private:
    std::span<const std::uint8_t> left_;
};

/// By the ABI's rule tags above 32 hold text if they are odd; below it two do.
bool is_text(unsigned tag)
{
    return tag == cpu_raw_name || tag == cpu_name || (tag > compatibility && tag % 2 == 1);
}

void read_tags(Reader tags, ArmAttributes& attributes)
{
    while (tags.more()) {
        unsigned tag = tags.uleb();
        if (tag == compatibility) { // a number and a text
            tags.uleb();
            tags.text();
            continue;
        }
        if (is_text(tag)) {
            std::string value = tags.text();
            if (tag == cpu_name)
                attributes.cpu_name = value;
            continue;
        }
        unsigned value = tags.uleb();
        switch (tag) {
        case cpu_arch:
            attributes.architecture = value;
            break;
        case cpu_arch_profile:
            attributes.profile = static_cast<char>(value);
            break;
        case fp_arch:
            attributes.floating_point = value;
            break;
        case dsp_extension:
            attributes.dsp = value;
            break;
        case mve_arch:
            attributes.vector = value;
            break;
        default:
            break;
        }
    }
}

} // namespace

ArmAttributes read_arm_attributes(std::span<const std::uint8_t> section)
{
    ArmAttributes attributes;
    Reader all(section);
    if (all.take(1).uleb() != 'A') // the only version of the format
        return attributes;
    while (all.left() > 4) {
        std::uint32_t size = all.word(); // its own four bytes included
        Reader vendor = all.take(std::max(size, 4u) - 4);
        if (vendor.text() != "aeabi")
            continue;
        while (vendor.left() > 5) {
            unsigned scope = vendor.take(1).uleb();
            std::uint32_t scope_size = vendor.word();
            Reader tags = vendor.take(std::max(scope_size, 5u) - 5);
            if (scope == file_scope)
                read_tags(tags, attributes);
        }
    }
    return attributes;
}

void refuse_foreign_architecture(const ArmAttributes& attributes, const std::string& where)
{
    constexpr std::string_view expected = "expected code for Armv6-M, Armv7-M, Armv7E-M or Armv8-M";
    std::string for_cpu
        = attributes.cpu_name.empty() ? "" : fmt::format(" ({})", attributes.cpu_name);
    if (attributes.vector || attributes.architecture == armv8_1_m)
        throw base::InputError(where,
            fmt::format("{}, found Armv8.1-M{}{}: Cortex-M55/M85 code cannot run", expected,
                attributes.vector ? " with Helium (MVE)" : "", for_cpu));
    if (attributes.profile == 'A' || attributes.profile == 'R')
        throw base::InputError(where,
            fmt::format("{}, found code for a Cortex-{}{}", expected, attributes.profile, for_cpu));
    if (!attributes.architecture)
        return;
    const Architecture* architecture = find_architecture(*attributes.architecture);
    if (!architecture || architecture->rank == 0)
        throw base::InputError(where,
            fmt::format("{}, found {}{}; such code needs another processor (was -mcpu=cortex-m... "
                        "missing when it was compiled?)",
                expected,
                architecture ? std::string(architecture->name)
                             : fmt::format("architecture {}", *attributes.architecture),
                for_cpu));
}

std::vector<std::string> beyond_core(const ArmAttributes& attributes, const mcu::CoreModel& core)
{
    std::vector<std::string> beyond;
    auto own = std::ranges::find(architectures, core.architecture, &Architecture::core);
    const Architecture* built_for
        = attributes.architecture ? find_architecture(*attributes.architecture) : nullptr;
    if (built_for && own != std::end(architectures) && built_for->rank > own->rank)
        beyond.emplace_back(
            built_for->value == armv7 && attributes.profile != 'M' ? "Armv7" : built_for->name);
    if (attributes.dsp && !core.has_dsp)
        beyond.emplace_back("the DSP extension");
    if (attributes.floating_point && !core.has_fpu)
        beyond.emplace_back("floating-point instructions");
    return beyond;
}

} // namespace sim
