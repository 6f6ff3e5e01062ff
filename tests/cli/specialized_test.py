#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels made for the shapes of a network: that they compute the same, and how they are chosen."""
import re
import unittest

from program import DONE, ProgramTest, SMALL_NETWORK, shared_model

KEYWORDS = "ds-cnn-s"


class Results(ProgramTest):
    def test_equal_the_hosts_reference_on_each_core_with_the_extension(self):
        for network, chip in [(KEYWORDS, "generic-m4"), (SMALL_NETWORK, "generic-m4"), (SMALL_NETWORK, "generic-m7"),
                              (KEYWORDS, "generic-m33")]:
            result = self.run_program("profile", network, "--chip", chip, "--kernels", "specialized", "--no-store", "--verify")
            self.assertEqual(result.returncode, DONE, result.stderr)
            self.assertRegex(result.stderr, r"verified: \d+ layers equal to the host's reference")

    def test_equal_where_most_channels_are_dead(self):
        model = shared_model(self, "mlperf_vww_mobilenetv1_025_96_int8")
        result = self.run_program("profile", model, "--chip", "stm32l4r5", "--kernels", "specialized", "--no-store", "--verify")
        self.assertEqual(result.returncode, DONE, result.stderr)


class Choice(ProgramTest):
    def test_is_the_fastest_that_was_measured(self):
        plan = self.expect_success("profile", KEYWORDS, "--chip", "generic-m4", "--kernels", "specialized", "--dump", "plan")
        choices = re.findall(r"(?m)^layer_\w+: (\S+)\n((?:  measured: +\d+ cycles with \S+\n)+)", plan)
        self.assertGreater(len(choices), 4)
        for kernel, measured in choices:
            cycles = {name: int(number) for number, name in re.findall(r"(\d+) cycles with (\S+)", measured)}
            self.assertGreater(len(cycles), 1)
            self.assertEqual(cycles[kernel], min(cycles.values()))
        self.assertIn("specialized_conv_2d", plan)

    def test_is_the_same_from_the_cache(self):
        self.use_fresh_cache()
        arguments = (SMALL_NETWORK, "--chip", "stm32l4r5", "--kernels", "specialized")
        first, second = self.profile_json(*arguments), self.profile_json(*arguments)
        for key in ("total", "layers", "memory"):
            self.assertEqual(first[key], second[key])
        self.assertEqual(first["run"]["elf_sha256"], second["run"]["elf_sha256"])

    def test_costs_fewer_cycles_than_the_set_before(self):
        cycles = {kernels: self.profile_json(KEYWORDS, "--chip", "stm32l4r5", "--kernels", kernels)["total"]["cycles"]
                  for kernels in ("dsp", "specialized")}
        self.assertLess(cycles["specialized"], 0.8 * cycles["dsp"])


class Project(ProgramTest):
    def test_has_the_instances_as_c(self):
        self.expect_success("build", KEYWORDS, "--chip", "stm32l4r5", "--kernels", "specialized", "-o", self.folder / "project")
        source = (self.folder / "project" / "specialized.c").read_text()
        self.assertIn("SPDX-License-Identifier: MIT", source)
        self.assertIn("mcuprof_specialized_conv_2d(&shape", source)
        self.assertIn("specialized.c", (self.folder / "project" / "CMakeLists.txt").read_text())


if __name__ == "__main__":
    unittest.main()
