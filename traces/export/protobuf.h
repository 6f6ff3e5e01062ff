// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace traces {

/// A message of Protocol Buffers under way: fields are appended in the order of the calls
/// (https://protobuf.dev/programming-guides/encoding/). Only what pprof needs.
class ProtobufMessage {
public:
    /// int64, uint64 or bool that is not in a list; zero is the default and takes no room.
    void number(unsigned field, std::uint64_t value)
    {
        if (value == 0)
            return;
        varint(field << 3);
        varint(value);
    }
    void text(unsigned field, std::string_view value)
    {
        varint(field << 3 | 2);
        varint(value.size());
        bytes_ += value;
    }
    void message(unsigned field, const ProtobufMessage& value) { text(field, value.bytes_); }
    void numbers(unsigned field, const std::vector<std::uint64_t>& values)
    {
        ProtobufMessage packed;
        for (std::uint64_t value : values)
            packed.varint(value);
        message(field, packed);
    }
    const std::string& bytes() const { return bytes_; }

private:
    void varint(std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes_ += static_cast<char>(value | 0x80);
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_;
};

} // namespace traces
