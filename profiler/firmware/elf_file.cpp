// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/elf_file.h"

#include "base/input_error.h"

#include <algorithm>
#include <cstring>
#include <elf.h>

namespace firmware {
namespace {

/// Bounds-checked copies out of the file.
class Reader {
public:
    Reader(std::span<const std::uint8_t> bytes, const std::string& where)
        : bytes_(bytes)
        , where_(where)
    {
    }

    template <class Record>
    Record record(std::size_t offset) const
    {
        require(offset <= bytes_.size() && sizeof(Record) <= bytes_.size() - offset);
        Record result;
        std::memcpy(&result, bytes_.data() + offset, sizeof result);
        return result;
    }

    template <class Record>
    std::vector<Record> table(std::size_t offset, std::size_t count, std::size_t stride) const
    {
        require(stride == sizeof(Record) || count == 0);
        std::vector<Record> rows;
        for (std::size_t i = 0; i < count; ++i)
            rows.push_back(record<Record>(offset + i * stride));
        return rows;
    }

    std::string text(std::size_t offset) const
    {
        require(offset < bytes_.size());
        auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(offset);
        auto end = std::find(begin, bytes_.end(), 0);
        require(end != bytes_.end());
        return {begin, end};
    }

    void require(bool holds) const
    {
        if (!holds)
            throw base::InputError(where_, "expected a 32-bit little-endian Arm ELF file");
    }

private:
    std::span<const std::uint8_t> bytes_;
    std::string where_;
};

std::uint32_t load_address_of(const Elf32_Shdr& section, const std::vector<Elf32_Phdr>& segments)
{
    for (const Elf32_Phdr& segment : segments)
        if (segment.p_type == PT_LOAD && section.sh_addr >= segment.p_vaddr
            && section.sh_addr - segment.p_vaddr < segment.p_memsz)
            return segment.p_paddr + (section.sh_addr - segment.p_vaddr);
    return section.sh_addr;
}

} // namespace

ElfFile::ElfFile(std::span<const std::uint8_t> bytes, const std::string& where)
{
    Reader reader(bytes, where);
    auto header = reader.record<Elf32_Ehdr>(0);
    reader.require(std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0
        && header.e_ident[EI_CLASS] == ELFCLASS32 && header.e_ident[EI_DATA] == ELFDATA2LSB
        && header.e_machine == EM_ARM);
    auto segments = reader.table<Elf32_Phdr>(header.e_phoff, header.e_phnum, header.e_phentsize);
    auto sections = reader.table<Elf32_Shdr>(header.e_shoff, header.e_shnum, header.e_shentsize);
    reader.require(header.e_shstrndx < sections.size());

    for (const Elf32_Shdr& section : sections) {
        sections_.push_back({reader.text(sections[header.e_shstrndx].sh_offset + section.sh_name),
            section.sh_addr, section.sh_size, (section.sh_flags & SHF_ALLOC) != 0,
            section.sh_type != SHT_NOBITS, (section.sh_flags & SHF_WRITE) != 0,
            (section.sh_flags & SHF_EXECINSTR) != 0, load_address_of(section, segments)});
        if (section.sh_type != SHT_SYMTAB)
            continue;
        reader.require(section.sh_link < sections.size());
        for (const Elf32_Sym& symbol : reader.table<Elf32_Sym>(
                 section.sh_offset, section.sh_size / sizeof(Elf32_Sym), section.sh_entsize)) {
            bool function = ELF32_ST_TYPE(symbol.st_info) == STT_FUNC;
            symbols_.push_back({reader.text(sections[section.sh_link].sh_offset + symbol.st_name),
                function ? symbol.st_value & ~1u : symbol.st_value, symbol.st_size});
        }
    }
}

std::optional<ElfSymbol> ElfFile::find_symbol(std::string_view name) const
{
    auto found = std::ranges::find(symbols_, name, &ElfSymbol::name);
    return found == symbols_.end() ? std::nullopt : std::optional(*found);
}

const ElfSection* ElfFile::find_section(std::string_view name) const
{
    auto found = std::ranges::find(sections_, name, &ElfSection::name);
    return found == sections_.end() ? nullptr : &*found;
}

} // namespace firmware
