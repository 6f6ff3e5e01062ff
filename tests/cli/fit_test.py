#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The largest network of a family that fits a chip."""
import json
import unittest

from program import OVER_BUDGET, ProgramTest

SMALL = ["--classes", "2", "--widths", "0.1,0.25", "--resolutions", "32,48,64,224", "--chip", "nrf52840"]


class Fit(ProgramTest):
    def fit(self, *arguments: object) -> dict:
        return json.loads(self.expect_success("fit", *arguments, "--json", "-"))

    def test_answers_run_and_say_what_profile_says(self):
        found = self.fit("mobilenet-v1", *SMALL)
        self.assertEqual(found["by"], "macs")
        best = found["best"]
        self.assertEqual(best["name"], "mobilenet-v1-0.1-224:2")  # 0.25 at 224 has no room
        self.assertEqual(found["ran"], [best["name"]])
        wide = found["frontier"][1]
        self.assertEqual((wide["largest"]["resolution"], wide["next"]["resolution"]), (64, 224))
        self.assertRegex(wide["next"]["limit"], r"\A[\d.]+ KiB too few in RAM")
        profile = self.profile_json(best["name"], "--chip", "nrf52840")
        self.assertEqual(best["latency_s"], profile["total"]["latency_s"])
        self.assertEqual(best["sram_bytes"], profile["memory"]["sram_peak_bytes"])
        self.assertEqual(best["macs"], profile["total"]["macs"])

    def test_keeps_a_limit_of_time(self):
        slow = self.fit("mobilenet-v1", *SMALL)["best"]["latency_s"]
        found = self.fit("mobilenet-v1", *SMALL, "--latency", f"{slow * 300:.3f}ms")
        for row in found["frontier"]:
            if row["largest"]:
                self.assertLessEqual(row["largest"]["latency_s"], slow * 0.3)
            self.assertRegex(row["next"]["limit"], "limit|longer than|too few")
        self.assertLess(found["best"]["latency_s"], slow)

    def test_prints_the_frontier(self):
        text = self.expect_success("fit", "mobilenet-v1", *SMALL)
        self.assertIn("limits: SRAM and flash", text)
        self.assertRegex(text, r"(?m)^  mobilenet-v1-0\.25 +64 .* 224: [\d.]+ KiB too few in RAM")
        self.assertRegex(text, r"most multiply-accumulates: mobilenet-v1-0\.1-224:2 ")

    def test_nothing_fits(self):
        result = self.run_program("fit", "mcunet-in3", "--chip", "nrf52840", "--latency", "1us", "--resolutions", "32", "--classes", "2")
        self.assertEqual(result.returncode, OVER_BUDGET)
        self.assertIn("nothing of mcunet-in3 fits nrf52840", result.stdout)

    def test_refuses_what_makes_no_sense(self):
        for arguments, message in [
            (["mobilnet-v1"], "family 'mobilnet-v1': unknown; did you mean mobilenet-v1"),
            (["mobilenet-v1", "--latency", "soon"], "--latency: expected a positive number and a unit (us, ms, s), found 'soon'"),
            (["mobilenet-v1", "--latency", "100"], "--latency: expected a positive number and a unit (us, ms, s), found '100'"),
            (["mobilenet-v1", "--energy", "-1mJ"], "--energy: expected a positive number and a unit (uJ, mJ, J), found '-1mJ'"),
            (["mobilenet-v1", "--widths", "9"], "network 'mobilenet-v1-9.0-32': expected a width from 0.1 to 2, found '9.0'"),
            (["mobilenet-v1", "--resolutions", "7"], "expected a resolution from 32 to 512, found '7'"),
        ]:
            self.assertIn(message, self.expect_error("fit", *arguments, "--chip", "nrf52840"))


if __name__ == "__main__":
    unittest.main()
