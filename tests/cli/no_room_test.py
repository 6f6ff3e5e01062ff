#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks that do not fit: which bank, how many bytes too few, what would do."""
import re
import unittest

from program import DONE, INPUT_ERROR, ProgramTest, SMALL_NETWORK

TOO_MUCH_FLASH = "mobilenet-v1-0.5-96"  # 1000 classes: 1.3 MB of weights
TOO_MUCH_SRAM = "mobilenet-v1-0.25-224:2"


class NoRoom(ProgramTest):
    def test_in_flash(self):
        message = self.expect_error("profile", TOO_MUCH_FLASH, "--chip", "nrf52840", "--store", self.store)
        self.assertRegex(message, rf"\A{TOO_MUCH_FLASH} on nrf52840: does not fit: weights and constants take \d+ bytes, "
                                  r"bank flash has 1048576, \d+ too few, before any code; it would fit \S+; "
                                  r"(\S+) would fit nrf52840\Z")

    def test_names_the_file(self):
        self.expect_success("networks", TOO_MUCH_FLASH, "--write", "some.tflite")
        message = self.expect_error("profile", "some.tflite", "--chip", "nrf52840", "--store", self.store)
        self.assertTrue(message.startswith("some.tflite on nrf52840: does not fit: "), message)

    def test_in_sram(self):
        message = self.expect_error("profile", TOO_MUCH_SRAM, "--chip", "nrf52840", "--store", self.store)
        self.assertRegex(message, rf"\A{TOO_MUCH_SRAM} on nrf52840: does not fit: activations and scratch take \d+ bytes .*"
                                  r"bank \S+ has \d+, \d+ too few ")
        chip, coarser, narrower = re.search(r"it would fit (\S+); (\S+) or (\S+) would fit nrf52840\Z", message).groups()
        self.expect_success("profile", TOO_MUCH_SRAM, "--chip", chip, "--dump", "elf")
        self.assertRegex(coarser, r"\Amobilenet-v1-0\.25-\d+:2\Z")
        self.assertRegex(narrower, r"\Amobilenet-v1-0\.\d+-224:2\Z")
        for network in coarser, narrower:
            self.expect_success("profile", network, "--chip", "nrf52840", "--dump", "elf")

    def test_names_memory_outside_the_chip(self):
        message = self.expect_error("profile", TOO_MUCH_FLASH, "--chip", "stm32f746", "--store", self.store)
        self.assertIn("too few, before any code; QSPI, outside the chip, has the room: --place weights=QSPI; ", message)
        self.expect_success("profile", TOO_MUCH_FLASH, "--chip", "stm32f746", "--place", "weights=QSPI", "--dump", "elf")

    def test_is_told_beside_what_does(self):
        result = self.run_program("compare", SMALL_NETWORK, TOO_MUCH_SRAM, "--chip", "nrf52840", "--store", self.store)
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertIn(SMALL_NETWORK.name, result.stdout)
        self.assertRegex(result.stderr, rf"\A{TOO_MUCH_SRAM} on nrf52840: does not fit: [^\n]+\n\Z")
        self.assertEqual(len(self.runs()), 1)

    def test_leaves_build_without_a_folder(self):
        self.expect_error("build", TOO_MUCH_SRAM, "--chip", "nrf52840", "-o", "firmware")
        self.assertFalse((self.folder / "firmware").exists())
        result = self.run_program("build", SMALL_NETWORK, "--chip", "nrf52840", "-o", "firmware", "-q")
        self.assertEqual(result.returncode, DONE)


if __name__ == "__main__":
    unittest.main()
