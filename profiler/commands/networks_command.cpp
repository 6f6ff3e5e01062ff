// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/text_table.h"
#include "mcu_models/graph/tflite_writer.h"
#include "mcu_models/network_builder.h"
#include "profiler/commands/commands.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace profiler {
namespace {

using base::Align;

struct Options {
    std::string name, file;
    bool json = false;
};

std::string known(const std::optional<double>& value, int decimals = -1)
{
    if (!value)
        return "-";
    return decimals < 0 ? base::scaled(*value) : fmt::format("{:.{}f}", *value, decimals);
}

void list_networks(const Options& options, Console& console)
{
    std::vector<networks::NetworkInfo> infos = networks::network_infos();
    if (options.json) {
        auto rows = nlohmann::ordered_json::array();
        auto number = [](const std::optional<double>& value) {
            return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
        };
        for (const networks::NetworkInfo& info : infos)
            rows.push_back({{"name", info.name}, {"pattern", info.pattern},
                {"published_macs", number(info.published_macs)},
                {"published_parameters", number(info.published_parameters)},
                {"top1", number(info.top1)}, {"top1_int8", number(info.top1_int8)},
                {"source", info.source}, {"published_source", info.published_source}});
        console.print(rows.dump(2) + "\n");
        return;
    }
    report::FittedTable table(
        {{"network", Align::left}, {"MACs"}, {"parameters"}, {"top-1 %", Align::right, 2},
            {"int8", Align::right, 1}, {"others like it", Align::left, 3}});
    for (const networks::NetworkInfo& info : infos)
        table.add_row({info.name, known(info.published_macs), known(info.published_parameters),
            known(info.top1, 1), known(info.top1_int8, 1), info.pattern});
    console.print(table.text(console.style().width)
        + "\n  MACs, parameters and top-1 as published, for trained weights. Ours are random: "
          "time, memory and\n"
          "  energy are the network's, its answers are not.\n");
}

void one_network(const Options& options, Console& console)
{
    graph::ModelGraph graph = networks::build_network(options.name);
    if (!options.file.empty()) {
        std::vector<std::uint8_t> bytes = graph::write_tflite(graph);
        base::write_file(options.file, bytes);
        console.print(fmt::format("{}: {} bytes\n", options.file, bytes.size()));
        return;
    }
    console.print(fmt::format("{}  {} operators, {} MACs, {} parameters\n\n", options.name,
        graph.operators.size(), graph::macs_of(graph), graph::parameters_of(graph)));
    base::TextTable table({{"#"}, {"operator", Align::left}, {"MACs"}});
    for (std::size_t i = 0; i < graph.operators.size(); ++i)
        table.add_row({std::to_string(i), graph::title_of(graph, graph.operators[i]),
            std::to_string(graph::macs_of(graph, graph.operators[i]))});
    console.print(table.text());
}

} // namespace

void add_networks_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("networks", "List the networks known by name, or show or write one");
    command
        ->add_option("name", options->name,
            "a network's name, such as mcunet-vww1 or mobilenet-v1-0.25-96:2")
        ->type_name("NETWORK");
    command->add_option("--write", options->file, "write it as a TensorFlow Lite file")
        ->type_name("FILE")
        ->needs("name");
    command->add_flag("--json", options->json, "as JSON");
    command->callback([options, &console] {
        options->name.empty() ? list_networks(*options, console) : one_network(*options, console);
    });
}

} // namespace profiler
