// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/systick.h"

#include <utility>

namespace sim {
namespace {

constexpr std::uint32_t control_register = 0xe000e010, reload_register = 0xe000e014,
                        value_register = 0xe000e018, calibration_register = 0xe000e01c;
constexpr std::uint32_t core_clock = 1u << 2, count_flag = 1u << 16;
constexpr std::uint32_t no_reference = 1u << 31, skewed = 1u << 30; // CALIB; TENMS 0: not known
constexpr std::uint32_t counter_bits = 0x00ffffff;

} // namespace

SysTick::SysTick(unsigned reference_divider)
    : reference_divider_(reference_divider)
    , control_(reference_divider == 0 ? core_clock : 0)
{
}

std::uint64_t SysTick::divider() const { return control_ & core_clock ? 1 : reference_divider_; }

bool SysTick::advance(std::uint64_t now)
{
    std::uint64_t tick = now / divider();
    if (tick <= tick_)
        return false;
    std::uint64_t elapsed = tick - std::exchange(tick_, tick);
    if (!enabled())
        return false;
    if (elapsed < value_) {
        value_ -= static_cast<std::uint32_t>(elapsed);
        return false;
    }

    // At zero after value_ ticks (which counts only if it counted down to it), then every period.
    std::uint64_t since_zero = elapsed - value_, period = std::uint64_t {reload_} + 1;
    bool reached_zero = value_ > 0 || (reload_ > 0 && since_zero >= period);
    value_
        = since_zero % period == 0 ? 0 : static_cast<std::uint32_t>(period - since_zero % period);
    count_flag_ |= reached_zero;
    return reached_zero && asks_for_exception();
}

std::optional<std::uint64_t> SysTick::next_event() const
{
    if (!enabled() || !asks_for_exception() || (value_ == 0 && reload_ == 0))
        return std::nullopt;
    return (tick_ + (value_ > 0 ? value_ : std::uint64_t {reload_} + 1)) * divider();
}

std::uint32_t SysTick::read(std::uint32_t address)
{
    switch (address) {
    case control_register:
        return control_ | (std::exchange(count_flag_, false) ? count_flag : 0);
    case reload_register:
        return reload_;
    case value_register:
        return value_;
    case calibration_register:
        return (reference_divider_ == 0 ? no_reference : 0) | skewed;
    default:
        return 0;
    }
}

void SysTick::write(std::uint32_t address, RegisterWrite write, std::uint64_t now)
{
    switch (address) {
    case control_register:
        control_ = write.over(control_, reference_divider_ == 0 ? 3 : 7);
        tick_ = now / divider(); // the clock may be another one now
        return;
    case reload_register:
        reload_ = write.over(reload_, counter_bits);
        return;
    case value_register:
        value_ = 0;
        count_flag_ = false;
        return;
    default:
        return;
    }
}

} // namespace sim
