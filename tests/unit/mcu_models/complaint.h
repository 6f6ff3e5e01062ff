// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/input_error.h"

#include <string>

namespace mcu {

/// What `action` complains about, "(nothing)" if it does not.
template <class Action>
std::string complaint_of(const Action& action)
{
    try {
        action();
        return "(nothing)";
    } catch (const base::InputError& error) {
        return error.what();
    }
}

} // namespace mcu
