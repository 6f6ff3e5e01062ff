// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/semihosting.h"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::uint32_t failed = ~0u;
constexpr std::size_t most_handles = 64;
constexpr std::uint32_t longest_name = 1024; // bytes
constexpr std::uint32_t piece = 4096;        // bytes that go between a file and the guest at once

enum Operation : std::uint32_t { // chapter 5 of the specification
    open_ = 0x01,
    close_ = 0x02,
    write_character = 0x03,
    write_string = 0x04,
    write_ = 0x05,
    read_ = 0x06,
    read_character = 0x07,
    is_error = 0x08,
    is_terminal_ = 0x09,
    seek_ = 0x0a,
    file_length_ = 0x0c,
    temporary_name_ = 0x0d,
    remove_ = 0x0e,
    rename_ = 0x0f,
    clock = 0x10,
    time = 0x11,
    system = 0x12,
    error_number = 0x13,
    command_line_of = 0x15,
    heap_information_of = 0x16,
    exit_now = 0x18,
    exit_extended = 0x20,
    elapsed_ = 0x30,
    tick_frequency = 0x31,
};

// "SHFB", then bit 0: SYS_EXIT_EXTENDED, bit 1: ":tt" opened for appending is the error output.
constexpr std::array<std::uint8_t, 5> features {0x53, 0x48, 0x46, 0x42, 0x03};
constexpr std::string_view console_name = ":tt", features_name = ":semihosting-features";

constexpr std::uint32_t application_exit = 0x20026;
struct ExitReason {
    std::uint32_t number;
    std::string_view name;
};
constexpr ExitReason exit_reasons[] = {{0x20000, "branch through zero"},
    {0x20001, "undefined instruction"}, {0x20002, "software interrupt"},
    {0x20003, "prefetch abort"}, {0x20004, "data abort"}, {0x20005, "address exception"},
    {0x20006, "interrupt"}, {0x20007, "fast interrupt"}, {0x20020, "breakpoint"},
    {0x20021, "watchpoint"}, {0x20022, "step complete"}, {0x20023, "run-time error"},
    {0x20024, "internal error"}, {0x20025, "user interruption"}, {0x20027, "stack overflow"},
    {0x20028, "division by zero"}, {0x20029, "reason of an operating system"}};

std::string_view name_of_reason(std::uint32_t number)
{
    auto found = std::ranges::find(exit_reasons, number, &ExitReason::number);
    return found == std::end(exit_reasons) ? "unknown reason" : found->name;
}

} // namespace

Semihosting::Semihosting(Memory memory, Console& console, base::Hertz clock, const HostAccess& host,
    HeapInformation heap)
    : memory_(std::move(memory))
    , console_(console)
    , clock_(clock)
    , command_line_(host.command_line)
    , heap_(heap)
{
    handles_.resize(2); // 1 and 2 are open from the start, as debuggers have it
    handles_[0].emplace<ConsoleHandle>();
    handles_[1].emplace<ConsoleHandle>();
    if (host.files)
        folder_.emplace(*host.files);
}

std::optional<std::string> Semihosting::text_at(std::uint32_t address, std::uint32_t length) const
{
    if (length > longest_name)
        return std::nullopt;
    std::string text;
    for (std::uint32_t i = 0; i < length; ++i) {
        std::optional<std::uint32_t> character = memory_.read(address + i, 1);
        if (!character)
            return std::nullopt;
        text += static_cast<char>(*character);
    }
    return text;
}

/// How many of the characters are no memory.
std::uint32_t Semihosting::print(std::uint32_t address, std::uint32_t length)
{
    for (; length > 0; --length) {
        std::optional<std::uint32_t> character = memory_.read(address++, 1);
        if (!character)
            break;
        console_.put(static_cast<char>(*character));
    }
    return length;
}

void Semihosting::print_string(std::uint32_t address)
{
    for (;;) {
        std::optional<std::uint32_t> character = memory_.read(address++, 1);
        if (!character || *character == 0)
            return;
        console_.put(static_cast<char>(*character));
    }
}

Semihosting::Answer Semihosting::fail(GuestError error)
{
    error_ = error;
    return {.r0 = failed};
}

Semihosting::Answer Semihosting::done_unless(GuestError error)
{
    return error == GuestError::none ? Answer {} : fail(error);
}

Semihosting::Handle* Semihosting::handle_at(std::uint32_t number)
{
    if (number == 0 || number > handles_.size()
        || std::holds_alternative<std::monostate>(handles_[number - 1]))
        return nullptr;
    return &handles_[number - 1];
}

Semihosting::Answer Semihosting::add_handle(Handle handle)
{
    auto closed = std::ranges::find_if(handles_,
        [](const Handle& other) { return std::holds_alternative<std::monostate>(other); });
    if (closed == handles_.end()) {
        if (handles_.size() == most_handles)
            return fail(GuestError::too_many_open);
        closed = handles_.emplace(handles_.end());
    }
    *closed = std::move(handle);
    return {.r0 = static_cast<std::uint32_t>(closed - handles_.begin()) + 1};
}

Semihosting::Answer Semihosting::open(std::uint32_t parameter)
{
    std::optional<std::string> name = text_at(word(parameter), word(parameter + 8));
    std::uint32_t mode = word(parameter + 4);
    if (!name || mode > 11)
        return fail(name ? GuestError::invalid : GuestError::bad_address);
    if (*name == console_name) // for reading, writing or, as error output, appending: one console
        return add_handle(ConsoleHandle {});
    if (*name == features_name)
        return mode < 2 ? add_handle(FeaturesHandle {}) : fail(GuestError::access_denied);
    return open_file(*name, mode);
}

Semihosting::Answer Semihosting::open_file(std::string_view name, std::uint32_t mode)
{
    if (!folder_)
        return fail(GuestError::access_denied);
    auto file = folder_->open(name, static_cast<HostFolder::Mode>(mode / 2));
    return file ? add_handle(std::move(*file)) : fail(file.error());
}

Semihosting::Answer Semihosting::close(std::uint32_t parameter)
{
    Handle* handle = handle_at(word(parameter));
    if (!handle)
        return fail(GuestError::bad_handle);
    *handle = std::monostate {};
    return {};
}

/// Answers how many bytes were not written.
Semihosting::Answer Semihosting::write(std::uint32_t parameter)
{
    Handle* handle = handle_at(word(parameter));
    std::uint32_t address = word(parameter + 4), length = word(parameter + 8);
    if (handle && std::holds_alternative<File>(*handle))
        return write_file(*std::get<File>(*handle), address, length);
    if (handle && std::holds_alternative<ConsoleHandle>(*handle)) {
        std::uint32_t left = print(address, length);
        if (left > 0)
            error_ = GuestError::bad_address;
        return {.r0 = left};
    }
    error_ = GuestError::bad_handle;
    return {.r0 = length};
}

Semihosting::Answer Semihosting::write_file(
    HostFolder::File& file, std::uint32_t address, std::uint32_t length)
{
    std::array<std::uint8_t, piece> bytes;
    while (length > 0) {
        std::uint32_t count = 0;
        for (; count < std::min(length, piece); ++count) {
            std::optional<std::uint32_t> byte = memory_.read(address + count, 1);
            if (!byte)
                break;
            bytes[count] = static_cast<std::uint8_t>(*byte);
        }
        auto written = file.write({bytes.data(), count});
        if (count == 0 || !written)
            error_ = written ? GuestError::bad_address : written.error();
        if (count == 0 || !written || *written == 0)
            break;
        address += static_cast<std::uint32_t>(*written);
        length -= static_cast<std::uint32_t>(*written);
    }
    return {.r0 = length};
}

/// Answers how many bytes were not read; all of them: the end.
Semihosting::Answer Semihosting::read(std::uint32_t parameter)
{
    Handle* handle = handle_at(word(parameter));
    std::uint32_t address = word(parameter + 4), length = word(parameter + 8);
    if (handle && std::holds_alternative<File>(*handle))
        return read_file(*std::get<File>(*handle), address, length);
    if (handle && std::holds_alternative<FeaturesHandle>(*handle))
        return read_features(std::get<FeaturesHandle>(*handle), address, length);
    if (!handle)
        return fail(GuestError::bad_handle);
    return {.r0 = length};
}

Semihosting::Answer Semihosting::read_file(
    HostFolder::File& file, std::uint32_t address, std::uint32_t length)
{
    std::array<std::uint8_t, piece> bytes;
    while (length > 0) {
        auto count = file.read({bytes.data(), std::min(length, piece)});
        if (!count)
            return fail(count.error());
        for (std::size_t i = 0; i < *count; ++i)
            if (!memory_.write(address++, bytes[i], 1)) {
                error_ = GuestError::bad_address;
                return {.r0 = length - static_cast<std::uint32_t>(i)};
            }
        length -= static_cast<std::uint32_t>(*count);
        if (*count == 0)
            break;
    }
    return {.r0 = length};
}

Semihosting::Answer Semihosting::read_features(
    FeaturesHandle& handle, std::uint32_t address, std::uint32_t length)
{
    while (length > 0 && handle.position < features.size()
        && memory_.write(address, features[handle.position], 1)) {
        ++address;
        ++handle.position;
        --length;
    }
    return {.r0 = length};
}

Semihosting::Answer Semihosting::is_terminal(std::uint32_t parameter)
{
    Handle* handle = handle_at(word(parameter));
    if (!handle)
        return fail(GuestError::bad_handle);
    return {.r0 = std::holds_alternative<ConsoleHandle>(*handle)};
}

Semihosting::Answer Semihosting::seek(std::uint32_t parameter)
{
    Handle* handle = handle_at(word(parameter));
    std::uint32_t position = word(parameter + 4);
    if (!handle)
        return fail(GuestError::bad_handle);
    if (std::holds_alternative<ConsoleHandle>(*handle))
        return fail(GuestError::no_seek);
    if (std::holds_alternative<File>(*handle))
        std::get<File>(*handle)->seek(position);
    else
        std::get<FeaturesHandle>(*handle).position = position;
    return {};
}

Semihosting::Answer Semihosting::file_length(std::uint32_t parameter)
{
    Handle* handle = handle_at(word(parameter));
    if (!handle)
        return fail(GuestError::bad_handle);
    if (std::holds_alternative<ConsoleHandle>(*handle))
        return {}; // what a terminal has of length
    if (std::holds_alternative<FeaturesHandle>(*handle))
        return {.r0 = static_cast<std::uint32_t>(features.size())};
    auto size = std::get<File>(*handle)->size();
    if (!size || *size > 0x7fffffff)
        return fail(size ? GuestError::too_large : size.error());
    return {.r0 = static_cast<std::uint32_t>(*size)};
}

/// The same name for the same number, as it is asked for, always inside the folder.
Semihosting::Answer Semihosting::temporary_name(std::uint32_t parameter)
{
    std::uint32_t buffer = word(parameter), number = word(parameter + 4),
                  length = word(parameter + 8);
    if (!folder_)
        return fail(GuestError::access_denied);
    std::string name = "temporary" + std::to_string(number);
    if (number > 255 || length < name.size() + 1)
        return fail(GuestError::invalid);
    for (std::size_t i = 0; i <= name.size(); ++i)
        if (!memory_.write(buffer + static_cast<std::uint32_t>(i),
                static_cast<unsigned char>(name.c_str()[i]), 1))
            return fail(GuestError::bad_address);
    return {};
}

Semihosting::Answer Semihosting::remove(std::uint32_t parameter)
{
    std::optional<std::string> name = text_at(word(parameter), word(parameter + 4));
    if (!folder_ || !name)
        return fail(folder_ ? GuestError::bad_address : GuestError::access_denied);
    return done_unless(folder_->remove(*name));
}

Semihosting::Answer Semihosting::rename(std::uint32_t parameter)
{
    std::optional<std::string> from = text_at(word(parameter), word(parameter + 4));
    std::optional<std::string> to = text_at(word(parameter + 8), word(parameter + 12));
    if (!folder_ || !from || !to)
        return fail(folder_ ? GuestError::bad_address : GuestError::access_denied);
    return done_unless(folder_->rename(*from, *to));
}

Semihosting::Answer Semihosting::command_line(std::uint32_t parameter)
{
    std::uint32_t buffer = word(parameter), length = word(parameter + 4);
    if (length < command_line_.size() + 1)
        return fail(GuestError::invalid);
    for (std::size_t i = 0; i <= command_line_.size(); ++i)
        if (!memory_.write(buffer + static_cast<std::uint32_t>(i),
                static_cast<unsigned char>(command_line_.c_str()[i]), 1))
            return fail(GuestError::bad_address);
    write_word(parameter + 4, static_cast<std::uint32_t>(command_line_.size()));
    return {};
}

Semihosting::Answer Semihosting::heap_information(std::uint32_t parameter)
{
    std::uint32_t at = word(parameter);
    for (std::uint32_t value :
        {heap_.heap_base, heap_.heap_limit, heap_.stack_base, heap_.stack_limit}) {
        if (!write_word(at, value))
            return fail(GuestError::bad_address);
        at += 4;
    }
    return {};
}

Semihosting::Answer Semihosting::elapsed(std::uint32_t parameter, base::Cycles now)
{
    bool written = write_word(parameter, static_cast<std::uint32_t>(now.count()))
        && write_word(parameter + 4, static_cast<std::uint32_t>(now.count() >> 32));
    return written ? Answer {} : fail(GuestError::bad_address);
}

Semihosting::Answer Semihosting::exit(std::uint32_t reason, std::uint32_t code)
{
    if (reason == application_exit)
        return {.r0 = 0, .exit_code = static_cast<int>(code)};
    return {.r0 = 0, .exit_code = 1, .exit_reason = name_of_reason(reason)};
}

Semihosting::Answer Semihosting::call(
    std::uint32_t operation, std::uint32_t parameter, base::Cycles now)
{
    switch (operation) {
    case open_:
        return open(parameter);
    case close_:
        return close(parameter);
    case write_character:
        print(parameter, 1);
        return {};
    case write_string:
        print_string(parameter);
        return {};
    case write_:
        return write(parameter);
    case read_:
        return read(parameter);
    case read_character:
        return {.r0 = failed};
    case is_error:
        return {.r0 = static_cast<std::int32_t>(word(parameter)) < 0};
    case is_terminal_:
        return is_terminal(parameter);
    case seek_:
        return seek(parameter);
    case file_length_:
        return file_length(parameter);
    case temporary_name_:
        return temporary_name(parameter);
    case remove_:
        return remove(parameter);
    case rename_:
        return rename(parameter);
    case clock:
        return {.r0 = static_cast<std::uint32_t>(now.count() * 100 / clock_.count())};
    case time:
        return {.r0 = static_cast<std::uint32_t>(now.count() / clock_.count())};
    case system:
        return fail(GuestError::not_permitted);
    case error_number:
        return {.r0 = static_cast<std::uint32_t>(error_)};
    case command_line_of:
        return command_line(parameter);
    case heap_information_of:
        return heap_information(parameter);
    case exit_now:
        return exit(parameter, 0);
    case exit_extended:
        return exit(word(parameter), word(parameter + 4));
    case elapsed_:
        return elapsed(parameter, now);
    case tick_frequency:
        return {.r0 = static_cast<std::uint32_t>(clock_.count())};
    default:
        return fail(GuestError::not_implemented);
    }
}

} // namespace sim
