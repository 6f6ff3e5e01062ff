// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/pprof.h"

#include "traces/export/gzip.h"
#include "traces/export/protobuf.h"
#include "traces/export/stacks.h"

#include <algorithm>
#include <map>

namespace traces {
namespace {

// Field numbers of profile.proto.
namespace profile_field {
constexpr unsigned sample_type = 1, sample = 2, mapping = 3, location = 4, function = 5,
                   string_table = 6, duration_nanos = 10, period_type = 11, period = 12,
                   comment = 13, default_sample_type = 14;
}
namespace value_type_field {
constexpr unsigned type = 1, unit = 2;
}
namespace sample_field {
constexpr unsigned location_id = 1, value = 2, label = 3;
}
namespace label_field {
constexpr unsigned key = 1, str = 2;
}
namespace mapping_field {
constexpr unsigned id = 1, memory_start = 2, memory_limit = 3, filename = 5, build_id = 6,
                   has_functions = 7, has_filenames = 8, has_line_numbers = 9;
}
namespace location_field {
constexpr unsigned id = 1, mapping_id = 2, address = 3, line = 4;
}
namespace line_field {
constexpr unsigned function_id = 1, line = 2;
}
namespace function_field {
constexpr unsigned id = 1, name = 2, system_name = 3, filename = 4, start_line = 5;
}

/// Texts are told once and named by their number; number 0 is the empty text.
class StringTable {
public:
    StringTable() { number(""); }

    std::uint64_t number(const std::string& text)
    {
        auto [place, is_new] = numbers_.emplace(text, texts_.size());
        if (is_new)
            texts_.push_back(text);
        return place->second;
    }
    const std::vector<std::string>& texts() const { return texts_; }

private:
    std::map<std::string, std::uint64_t> numbers_;
    std::vector<std::string> texts_;
};

class Writer {
public:
    explicit Writer(const Profile& profile)
        : profile_(profile)
    {
    }

    std::string bytes()
    {
        Stacks all = stacks_of(profile_);
        out_.message(profile_field::sample_type, value_type("calls", "count"));
        out_.message(profile_field::sample_type, value_type("cycles", "count"));
        for (const Stack& stack : all.stacks)
            if (stack.calls > 0 || stack.self_cycles > 0)
                add_sample(stack);
        add_mapping(all);
        for (std::size_t i = 0; i < all.frames.size(); ++i)
            add_frame(all.frames[i], i + 1); // ids begin with 1
        out_.number(profile_field::duration_nanos,
            static_cast<std::uint64_t>(seconds(profile_.total.cycles, profile_.run) * 1e9));
        out_.message(profile_field::period_type, value_type("cycles", "count"));
        out_.number(profile_field::period, 1);
        std::vector<std::uint64_t> comments {
            strings_.number(profile_.run.target + " on " + profile_.run.chip),
            strings_.number("simulated by mcuprof " + profile_.run.tool_version)};
        out_.numbers(profile_field::comment, comments);
        out_.number(profile_field::default_sample_type, strings_.number("cycles"));
        for (const std::string& text : strings_.texts())
            out_.text(profile_field::string_table, text);
        return out_.bytes();
    }

private:
    ProtobufMessage value_type(const std::string& type, const std::string& unit)
    {
        ProtobufMessage message;
        message.number(value_type_field::type, strings_.number(type));
        message.number(value_type_field::unit, strings_.number(unit));
        return message;
    }

    /// Locations go from the innermost outwards.
    void add_sample(const Stack& stack)
    {
        ProtobufMessage message;
        std::vector<std::uint64_t> locations;
        for (auto frame = stack.frames.rbegin(); frame != stack.frames.rend(); ++frame)
            locations.push_back(*frame + 1);
        message.numbers(sample_field::location_id, locations);
        message.numbers(sample_field::value, {stack.calls, stack.self_cycles});
        if (stack.context >= 0) {
            ProtobufMessage label;
            label.number(label_field::key, strings_.number("context"));
            label.number(label_field::str,
                strings_.number(profile_.contexts[static_cast<std::size_t>(stack.context)].name));
            message.message(sample_field::label, label);
        }
        out_.message(profile_field::sample, message);
    }

    void add_mapping(const Stacks& all)
    {
        std::uint64_t first = 0, last = 0;
        for (const Frame& frame : all.frames) {
            first = last == 0 ? frame.address : std::min<std::uint64_t>(first, frame.address);
            last = std::max<std::uint64_t>(last, frame.address);
        }
        for (const Instruction& instruction : profile_.instructions)
            last = std::max<std::uint64_t>(last, instruction.address);
        ProtobufMessage message;
        message.number(mapping_field::id, 1);
        message.number(mapping_field::memory_start, first);
        message.number(mapping_field::memory_limit, last + 1);
        message.number(mapping_field::filename, strings_.number(profile_.run.target));
        message.number(mapping_field::build_id, strings_.number(profile_.run.elf_sha256));
        message.number(mapping_field::has_functions, 1);
        message.number(mapping_field::has_filenames, 1);
        message.number(mapping_field::has_line_numbers, 1);
        out_.message(profile_field::mapping, message);
    }

    void add_frame(const Frame& frame, std::uint64_t id)
    {
        auto line_number = static_cast<std::uint64_t>(std::max(frame.line, 0));
        ProtobufMessage line;
        line.number(line_field::function_id, id);
        line.number(line_field::line, line_number);
        ProtobufMessage location;
        location.number(location_field::id, id);
        location.number(location_field::mapping_id, 1);
        location.number(location_field::address, frame.address);
        location.message(location_field::line, line);
        out_.message(profile_field::location, location);

        ProtobufMessage function;
        std::uint64_t name = strings_.number(frame.name.empty() ? "(no name)" : frame.name);
        function.number(function_field::id, id);
        function.number(function_field::name, name);
        function.number(function_field::system_name, name);
        function.number(function_field::filename, strings_.number(frame.file));
        function.number(function_field::start_line, line_number);
        out_.message(profile_field::function, function);
    }

    const Profile& profile_;
    StringTable strings_;
    ProtobufMessage out_;
};

} // namespace

std::string to_pprof(const Profile& profile) { return gzip(Writer(profile).bytes()); }

} // namespace traces
