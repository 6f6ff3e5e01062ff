// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"
#include "base/text_table.h"
#include "mcu_models/graph/tflite_writer.h"
#include "mcu_models/network_builder.h"
#include "profiler/commands/commands.h"
#include "profiler/report/fitted_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <vector>

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

nlohmann::ordered_json json_of(const networks::NetworkInfo& info)
{
    auto number = [](const std::optional<double>& value) {
        return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
    };
    return {{"name", info.name}, {"pattern", info.pattern}, {"family", info.family},
        {"title", info.title}, {"input_shape", info.input_shape}, {"macs", info.macs},
        {"parameters", info.parameters}, {"weight_bytes", info.weight_bytes},
        {"activation_bytes", info.activation_bytes},
        {"published_macs", number(info.published_macs)},
        {"published_parameters", number(info.published_parameters)}, {"measure", info.measure},
        {"top1", number(info.top1)}, {"top1_int8", number(info.top1_int8)}, {"source", info.source},
        {"published_source", info.published_source}};
}

/// Networks whose name or family contains `word`; all of them if it is empty.
std::vector<networks::NetworkInfo> networks_like(const std::string& word)
{
    auto lower = [](std::string text) {
        std::ranges::transform(text, text.begin(),
            [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
        return text;
    };
    std::vector<networks::NetworkInfo> found;
    for (networks::NetworkInfo& info : networks::network_infos())
        if (lower(info.name).find(lower(word)) != std::string::npos
            || lower(info.family).find(lower(word)) != std::string::npos)
            found.push_back(std::move(info));
    return found;
}

std::string in_kib(std::int64_t bytes)
{
    return fmt::format("{:.0f} KiB", static_cast<double>(bytes) / 1024);
}

/// One table, so that columns stand below each other, with a row that names the family before its
/// networks.
void list_networks(const std::vector<networks::NetworkInfo>& infos, Console& console)
{
    report::FittedTable table({{"network", Align::left}, {"input", Align::left, 2}, {"MACs"},
        {"published", Align::right, 3}, {"parameters"}, {"weights", Align::right, 1},
        {"activations"}, {"accuracy %"}, {"int8"}});
    std::string family;
    for (const networks::NetworkInfo& info : infos) {
        if (info.family != family)
            table.add_row({info.family, "", "", "", "", "", "", "", ""});
        family = info.family;
        table.add_row({"  " + info.name, fmt::format("{}", fmt::join(info.input_shape, "x")),
            base::scaled(static_cast<double>(info.macs)), known(info.published_macs),
            base::scaled(static_cast<double>(info.parameters)), in_kib(info.weight_bytes),
            in_kib(info.activation_bytes), known(info.top1, 1), known(info.top1_int8, 1)});
    }
    std::string text = table.text(console.style().width);

    text += "\n  Other sizes by name:";
    std::vector<std::string> patterns;
    for (const networks::NetworkInfo& info : infos)
        if (std::ranges::find(patterns, info.pattern) == patterns.end())
            patterns.push_back(info.pattern);
    if (patterns.size() <= 4)
        text += fmt::format("\n    {}", fmt::join(patterns, "\n    "));
    else
        text += " mobilenet-v2-0.35-144, mcunet-vww1@96, mobilenet-v1-0.25-96:2 (two classes);\n"
                "  mcunet-vww or mobilenet-v2 in place of a name lists a part, and the patterns of "
                "its names.";
    text += "\n  activations: int8 bytes alive at once, layer by layer; a plan in place or by "
            "patches "
            "needs less.\n  Accuracy as published, for trained weights. Ours are random: time, "
            "memory "
            "and energy are the\n  network's, its answers are not. --json has sources.\n";
    console.print(text);
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

void networks(const Options& options, Console& console)
{
    // A name may be a part of others, but then it is meant.
    std::vector<networks::NetworkInfo> infos = networks_like(options.name);
    bool exact = std::ranges::any_of(
        infos, [&](const networks::NetworkInfo& info) { return info.name == options.name; });
    if (!options.file.empty() || exact || infos.empty()) {
        one_network(options, console);
    } else if (options.json) {
        auto rows = nlohmann::ordered_json::array();
        for (const networks::NetworkInfo& info : infos)
            rows.push_back(json_of(info));
        console.print(rows.dump(2) + "\n");
    } else {
        list_networks(infos, console);
    }
}

} // namespace

void add_networks_command(CLI::App& app, Console& console)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("networks", "List the networks known by name, or show or write one");
    command
        ->add_option("name", options->name,
            "a network's name, such as mcunet-vww1 or mobilenet-v1-0.25-96:2, or a part of names: "
            "mobilenet-v2, vww")
        ->type_name("NETWORK");
    command->add_option("--write", options->file, "write it as a TensorFlow Lite file")
        ->type_name("FILE")
        ->needs("name");
    command->add_flag("--json", options->json, "as JSON");
    command->callback([options, &console] { networks(*options, console); });
}

} // namespace profiler
