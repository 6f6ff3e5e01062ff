// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/store/run_reader.h"

#include "traces/store/row_reader.h"
#include "traces/store/sql_columns.h"

#include <fmt/ranges.h>

namespace traces {
namespace {

template <class Row>
std::string select_text(std::string_view table)
{
    return fmt::format("SELECT {} FROM {} WHERE run_id = ? ORDER BY position",
        fmt::join(columns_of<Row>().expressions, ", "), table);
}

class RunReader {
public:
    RunReader(SQLite::Database& database, std::int64_t run)
        : database_(database)
        , run_(run)
    {
    }

    /// None: no such run.
    std::optional<Profile> read()
    {
        Profile profile;
        RowReader row(database_,
            fmt::format("SELECT {}, console FROM run WHERE id = ?",
                fmt::join(columns_of<RunSummary>().expressions, ", ")));
        row.bind_all(run_);
        if (!row.next())
            return {};
        visit_run_columns(profile, row);
        row("console", profile.console);
        profile.run.id = std::to_string(run_);

        read_cost_list("run_cost", profile.causes, profile.cycles_by_cause);
        read_cost_list("run_energy", profile.energy_terms, profile.energy_by_term);
        read_rows("power_sample", profile.power);
        read_rows("traffic", profile.traffic);
        read_rows("layer", profile.layers);
        read_rows("stop_frame", profile.run.outcome.call_stack);
        read_rows("function", profile.functions);
        read_rows("context", profile.contexts);
        read_rows("call", profile.calls);
        read_rows("instruction", profile.instructions);
        read_rows("arena_tensor", profile.arena);
        read_rows("output", profile.outputs);
        read_rows("warning", profile.warnings);
        read_rows("source", profile.sources);
        read_costs("layer_cost", "run_cost", profile.layers, &Layer::cycles_by_cause);
        read_costs("layer_energy", "run_energy", profile.layers, &Layer::energy_by_term);
        read_costs("function_cost", "run_cost", profile.functions, &Function::cycles_by_cause);
        read_costs("function_total_cost", "run_cost", profile.functions,
            &Function::total_cycles_by_cause);
        read_costs(
            "function_energy", "run_energy", profile.functions, &Function::energy_by_term);
        read_costs(
            "instruction_cost", "run_cost", profile.instructions, &Instruction::cycles_by_cause);
        if (!profile.causes.empty())
            charge_what_remains(profile.instructions, profile.causes.front().name);
        if (auto complaint = find_dangling_row(profile))
            throw Damage {*complaint};
        if (auto complaint = find_unbalanced_sum(profile))
            throw Damage {*complaint};
        return profile;
    }

private:
    void read_cost_list(std::string_view table, std::vector<CostInfo>& infos, Costs& values)
    {
        RowReader row(database_,
            fmt::format("SELECT name, unit, meaning, value FROM {} JOIN cost ON cost.id = cost_id "
                        "WHERE run_id = ? ORDER BY position",
                table));
        row.bind_all(run_);
        while (row.next()) {
            CostInfo& info = infos.emplace_back();
            row("name", info.name);
            row("unit", info.unit);
            row("meaning", info.meaning);
            row("value", values.emplace_back(Cost {info.name, 0}).value);
            limit(infos.size(), table);
        }
    }

    template <class Row>
    void read_rows(std::string_view table, std::vector<Row>& rows)
    {
        RowReader row(database_, select_text<Row>(table));
        row.bind_all(run_);
        while (row.next()) {
            visit_columns(rows.emplace_back(), row);
            limit(rows.size(), table);
        }
    }

    /// Costs come in the order of the run's own, which `list` holds.
    template <class Row>
    void read_costs(std::string_view table, std::string_view list, std::vector<Row>& rows,
        Costs Row::*costs)
    {
        RowReader row(database_,
            fmt::format(
                "SELECT t.position, name, t.value FROM {0} t"
                " JOIN {1} ON {1}.run_id = t.run_id AND {1}.cost_id = t.cost_id"
                " JOIN cost ON cost.id = t.cost_id"
                " WHERE t.run_id = ? ORDER BY t.position, {1}.position",
                table, list));
        row.bind_all(run_);
        std::size_t count = 0;
        while (row.next()) {
            std::uint64_t position = 0;
            row("position", position);
            if (position >= rows.size())
                throw Damage {
                    fmt::format("table {} has a cost for a row that is not there", table)};
            Cost& cost = (rows[position].*costs).emplace_back();
            row("name", cost.name);
            row("value", cost.value);
            limit(++count, table);
        }
    }

    /// What of an instruction's cycles no row names is of the run's first cause.
    static void charge_what_remains(std::vector<Instruction>& instructions, const std::string& cause)
    {
        for (Instruction& instruction : instructions) {
            std::uint64_t named = 0;
            for (const Cost& cost : instruction.cycles_by_cause)
                named += cost.value;
            if (named >= instruction.cycles)
                continue; // too many: find_unbalanced_sum says so
            Costs& costs = instruction.cycles_by_cause;
            if (costs.empty() || costs.front().name != cause)
                costs.insert(costs.begin(), {cause, 0});
            costs.front().value += instruction.cycles - named;
        }
    }

    static void limit(std::size_t count, std::string_view table)
    {
        if (count > most_rows_of_a_list)
            throw Damage {fmt::format(
                "table {} has more than {} rows for one run", table, most_rows_of_a_list)};
    }

    SQLite::Database& database_;
    std::int64_t run_;
};

} // namespace

std::optional<Profile> read_run(SQLite::Database& database, std::int64_t run)
{
    return RunReader(database, run).read();
}

std::vector<RunSummary> list_runs(SQLite::Database& database)
{
    RowReader row(database,
        fmt::format("SELECT id, {} FROM run ORDER BY id",
            fmt::join(columns_of<RunSummary>().expressions, ", ")));
    std::vector<RunSummary> runs;
    while (row.next()) {
        RunSummary& summary = runs.emplace_back();
        std::uint64_t id = 0;
        row("id", id);
        visit_run_columns(summary, row);
        summary.run.id = std::to_string(id);
        if (runs.size() > most_rows_of_a_list)
            throw Damage {fmt::format("table run has more than {} rows", most_rows_of_a_list)};
    }
    return runs;
}

} // namespace traces
