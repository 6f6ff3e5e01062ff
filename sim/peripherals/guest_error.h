// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace sim {

/// errno as semihosting tells it to the firmware: the numbers that newlib, picolibc and Linux agree
/// on.
enum class GuestError : std::uint8_t {
    none = 0,
    not_permitted = 1,    // EPERM
    no_entry = 2,         // ENOENT
    input_output = 5,     // EIO
    bad_handle = 9,       // EBADF
    access_denied = 13,   // EACCES
    bad_address = 14,     // EFAULT
    exists = 17,          // EEXIST
    not_a_folder = 20,    // ENOTDIR
    is_a_folder = 21,     // EISDIR
    invalid = 22,         // EINVAL
    too_many_open = 24,   // EMFILE
    too_large = 27,       // EFBIG
    no_space = 28,        // ENOSPC
    no_seek = 29,         // ESPIPE
    not_implemented = 88, // ENOSYS as newlib numbers it
};

} // namespace sim
