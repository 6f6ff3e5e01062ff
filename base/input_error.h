// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace base {

/// Something from outside is wrong: a file, a model, a command line. `where` names the place first
/// ("chips/foo.toml:12"), `what` says what was expected and then what was found. Thrown where it is
/// found, caught once in each main(), printed as it is.
class InputError : public std::runtime_error {
public:
    InputError(const std::string& where, const std::string& what)
        : std::runtime_error(where + ": " + what)
    {
    }
};

} // namespace base
