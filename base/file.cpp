// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include "base/input_error.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace base {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number)
    {
    }
    ~Descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int operator*() const { return number_; }

private:
    int number_;
};

std::string reason() { return std::strerror(errno); }

template <class Container>
Container read_whole(const std::filesystem::path& path, std::size_t limit)
{
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info { };
    if (*file < 0 || ::fstat(*file, &info) != 0)
        throw InputError(path.string(), "cannot be read: " + reason());
    if (!S_ISREG(info.st_mode))
        throw InputError(path.string(), "expected a regular file");
    if (static_cast<std::size_t>(info.st_size) > limit)
        throw InputError(path.string(),
            fmt::format("at most {} bytes are read, this has {}", limit, info.st_size));

    Container content(static_cast<std::size_t>(info.st_size), {});
    std::size_t done = 0;
    while (done < content.size()) {
        ssize_t got = ::read(*file, content.data() + done, content.size() - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            throw InputError(path.string(), "cannot be read: " + reason());
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    content.resize(done);
    return content;
}

void write_all(int file, std::span<const std::uint8_t> content, const std::filesystem::path& path)
{
    while (!content.empty()) {
        ssize_t put = ::write(file, content.data(), content.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            throw InputError(path.string(), "cannot be written: " + reason());
        content = content.subspan(static_cast<std::size_t>(put));
    }
}

/// Devices and pipes hold nothing that could be half written, and must not be replaced by a file.
void write_into(const std::filesystem::path& path, std::span<const std::uint8_t> content)
{
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (*file < 0)
        throw InputError(path.string(), "cannot be written: " + reason());
    write_all(*file, content, path);
}

} // namespace

ByteVector read_bytes(const std::filesystem::path& path, std::size_t limit)
{
    return read_whole<ByteVector>(path, limit);
}

std::string read_text(const std::filesystem::path& path, std::size_t limit)
{
    return read_whole<std::string>(path, limit);
}

void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> content)
{
    struct stat info { };
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        write_into(path, content);
        return;
    }
    static std::atomic<unsigned> serial = 0; // two threads may write the same file
    std::filesystem::path beside = path;
    beside += fmt::format(".{}-{}.partial", ::getpid(), ++serial);
    try {
        Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (*file < 0)
            throw InputError(path.string(), "cannot be written: " + reason());
        write_all(*file, content, path);
        if (::fsync(*file) != 0)
            throw InputError(path.string(), "cannot be written: " + reason());
        if (::rename(beside.c_str(), path.c_str()) != 0)
            throw InputError(path.string(), "cannot be written: " + reason());
    } catch (...) {
        ::unlink(beside.c_str());
        throw;
    }
}

void write_file(const std::filesystem::path& path, std::string_view content)
{
    write_file(
        path, std::span(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
}

} // namespace base
