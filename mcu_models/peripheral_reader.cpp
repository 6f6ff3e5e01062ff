// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/peripheral_reader.h"

#include "base/input_error.h"
#include "mcu_models/model_files.h"
#include "mcu_models/provenance.h"
#include "mcu_models/register_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace mcu {
namespace {

constexpr std::uint32_t most_copies = 1024; // of one register

struct OperationName {
    BitOperation operation;
    std::string_view name;
};
constexpr std::array operations = {
    OperationName {BitOperation::plain, "plain"},
    OperationName {BitOperation::set, "set"},
    OperationName {BitOperation::clear, "clear"},
    OperationName {BitOperation::toggle, "toggle"},
};

std::uint32_t read_offset(const TomlTable& table, std::string_view key)
{
    std::uint32_t offset = table.whole_number(key);
    if (offset % 4 != 0)
        table.refuse(key,
            fmt::format(
                "registers are words: '{}' must be a multiple of 4, found {:#x}", key, offset));
    return offset;
}

/// The registers of one peripheral by their names in its file.
class RegisterList {
public:
    RegisterList(std::string prefix, std::uint32_t base)
        : prefix_(std::move(prefix))
        , base_(base)
    {
    }

    std::vector<RegisterModel> read(const std::vector<TomlTable>& tables)
    {
        // Rules name registers that may come later.
        for (const TomlTable& table : tables)
            note_address(table);
        for (const TomlTable& table : tables)
            read_register(table);
        return std::move(registers_);
    }

private:
    void note_address(const TomlTable& table)
    {
        std::string name = table.text("name");
        if (!addresses_.emplace(name, base_ + read_offset(table, "offset")).second)
            table.refuse("name", fmt::format("two registers have the name '{}'", name));
    }

    std::uint32_t address_in(const TomlTable& table, std::string_view key) const
    {
        std::string name = table.text(key);
        auto found = addresses_.find(name);
        if (found == addresses_.end())
            table.refuse(key, fmt::format("there is no register '{}' here", name));
        return found->second;
    }

    std::vector<RegisterRule> read_rules(const TomlTable& table, std::uint32_t own) const
    {
        std::vector<RegisterRule> rules;
        if (!table.has("rules"))
            return rules;
        for (const std::string& text : table.texts("rules")) {
            auto rule = parse_register_rule(
                text, own, [&](std::string_view name) -> std::optional<std::uint32_t> {
                    auto found = addresses_.find(name);
                    return found == addresses_.end() ? std::nullopt : std::optional(found->second);
                });
            if (const auto* wrong = std::get_if<std::string>(&rule))
                table.refuse("rules", *wrong);
            rules.push_back(std::get<RegisterRule>(rule));
        }
        return rules;
    }

    void read_register(const TomlTable& table)
    {
        RegisterModel model;
        model.name = prefix_ + "_" + table.text("name");
        model.address = base_ + read_offset(table, "offset");
        model.reset = table.whole_number_or("reset", 0);
        model.read_only = table.whole_number_or("read_only", 0);
        model.write_one_clears = table.whole_number_or("write_one_clears", 0);
        model.self_clearing = table.whole_number_or("self_clearing", 0);
        model.rules = read_rules(table, model.address);
        if (table.has("counts"))
            model.counts = table.hertz("counts");
        std::uint32_t first_bit = table.whole_number_or("counts_from_bit", 0);
        if (first_bit > 32)
            table.refuse("counts_from_bit",
                fmt::format("a count has 64 bits: expected 0 to 32, found {}", first_bit));
        model.counts_from_bit = static_cast<std::uint8_t>(first_bit);
        model.transmits = read_transmitted_byte(table);
        if (table.has("transfer"))
            model.transfer = read_transfer(table.table("transfer"));
        if (table.has("division"))
            model.division = read_division(table.table("division"));
        add_copies(table, model);
        table.refuse_other_keys();
    }

    /// `transmits_byte = 3`, or `transmits = true` for byte 0.
    static std::optional<std::uint8_t> read_transmitted_byte(const TomlTable& table)
    {
        if (!table.has("transmits_byte"))
            return table.flag_or("transmits", false) ? std::optional<std::uint8_t>(std::uint8_t {0})
                                                     : std::nullopt;
        std::uint32_t byte = table.whole_number("transmits_byte");
        if (byte > 3)
            table.refuse(
                "transmits_byte", fmt::format("a register has bytes 0 to 3, found {}", byte));
        return static_cast<std::uint8_t>(byte);
    }

    RegisterModel::Transfer read_transfer(const TomlTable& table) const
    {
        RegisterModel::Transfer transfer {
            address_in(table, "pointer"), address_in(table, "length"), address_in(table, "done")};
        table.refuse_other_keys();
        return transfer;
    }

    RegisterModel::Division read_division(const TomlTable& table) const
    {
        RegisterModel::Division division {address_in(table, "dividend"),
            address_in(table, "divisor"), address_in(table, "quotient"),
            address_in(table, "remainder"), table.flag_or("signed", false)};
        table.refuse_other_keys();
        return division;
    }

    /// `copies = 32` of a register lie one behind the other, as NAME0 to NAME31.
    void add_copies(const TomlTable& table, const RegisterModel& model)
    {
        std::uint32_t copies = table.whole_number_or("copies", 1);
        if (copies == 0 || copies > most_copies)
            table.refuse(
                "copies", fmt::format("expected 1 to {} copies, found {}", most_copies, copies));
        for (std::uint32_t i = 0; i < copies; ++i) {
            RegisterModel copy = model;
            copy.address += 4 * i;
            if (copies > 1)
                copy.name += std::to_string(i);
            for (RegisterRule& rule : copy.rules)
                if (rule.target == model.address)
                    rule.target = copy.address;
            if (!taken_.insert(copy.address).second)
                table.refuse("offset", fmt::format("two registers are at {:#010x}", copy.address));
            registers_.push_back(std::move(copy));
        }
    }

    std::string prefix_;
    std::uint32_t base_;
    std::map<std::string, std::uint32_t, std::less<>> addresses_;
    std::set<std::uint32_t> taken_;
    std::vector<RegisterModel> registers_;
};

void read_registers_of_kind(const TomlTable& chip_table, PeripheralModel& peripheral)
{
    std::vector<std::string> known = peripheral_file_names();
    if (std::ranges::find(known, peripheral.kind) == known.end())
        chip_table.refuse("kind", unknown_peripheral(peripheral.kind));
    ModelFile model_file = find_peripheral_file(peripheral.kind);
    TomlTable file = TomlTable::parse(model_file.text, model_file.where);
    Provenance provenance = read_provenance(file);
    peripheral.registers_source = provenance.source;
    peripheral.registers_grade = provenance.grade;
    peripheral.registers
        = RegisterList(peripheral.name, peripheral.base).read(file.tables("register"));
    file.refuse_other_keys();
}

PeripheralModel read_peripheral(const TomlTable& table, const Provenance& provenance)
{
    PeripheralModel peripheral;
    peripheral.name = table.text("name");
    peripheral.base = read_offset(table, "base");
    peripheral.source = provenance.source;
    peripheral.grade = provenance.grade;
    peripheral.kind = table.text_or("kind", "");
    std::vector<TomlTable> registers = table.tables("register");
    if (peripheral.kind.empty() == registers.empty())
        table.refuse("kind",
            fmt::format("peripheral '{}' needs either a 'kind' or a 'register' list of its own",
                peripheral.name));
    if (!peripheral.kind.empty()) {
        read_registers_of_kind(table, peripheral);
    } else {
        peripheral.registers_source = provenance.source;
        peripheral.registers_grade = provenance.grade;
        peripheral.registers = RegisterList(peripheral.name, peripheral.base).read(registers);
    }
    table.refuse_other_keys();
    return peripheral;
}

void reject_registers_at_one_address(const TomlTable& table, const PeripheralModel& peripheral,
    std::map<std::uint32_t, std::string>& taken)
{
    for (const RegisterModel& model : peripheral.registers) {
        auto [at, fresh] = taken.emplace(model.address, model.name);
        if (!fresh)
            table.refuse("base",
                fmt::format(
                    "'{}' and '{}' are both at {:#010x}", at->second, model.name, model.address));
    }
}

BitOperation read_operation(const TomlTable& table, const std::string& name)
{
    auto found = std::ranges::find(operations, name, &OperationName::name);
    if (found == operations.end())
        table.refuse("operations",
            fmt::format("unknown operation '{}'; there are plain, set, clear, toggle", name));
    return found->operation;
}

RegisterWindow read_window(const TomlTable& table)
{
    Provenance provenance = read_provenance(table);
    RegisterWindow window;
    window.source = provenance.source;
    window.grade = provenance.grade;
    window.start = read_offset(table, "start");
    window.shows = table.has("shows") ? read_offset(table, "shows") : window.start;
    std::uint64_t size = table.bytes("size").count();
    if (size == 0 || window.start + size > std::uint64_t {1} << 32)
        table.refuse("size",
            fmt::format(
                "the window at {:#010x} must end within 4 GiB, found {} B", window.start, size));
    window.size = static_cast<std::uint32_t>(size);
    if (table.has("operations")) {
        for (const std::string& name : table.texts("operations"))
            window.operations.push_back(read_operation(table, name));
        std::uint32_t bit = table.whole_number("operation_bit");
        if (bit < 2 || bit > 30)
            table.refuse(
                "operation_bit", fmt::format("expected a bit from 2 to 30, found {}", bit));
        window.operation_bit = static_cast<std::uint8_t>(bit);
        if (window.operations.size() != 2 && window.operations.size() != 4)
            table.refuse("operations",
                fmt::format("expected 2 or 4 operations, found {}", window.operations.size()));
    } else if (window.shows == window.start) {
        table.refuse("shows", "a window without 'operations' must show another address");
    }
    table.refuse_other_keys();
    return window;
}

} // namespace

std::vector<PeripheralModel> read_peripherals(const TomlTable& chip_file)
{
    std::vector<PeripheralModel> peripherals;
    std::map<std::uint32_t, std::string> taken;
    for (const TomlTable& group : chip_file.tables("peripherals")) {
        Provenance provenance = read_provenance(group);
        for (const TomlTable& table : group.tables("list")) {
            peripherals.push_back(read_peripheral(table, provenance));
            reject_registers_at_one_address(table, peripherals.back(), taken);
        }
        group.refuse_other_keys();
    }
    return peripherals;
}

std::vector<RegisterWindow> read_register_windows(const TomlTable& chip_file)
{
    std::vector<RegisterWindow> windows;
    for (const TomlTable& table : chip_file.tables("register_window"))
        windows.push_back(read_window(table));
    return windows;
}

} // namespace mcu
