// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/comparison/budget.h"

#include "base/input_error.h"
#include "base/suggest.h"
#include "mcu_models/toml_reader.h"
#include "profiler/comparison/budget_figures.h"
#include "profiler/comparison/run_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace comparison {
namespace {

using Scope = Budget::Scope;
using Rule = Budget::Rule;

/// What a scope is called, and which figures it has.
struct ScopeRow {
    Scope scope;
    std::string_view key;
    base::Dimension (*dimension)(std::string_view, const std::string&);
};
constexpr std::array scopes = {
    ScopeRow {Scope::run, "run", dimension_of_run_figure},
    ScopeRow {Scope::layer, "layer", dimension_of_layer_figure},
    ScopeRow {Scope::function, "function", dimension_of_function_figure},
    ScopeRow {Scope::outputs, "outputs", dimension_of_output_figure},
};

const ScopeRow& row_of(Scope scope) { return *std::ranges::find(scopes, scope, &ScopeRow::scope); }

std::vector<Limit> limits_of(const mcu::TomlTable& table, Scope scope)
{
    std::vector<Limit> limits;
    std::string where = table.where("limits");
    for (const std::string& text : table.texts("limits"))
        limits.push_back(Limit::parse(text, where,
            [&](const std::string& figure) { return row_of(scope).dimension(figure, where); }));
    if (limits.empty())
        table.refuse("limits", "expected at least one limit");
    return limits;
}

Rule rule_of(const mcu::TomlTable& table, Scope scope)
{
    Rule rule {scope, {}, limits_of(table, scope), table.where()};
    if (scope == Scope::layer || scope == Scope::function)
        rule.pattern = table.text("match");
    return rule;
}

Budget::Run run_of(const mcu::TomlTable& table)
{
    Budget::Run run;
    run.where = table.where();
    if (table.has("id")) {
        run.id = table.whole_number("id");
        if (run.id == 0)
            table.refuse("id", "expected the number of a run, from 1 on");
        for (const char* key : {"target", "chip", "clock", "kernels"})
            if (table.has(key))
                table.refuse(key, "a stored run ('id') has it already");
    } else {
        run.target = table.text("target");
        run.chip = table.text("chip");
        run.kernels = table.text_or("kernels", "");
        if (table.has("clock"))
            run.clock_hz = table.hertz("clock").count();
    }
    run.baseline = table.text_or("baseline", "");
    if (table.has("limits"))
        run.rules.push_back({Scope::run, {}, limits_of(table, Scope::run), table.where("limits")});
    for (Scope scope : {Scope::layer, Scope::function})
        for (const mcu::TomlTable& inner : table.tables(row_of(scope).key)) {
            run.rules.push_back(rule_of(inner, scope));
            inner.refuse_other_keys();
        }
    if (table.has("outputs")) {
        mcu::TomlTable outputs = table.table("outputs");
        run.expected_outputs = outputs.text_or("expected", "");
        run.rules.push_back(rule_of(outputs, Scope::outputs));
        outputs.refuse_other_keys();
    }
    table.refuse_other_keys();
    if (run.rules.empty())
        throw base::InputError(run.where,
            "expected 'limits', [[run.layer]], [[run.function]] or [run.outputs], found none");
    return run;
}

/// What of a run, and what belongs to it in the baseline.
template <class Row>
struct Subject {
    std::string name;
    const Row* row = nullptr;
    const Row* baseline = nullptr;
};

std::string name_of(const traces::Layer& layer)
{
    return layer.index < 0
        ? std::string("outside layers")
        : fmt::format("{} {}", layer.index, layer.title.empty() ? layer.name : layer.title);
}

bool matches(const traces::Layer& layer, const std::string& pattern)
{
    return matches_pattern(layer.name, pattern) || matches_pattern(layer.title, pattern)
        || std::to_string(layer.index) == pattern;
}

std::vector<Subject<traces::Layer>> layers_of(
    const Rule& rule, const traces::Profile& profile, const traces::Profile* baseline)
{
    const std::vector<traces::Layer> nothing;
    std::vector<Subject<traces::Layer>> subjects;
    for (const auto& pair : align_layers(baseline ? baseline->layers : nothing, profile.layers))
        if (pair.after && matches(*pair.after, rule.pattern))
            subjects.push_back({name_of(*pair.after), pair.after, pair.before});
    return subjects;
}

std::vector<Subject<traces::Function>> functions_of(
    const Rule& rule, const traces::Profile& profile, const traces::Profile* baseline)
{
    std::vector<Subject<traces::Function>> subjects;
    for (const traces::Function& function : profile.functions) {
        if (!matches_pattern(function.name, rule.pattern))
            continue;
        const traces::Function* before = nullptr;
        if (baseline) {
            auto found
                = std::ranges::find(baseline->functions, function.name, &traces::Function::name);
            before = found == baseline->functions.end() ? nullptr : &*found;
        }
        subjects.push_back({function.name, &function, before});
    }
    return subjects;
}

[[noreturn]] void refuse_pattern(const Rule& rule, const std::vector<std::string>& names)
{
    std::string hint = base::suggestion(rule.pattern, names);
    throw base::InputError(rule.where,
        fmt::format("no {} of the run matches '{}'{}{}", row_of(rule.scope).key, rule.pattern,
            hint.empty() ? "" : "; ", hint));
}

class Judge {
public:
    Judge(const traces::Profile& profile, const traces::Profile* baseline,
        const std::vector<std::uint8_t>* expected)
        : profile_(profile)
        , baseline_(baseline)
        , expected_(expected)
    {
    }

    void hold(const Rule& rule)
    {
        switch (rule.scope) {
        case Scope::run:
            for (const Limit& limit : rule.limits)
                add(rule, limit, "", run_figure(limit.figure, profile_),
                    baseline_ ? run_figure(limit.figure, *baseline_) : std::nullopt, baseline_);
            break;
        case Scope::layer:
            hold_all(rule, layers_of(rule, profile_, baseline_), layer_figure, [&] {
                std::vector<std::string> names;
                for (const traces::Layer& layer : profile_.layers)
                    names.push_back(layer.name);
                return names;
            });
            break;
        case Scope::function:
            hold_all(rule, functions_of(rule, profile_, baseline_), function_figure, [&] {
                std::vector<std::string> names;
                for (const traces::Function& function : profile_.functions)
                    names.push_back(function.name);
                return names;
            });
            break;
        case Scope::outputs:
            hold_outputs(rule);
            break;
        }
    }

    std::vector<Verdict> verdicts;

private:
    template <class Row, class FigureOf, class Names>
    void hold_all(const Rule& rule, const std::vector<Subject<Row>>& subjects, FigureOf figure_of,
        const Names& names)
    {
        if (subjects.empty())
            refuse_pattern(rule, names());
        for (const Subject<Row>& subject : subjects)
            for (const Limit& limit : rule.limits)
                add(rule, limit, subject.name, figure_of(limit.figure, *subject.row, profile_.run),
                    subject.baseline ? figure_of(limit.figure, *subject.baseline, baseline_->run)
                                     : std::nullopt,
                    subject.baseline);
    }

    void hold_outputs(const Rule& rule)
    {
        std::vector<std::uint8_t> of_baseline;
        if (!expected_ && baseline_)
            for (const traces::Output& output : baseline_->outputs)
                of_baseline.insert(of_baseline.end(), output.bytes.begin(), output.bytes.end());
        else if (!expected_)
            throw base::InputError(
                rule.where, "expected 'expected', a file of outputs, or a baseline; found neither");
        for (const Limit& limit : rule.limits) {
            if (limit.relative)
                throw base::InputError(rule.where,
                    fmt::format(
                        "'{}': outputs are compared with the baseline's already; expected a number",
                        limit.text));
            add(rule, limit, "",
                output_figure(limit.figure, profile_.outputs, expected_ ? *expected_ : of_baseline,
                    rule.where),
                {}, nullptr);
        }
    }

    void add(const Rule& rule, const Limit& limit, const std::string& subject,
        std::optional<double> value, std::optional<double> baseline, const void* in_baseline)
    {
        Verdict verdict;
        verdict.scope = row_of(rule.scope).key;
        verdict.subject = subject;
        verdict.figure = limit.figure;
        verdict.limit = limit.text;
        verdict.dimension = row_of(rule.scope).dimension(limit.figure, rule.where);
        verdict.value = value;
        verdict.baseline = limit.relative ? baseline : std::nullopt;
        if (limit.relative && !in_baseline)
            verdict.result = Verdict::Result::not_in_baseline;
        else if (!value || (limit.relative && !baseline))
            verdict.result = Verdict::Result::unknown;
        else {
            verdict.bound = limit.bound(baseline.value_or(0));
            verdict.result = holds(*value, limit.comparison, *verdict.bound)
                ? Verdict::Result::within
                : Verdict::Result::over;
        }
        verdicts.push_back(std::move(verdict));
    }

    const traces::Profile& profile_;
    const traces::Profile* baseline_;
    const std::vector<std::uint8_t>* expected_;
};

} // namespace

Budget Budget::parse(std::string_view text, const std::string& file)
{
    mcu::TomlTable table = mcu::TomlTable::parse(text, file);
    Budget budget;
    budget.baseline = table.text_or("baseline", "");
    for (const mcu::TomlTable& run : table.tables("run"))
        budget.runs.push_back(run_of(run));
    table.refuse_other_keys();
    if (budget.runs.empty())
        throw base::InputError(file, "expected at least one [[run]], found none");
    return budget;
}

bool needs_baseline(const Budget::Run& run)
{
    return std::ranges::any_of(run.rules, [&](const Rule& rule) {
        return (rule.scope == Scope::outputs && run.expected_outputs.empty())
            || std::ranges::any_of(rule.limits, &Limit::relative);
    });
}

std::string sentence(const Verdict& verdict)
{
    auto text = [&](const std::optional<double>& value) {
        return value ? base::measure_text(*value, verdict.dimension) : std::string("unknown");
    };
    std::string subject = verdict.subject.empty()
        ? (verdict.scope == "run" ? verdict.figure
                                  : fmt::format("{} of {}", verdict.figure, verdict.scope))
        : fmt::format("{} of {} {}", verdict.figure, verdict.scope, verdict.subject);
    switch (verdict.result) {
    case Verdict::Result::unknown:
        return fmt::format("{}: unknown ({})", subject, verdict.limit);
    case Verdict::Result::not_in_baseline:
        return fmt::format(
            "{}: {}, not in the baseline ({})", subject, text(verdict.value), verdict.limit);
    default:
        break;
    }
    std::string baseline = verdict.baseline
        ? fmt::format("; baseline {}, {:+.2f} %", text(verdict.baseline),
            *verdict.baseline == 0 ? 0 : 100 * (*verdict.value / *verdict.baseline - 1))
        : std::string();
    return fmt::format("{}: {}, allowed {} ({}{})", subject, text(verdict.value),
        text(verdict.bound), verdict.limit, baseline);
}

std::vector<Verdict> judge(const Budget::Run& rules, const traces::Profile& profile,
    const traces::Profile* baseline, const std::vector<std::uint8_t>* expected)
{
    Judge bench(profile, baseline, expected);
    for (const Rule& rule : rules.rules)
        bench.hold(rule);
    return std::move(bench.verdicts);
}

} // namespace comparison
