// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text_table.h"
#include "profiler/commands/commands.h"
#include "profiler/plan/kernel_manifest.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace profiler {
namespace {

using base::Align;

std::string joined(const std::vector<std::string>& parts)
{
    return fmt::format("{}", fmt::join(parts, " "));
}

std::vector<std::string> operators_of(const plan::KernelRow& row)
{
    std::vector<std::string> names;
    for (graph::OperatorCode code : row.operators)
        names.emplace_back(graph::info_of(code).tflite_name);
    return names;
}

/// For people: the long list says nothing but "any".
std::string types_text(const std::vector<std::string>& types)
{
    constexpr std::size_t all_types = 5;
    return types.size() >= all_types ? "any" : joined(types);
}

std::vector<std::string> types_of(const plan::KernelRow& row)
{
    std::vector<std::string> names;
    for (graph::ElementType type : row.input)
        names.emplace_back(graph::name_of(type));
    return names;
}

void kernels(bool json, Console& console)
{
    const plan::KernelManifest& manifest = plan::kernel_manifest();
    if (json) {
        auto rows = nlohmann::ordered_json::array();
        for (const plan::KernelRow& row : manifest.rows)
            rows.push_back({{"name", row.name}, {"file", row.file}, {"set", plan::name_of(row.set)},
                {"operators", operators_of(row)}, {"input", types_of(row)},
                {"requires", row.requires_features}});
        console.print(rows.dump(2) + "\n");
        return;
    }
    report::FittedTable table({{"operators", Align::left, 0, 16}, {"input", Align::left, 0, 10},
        {"set", Align::left}, {"needs", Align::left, 1}, {"kernel", Align::left, 0, 24}});
    for (const plan::KernelRow& row : manifest.rows)
        table.add_row({joined(operators_of(row)), types_text(types_of(row)),
            std::string(plan::name_of(row.set)), joined(row.requires_features), row.name});
    console.print(table.text(console.style().width)
        + "\n  The first row that takes an operator's types and shapes is used. The set dsp\n"
          "  needs the DSP extension; small is for cores without; --kernels takes a set and\n"
          "  leaves out those above it.\n");
}

} // namespace

void add_kernels_command(CLI::App& app, Console& console)
{
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(
        "kernels", "List the kernels, and so the operators that are supported");
    command->add_flag("--json", *json, "as JSON");
    command->callback([json, &console] { kernels(*json, console); });
}

} // namespace profiler
