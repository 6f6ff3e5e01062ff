// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "sim/peripherals/console.h"
#include "sim/peripherals/host_access.h"
#include "sim/peripherals/host_folder.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sim {

/// What SYS_HEAPINFO answers; 0: not known. Stacks begin at their base and grow down.
struct HeapInformation {
    std::uint32_t heap_base = 0, heap_limit = 0, stack_base = 0, stack_limit = 0;
};

/// Arm semihosting (BKPT 0xAB) as newlib and picolibc use it: console, clock, command line, heap
/// information, exit, and files of one folder of the host if the run was given one. Operations and
/// numbers: Arm, "Semihosting for AArch32 and AArch64", release 2.0.
///
/// Time is the model's, so a run repeats; SYS_TIME counts seconds since reset. Reading the console
/// gives its end. SYS_HEAPINFO answers what it was given, 0 for what nobody knows, upon which a C
/// library takes its linker's symbols. SYS_SYSTEM is refused. What cannot be done answers -1 and
/// SYS_ERRNO says why. Pointers may lead anywhere.
class Semihosting {
public:
    /// How calls reach the guest's memory; false or nothing outside of it.
    struct Memory {
        std::function<std::optional<std::uint32_t>(std::uint32_t address, unsigned bytes)> read;
        std::function<bool(std::uint32_t address, std::uint32_t value, unsigned bytes)> write;
    };
    /// InputError if the folder for files is none.
    Semihosting(Memory memory, Console& console, base::Hertz clock, const HostAccess& host,
        HeapInformation heap = {});

    struct Answer {
        std::uint32_t r0 = 0;
        std::optional<int> exit_code {}; // the program wants to end
        std::string_view
            exit_reason {}; // what it gave as reason if that was not the end of the application
    };
    Answer call(std::uint32_t operation, std::uint32_t parameter, base::Cycles now);

private:
    struct ConsoleHandle { };
    struct FeaturesHandle { // ":semihosting-features"
        std::uint32_t position = 0;
    };
    using File = std::unique_ptr<HostFolder::File>;
    using Handle
        = std::variant<std::monostate, ConsoleHandle, FeaturesHandle, File>; // monostate: closed

    std::uint32_t word(std::uint32_t address) const { return memory_.read(address, 4).value_or(0); }
    bool write_word(std::uint32_t address, std::uint32_t value)
    {
        return memory_.write(address, value, 4);
    }
    std::optional<std::string> text_at(std::uint32_t address, std::uint32_t length) const;
    std::uint32_t print(std::uint32_t address, std::uint32_t length);
    void print_string(std::uint32_t address);
    Answer fail(GuestError error);
    Answer done_unless(GuestError error);
    Handle* handle_at(std::uint32_t number);

    Answer open(std::uint32_t parameter);
    Answer open_file(std::string_view name, std::uint32_t mode);
    Answer add_handle(Handle handle);
    Answer close(std::uint32_t parameter);
    Answer write(std::uint32_t parameter);
    Answer write_file(HostFolder::File& file, std::uint32_t address, std::uint32_t length);
    Answer read(std::uint32_t parameter);
    Answer read_file(HostFolder::File& file, std::uint32_t address, std::uint32_t length);
    Answer read_features(FeaturesHandle& handle, std::uint32_t address, std::uint32_t length);
    Answer is_terminal(std::uint32_t parameter);
    Answer seek(std::uint32_t parameter);
    Answer file_length(std::uint32_t parameter);
    Answer temporary_name(std::uint32_t parameter);
    Answer remove(std::uint32_t parameter);
    Answer rename(std::uint32_t parameter);
    Answer command_line(std::uint32_t parameter);
    Answer heap_information(std::uint32_t parameter);
    Answer elapsed(std::uint32_t parameter, base::Cycles now);
    Answer exit(std::uint32_t reason, std::uint32_t code);

    Memory memory_;
    Console& console_;
    base::Hertz clock_;
    std::string command_line_;
    HeapInformation heap_;
    std::optional<HostFolder> folder_;
    std::vector<Handle> handles_; // number 1 is the first
    GuestError error_ = GuestError::none;
};

} // namespace sim
