#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Energy on the command line: what it rests on, battery life, calibration."""
import json
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK


class EnergyTest(ProgramTest):
    def refused(self, *arguments: object) -> str:
        """The one line that says why; the store may have runs."""
        result = self.run_program(*arguments)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""), f"{arguments}\n{result.stderr}")
        self.assertRegex(result.stderr, r"\A[^\n]+\n\Z", arguments)
        return result.stderr.rstrip("\n")


class Energy(EnergyTest):
    def profile(self, *arguments: object) -> dict:
        return json.loads(self.expect_success("profile", SMALL_NETWORK, *arguments, "--store", self.store, "--json", "-"))

    def test_of_a_run_by_term_and_over_time(self):
        profile = self.profile("--chip", "stm32u575")
        terms = profile["energy_by_term_fj"]
        self.assertEqual([term["name"] for term in profile["energy_terms"]],
                         ["static", "clock", "active", "stalled", "memory", "platform"])
        total = sum(terms.values())
        self.assertAlmostEqual(total * 1e-15, profile["total"]["energy_j"], delta=1e-9 * profile["total"]["energy_j"])
        for rows in ("layers", "functions"):
            for term, value in terms.items():
                self.assertEqual(sum(row["energy_by_term_fj"][term] for row in profile[rows]), value, (rows, term))
        self.assertEqual(sum(row["energy_fj"] for row in profile["traffic"]), terms["memory"])
        self.assertEqual(sum(sample["energy_fj"] for sample in profile["power"]), total)
        self.assertEqual(sum(sample["cycles"] for sample in profile["power"]), profile["total"]["cycles"])
        self.assertGreaterEqual(len(profile["power"]), 1000)
        self.assertEqual(profile["run"]["supply"], "SMPS, 3 V, range 1")
        self.assertEqual(profile["run"]["energy_basis"], "datasheet")
        self.assertLess(profile["total"]["energy_low_j"], profile["total"]["energy_j"])
        self.assertGreater(profile["total"]["energy_high_j"], profile["total"]["energy_j"])

    def test_is_unknown_where_nobody_says_what_the_chip_draws(self):
        profile = self.profile("--chip", "generic-m4")
        self.assertIsNone(profile["total"]["energy_j"])
        self.assertEqual((profile["energy_by_term_fj"], profile["power"]), ({}, []))
        self.assertIn("its energy is unknown", self.refused("energy", "1", "--store", self.store))
        self.assertIn("energy     unknown", self.expect_success("show", "1", "--store", self.store))

    def test_moves_with_supply_and_placement(self):
        def joules(*arguments: object) -> float:
            return self.profile("--chip", "stm32u575", *arguments)["total"]["energy_j"]
        usual = joules()
        self.assertGreater(joules("--supply", "LDO"), usual)
        self.assertGreater(joules("--supply", "LDO, 3.6 V"), joules("--supply", "LDO, 1.8 V"))
        self.assertLess(joules("--clock", "24MHz", "--supply", "range 4"), joules("--clock", "24MHz"))
        self.assertLess(joules("--place", "weights=SRAM1"), usual * 1.02)

    def test_of_a_device_and_its_battery(self):
        self.profile("--chip", "stm32u575")
        arguments = ("energy", "1", "--store", self.store, "--battery", "2xAA-lithium", "--sensor", "pdm-mic=650uA")
        answer = json.loads(self.expect_success(*arguments, "--period", "2s", "--json", "-"))
        self.assertAlmostEqual(sum(phase["seconds"] for phase in answer["phases"]), 2)
        average = sum(phase["charge_c"] for phase in answer["phases"]) / 2 + 650e-6
        self.assertAlmostEqual(answer["outlook"]["average_current_a"], average, delta=1e-9)
        life = 3000e-3 * 0.9 / (average + 3000e-3 * 0.007 / 8760) / 24
        self.assertAlmostEqual(answer["outlook"]["life_days"], life, delta=1e-6 * life)
        text = self.expect_success(*arguments)
        for word in ("sleep", "infer", "pdm-mic", "2 x AA lithium (L91)", "life", "every 1.00 s"):
            self.assertIn(word, text)
        scenario = self.file("doorbell.toml", 'period = "2s"\nbattery = "2xAA-lithium"\nsensors = ["pdm-mic"]\n')
        from_file = json.loads(self.expect_success("energy", "1", "--store", self.store, "--scenario", scenario, "--json", "-"))
        self.assertEqual(from_file, answer)
        woken = self.expect_success("energy", "1", "--store", self.store, "--battery", "CR2032", "--wake-on", "pir=20uA:40/day",
                                    "--radio", "wifi=24.9mA:34s:5/day")
        self.assertIn("on pir, every 36", woken)

    def test_bad_input(self):
        self.profile("--chip", "stm32u575")
        for arguments, message in [
                (("--period", "0s"), "--period 0s: a period must be longer than 0"),
                (("--period=-1s",), "--period -1s: cannot be negative, found '-1s'"),
                (("--period", "soon"), "--period soon: expected a time such as 500ms, 1s, 10min, 2h, 1d, found 'soon'"),
                (("--battery", "AAA"), "battery AAA: expected one of aa-lithium, aa-alkaline, cr2032, 18650, several in series as 2xaa-lithium"),
                (("--sleep", "coma"), "--sleep coma: stm32u575 has no such state; there is stop2,"),
                (("--sensor", "lamp"), "--sensor lamp: expected NAME=CURRENT, or one of pdm-mic"),
                (("--wake-on", "pir=1uA:1/day", "--period", "1s"), "mcuprof energy: a period is for a timer; pir says when the chip wakes"),
                (("--scenario", "nowhere.toml"), "nowhere.toml: "),
                (("--supply", "LDO"), "run 1: ran at the clock and supply it has"),
        ]:
            self.assertTrue(self.refused("energy", "1", "--store", self.store, *arguments).startswith(message), arguments)
        short = self.refused("energy", "1", "--store", self.store, "--period", "10us")
        self.assertRegex(short, r"^a period of 10\.0 us: too short: duty would be \d+ %; the shortest possible period is ")
        self.assertIn("expected --chip", self.refused("energy", SMALL_NETWORK, "--store", self.store))
        self.assertIn("nobody says what it draws asleep", self.refused("energy", SMALL_NETWORK, "--chip", "stm32f746", "--store", self.store))


class Calibration(EnergyTest):
    def test_is_used_from_then_on(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32u575", "--store", self.store)
        told = self.expect_success("calibrate", "--chip", "stm32u575", "--measured", "current=9.1mA,run=1", "--store", self.store)
        self.assertIn("runs of stm32u575 are calibrated from now on", told)
        profile = json.loads(self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32u575", "--store", self.store, "--json", "-"))
        self.assertEqual(profile["run"]["energy_basis"], "calibrated")
        self.assertAlmostEqual(profile["total"]["average_power_w"] / 3.0, 9.1e-3, delta=1e-5)
        plain = self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32u575", "--store", self.store, "--calibration", "none")
        self.assertIn("uncalibrated, currents: datasheet", plain)
        self.assertIn("is calibrated already", self.refused("calibrate", "--chip", "stm32u575", "--measured", "current=9mA,run=2", "--store", self.store))

    def test_bad_input(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32u575", "--store", self.store)
        def complaint(measured: str, *arguments: object) -> str:
            return self.refused("calibrate", "--chip", "stm32u575", "--measured", measured, "--store", self.store, *arguments)
        self.assertIn("current=CURRENT,run=RUN", complaint("9mA"))
        self.assertIn("one current and the run it belongs to", complaint("current=9mA"))
        self.assertIn("expected a current such as 650uA", complaint("current=9,run=1"))
        self.assertRegex(complaint("current=200mA,run=1"), r"would need 1\d\d mA beside .* the residual would be")
        self.assertRegex(complaint("current=3mA,run=1"), r"would need an activity of .* residual")
        self.assertIn("7", complaint("current=9mA,run=7"))
        gap = self.file("gap.csv", "time,current\n0,0.009\n1,0.009\n99,0.009\n")
        self.assertTrue(complaint(f"file={gap},run=1").startswith(f"{gap}:4: a gap of 98 s"))
        wrong = self.file("wrong.csv", "volts,watts\n1,2\n")
        self.assertTrue(complaint(f"file={wrong},run=1").startswith(f"{wrong}:1: expected columns of current and of time or cycles"))
        broken = self.file("broken.toml", 'chip = "stm32u575"\nplatform_ma = -4\nactivity = 1.1\nerror = 0.1\nsource = "x"\n')
        self.assertTrue(self.refused("profile", SMALL_NETWORK, "--chip", "stm32u575", "--store", self.store, "--calibration", broken)
                        .startswith(f"{broken}:2: 'platform_ma' must be from 0"))


if __name__ == "__main__":
    unittest.main()
