#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mcuprof compare: a matrix of networks, chips and kernels; what does not fit is a row; filter, order, formats."""
import csv
import io
import json
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK

TOO_MUCH_SRAM = "mobilenet-v1-0.25-224:2"


class Compare(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.environment["COLUMNS"] = "200"
        self.expect_success("compare", SMALL_NETWORK, "--chip", "generic-m4,stm32l4r5", "--kernels", "reference,dsp",
                            "--store", self.store)

    def compare(self, *arguments: object) -> str:
        return self.expect_success("compare", *arguments, "--store", self.store)

    def rows(self, *arguments: object) -> list[dict]:
        return json.loads(self.compare(1, 2, 3, 4, "--format", "json", *arguments))

    def test_runs_every_cell_of_the_matrix_once(self):
        cells = {(run["chip"], run["kernels"]) for run in self.runs()}
        self.assertEqual(cells, {(chip, kernels) for chip in ["generic-m4", "stm32l4r5"] for kernels in ["reference", "dsp"]})
        self.compare(SMALL_NETWORK, "--chip", "stm32l4r5,generic-m4", "--kernels", "dsp,reference")
        self.assertEqual(len(self.runs()), 4)
        self.compare(SMALL_NETWORK, "--chip", "stm32l4r5", "--kernels", "dsp", "--again")
        self.assertEqual(len(self.runs()), 5)

    def test_figures_are_those_of_the_runs(self):
        stored = {run["id"]: run for run in self.runs()}
        for row in self.rows():
            run = stored[row["run"]]
            self.assertEqual((row["chip"], row["kernels"], row["cycles"], row["sram"], row["flash"]),
                             (run["chip"], run["kernels"], run["cycles"], run["sram_peak_bytes"], run["flash_bytes"]))
            self.assertAlmostEqual(row["latency"], run["latency_s"])
            self.assertTrue(row["fits"])
            self.assertIsNone(row["obstacle"])

    def test_filters_and_sorts(self):
        everything = self.rows()
        self.assertEqual([row["run"] for row in self.rows("--filter", "chip = stm32* and not kernels = dsp")],
                         [row["run"] for row in everything if row["chip"] == "stm32l4r5" and row["kernels"] == "reference"])
        limit = sorted(row["latency"] for row in everything)[1]
        self.assertEqual({row["run"] for row in self.rows("--filter", f"latency <= {limit * 1e6 + 0.001:.3f} us")},
                         {row["run"] for row in everything if row["latency"] <= limit})
        latencies = [row["latency"] for row in self.rows("--sort", "latency")]
        self.assertEqual(latencies, sorted(latencies))
        self.assertEqual([row["latency"] for row in self.rows("--sort", "latency", "--reverse")], latencies[::-1])
        self.assertEqual(self.rows("--filter", "sram > 1 MiB"), [])

    def test_marks_the_pareto_front_of_each_chip(self):
        rows = self.rows("--best-in", "latency,flash")
        for row in rows:
            others = [other for other in rows if other["chip"] == row["chip"] and other is not row]
            beaten = any(other["latency"] <= row["latency"] and other["flash"] <= row["flash"]
                         and (other["latency"], other["flash"]) != (row["latency"], row["flash"]) for other in others)
            self.assertEqual(row["best"], not beaten, row)
        self.assertEqual(self.rows("--filter", "best", "--best-in", "latency"),
                         [row for row in self.rows("--best-in", "latency") if row["best"]])
        self.assertIn("★ no other run here on this chip is better in latency, flash and SRAM",
                      self.compare(1, 3, "--best-in", "latency,flash,sram"))

    def test_what_does_not_fit_is_a_row_with_the_reason(self):
        result = self.run_program("compare", SMALL_NETWORK, TOO_MUCH_SRAM, "--chip", "nrf52840", "--store", self.store)
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stdout, rf"(?m)^    {TOO_MUCH_SRAM} .* does not fit: \S+, \d[\d.]* [KM] too few$")
        self.assertRegex(result.stderr, rf"\A{TOO_MUCH_SRAM} on nrf52840: does not fit: [^\n]+\n\Z")
        result = self.run_program("compare", SMALL_NETWORK, TOO_MUCH_SRAM, "--chip", "nrf52840", "--store", self.store,
                                  "--format", "json", "--filter", "not fits")
        [row] = json.loads(result.stdout)
        self.assertEqual((row["target"], row["fits"], row["latency"]), (TOO_MUCH_SRAM, False, None))
        self.assertRegex(row["obstacle"], r"\Adoes not fit: ")

    def test_names_the_published_accuracy(self):
        catalog = {row["name"]: row for row in json.loads(self.expect_success("networks", "--json"))}
        name = "mobilenet-v1-0.25-128"
        accuracy = catalog[name]["top1_int8"] or catalog[name]["top1"]
        result = self.run_program("compare", name, "--chip", "generic-m4,stm32g0b1", "--format", "json", "--store", self.store)
        self.assertEqual({row["accuracy"] for row in json.loads(result.stdout)}, {accuracy})

    def test_formats_say_the_same(self):
        rows = self.rows()
        table = list(csv.DictReader(io.StringIO(self.compare(1, 2, 3, 4, "--format", "csv"))))
        self.assertEqual([(int(row["cycles"]), row["chip"], row["fits"]) for row in table],
                         [(row["cycles"], row["chip"], "true") for row in rows])
        lines = self.compare(1, 2, 3, 4, "--format", "md").splitlines()
        self.assertEqual(lines[1].count("|"), lines[0].count("|"))
        self.assertEqual(sum(line.startswith("| convolutions.tflite |") for line in lines), 4)
        self.assertEqual(self.compare(1, 2, "-o", "table.csv", "--format", "csv"), "")
        self.assertEqual((self.folder / "table.csv").read_text(), self.compare(1, 2, "--format", "csv"))
        sorted_text = self.compare(1, 2, 3, 4, "--sort", "latency")
        chips = [row["chip"] for row in self.rows("--sort", "latency")]
        for line, chip in zip(sorted_text.splitlines()[1:], chips):
            self.assertIn(f"  {chip} ", line)

    def test_bad_input(self):
        def refused(*arguments: object) -> str:
            result = self.run_program("compare", 1, 2, "--store", self.store, *arguments)
            self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""), arguments)
            self.assertRegex(result.stderr, r"\A[^\n]+\n\Z")
            return result.stderr.rstrip()
        self.assertEqual(refused("--filter", "sram <"),
                         "--filter: 'sram <', column 7: expected a number, with B, KiB, MiB, K, M, kB or MB or without a unit, found the end")
        self.assertEqual(refused("--filter", "srma < 5"), "--filter, column 1: expected a figure, found 'srma'; did you mean sram?")
        self.assertEqual(refused("--sort", "latncy"), "--sort: expected a figure, found 'latncy'; did you mean latency?")
        self.assertIn("--best-in: expected figures that are better low or high", refused("--best-in", "chip"))
        self.assertIn("xml", refused("--format", "xml"))
        self.assertIn("fast", refused("--kernels", "fast"))
        self.assertIn("no/table.csv: ", refused("-o", "no/table.csv"))


if __name__ == "__main__":
    unittest.main()
