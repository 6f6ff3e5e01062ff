// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/qemu_run.h"

#include "base/file.h"
#include "profiler/firmware/process.h"
#include "profiler/firmware/temporary_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace golden {

std::string machine_for(const std::string& chip)
{
    static const std::map<std::string, std::string> machines {
        {"generic-m0plus",
            "mps2-an385"}, // executes Armv6-M code: a subset of what its Cortex-M3 does
        {"generic-m3", "mps2-an385"},
        {"generic-m4", "mps2-an386"},
        {"generic-m7", "mps2-an500"},
        {"generic-m33", "mps2-an505"},
    };
    return machines.at(chip);
}

bool has_qemu()
{
    return firmware::find_program("qemu-system-arm") && firmware::find_program("python3");
}

std::vector<std::vector<std::uint8_t>> run_on_qemu(const firmware::Firmware& firmware,
    const std::string& machine, const std::vector<std::vector<std::uint8_t>>& inputs)
{
    firmware::TemporaryFolder folder;
    base::write_file(folder.path() / "firmware.elf", firmware.elf);
    firmware::Command command {*firmware::find_program("python3"),
        {SOURCE_DIR "/tests/support/run_on_qemu.py", "firmware.elf", machine}, folder.path()};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::string file = fmt::format("input_{}.bin", i);
        base::write_file(folder.path() / file, inputs[i]);
        command.arguments.push_back("--input");
        command.arguments.push_back(fmt::format("{}@{:#x}", file, firmware.inputs.at(i).address));
    }
    firmware::ProcessResult result = firmware::run_process(command);
    EXPECT_EQ(result.exit_code, 0) << result.output;

    std::vector<std::vector<std::uint8_t>> outputs;
    std::istringstream lines(result.output);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string keyword, hex;
        std::size_t index = 0;
        words >> keyword >> index >> hex;
        if (keyword != "output")
            continue;
        EXPECT_EQ(index, outputs.size());
        outputs.emplace_back();
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
            outputs.back().push_back(
                static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    return outputs;
}

} // namespace golden
