#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Views of a stored run: `mcuprof show RUN --calls` and its like, on the firmware of a network."""
import json
import unittest

from program import ProgramTest, SMALL_NETWORK


class Views(ProgramTest):
    def setUp(self):
        super().setUp()
        self.expect_success("build", SMALL_NETWORK, "--chip", "generic-m4", "-o", "firmware", "--quiet")

    def profile(self, *arguments: object) -> dict:
        """Of the firmware, from the store."""
        self.expect_success("profile", "firmware/firmware.elf", "--chip", "generic-m4", "--store", self.store, "-q", *arguments)
        return json.loads(self.expect_success("show", 1, "--store", self.store, "--json"))

    def show(self, *arguments: object) -> str:
        return self.expect_success("show", 1, "--store", self.store, *arguments)

    def refusal(self, *arguments: object) -> str:
        result = self.run_program("show", 1, "--store", self.store, *arguments)
        self.assertEqual(result.returncode, 2, result)
        return result.stderr

    def test_calls(self):
        profile = self.profile()
        tree = self.show("--calls")
        self.assertRegex(tree, r"(?m)^.* 100\.0 % .* 1  reset_handler$")
        self.assertLess(tree.index("model_invoke"), tree.index("layer_000"))
        neighbors = self.show("--calls", "model_invoke")
        self.assertLess(neighbors.index("called by"), neighbors.index("main"))
        self.assertIn("layer_000", neighbors[neighbors.index("\n  calls"):])
        # A function's cycles with callees are what the tree says of it, where it stands once.
        totals = {function["name"]: function["total_cycles"] for function in profile["functions"]}
        rows = [call for call in profile["calls"] if call["function"] == "model_invoke"]
        self.assertEqual([row["total_cycles"] for row in rows], [totals["model_invoke"]])
        self.assertIn("did you mean model_invoke?", self.refusal("--calls", "model_invok"))

    def test_layers_by_pattern_are_those_of_the_network(self):
        layers = self.profile("--layers", "^layer_")["layers"]
        network = self.profile_json(SMALL_NETWORK, "--chip", "generic-m4")["layers"]
        self.assertEqual([(layer["name"], layer["instructions"]) for layer in layers if layer["index"] >= 0],
                         [(layer["name"], layer["instructions"]) for layer in network if layer["index"] >= 0])
        table = self.show("--layers")
        self.assertIn("begins at", table)
        self.assertIn("(outside layers)", table)

    def test_layers_are_for_firmware_and_need_a_pattern_that_matches(self):
        result = self.run_program("profile", SMALL_NETWORK, "--chip", "generic-m4", "--layers", "x", "--no-store")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--layers is for ELF files", result.stderr)
        for pattern, complaint in [("no_such", "found none like it"), ("(", "regular expression"), ("(a)\\1", "back-references")]:
            result = self.run_program("profile", "firmware/firmware.elf", "--chip", "generic-m4", "--layers", pattern, "--no-store")
            self.assertEqual(result.returncode, 2)
            self.assertIn(complaint, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_code(self):
        self.profile()
        self.assertRegex(self.show("--blocks"), r"(?m)^ +address +instructions +count +cycles")
        self.assertIn("instruction", self.show("--disassembly", "model_invoke"))
        self.assertIn("source file 'no_such.c': nothing of it ran; what ran is in ", self.refusal("--lines", "no_such.c"))

    def test_stack(self):
        profile = self.profile()
        table = self.show("--stack")
        self.assertIn("model_invoke", table)
        self.assertEqual(profile["contexts"][0]["stack_bytes"], profile["memory"]["sram"]["stack"])

    def test_are_shown_one_at_a_time(self):
        self.profile()
        self.assertIn("excludes", self.refusal("--calls", "--stack"))
        self.assertIn("--functions", self.refusal("--inlined"))
        self.assertIn("function", self.show("--functions", "--inlined"))

    def test_fit_the_width_asked_for(self):
        self.profile("--layers", "^layer_")
        for width in (80, 120):
            self.environment["COLUMNS"] = str(width)
            for view in ("--calls", "--stack", "--blocks", "--layers", "--functions"):
                self.assertLessEqual(max(map(len, self.show(view).splitlines())), width, view)


if __name__ == "__main__":
    unittest.main()
