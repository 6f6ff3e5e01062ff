// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/host_folder.h"

#include "base/input_error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace sim {
namespace {

/// errno of the host as the firmware learns it.
GuestError guest_error(int error)
{
    constexpr std::array known
        = {EPERM, ENOENT, EBADF, EACCES, EEXIST, ENOTDIR, EISDIR, EINVAL, EFBIG, ENOSPC};
    return std::ranges::find(known, error) != known.end() ? static_cast<GuestError>(error)
                                                          : GuestError::input_output;
}

enum class Entry : std::uint8_t { missing, file, other };

/// What lies at `name` itself: links are not followed.
Entry entry_at(int folder, const std::string& name)
{
    struct stat status { };
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Entry::missing : Entry::other;
    return S_ISREG(status.st_mode) ? Entry::file : Entry::other;
}

/// "a/./b" as "a", "b".
std::vector<std::string> parts_of(std::string_view name)
{
    std::vector<std::string> parts;
    while (!name.empty()) {
        std::size_t slash = std::min(name.find('/'), name.size());
        std::string_view part = name.substr(0, slash);
        name.remove_prefix(std::min(slash + 1, name.size()));
        if (!part.empty() && part != ".")
            parts.emplace_back(part);
    }
    return parts;
}

int flags_of(HostFolder::Mode mode)
{
    using enum HostFolder::Mode;
    switch (mode) {
    case read:
        return O_RDONLY;
    case read_update:
        return O_RDWR;
    case write:
    case append:
        return O_WRONLY | O_CREAT;
    case write_update:
    case append_update:
        return O_RDWR | O_CREAT;
    }
    return O_RDONLY;
}

bool truncates(HostFolder::Mode mode)
{
    return mode == HostFolder::Mode::write || mode == HostFolder::Mode::write_update;
}
bool appends(HostFolder::Mode mode)
{
    return mode == HostFolder::Mode::append || mode == HostFolder::Mode::append_update;
}

} // namespace

HostDescriptor::~HostDescriptor()
{
    if (number_ >= 0)
        ::close(number_);
}

HostFolder::HostFolder(const std::string& folder, Limits limits)
    : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))
    , limits_(limits)
{
    if (!folder_.open())
        throw base::InputError(folder,
            std::string("expected a folder for the firmware's files: ") + std::strerror(errno));
}

std::expected<HostFolder::Place, GuestError> HostFolder::find(std::string_view name) const
{
    if (name.contains('\0'))
        return std::unexpected(GuestError::invalid);
    if (name.starts_with('/') || name.ends_with('/'))
        return std::unexpected(GuestError::access_denied);
    std::vector<std::string> parts = parts_of(name);
    if (parts.empty())
        return std::unexpected(GuestError::no_entry);
    if (std::ranges::find(parts, "..") != parts.end())
        return std::unexpected(GuestError::access_denied);

    HostDescriptor at(::dup(folder_.number()));
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        HostDescriptor below(
            ::openat(at.number(), parts[i].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!below.open()) // ENOTDIR for a link too
            return std::unexpected(errno == ENOTDIR || errno == ELOOP ? GuestError::access_denied
                                                                      : guest_error(errno));
        at = std::move(below);
    }
    return Place {std::move(at), parts.back()};
}

std::expected<std::unique_ptr<HostFolder::File>, GuestError> HostFolder::open(
    std::string_view name, Mode mode)
{
    std::expected<Place, GuestError> place = find(name);
    if (!place)
        return std::unexpected(place.error());
    // Looked at before it is opened: opening a device alone may do something.
    Entry entry = entry_at(place->folder.number(), place->name);
    if (entry == Entry::other)
        return std::unexpected(GuestError::access_denied);
    int flags = flags_of(mode);
    if (entry == Entry::missing && flags & O_CREAT) {
        if (created_ >= limits_.created)
            return std::unexpected(GuestError::no_space);
        flags |= O_EXCL;
    }
    HostDescriptor descriptor(::openat(place->folder.number(), place->name.c_str(),
        flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666));
    if (!descriptor.open())
        return std::unexpected(
            errno == ELOOP || errno == ENXIO ? GuestError::access_denied : guest_error(errno));
    struct stat status { }; // it may have been exchanged meanwhile
    if (::fstat(descriptor.number(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::unexpected(GuestError::access_denied);
    if (entry == Entry::missing)
        ++created_;
    if (truncates(mode) && ::ftruncate(descriptor.number(), 0) != 0)
        return std::unexpected(guest_error(errno));
    return std::make_unique<File>(*this, std::move(descriptor), mode);
}

GuestError HostFolder::remove(std::string_view name)
{
    std::expected<Place, GuestError> place = find(name);
    if (!place)
        return place.error();
    Entry entry = entry_at(place->folder.number(), place->name);
    if (entry != Entry::file)
        return entry == Entry::missing ? GuestError::no_entry : GuestError::access_denied;
    return ::unlinkat(place->folder.number(), place->name.c_str(), 0) == 0 ? GuestError::none
                                                                           : guest_error(errno);
}

GuestError HostFolder::rename(std::string_view from, std::string_view to)
{
    std::expected<Place, GuestError> source = find(from), target = find(to);
    if (!source || !target)
        return source ? target.error() : source.error();
    Entry entry = entry_at(source->folder.number(), source->name);
    if (entry != Entry::file)
        return entry == Entry::missing ? GuestError::no_entry : GuestError::access_denied;
    if (entry_at(target->folder.number(), target->name) == Entry::other)
        return GuestError::access_denied;
    int renamed = ::renameat(source->folder.number(), source->name.c_str(), target->folder.number(),
        target->name.c_str());
    return renamed == 0 ? GuestError::none : guest_error(errno);
}

std::expected<std::size_t, GuestError> HostFolder::File::read(std::span<std::uint8_t> bytes)
{
    ssize_t count
        = ::pread(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(position_));
    if (count < 0)
        return std::unexpected(guest_error(errno));
    position_ += static_cast<std::size_t>(count);
    return static_cast<std::size_t>(count);
}

std::expected<std::size_t, GuestError> HostFolder::File::write(std::span<const std::uint8_t> bytes)
{
    if (appends(mode_)) {
        std::expected<std::uint64_t, GuestError> end = size();
        if (!end)
            return std::unexpected(end.error());
        position_ = *end;
    }
    if (position_ + bytes.size() > folder_.limits_.file_size)
        return std::unexpected(GuestError::too_large);
    if (folder_.written_ + bytes.size() > folder_.limits_.written)
        return std::unexpected(GuestError::no_space);
    ssize_t count
        = ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(position_));
    if (count < 0)
        return std::unexpected(guest_error(errno));
    position_ += static_cast<std::size_t>(count);
    folder_.written_ += static_cast<std::size_t>(count);
    return static_cast<std::size_t>(count);
}

std::expected<std::uint64_t, GuestError> HostFolder::File::size() const
{
    struct stat status { };
    if (::fstat(descriptor_.number(), &status) != 0)
        return std::unexpected(guest_error(errno));
    return static_cast<std::uint64_t>(status.st_size);
}

} // namespace sim
