#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mcuprof check as a gate: passes, fails on a regression and names the layer, and says by its exit code which it was."""
import json
import sqlite3
import unittest
import xml.etree.ElementTree as xml

from program import DONE, FIRMWARE_FAILED, INPUT_ERROR, OVER_BUDGET, ProgramTest, SMALL_NETWORK

RUN = '[[run]]\ntarget = "net.tflite"\nchip = "generic-m4"\n'
REGRESSION = ('limits = ["cycles <= baseline + 3 %", "sram <= baseline"]\n'
              '[[run.layer]]\nmatch = "*"\nlimits = ["cycles <= baseline + 3 %"]\n'
              '[run.outputs]\nlimits = ["max_difference <= 0"]\n')


class Budget(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.file("net.tflite", SMALL_NETWORK.read_bytes())
        self.main = self.folder / "main.db"

    def budget(self, text: str):
        return self.file("budget.toml", text)

    def make_baseline(self, kernels: str = "dsp") -> None:
        self.expect_success("profile", "net.tflite", "--chip", "generic-m4", "--kernels", kernels, "--store", self.main, "-q")

    def check(self, *arguments: object):
        return self.run_program("check", self.folder / "budget.toml", *arguments)

    def test_passes_within_absolute_limits(self):
        self.budget(RUN + 'limits = ["latency < 1 s", "sram < 64 KiB", "stack <= 4 KiB", "flash < 1 MiB"]\n')
        result = self.check("--all")
        self.assertEqual((result.returncode, result.stderr), (DONE, ""))
        self.assertIn("net.tflite on generic-m4 100 MHz, dsp", result.stdout)
        self.assertIn("4 of 4 limits kept", result.stdout)
        self.assertEqual(result.stdout.count("  ok "), 4)

    def test_fails_over_an_absolute_limit(self):
        self.budget(RUN + 'limits = ["latency < 1 us", "sram < 64 KiB"]\n')
        result = self.check()
        self.assertEqual(result.returncode, OVER_BUDGET)
        self.assertRegex(result.stdout, r"OVER    latency: [^\n]*, allowed 1.00 us \(latency < 1 us\)")
        self.assertIn("1 of 2 limits kept", result.stdout)

    def test_a_run_is_no_regression_of_itself(self):
        self.make_baseline()
        self.budget(RUN + REGRESSION)
        result = self.check("--baseline", "main.db")
        self.assertEqual((result.returncode, result.stderr), (DONE, ""), result.stdout)
        self.assertIn("(baseline: main.db, run 1)", result.stdout)

    def test_names_the_layers_that_regressed_and_only_those(self):
        """The regression: two of the layers run plain C instead of the kernels of the baseline."""
        self.make_baseline("dsp")
        self.make_baseline("reference")
        with sqlite3.connect(self.main) as database:
            layers = database.execute(
                "SELECT a.layer_index, a.cycles, b.cycles FROM layer a JOIN layer b USING (position)"
                " WHERE a.run_id = 1 AND b.run_id = 2 AND a.layer_index >= 0").fetchall()
        database.close()
        slower = {index for index, before, after in layers if after > before * 1.03}
        self.assertTrue(0 < len(slower) < len(layers), layers)
        self.budget(RUN + 'kernels = "reference"\n' + REGRESSION)
        result = self.check("--baseline", f"{self.main}:1", "--format", "json")
        self.assertEqual((result.returncode, result.stderr), (OVER_BUDGET, ""))
        [run] = json.loads(result.stdout)["runs"]
        over = [verdict for verdict in run["verdicts"] if verdict["result"] == "over"]
        self.assertEqual({int(verdict["subject"].split()[0]) for verdict in over if verdict["scope"] == "layer"}, slower)
        for verdict in over:
            if verdict["scope"] == "layer":
                [(before, after)] = [row[1:] for row in layers if row[0] == int(verdict["subject"].split()[0])]
                self.assertEqual((verdict["baseline"], verdict["value"]), (before, after))
                self.assertAlmostEqual(verdict["allowed"], before * 1.03)
        self.assertEqual([v["result"] for v in run["verdicts"] if v["scope"] == "outputs"], ["within"])
        text = self.check("--baseline", f"{self.main}:1").stdout
        self.assertRegex(text, r"OVER    cycles of layer 0 conv ")

    def test_other_outputs_are_seen(self):
        self.expect_success("profile", "net.tflite", "--chip", "generic-m4", "--no-store", "-q", "--output", "golden.bin")
        self.budget(RUN + '[run.outputs]\nexpected = "golden.bin"\nlimits = ["different = 0"]\n')
        self.assertEqual(self.check().returncode, DONE)
        golden = bytearray((self.folder / "golden.bin").read_bytes())
        golden[0] ^= 1
        self.file("golden.bin", bytes(golden))
        result = self.check()
        self.assertEqual(result.returncode, OVER_BUDGET)
        self.assertIn("different of outputs: 1, allowed 0", result.stdout)

    def test_junit_and_markdown(self):
        self.budget(RUN + 'limits = ["latency < 1 us", "sram < 64 KiB"]\n')
        result = self.check("--format", "junit", "-o", "out.xml")
        self.assertEqual((result.returncode, result.stdout), (OVER_BUDGET, ""))
        suites = xml.parse(self.folder / "out.xml").getroot()
        self.assertEqual((suites.tag, suites.get("tests"), suites.get("failures"), suites.get("errors")), ("testsuites", "3", "1", "0"))
        cases = suites.findall("testsuite/testcase")
        self.assertEqual([case.get("name") for case in cases], ["the firmware ends well", "run: latency < 1 us", "run: sram < 64 KiB"])
        self.assertEqual([len(case) for case in cases], [0, 1, 0])
        self.assertIn("allowed 1.00 us", cases[1][0].get("message"))
        result = self.check("--format", "md")
        self.assertIn("### mcuprof: over budget", result.stdout)
        self.assertRegex(result.stdout, r"(?m)^\| :x: \| run \| latency \| ")

    def test_stored_runs_are_not_run_again(self):
        self.make_baseline()
        self.budget('[[run]]\nid = 1\nlimits = ["sram < 64 KiB"]\n')
        self.assertEqual(self.check("--store", "main.db").returncode, DONE)

    def test_a_firmware_that_fails(self):
        self.make_baseline()
        with sqlite3.connect(self.main) as database:
            database.execute("UPDATE run SET outcome = 'fault', outcome_message = 'read of 0xdead0000'")
        database.close()
        self.budget('[[run]]\nid = 1\nlimits = ["sram < 64 KiB"]\n')
        result = self.check("--store", "main.db")
        self.assertEqual(result.returncode, FIRMWARE_FAILED)
        self.assertIn("read of 0xdead0000", result.stdout)

    def test_bad_input(self):
        def refused(text: str, *arguments: object) -> str:
            self.budget(text)
            result = self.check(*arguments)
            self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""), result.stderr)
            self.assertRegex(result.stderr, r"\A[^\n]+\n\Z")
            return result.stderr
        path = str(self.folder / "budget.toml")
        self.assertIn(f"{path}:4: 'sram <= ', column 9: expected a number", refused(RUN + 'limits = ["sram <= "]\n'))
        self.assertIn("did you mean latency?", refused(RUN + 'limits = ["latncy <= 3ms"]\n'))
        self.assertIn(f"{path}:4: ", refused(RUN + 'limit = ["sram <= 5"]\n'))
        self.assertIn("has limits against a baseline", refused(RUN + 'limits = ["sram <= baseline"]\n'))
        self.assertIn("main.db: no such baseline", refused('baseline = "main.db"\n' + RUN + 'limits = ["sram <= baseline"]\n'))
        self.assertIn("did you mean", refused('[[run]]\ntarget = "net.tflite"\nchip = "generic-m44"\nlimits = ["sram < 5"]\n'))
        self.assertIn("no.bin", refused(RUN + '[run.outputs]\nexpected = "no.bin"\nlimits = ["different = 0"]\n'))
        self.make_baseline("reference")
        self.assertIn("expected a run of net.tflite on generic-m4 at 100000000 Hz with kernels 'dsp' to compare with, found none",
                      refused('baseline = "main.db"\n' + RUN + 'limits = ["sram <= baseline"]\n'))
        self.assertIn("main.db: no run 9", refused('baseline = "main.db:9"\n' + RUN + 'limits = ["sram <= baseline"]\n'))
        self.file("notes.db", "not a store\n" * 100)
        self.assertIn("notes.db: expected a run store", refused('baseline = "notes.db"\n' + RUN + 'limits = ["sram <= baseline"]\n'))
        result = self.run_program("check", "nothing.toml")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertIn("nothing.toml: ", result.stderr)


if __name__ == "__main__":
    unittest.main()
