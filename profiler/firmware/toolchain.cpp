// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/toolchain.h"

#include "base/hash.h"
#include "base/input_error.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"

#include <fmt/format.h>

#include <span>

namespace firmware {
namespace {

constexpr std::string_view compiler_name = "arm-none-eabi-gcc";

std::filesystem::path find_compiler()
{
    if (auto compiler = find_program(compiler_name))
        return *compiler;
    throw base::InputError(std::string(compiler_name),
        "not found in PATH; networks are compiled with it (Debian: gcc-arm-none-eabi, "
        "libnewlib-arm-none-eabi)");
}

/// Which file this is, without reading it: changes whenever a package is updated.
std::string stamp_of(const std::filesystem::path& file)
{
    return fmt::format("{} {} {}", file.string(), std::filesystem::file_size(file),
        std::filesystem::last_write_time(file).time_since_epoch().count());
}

std::string trimmed(std::string text)
{
    text.erase(text.find_last_not_of(" \n") + 1);
    return text;
}

std::span<const std::uint8_t> bytes_of(const std::string& text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

Toolchain::Toolchain()
    : compiler_(find_compiler())
{
}

std::string Toolchain::ask(const std::vector<std::string>& arguments)
{
    ++runs_;
    TemporaryFolder folder;
    ProcessResult result = run_process({compiler_, arguments, folder.path()});
    if (result.exit_code != 0)
        throw base::InputError(compiler_.string(), "does not work: " + trimmed(result.output));
    return trimmed(result.output);
}

std::string Toolchain::identity(const std::vector<std::string>& core_flags, const Cache& cache)
{
    CacheKey key;
    key.add(stamp_of(compiler_));
    for (const std::string& flag : core_flags)
        key.add(flag);

    // The answer is two lines: the C library's path and the compiler's version.
    std::string answer;
    if (auto known = cache.find("compiler", key.hex())) {
        answer.assign(known->begin(), known->end());
    } else {
        std::vector<std::string> question = core_flags;
        question.push_back("-print-file-name=libc_nano.a");
        std::string version = ask({"--version"});
        answer = ask(question) + "\n" + version.substr(0, version.find('\n'));
        cache.store("compiler", key.hex(), bytes_of(answer));
    }
    std::filesystem::path library = answer.substr(0, answer.find('\n'));
    if (!library.is_absolute() || !std::filesystem::exists(library))
        throw base::InputError(compiler_.string(),
            "has no C library (libc_nano.a) for " + fmt::format("{}", fmt::join(core_flags, " "))
                + " (Debian: libnewlib-arm-none-eabi)");
    return answer.substr(answer.find('\n') + 1) + "\n"
        + base::sha256_hex(base::read_bytes(library));
}

void Toolchain::run(const std::filesystem::path& folder, const std::vector<std::string>& arguments)
{
    ++runs_;
    ProcessResult result = run_process({compiler_, arguments, folder});
    if (result.exit_code != 0)
        throw CompilerFailed(std::string(compiler_name),
            fmt::format("failed (exit code {}) in {}\n{}", result.exit_code, folder.string(),
                trimmed(result.output)));
}

} // namespace firmware
