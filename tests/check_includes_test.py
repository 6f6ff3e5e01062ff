#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_includes.py finds each kind of forbidden include, and nothing in a tree that keeps the rules."""
import pathlib
import tempfile
import unittest

from check_includes import complaints


def complaints_about(files: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return complaints(root)


class CheckIncludes(unittest.TestCase):
    def test_accepts_what_points_downward(self) -> None:
        self.assertEqual(
            complaints_about({
                "base/file.cpp": '#include "base/file.h"\n#include <vector>\n',
                "sim/machine.cpp": '#include "mcu_models/chip_model.h"\n#include <unicorn/unicorn.h>\n',
                "sim/machine_memory.cpp": "#include <unicorn/unicorn.h>\n",
                "profiler/main.cpp": '#include "sim/machine.h"\n#include "traces/profile.h"\n',
                "kernels/reference/add_s8.c": '#include "mcuprof_kernels.h"\n',
                "tests/unit/sim/machine_test.cpp": '#include "sim/machine.h"\n',
            }),
            [])

    def test_names_file_and_line_of_an_upward_include(self) -> None:
        self.assertEqual(
            complaints_about({
                "sim/machine.h": '#pragma once\n\n#include "traces/profile.h"\n',
                "base/file.h": '#include "mcu_models/chip_model.h"\n',
                "profiler/plan/plan.cpp": '#include "kernels/include/mcuprof_kernels.h"\n',
                "kernels/dsp/add_s8.c": '#include "base/check.h"\n',
                "gui/main.cpp": '  #  include "sim/machine.h"\n',
            }),
            [
                "base/file.h:1: base/ may not include mcu_models/",
                "sim/machine.h:3: sim/ may not include traces/",
                "profiler/plan/plan.cpp:1: profiler/ may not include kernels/",
                "gui/main.cpp:1: gui/ may not include sim/",
                "kernels/dsp/add_s8.c:1: kernels/ may not include base/",
            ])

    def test_keeps_each_library_in_its_place(self) -> None:
        self.assertEqual(
            complaints_about({
                "sim/decode/decoder.h": "#include <capstone/capstone.h>\n",
                "sim/timing/core_timing.cpp": "#include <unicorn/arm.h>\n",
                "profiler/main.cpp": "#include <SQLiteCpp/Database.h>\n",
                "mcu_models/chip_model.cpp": "#include <toml++/toml.h>\n",
            }),
            [
                "mcu_models/chip_model.cpp:1: <toml++/toml.h> belongs to mcu_models/toml_reader.cpp"
                " and profiler/plan/kernel_manifest.cpp and tests/unit/kernels/ only",
                "sim/decode/decoder.h:1: <capstone/capstone.h> belongs to sim/decode/decoder.cpp only",
                "sim/timing/core_timing.cpp:1: <unicorn/arm.h> belongs to sim/machine and bench/ only",
                "profiler/main.cpp:1: <SQLiteCpp/Database.h> belongs to traces/store/ and tests/unit/traces/ only",
            ])


if __name__ == "__main__":
    unittest.main()
