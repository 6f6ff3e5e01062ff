// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/compile.h"

#include "profiler/firmware/interrupt.h"
#include "profiler/firmware/temporary_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <thread>

namespace firmware {
namespace {

constexpr std::string_view elf_name = "firmware.elf";
constexpr std::string_view object_folder
    = "objects"; // below the sources, as a user's build folder may be

std::string object_name(const CompileUnit& unit)
{
    std::string name = unit.path + ".o";
    std::ranges::replace(name, '/', '_');
    return name;
}

/// Where sources and headers are. Debug information knows them relative to the project, so that the
/// bytes are the same wherever it is compiled; the CMakeLists.txt of a written project says the
/// same (write_project.cpp).
std::vector<std::string> location_flags(
    const CompileUnit& unit, const std::filesystem::path& folder)
{
    if (!unit.is_c())
        return {fmt::format("-I{}", folder.string())}; // for .incbin; "-Wa,-I" would end at a space in the name
    std::vector<std::string> flags;
    for (std::string_view headers : include_folders)
        flags.push_back(fmt::format("-I{}", (folder / headers).string()));
    flags.push_back(fmt::format("-ffile-prefix-map={}/=", folder.string()));
    flags.push_back(fmt::format("-ffile-prefix-map={}=.", (folder / object_folder).string()));
    return flags;
}

/// Only what no network changes is worth keeping by itself.
bool shared_by_networks(const CompileUnit& unit) { return unit.path.starts_with("kernels/"); }

/// Runs all tasks, `jobs` at a time; throws what the first of them (in order) threw, after all have
/// ended.
void run_all(const std::vector<std::function<void()>>& tasks, unsigned jobs)
{
    std::vector<std::exception_ptr> errors(tasks.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    auto work = [&] {
        for (std::size_t i = next++; i < tasks.size() && !failed; i = next++)
            try {
                tasks[i]();
            } catch (...) {
                errors[i] = std::current_exception();
                failed = true;
            }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < std::min<std::size_t>(jobs, tasks.size()); ++i)
            others.emplace_back(work);
        work();
    }
    for (const std::exception_ptr& error : errors)
        if (error)
            std::rethrow_exception(error);
}

/// "region `flash' overflowed by 1234 bytes"
void throw_if_overflow(const std::string& message)
{
    constexpr std::string_view before_region = "region `", before_bytes = "' overflowed by ";
    const std::size_t middle = message.find(before_bytes);
    if (middle == message.npos)
        return;
    const std::size_t region = message.rfind(before_region, middle) + before_region.size();
    const std::size_t bytes = middle + before_bytes.size();
    throw RegionOverflow {
        message.substr(region, middle - region), std::stoull(message.substr(bytes))};
}

class Build {
public:
    Build(const Project& project, Toolchain& toolchain, const Cache& cache)
        : project_(project)
        , toolchain_(toolchain)
        , cache_(cache)
        , identity_(toolchain.identity(project.core_flags, cache))
    {
    }

    base::ByteVector run(unsigned jobs)
    {
        const std::string key = key_of_all();
        if (auto known = cache_.find("firmware", key))
            return *known;
        InterruptGuard guard;
        TemporaryFolder folder;
        base::ByteVector elf;
        try {
            elf = compile_and_link(folder.path(), jobs);
        } catch (const CompilerFailed&) {
            folder.keep();
            throw;
        }
        cache_.store("firmware", key, elf);
        if (InterruptGuard::pending() != 0)
            throw Interrupted(InterruptGuard::pending());
        return elf;
    }

private:
    base::ByteVector compile_and_link(const std::filesystem::path& folder, unsigned jobs)
    {
        for (const SourceFile& file : project_.files) {
            std::filesystem::create_directories((folder / file.path).parent_path());
            base::write_file(folder / file.path, file.content);
        }
        std::filesystem::create_directory(folder / object_folder);
        std::vector<std::function<void()>> tasks;
        for (const CompileUnit& unit : project_.units)
            tasks.push_back([this, &unit, &folder] { make_object(unit, folder); });
        run_all(tasks, jobs);
        link(folder);
        return base::read_bytes(folder / object_folder / elf_name);
    }

    void make_object(const CompileUnit& unit, const std::filesystem::path& folder)
    {
        const std::filesystem::path object = folder / object_folder / object_name(unit);
        const std::string key = key_of(unit);
        if (shared_by_networks(unit))
            if (auto known = cache_.find("object", key)) {
                base::write_file(object, *known);
                return;
            }
        std::vector<std::string> arguments = arguments_for(unit);
        for (const std::string& flag : location_flags(unit, folder))
            arguments.push_back(flag);
        arguments.insert(
            arguments.end(), {"-c", (folder / unit.path).string(), "-o", object_name(unit)});
        toolchain_.run(folder / object_folder, arguments);
        if (shared_by_networks(unit))
            cache_.store("object", key, base::read_bytes(object));
    }

    void link(const std::filesystem::path& folder)
    {
        std::vector<std::string> arguments = project_.core_flags;
        arguments.insert(arguments.end(), project_.link_flags.begin(), project_.link_flags.end());
        arguments.push_back("-Wl,-T../firmware.ld");
        for (const CompileUnit& unit : project_.units)
            arguments.push_back(object_name(unit));
        arguments.insert(arguments.end(), {"-o", std::string(elf_name)});
        try {
            toolchain_.run(folder / object_folder, arguments);
        } catch (const CompilerFailed& failure) {
            throw_if_overflow(failure.what());
            throw;
        }
    }

    std::vector<std::string> arguments_for(const CompileUnit& unit) const
    {
        std::vector<std::string> arguments = project_.core_flags;
        arguments.insert(arguments.end(), unit.flags.begin(), unit.flags.end());
        return arguments;
    }

    std::string key_of(const CompileUnit& unit) const
    {
        CacheKey key;
        key.add(identity_);
        for (const std::string& argument : arguments_for(unit))
            key.add(argument);
        key.add(unit.path);
        key.add(project_.content_of(unit.path));
        for (const std::string& header : unit.headers) {
            key.add(header);
            key.add(project_.content_of(header));
        }
        return key.hex();
    }

    std::string key_of_all() const
    {
        CacheKey key;
        key.add(identity_);
        for (const CompileUnit& unit : project_.units)
            key.add(key_of(unit));
        for (const std::string& flag : project_.link_flags)
            key.add(flag);
        key.add(project_.content_of("firmware.ld"));
        return key.hex();
    }

    const Project& project_;
    Toolchain& toolchain_;
    const Cache& cache_;
    std::string identity_;
};

} // namespace

base::ByteVector compile(
    const Project& project, Toolchain& toolchain, const Cache& cache, unsigned jobs)
{
    return Build(project, toolchain, cache)
        .run(jobs > 0 ? jobs : std::max(1u, std::thread::hardware_concurrency()));
}

} // namespace firmware
