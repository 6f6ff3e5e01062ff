// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sim {

/// What the firmware prints, whatever it prints with: semihosting, a UART, ITM port 0. Bytes as
/// they come, in one text. Kept up to a limit, so that a program that prints for ever fills no
/// memory; what is beyond is counted.
class Console {
public:
    static constexpr std::size_t default_limit = std::size_t {16} << 20; // bytes
    /// Gets everything at once, also beyond the limit.
    using Live = std::function<void(std::string_view)>;

    explicit Console(Live live = {}, std::size_t limit = default_limit)
        : live_(std::move(live))
        , limit_(limit)
    {
    }

    void put(char character) { put(std::string_view(&character, 1)); }
    void put(std::string_view text)
    {
        std::size_t kept = std::min(text.size(), limit_ - text_.size());
        text_ += text.substr(0, kept);
        dropped_ += text.size() - kept;
        if (live_)
            live_(text);
    }

    const std::string& text() const { return text_; }
    std::uint64_t dropped() const { return dropped_; } // bytes

private:
    Live live_;
    std::size_t limit_;
    std::string text_;
    std::uint64_t dropped_ = 0;
};

} // namespace sim
