// SPDX-License-Identifier: GPL-2.0-or-later
// write_corpus FOLDER: the sample networks as files, from which corpus/tflite began.
#include "base/file.h"
#include "mcu_models/graph/tflite_writer.h"
#include "tests/unit/graph/sample_graphs.h"

#include <fmt/format.h>

int main(int count, char** arguments)
{
    if (count != 2) {
        fmt::print(stderr, "write_corpus FOLDER\n");
        return 2;
    }
    using namespace samples;
    for (const graph::ModelGraph& graph : {convolutions(), everything_else(), legacy(), wide()})
        base::write_file(fmt::format("{}/{}.tflite", arguments[1], graph.name),
            std::span<const std::uint8_t>(write_tflite(graph)));
    return 0;
}
