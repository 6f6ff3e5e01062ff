// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/elf_image.h"

#include "base/input_error.h"

#include <elfutils/libdw.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>

namespace sim {

struct ElfImage::Handles {
    Elf* elf = nullptr;
    Dwarf* dwarf = nullptr;

    ~Handles()
    {
        if (dwarf)
            dwarf_end(dwarf);
        if (elf)
            elf_end(elf);
    }
};

namespace {

/// C names stay as they are: "f" is no mangled function, though it is the mangled type `float`.
std::string demangled(const char* name)
{
    if (!std::string_view(name).starts_with("_Z"))
        return name;
    int status = 0;
    std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
    return status == 0 && plain ? plain.get() : name;
}

/// Mapping symbols of the Arm ABI ($t, $d, $a): not names of anything.
bool is_mapping_symbol(std::string_view name) { return name.empty() || name.front() == '$'; }

} // namespace

ElfImage::ElfImage(std::span<const std::uint8_t> bytes, const std::string& where)
    : bytes_(bytes.begin(), bytes.end())
    , handles_(std::make_unique<Handles>())
{
    elf_version(EV_CURRENT);
    handles_->elf = elf_memory(reinterpret_cast<char*>(bytes_.data()), bytes_.size());
    GElf_Ehdr header;
    if (!handles_->elf || elf_kind(handles_->elf) != ELF_K_ELF || !gelf_getehdr(handles_->elf, &header))
        throw base::InputError(where, "expected an ELF file");
    if (gelf_getclass(handles_->elf) != ELFCLASS32 || header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_ARM)
        throw base::InputError(where, fmt::format("expected a 32-bit little-endian Arm ELF file, found {}-bit, machine {}",
                                          gelf_getclass(handles_->elf) == ELFCLASS64 ? 64 : 32, header.e_machine));
    if (header.e_type != ET_EXEC)
        throw base::InputError(where, "expected an executable, found an object or shared library");
    // A file that was cut short may still hold all that is loaded, but not the symbols that name it.
    std::uint64_t section_headers = std::uint64_t {header.e_shnum} * header.e_shentsize;
    if (header.e_shoff != 0 && header.e_shoff + section_headers > bytes_.size())
        throw base::InputError(where, fmt::format("is cut short: its section headers end at byte {} of {}", header.e_shoff + section_headers, bytes_.size()));
    entry_point_ = static_cast<std::uint32_t>(header.e_entry);
    read_segments(where);
    read_symbols();
    handles_->dwarf = dwarf_begin_elf(handles_->elf, DWARF_C_READ, nullptr);
}

ElfImage::~ElfImage() = default;

void ElfImage::read_segments(const std::string& where)
{
    std::size_t count = 0;
    elf_getphdrnum(handles_->elf, &count);
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr header;
        if (!gelf_getphdr(handles_->elf, static_cast<int>(i), &header) || header.p_type != PT_LOAD || header.p_filesz == 0)
            continue;
        if (header.p_offset > bytes_.size() || header.p_filesz > bytes_.size() - header.p_offset || header.p_paddr + header.p_filesz > (std::uint64_t {1} << 32))
            throw base::InputError(where, fmt::format("segment {} lies outside the file", i));
        auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(header.p_offset);
        segments_.push_back({static_cast<std::uint32_t>(header.p_paddr), {begin, begin + static_cast<std::ptrdiff_t>(header.p_filesz)}});
    }
    if (segments_.empty())
        throw base::InputError(where, "there is nothing to load in it");
}

void ElfImage::read_symbols()
{
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(handles_->elf, section))) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || header.sh_entsize == 0)
            continue;
        Elf_Data* data = elf_getdata(section, nullptr);
        for (std::size_t i = 0; data && i < header.sh_size / header.sh_entsize; ++i) {
            GElf_Sym symbol;
            if (!gelf_getsym(data, static_cast<int>(i), &symbol) || symbol.st_shndx == SHN_UNDEF)
                continue;
            const char* name = elf_strptr(handles_->elf, header.sh_link, symbol.st_name);
            if (!name || is_mapping_symbol(name))
                continue;
            auto address = static_cast<std::uint32_t>(symbol.st_value);
            if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC)
                functions_.push_back({demangled(name), address & ~1u, static_cast<std::uint32_t>(symbol.st_size)});
            symbols_.push_back({name, address});
        }
    }
    std::ranges::sort(symbols_, {}, [](const NamedAddress& s) { return std::tie(s.name, s.address); });

    // Aliases of one address: the longest, then the first name in the alphabet stands for all.
    std::ranges::sort(functions_, [](const FunctionSymbol& a, const FunctionSymbol& b) {
        return std::tuple(a.address, ~a.size, std::string_view(a.name)) < std::tuple(b.address, ~b.size, std::string_view(b.name));
    });
    auto same = std::ranges::unique(functions_, {}, &FunctionSymbol::address);
    functions_.erase(same.begin(), same.end());
    for (std::size_t i = 0; i + 1 < functions_.size(); ++i) { // sizes that assembler left out, or that overlap
        std::uint32_t room = functions_[i + 1].address - functions_[i].address;
        if (functions_[i].size == 0 || functions_[i].size > room)
            functions_[i].size = room;
    }
}

const FunctionSymbol* ElfImage::function_at(std::uint32_t address) const
{
    auto after = std::ranges::upper_bound(functions_, address, {}, &FunctionSymbol::address);
    if (after == functions_.begin())
        return nullptr;
    const FunctionSymbol& candidate = *std::prev(after);
    return address - candidate.address < std::max(candidate.size, 2u) ? &candidate : nullptr;
}

const FunctionSymbol* ElfImage::find_function(std::string_view name) const
{
    auto found = std::ranges::find(functions_, name, &FunctionSymbol::name);
    return found == functions_.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> ElfImage::symbol_address(std::string_view name) const
{
    auto found = std::ranges::lower_bound(symbols_, name, {}, [](const NamedAddress& s) { return std::string_view(s.name); });
    if (found == symbols_.end() || found->name != name)
        return std::nullopt;
    return found->address;
}

std::optional<SourceLine> ElfImage::line_at(std::uint32_t address) const
{
    if (!handles_->dwarf)
        return std::nullopt;
    Dwarf_Die unit;
    if (!dwarf_addrdie(handles_->dwarf, address, &unit))
        return std::nullopt;
    Dwarf_Line* line = dwarf_getsrc_die(&unit, address);
    int number = 0;
    if (!line || dwarf_lineno(line, &number) != 0)
        return std::nullopt;
    const char* file = dwarf_linesrc(line, nullptr, nullptr);
    return SourceLine {file ? file : "", number};
}

std::span<const std::uint8_t> ElfImage::bytes_at(std::uint32_t address, std::uint32_t size) const
{
    for (const Segment& segment : segments_)
        if (address >= segment.address && std::uint64_t {address} + size <= std::uint64_t {segment.address} + segment.bytes.size())
            return std::span(segment.bytes).subspan(address - segment.address, size);
    return {};
}

} // namespace sim
