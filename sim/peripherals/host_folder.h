// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "sim/peripherals/guest_error.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sim {

/// A file descriptor that closes itself.
class HostDescriptor {
public:
    explicit HostDescriptor(int number = -1)
        : number_(number)
    {
    }
    ~HostDescriptor();
    HostDescriptor(HostDescriptor&& other) noexcept
        : number_(std::exchange(other.number_, -1))
    {
    }
    HostDescriptor& operator=(HostDescriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }

    int number() const { return number_; }
    bool open() const { return number_ >= 0; }

private:
    int number_;
};

/// The one folder of the host in which simulated firmware may read and write files. The firmware is
/// hostile: names are relative and stay below the folder; "..", symbolic links, devices, pipes and
/// sockets are refused, whoever made them; what it writes is limited.
class HostFolder {
public:
    struct Limits {
        std::uint64_t written = std::uint64_t {256} << 20;   // bytes, over all files
        std::uint64_t file_size = std::uint64_t {256} << 20; // bytes, holes included
        std::uint32_t created = 1024;                        // files
    };
    /// InputError if it is no folder, or cannot be entered.
    explicit HostFolder(const std::string& folder)
        : HostFolder(folder, Limits {})
    {
    }
    HostFolder(const std::string& folder, Limits limits);

    /// How fopen() names them; semihosting numbers them 0 to 11 in this order, every second with
    /// "b", which is the same.
    enum class Mode : std::uint8_t {
        read,
        read_update,
        write,
        write_update,
        append,
        append_update
    };

    /// An open file, with a position as fseek() sets it.
    class File {
    public:
        File(HostFolder& folder, HostDescriptor descriptor, Mode mode)
            : folder_(folder)
            , descriptor_(std::move(descriptor))
            , mode_(mode)
        {
        }
        std::expected<std::size_t, GuestError> read(std::span<std::uint8_t> bytes);
        std::expected<std::size_t, GuestError> write(std::span<const std::uint8_t> bytes);
        void seek(std::uint64_t position) { position_ = position; }
        std::expected<std::uint64_t, GuestError> size() const;

    private:
        HostFolder& folder_;
        HostDescriptor descriptor_;
        Mode mode_;
        std::uint64_t position_ = 0;
    };
    std::expected<std::unique_ptr<File>, GuestError> open(std::string_view name, Mode mode);
    GuestError remove(std::string_view name);
    GuestError rename(std::string_view from, std::string_view to);

private:
    struct Place { // the folder a name is in, and its last part
        HostDescriptor folder;
        std::string name;
    };
    std::expected<Place, GuestError> find(std::string_view name) const;

    HostDescriptor folder_;
    Limits limits_;
    std::uint64_t written_ = 0;
    std::uint32_t created_ = 0;
};

} // namespace sim
