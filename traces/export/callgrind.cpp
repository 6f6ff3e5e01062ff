// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/callgrind.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace traces {
namespace {

/// Calls from one function to another, over all paths.
struct Edge {
    std::uint64_t calls = 0, cycles = 0;
};

/// The format ends a name with its line.
std::string one_line(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
            c = '?';
    return result;
}

/// A name is written in full once and as its number from then on.
class Names {
public:
    std::string operator()(const std::string& name)
    {
        auto [place, is_new] = numbers_.emplace(name, numbers_.size() + 1);
        return is_new ? fmt::format("({}) {}", place->second, name)
                      : fmt::format("({})", place->second);
    }

private:
    std::map<std::string, std::size_t> numbers_;
};

class Writer {
public:
    explicit Writer(const Profile& profile)
        : profile_(profile)
    {
        for (const Function& function : profile.functions) {
            functions_.emplace(function.address, &function);
            ++named_alike_[{function.name, function.file}];
        }
        for (const Instruction& instruction : profile.instructions)
            instructions_[owner(instruction)].push_back(&instruction);
        for (auto& [name, list] : instructions_)
            std::ranges::stable_sort(list, {}, &Instruction::address);
        for (const Call& call : profile.calls) {
            if (call.parent < 0)
                continue;
            Edge& edge = edges_[key_of(profile.calls[static_cast<std::size_t>(call.parent)])]
                               [key_of(call)];
            edge.calls += call.calls;
            edge.cycles += call.total_cycles;
        }
    }

    std::string text()
    {
        header();
        for (const Function& function : profile_.functions)
            add_function({function.address, function.name}, &function);
        // Code without a symbol has no row among the functions.
        for (const auto& [key, list] : instructions_)
            if (!find(key))
                add_function(key, nullptr);
        for (const auto& [key, callees] : edges_)
            if (!find(key) && !instructions_.contains(key))
                add_function(key, nullptr);
        text_ += fmt::format("\ntotals:{}\n", total_costs());
        return std::move(text_);
    }

private:
    using Key = std::pair<std::uint32_t, std::string>; // of a function: address and name

    static Key key_of(const Call& call) { return {call.address, call.function}; }

    const Function* find(const Key& key) const
    {
        auto place = functions_.find(key.first);
        return place != functions_.end() && place->second->name == key.second ? place->second
                                                                              : nullptr;
    }

    /// The function whose code the instruction is in.
    Key owner(const Instruction& instruction) const
    {
        auto place = functions_.upper_bound(instruction.address);
        if (place != functions_.begin()) {
            const Function& function = *std::prev(place)->second;
            if (function.name == instruction.function
                && instruction.address - function.address < std::max(function.size, 1u))
                return {function.address, function.name};
        }
        return {0, instruction.function};
    }

    void header()
    {
        text_ = fmt::format("# callgrind format\nversion: 1\ncreator: mcuprof {}\ncmd: {} on {}\n"
                            "part: 1\n\ndesc: Trigger: end of the inference\n"
                            "positions: instr line\nevents: Cycles Instructions",
            one_line(profile_.run.tool_version), one_line(profile_.run.target),
            one_line(profile_.run.chip));
        for (std::size_t i = 0; i < profile_.causes.size(); ++i)
            text_ += fmt::format(" {}", event(i));
        text_ += fmt::format("\nsummary:{}\n\nob={}\n", total_costs(), one_line(profile_.run.target));
    }

    /// An event's name is letters, digits and underscores; two may not be the same.
    std::string event(std::size_t cause) const
    {
        std::string name = profile_.causes[cause].name;
        bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || c == '_';
        });
        return plain && name != "Cycles" && name != "Instructions" ? name
                                                                   : fmt::format("cause_{}", cause);
    }

    std::string total_costs() const
    {
        return costs(profile_.total.cycles, profile_.total.instructions, profile_.cycles_by_cause);
    }

    std::string costs(std::uint64_t cycles, std::uint64_t instructions, const Costs& by_cause) const
    {
        std::string line = fmt::format(" {} {}", cycles, instructions);
        for (const CostInfo& cause : profile_.causes)
            line += fmt::format(" {}", value_of(by_cause, cause.name));
        return line;
    }

    static std::string file_name(const std::string& file)
    {
        return file.empty() ? "???" : one_line(file);
    }

    /// Functions of one name in one file are told apart by address.
    std::string name_of(const Key& key, const Function* function) const
    {
        std::string name = key.second.empty() ? "(no name)" : one_line(key.second);
        if (function && named_alike_.at({function->name, function->file}) > 1)
            name += fmt::format(" at {:#010x}", function->address);
        return name;
    }

    void add_function(const Key& key, const Function* function)
    {
        std::string file = file_name(function ? function->file : "");
        text_ += fmt::format("\nfl={}\nfn={}\n", files_(file), names_(name_of(key, function)));
        auto own = instructions_.find(key);
        if (own != instructions_.end())
            add_instructions(own->second, file);
        else if (function && function->self_cycles + function->instructions > 0)
            text_ += fmt::format("{:#x} {}{}\n", function->address, std::max(function->line, 0),
                costs(function->self_cycles, function->instructions, function->cycles_by_cause));
        if (auto callees = edges_.find(key); callees != edges_.end())
            for (const auto& [callee, edge] : callees->second)
                add_call(key, function, callee, edge);
    }

    /// What was inlined from another file says so.
    void add_instructions(
        const std::vector<const Instruction*>& instructions, const std::string& own_file)
    {
        std::string file = own_file;
        for (const Instruction* instruction : instructions) {
            std::string next = instruction->file.empty() ? own_file : file_name(instruction->file);
            if (next != file) {
                text_ += fmt::format("{}={}\n", next == own_file ? "fe" : "fi", files_(next));
                file = next;
            }
            text_ += fmt::format("{:#x} {}{}\n", instruction->address,
                std::max(instruction->line, 0),
                costs(instruction->cycles, instruction->executions, instruction->cycles_by_cause));
        }
        if (file != own_file)
            text_ += fmt::format("fe={}\n", files_(own_file));
    }

    void add_call(const Key& caller, const Function* function, const Key& callee, const Edge& edge)
    {
        const Function* called = find(callee);
        auto [address, line] = place_of_call(caller, function, callee.first);
        text_ += fmt::format("cfi={}\ncfn={}\ncalls={} {:#x} {}\n{:#x} {} {}\n",
            files_(file_name(called ? called->file : "")), names_(name_of(callee, called)),
            edge.calls, callee.first, called ? std::max(called->line, 0) : 0, address, line,
            edge.cycles);
    }

    std::pair<std::uint32_t, int> place_of_call(
        const Key& caller, const Function* function, std::uint32_t callee) const
    {
        std::pair<std::uint32_t, int> place {
            caller.first, function ? std::max(function->line, 0) : 0};
        auto own = instructions_.find(caller);
        if (own == instructions_.end())
            return place;
        std::string target = fmt::format("#{:#x}", callee); // "bl #0x8001130"
        const Instruction* only = nullptr;
        for (const Instruction* instruction : own->second) {
            if (!instruction->text.starts_with('b') || !instruction->text.ends_with(target))
                continue;
            if (only)
                return place;
            only = instruction;
        }
        // A line of another file would be looked for in the caller's.
        if (only && function && (only->file.empty() || only->file == function->file))
            place = {only->address, std::max(only->line, 0)};
        return place;
    }

    const Profile& profile_;
    std::map<std::uint32_t, const Function*> functions_;
    std::map<std::pair<std::string, std::string>, int> named_alike_;
    std::map<Key, std::vector<const Instruction*>> instructions_;
    std::map<Key, std::map<Key, Edge>> edges_;
    Names files_, names_;
    std::string text_;
};

} // namespace

std::string to_callgrind(const Profile& profile) { return Writer(profile).text(); }

} // namespace traces
