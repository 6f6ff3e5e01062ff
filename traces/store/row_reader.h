// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "traces/columns.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace traces {

/// What a file says that no store of ours can; becomes an InputError that names the file.
struct Damage {
    std::string what;
};

// More than any run has: ends what a file with looped pages could make us read.
constexpr std::size_t most_rows_of_a_list = 4'000'000;
constexpr std::size_t most_bytes_of_a_list = std::size_t {1} << 30;

/// Reads rows column after column, and believes nothing.
class RowReader {
public:
    RowReader(SQLite::Database& database, const std::string& query)
        : query_(database, query)
    {
    }

    template <class... Arguments>
    void bind_all(const Arguments&... arguments)
    {
        SQLite::bind(query_, arguments...);
    }

    bool next()
    {
        index_ = 0;
        return query_.executeStep();
    }

    void operator()(std::string_view column, std::string& text)
    {
        SQLite::Column value = query_.getColumn(index_++);
        if (!value.isText())
            throw Damage {fmt::format("column {} holds no text", column)};
        count_bytes(value);
        text = value.getString();
    }
    void operator()(std::string_view column, Interned<std::string> text)
    {
        (*this)(column, text.text);
    }
    void operator()(std::string_view column, std::uint64_t& value)
    {
        value = static_cast<std::uint64_t>(
            integer(column, 0, std::numeric_limits<std::int64_t>::max()));
    }
    void operator()(std::string_view column, std::uint32_t& value)
    {
        value = static_cast<std::uint32_t>(
            integer(column, 0, std::numeric_limits<std::uint32_t>::max()));
    }
    void operator()(std::string_view column, int& value)
    {
        value = static_cast<int>(
            integer(column, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    }
    void operator()(std::string_view column, bool& value) { value = integer(column, 0, 1) == 1; }
    void operator()(std::string_view column, double& value)
    {
        SQLite::Column cell = query_.getColumn(index_++);
        value = cell.getDouble();
        if (!cell.isFloat() || !std::isfinite(value))
            throw Damage {fmt::format("column {} holds no number", column)};
    }
    void operator()(std::string_view column, std::optional<Energy>& energy)
    {
        energy.reset();
        int known = 0;
        for (int i = 0; i < 3; ++i)
            known += query_.getColumn(index_ + i).isNull() ? 0 : 1;
        if (known != 0 && known != 3)
            throw Damage {fmt::format("column {} is half known", column)};
        if (known == 0) {
            index_ += 3;
            return;
        }
        energy.emplace();
        (*this)(column, energy->joules);
        (*this)(column, energy->low);
        (*this)(column, energy->high);
    }
    template <class Number>
    requires std::same_as<Number, int> || std::same_as<Number, std::uint32_t>
    void operator()(std::string_view column, std::vector<Number>& numbers)
    {
        std::string text;
        (*this)(column, text);
        numbers = parse_numbers<Number>(column, text);
    }
    void operator()(std::string_view column, std::vector<std::uint8_t>& bytes)
    {
        SQLite::Column value = query_.getColumn(index_++);
        if (!value.isBlob())
            throw Damage {fmt::format("column {} holds no bytes", column)};
        count_bytes(value);
        auto first = static_cast<const std::uint8_t*>(value.getBlob());
        bytes.assign(first, first + value.getBytes());
    }

private:
    std::int64_t integer(std::string_view column, std::int64_t least, std::int64_t most)
    {
        SQLite::Column value = query_.getColumn(index_++);
        std::int64_t number = value.getInt64();
        if (!value.isInteger() || number < least || number > most)
            throw Damage {
                fmt::format("column {} holds no number from {} to {}", column, least, most)};
        return number;
    }

    void count_bytes(const SQLite::Column& value)
    {
        bytes_read_ += static_cast<std::size_t>(value.getBytes());
        if (bytes_read_ > most_bytes_of_a_list)
            throw Damage {
                fmt::format("more than {} bytes in one list of a run", most_bytes_of_a_list)};
    }

    /// "[1,10]"; "[]" is empty, as the shape of a scalar is.
    template <class Number>
    static std::vector<Number> parse_numbers(std::string_view column, std::string_view text)
    {
        std::vector<Number> numbers;
        const char* at = text.data() + 1;
        const char* end = text.data() + text.size() - 1;
        bool whole = text.size() >= 2 && text.front() == '[' && text.back() == ']';
        while (whole && at < end) {
            Number number = 0;
            auto [stop, error] = std::from_chars(at, end, number);
            whole = error == std::errc {} && (stop == end || (*stop == ',' && stop + 1 < end));
            numbers.push_back(number);
            at = stop + 1;
        }
        if (!whole)
            throw Damage {fmt::format("column {} holds no list of numbers", column)};
        return numbers;
    }

    SQLite::Statement query_;
    int index_ = 0;
    std::size_t bytes_read_ = 0;
};

} // namespace traces
