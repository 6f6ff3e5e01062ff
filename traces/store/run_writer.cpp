// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/run_writer.h"

#include "base/check.h"
#include "traces/store/sql_columns.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace traces {
namespace {

template <class Row>
std::string insert_text(std::string_view table)
{
    ColumnList columns = columns_of<Row>();
    std::string marks;
    for (std::size_t i = 0; i < columns.names.size(); ++i)
        marks += ", ?";
    return fmt::format("INSERT INTO {} (run_id, position, {}) VALUES (?, ?{})", table,
        fmt::join(columns.names, ", "), marks);
}

std::int64_t as_stored(std::uint64_t value)
{
    CHECK(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    return static_cast<std::int64_t>(value);
}

class RunWriter {
public:
    explicit RunWriter(SQLite::Database& database)
        : database_(database)
        , intern_(database, "INSERT OR IGNORE INTO string (value) VALUES (?)")
        , find_(database, "SELECT id FROM string WHERE value = ?")
    {
    }

    std::int64_t add(const Profile& profile)
    {
        add_run(profile);
        cause_ids_ = add_cost_list("run_cost", profile.causes, profile.cycles_by_cause);
        term_ids_ = add_cost_list("run_energy", profile.energy_terms, profile.energy_by_term);
        add_rows("power_sample", profile.power);
        add_rows("traffic", profile.traffic);
        add_rows("layer", profile.layers);
        add_rows("stop_frame", profile.run.outcome.call_stack);
        add_rows("function", profile.functions);
        add_rows("context", profile.contexts);
        add_rows("call", profile.calls);
        add_rows("instruction", profile.instructions);
        add_rows("arena_tensor", profile.arena);
        add_rows("output", profile.outputs);
        add_rows("warning", profile.warnings);
        add_rows("source", profile.sources);
        add_costs("layer_cost", profile.layers, &Layer::cycles_by_cause, cause_ids_);
        add_costs("layer_energy", profile.layers, &Layer::energy_by_term, term_ids_);
        add_costs("function_cost", profile.functions, &Function::cycles_by_cause, cause_ids_);
        add_costs("function_total_cost", profile.functions, &Function::total_cycles_by_cause,
            cause_ids_);
        add_costs("function_energy", profile.functions, &Function::energy_by_term, term_ids_);
        // The first cause has no rows: it is what remains (schema.sql). Most instructions have no other.
        Ids named = cause_ids_;
        if (!profile.causes.empty())
            named.erase(profile.causes.front().name);
        add_costs("instruction_cost", profile.instructions, &Instruction::cycles_by_cause, named,
            Unnamed::remains);
        return run_;
    }

private:
    enum class Unnamed { is_a_bug, remains }; // a cost without an id

    /// Binds one column after the other.
    struct Binder {
        RunWriter& writer;
        SQLite::Statement& statement;
        int index = 1;

        void operator()(std::string_view, const std::string& text) { bind_text(text); }
        void operator()(std::string_view, std::uint64_t value)
        {
            statement.bind(index++, as_stored(value));
        }
        void operator()(std::string_view, std::uint32_t value)
        {
            statement.bind(index++, std::int64_t {value});
        }
        void operator()(std::string_view, int value) { statement.bind(index++, value); }
        void operator()(std::string_view, bool value) { statement.bind(index++, value ? 1 : 0); }
        void operator()(std::string_view, double value)
        {
            CHECK(std::isfinite(value));
            statement.bind(index++, value);
        }
        void operator()(std::string_view, Interned<const std::string> text)
        {
            statement.bind(index++, writer.interned(text.text));
        }
        void operator()(std::string_view column, const std::optional<Energy>& energy)
        {
            if (!energy) {
                index += 3; // not bound: NULL
                return;
            }
            (*this)(column, energy->joules);
            (*this)(column, energy->low);
            (*this)(column, energy->high);
        }
        template <class Number>
        void operator()(std::string_view, const std::vector<Number>& numbers)
        {
            bind_text(fmt::format("[{}]", fmt::join(numbers, ",")));
        }
        void operator()(std::string_view, const std::vector<std::uint8_t>& bytes)
        {
            // An empty vector has no address, and an address of null would be stored as NULL.
            statement.bind(index++, bytes.empty() ? static_cast<const void*>("") : bytes.data(),
                static_cast<int>(bytes.size()));
        }
        void bind_text(const std::string& text) { statement.bind(index++, text); }
    };

    void add_run(const Profile& profile)
    {
        ColumnList columns = columns_of<RunSummary>();
        std::string marks;
        for (std::size_t i = 0; i < columns.names.size(); ++i)
            marks += "?, ";
        SQLite::Statement insert(database_,
            fmt::format("INSERT INTO run ({}, console) VALUES ({}?)",
                fmt::join(columns.names, ", "), marks));
        Binder binder {*this, insert};
        visit_run_columns(profile, binder);
        binder.bind_text(profile.console);
        insert.exec();
        run_ = database_.getLastInsertRowid();
    }

    using Ids = std::map<std::string, std::int64_t>;

    /// The names that costs of the run may have, with the run's values.
    Ids add_cost_list(
        std::string_view table, const std::vector<CostInfo>& infos, const Costs& values)
    {
        Ids ids;
        for (const Cost& cost : values)
            CHECK(std::any_of(infos.begin(), infos.end(),
                [&](const CostInfo& info) { return info.name == cost.name; }));
        SQLite::Statement intern(
            database_, "INSERT OR IGNORE INTO cost (name, unit, meaning) VALUES (?, ?, ?)");
        SQLite::Statement find(
            database_, "SELECT id FROM cost WHERE name = ? AND unit = ? AND meaning = ?");
        SQLite::Statement insert(database_,
            fmt::format(
                "INSERT INTO {} (run_id, position, cost_id, value) VALUES (?, ?, ?, ?)", table));
        std::int64_t position = 0;
        for (const CostInfo& info : infos) {
            for (SQLite::Statement* statement : {&intern, &find}) {
                statement->reset();
                statement->bind(1, info.name);
                statement->bind(2, info.unit);
                statement->bind(3, info.meaning);
                statement->executeStep();
            }
            std::int64_t id = find.getColumn(0).getInt64();
            CHECK(ids.emplace(info.name, id).second);
            insert.reset();
            SQLite::bind(
                insert, run_, position++, id, as_stored(value_of(values, info.name)));
            insert.exec();
        }
        return ids;
    }

    template <class Row>
    void add_rows(std::string_view table, const std::vector<Row>& rows)
    {
        SQLite::Statement insert(database_, insert_text<Row>(table));
        std::int64_t position = 0;
        for (const Row& row : rows) {
            insert.reset();
            insert.clearBindings();
            Binder binder {*this, insert};
            insert.bind(binder.index++, run_);
            insert.bind(binder.index++, position++);
            visit_columns(row, binder);
            insert.exec();
        }
    }

    template <class Row>
    void add_costs(std::string_view table, const std::vector<Row>& rows, Costs Row::*costs,
        const Ids& ids, Unnamed unnamed = Unnamed::is_a_bug)
    {
        SQLite::Statement insert(database_,
            fmt::format(
                "INSERT INTO {} (run_id, position, cost_id, value) VALUES (?, ?, ?, ?)", table));
        std::int64_t position = 0;
        for (const Row& row : rows) {
            for (const Cost& cost : row.*costs) {
                if (cost.value == 0)
                    continue;
                auto id = ids.find(cost.name);
                if (id == ids.end() && unnamed == Unnamed::remains)
                    continue;
                CHECK(id != ids.end());
                insert.reset();
                SQLite::bind(insert, run_, position, id->second, as_stored(cost.value));
                insert.exec();
            }
            ++position;
        }
    }

    std::int64_t interned(const std::string& text)
    {
        auto [place, is_new] = string_ids_.emplace(text, 0);
        if (is_new) {
            for (SQLite::Statement* statement : {&intern_, &find_}) {
                statement->reset();
                statement->bind(1, text);
                statement->executeStep();
            }
            place->second = find_.getColumn(0).getInt64();
        }
        return place->second;
    }

    SQLite::Database& database_;
    SQLite::Statement intern_, find_;
    std::int64_t run_ = 0;
    Ids string_ids_, cause_ids_, term_ids_;
};

} // namespace

std::int64_t write_run(SQLite::Database& database, const Profile& profile)
{
    return RunWriter(database).add(profile);
}

} // namespace traces
