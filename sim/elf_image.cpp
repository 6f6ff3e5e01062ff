// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/elf_image.h"

#include "base/input_error.h"
#include "sim/elf_header.h"

#include <elfutils/libdw.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>
#include <tuple>

namespace sim {

struct ElfImage::Handles {
    Elf* elf = nullptr;

    ~Handles()
    {
        if (elf)
            elf_end(elf);
    }
};

namespace {

constexpr std::uint64_t address_space = std::uint64_t {1} << 32;
constexpr std::size_t longest_name = 4096;

/// Symbols of the Arm ABI that say what the bytes from here on are: $t Thumb code, $a Arm code, $d
/// data.
bool is_mapping_symbol(std::string_view name)
{
    return name.size() >= 2 && name[0] == '$'
        && (name[1] == 't' || name[1] == 'd' || name[1] == 'a')
        && (name.size() == 2 || name[2] == '.');
}

struct Mapping {
    std::uint32_t address = 0;
    bool code = false;
};

bool is_code(const std::vector<Mapping>& mappings, std::uint32_t address)
{
    auto after = std::ranges::upper_bound(mappings, address, {}, &Mapping::address);
    return after != mappings.begin() && std::prev(after)->code;
}

/// Debug information that was shared between files (dwz) names another one, which libdw would open,
/// whatever it is.
bool continues_elsewhere(Elf* elf)
{
    std::size_t names = 0;
    elf_getshdrstrndx(elf, &names);
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        const char* name
            = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : nullptr;
        if (name
            && (std::string_view(name) == ".gnu_debugaltlink"
                || std::string_view(name) == ".debug_sup"))
            return true;
    }
    return false;
}

struct LoadHeader {
    std::size_t number = 0;
    GElf_Phdr header {};
};

std::vector<LoadHeader> load_headers(Elf* elf)
{
    std::vector<LoadHeader> headers;
    std::size_t count = 0;
    elf_getphdrnum(elf, &count);
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr header;
        if (gelf_getphdr(elf, static_cast<int>(i), &header) && header.p_type == PT_LOAD)
            headers.push_back({i, header});
    }
    return headers;
}

/// Where the bytes of a section are flashed: as far from the section's address as its segment's.
std::uint32_t load_address_of(const GElf_Shdr& section, const std::vector<LoadHeader>& headers)
{
    for (const auto& [number, header] : headers)
        if (section.sh_offset >= header.p_offset
            && section.sh_offset + section.sh_size <= header.p_offset + header.p_filesz
            && section.sh_addr >= header.p_vaddr
            && section.sh_addr - header.p_vaddr < header.p_memsz)
            return static_cast<std::uint32_t>(section.sh_addr - header.p_vaddr + header.p_paddr);
    return static_cast<std::uint32_t>(section.sh_addr);
}

std::uint64_t end_of(const Segment& segment)
{
    return segment.address + std::uint64_t {segment.bytes.size()};
}

/// Marked as writable for loaders that relocate; in firmware they are constants.
bool is_table_of_constructors(const GElf_Shdr& header)
{
    return header.sh_type == SHT_INIT_ARRAY || header.sh_type == SHT_FINI_ARRAY
        || header.sh_type == SHT_PREINIT_ARRAY;
}

} // namespace

ElfImage::ElfImage(std::span<const std::uint8_t> bytes, const std::string& where)
    : bytes_(bytes.begin(), bytes.end())
    , handles_(std::make_unique<Handles>())
{
    check_elf_header(bytes_, where);
    elf_version(EV_CURRENT);
    handles_->elf = elf_memory(reinterpret_cast<char*>(bytes_.data()), bytes_.size());
    GElf_Ehdr header;
    if (!handles_->elf || elf_kind(handles_->elf) != ELF_K_ELF
        || !gelf_getehdr(handles_->elf, &header))
        throw base::InputError(where, "expected an ELF file");
    // A file that was cut short may still hold all that is loaded, but not the symbols that name
    // it.
    std::uint64_t section_headers = std::uint64_t {header.e_shnum} * header.e_shentsize;
    if (header.e_shoff != 0 && header.e_shoff + section_headers > bytes_.size())
        throw base::InputError(where,
            fmt::format("is cut short: its section headers end at byte {} of {}",
                header.e_shoff + section_headers, bytes_.size()));
    entry_point_ = static_cast<std::uint32_t>(header.e_entry);
    read_sections(where);
    refuse_foreign_architecture(attributes_, where);
    read_segments(where);
    read_symbols();
}

ElfImage::~ElfImage() = default;

void ElfImage::read_sections(const std::string& where)
{
    std::vector<LoadHeader> headers = load_headers(handles_->elf);
    std::size_t names = 0;
    elf_getshdrstrndx(handles_->elf, &names);
    bool any = false;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(handles_->elf, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header))
            continue;
        any = true;
        const char* raw = elf_strptr(handles_->elf, names, header.sh_name);
        std::string name = raw ? std::string(raw, ::strnlen(raw, longest_name))
                               : fmt::format("section {}", elf_ndxscn(section));
        bool in_file = header.sh_type != SHT_NOBITS;
        if (in_file && header.sh_type != SHT_NULL
            && (header.sh_offset > bytes_.size()
                || header.sh_size > bytes_.size() - header.sh_offset))
            throw base::InputError(where,
                fmt::format("is cut short: its section {} ends at byte {} of {}", name,
                    header.sh_offset + header.sh_size, bytes_.size()));
        if (header.sh_type == SHT_ARM_ATTRIBUTES)
            attributes_
                = read_arm_attributes(std::span(bytes_).subspan(header.sh_offset, header.sh_size));
        bool takes_room = (header.sh_flags & SHF_ALLOC) && header.sh_size > 0
            && !((header.sh_flags & SHF_TLS) && !in_file);
        if (!takes_room)
            continue;
        if (header.sh_addr + header.sh_size > address_space)
            throw base::InputError(
                where, fmt::format("section {} ends beyond the 32-bit address space", name));
        sections_.push_back({.name = name,
            .address = static_cast<std::uint32_t>(header.sh_addr),
            .size = static_cast<std::uint32_t>(header.sh_size),
            .load_address = in_file ? load_address_of(header, headers)
                                    : static_cast<std::uint32_t>(header.sh_addr),
            .in_file = in_file,
            .writable = (header.sh_flags & SHF_WRITE) != 0 && !is_table_of_constructors(header),
            .executable = (header.sh_flags & SHF_EXECINSTR) != 0});
    }
    if (!any)
        for (const auto& [number, header] : headers) {
            std::string name = fmt::format("segment {}", number);
            Section section {.name = name,
                .address = static_cast<std::uint32_t>(header.p_vaddr),
                .size = static_cast<std::uint32_t>(header.p_filesz),
                .load_address = static_cast<std::uint32_t>(header.p_paddr),
                .in_file = true,
                .writable = (header.p_flags & PF_W) != 0,
                .executable = (header.p_flags & PF_X) != 0};
            if (header.p_vaddr + std::max(header.p_memsz, header.p_filesz) > address_space)
                throw base::InputError(
                    where, fmt::format("{} ends beyond the 32-bit address space", name));
            if (section.size > 0)
                sections_.push_back(section);
            if (header.p_memsz > header.p_filesz) {
                section.address = section.load_address = section.address + section.size;
                section.size = static_cast<std::uint32_t>(header.p_memsz - header.p_filesz);
                section.in_file = section.executable = false;
                sections_.push_back(section);
            }
        }
    std::ranges::stable_sort(sections_, {}, &Section::address);
}

void ElfImage::read_segments(const std::string& where)
{
    for (const auto& [number, header] : load_headers(handles_->elf)) {
        if (header.p_filesz == 0)
            continue;
        if (header.p_offset > bytes_.size() || header.p_filesz > bytes_.size() - header.p_offset)
            throw base::InputError(where,
                fmt::format("is cut short: segment {} lies outside the file of {} bytes", number,
                    bytes_.size()));
        if (header.p_paddr + header.p_filesz > address_space
            || header.p_vaddr + header.p_filesz > address_space)
            throw base::InputError(
                where, fmt::format("segment {} ends beyond the 32-bit address space", number));
        auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(header.p_offset);
        segments_.push_back({static_cast<std::uint32_t>(header.p_paddr),
            {begin, begin + static_cast<std::ptrdiff_t>(header.p_filesz)},
            static_cast<std::uint32_t>(header.p_vaddr)});
    }
    if (segments_.empty())
        throw base::InputError(where, "there is nothing to load in it");

    std::vector<const Segment*> rising;
    for (const Segment& segment : segments_)
        rising.push_back(&segment);
    std::ranges::stable_sort(rising, {}, [](const Segment* s) { return s->address; });
    for (std::size_t i = 1; i < rising.size(); ++i) {
        const Segment &low = *rising[i - 1], &high = *rising[i];
        if (high.address >= end_of(low))
            continue;
        auto name = [&](const Segment& s) {
            std::string sections = sections_in(s);
            return fmt::format("segment {}{} at {:#010x} to {:#010x}", &s - segments_.data(),
                sections.empty() ? "" : " (" + sections + ")", s.address, end_of(s) - 1);
        };
        throw base::InputError(where,
            fmt::format(
                "expected segments that lie apart, found {} and {}", name(low), name(high)));
    }
}

std::string ElfImage::sections_in(const Segment& segment) const
{
    constexpr int most = 6;
    std::string names;
    int count = 0;
    for (const Section& section : sections_)
        if (section.in_file && section.address - segment.run_address < segment.bytes.size()
            && ++count <= most)
            names += (names.empty() ? "" : ", ") + section.name;
    return count > most ? fmt::format("{} and {} more", names, count - most) : names;
}

void ElfImage::read_symbols()
{
    std::vector<RawSymbol> raw;
    std::vector<Mapping> mappings;
    std::size_t name_bytes = 0, most_name_bytes = 4 * bytes_.size(); // honest names overlap little
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(handles_->elf, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB
            || header.sh_entsize == 0)
            continue;
        Elf_Data* data = elf_getdata(section, nullptr);
        for (std::size_t i = 0; data && i < header.sh_size / header.sh_entsize; ++i) {
            GElf_Sym symbol;
            if (!gelf_getsym(data, static_cast<int>(i), &symbol) || symbol.st_shndx == SHN_UNDEF)
                continue;
            int type = GELF_ST_TYPE(symbol.st_info), binding = GELF_ST_BIND(symbol.st_info);
            const char* text = elf_strptr(handles_->elf, header.sh_link, symbol.st_name);
            if (!text || !*text || type == STT_SECTION || type == STT_FILE)
                continue;
            std::string name(text, ::strnlen(text, longest_name));
            auto address = static_cast<std::uint32_t>(symbol.st_value);
            if (is_mapping_symbol(name)) {
                mappings.push_back({address, name[1] != 'd'});
                continue;
            }
            name_bytes += name.size();
            if (name_bytes > most_name_bytes)
                break;
            if (symbol.st_shndx != SHN_ABS && symbol.st_shndx != SHN_COMMON)
                raw.push_back({.name = name,
                    .address = type == STT_FUNC ? address & ~1u : address,
                    .size = static_cast<std::uint32_t>(symbol.st_size),
                    .kind = type == STT_FUNC ? RawSymbol::Kind::function
                        : type == STT_NOTYPE ? RawSymbol::Kind::label
                                             : RawSymbol::Kind::object,
                    .global = binding != STB_LOCAL,
                    .weak = binding == STB_WEAK});
            symbols_.push_back({std::move(name), address});
        }
    }
    std::ranges::sort(
        symbols_, {}, [](const NamedAddress& s) { return std::tie(s.name, s.address); });

    std::ranges::sort(mappings, {}, [](const Mapping& m) { return std::tuple(m.address, m.code); });
    for (RawSymbol& symbol : raw)
        if (symbol.kind == RawSymbol::Kind::label && !is_code(mappings, symbol.address))
            symbol.kind = RawSymbol::Kind::object;
    for (const Section& section : sections_)
        if (section.executable)
            code_.push_back(
                {section.address, static_cast<std::uint32_t>(section.address + section.size)});
    functions_ = functions_of(std::move(raw), code_);
}

const FunctionSymbol* ElfImage::function_at(std::uint32_t address) const
{
    return find_function_at(functions_, address);
}

void ElfImage::add_functions(std::vector<std::uint32_t> entries)
{
    functions_ = with_entries(std::move(functions_), std::move(entries), code_);
}

const FunctionSymbol* ElfImage::find_function(std::string_view name) const
{
    auto found = std::ranges::find(functions_, name, &FunctionSymbol::name);
    return found == functions_.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> ElfImage::symbol_address(std::string_view name) const
{
    auto found = std::ranges::lower_bound(
        symbols_, name, {}, [](const NamedAddress& s) { return std::string_view(s.name); });
    if (found == symbols_.end() || found->name != name)
        return std::nullopt;
    return found->address;
}

const DebugInfo& ElfImage::debug() const
{
    std::call_once(debug_read_, [this] {
        if (continues_elsewhere(handles_->elf)) {
            debug_ = DebugInfo("it continues in another file, which is not read");
            return;
        }
        Dwarf* dwarf = dwarf_begin_elf(handles_->elf, DWARF_C_READ, nullptr);
        debug_ = DebugInfo(dwarf);
        if (dwarf)
            dwarf_end(dwarf);
    });
    return debug_;
}

std::optional<SourceLine> ElfImage::line_at(std::uint32_t address) const
{
    return debug().line_at(address);
}
std::vector<InlinedCall> ElfImage::inlines_at(std::uint32_t address) const
{
    return debug().inlines_at(address);
}
const std::string& ElfImage::damage() const { return debug().damage(); }

std::span<const std::uint8_t> ElfImage::bytes_at(std::uint32_t address, std::uint32_t size) const
{
    for (auto start : {&Segment::run_address, &Segment::address})
        for (const Segment& segment : segments_)
            if (address >= segment.*start
                && std::uint64_t {address} + size
                    <= std::uint64_t {segment.*start} + segment.bytes.size())
                return std::span(segment.bytes).subspan(address - segment.*start, size);
    return {};
}

} // namespace sim
