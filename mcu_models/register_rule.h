// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "mcu_models/register_model.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mcu {

/// A rule in the notation of RegisterRule, written in the register `own`. `address_of` knows the
/// registers of the peripheral by their names in its file. Else what is wrong with it.
std::variant<RegisterRule, std::string> parse_register_rule(std::string_view text,
    std::uint32_t own,
    const std::function<std::optional<std::uint32_t>(std::string_view name)>& address_of);

} // namespace mcu
