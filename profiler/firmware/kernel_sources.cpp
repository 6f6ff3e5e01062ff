// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/kernel_sources.h"

#include "base/check.h"
#include "base/embedded_file.h"
#include "base/hash.h"

#include <algorithm>
#include <set>

namespace embedded {
extern const std::span<const base::EmbeddedFile> kernel_files;
}

namespace firmware {
namespace {

constexpr std::string_view include_line = "#include \"";

const base::EmbeddedFile* find_kernel_file(std::string_view path)
{
    auto found = std::ranges::find(embedded::kernel_files, path, &base::EmbeddedFile::path);
    return found == embedded::kernel_files.end() ? nullptr : &*found;
}

/// A quoted include names a file of one of the folders that have headers.
std::string path_of_header(std::string_view name)
{
    for (std::string_view folder : {"include/", "startup/", "specialized/"})
        if (std::string path = std::string(folder) + std::string(name); find_kernel_file(path))
            return path;
    CHECK(!"a kernel includes a file that is not there");
    return {};
}

void gather_headers(std::string_view source, std::set<std::string>& headers)
{
    std::string_view text = kernel_file(source);
    for (std::size_t at = text.find(include_line); at != text.npos;
         at = text.find(include_line, at + 1)) {
        std::size_t begin = at + include_line.size();
        std::string header = path_of_header(text.substr(begin, text.find('"', begin) - begin));
        if (headers.insert(header).second)
            gather_headers(header, headers);
    }
}

} // namespace

std::string_view kernel_file(std::string_view path)
{
    const base::EmbeddedFile* file = find_kernel_file(path);
    CHECK(file != nullptr);
    return file->content;
}

const std::string& kernels_sha256()
{
    static const std::string hash = [] {
        std::string parts;
        for (const base::EmbeddedFile& file : embedded::kernel_files)
            parts += base::sha256_hex(file.path) + base::sha256_hex(file.content);
        return base::sha256_hex(parts);
    }();
    return hash;
}

std::vector<std::string> headers_of(std::string_view source)
{
    std::set<std::string> headers;
    gather_headers(source, headers);
    return {headers.begin(), headers.end()};
}

} // namespace firmware
