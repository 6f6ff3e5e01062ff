#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The text report of a whole run. Cycles move when kernels or the compiler do, so digits are compared as such; names,
order, units and columns are compared as they are. MCUPROF_REWRITE=1 writes the expected files."""
import os
import pathlib
import re
import unittest

import program
from program import ProgramTest, SMALL_NETWORK, shared_model

EXPECTED = pathlib.Path(__file__).parent / "expected"


def stable_parts(report: str) -> str:
    """Numbers become '9'; bars and padding, which follow from them, one blank."""
    text = re.sub(r"[▏▎▍▌▋▊▉█▕]+", " ", report)
    text = re.sub(r"(?<![\w.→-])[-+]?\d+(\.\d+)?(?![\w.→])", "9", text)
    text = re.sub(r"(?<=\b9) [kM]\b", "", text)
    text = re.sub(r"\b9 [mun]s\b", "9 ms", text)
    text = re.sub(r"-{5,}", "-----", text)
    return "".join(re.sub(r" {2,}", "  ", line.rstrip()) + "\n" for line in text.splitlines())


class TextReport(ProgramTest):
    def expect_report(self, name: str, report: str) -> None:
        path = EXPECTED / f"{name}.txt"
        if os.environ.get("MCUPROF_REWRITE"):
            path.write_text(stable_parts(report), encoding="utf-8")
        self.assertEqual(stable_parts(report), path.read_text(encoding="utf-8"))

    def report(self, *arguments: object) -> str:
        # Which causes are worth a word depends on cycles: that line has its own test.
        text = self.expect_success("profile", *arguments, "--no-store")
        self.assertRegex(text, r"  cycles by cause   issue [\d.]+ %")
        return re.sub(r"(?m)^  cycles by cause .*\n(^ {20}.*\n)*", "  cycles by cause\n", text)

    def test_of_hello_world(self):
        self.expect_report("hello_world_on_generic_m4", self.report(
            shared_model(self, "tflm_hello_world_int8"), "--chip", "generic-m4"))

    def test_of_a_network_on_a_chip_with_provisional_timing(self):
        self.expect_report("convolutions_on_stm32f746", self.report(SMALL_NETWORK, "--chip", "stm32f746"))

    def test_of_a_firmware_lists_functions(self):
        self.expect_success("build", SMALL_NETWORK, "--chip", "generic-m4", "-o", "firmware", "--quiet")
        text = self.expect_success("profile", "firmware/firmware.elf", "--chip", "generic-m4", "--no-store")
        self.assertIn("firmware.elf on Generic Cortex-M4", text)
        self.assertIn("mcuprof_dsp_conv_2d_int8", text)

    def test_counts_of_notes_are_said_once(self):
        text = self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store")
        notes = [line for line in text.splitlines() if line.startswith("  - ")]
        self.assertTrue(notes)
        for note in notes:
            self.assertLessEqual(len(re.findall(r"\b\d+ times|^  - \d+", note)), 1, note)
        self.assertEqual(text.count("mcuprof chips generic-m4 --sources"), 1)

    def test_fits_the_width_asked_for(self):
        for width in (80, 100, 140):
            self.environment["COLUMNS"] = str(width)
            text = self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32f746", "--no-store")
            self.assertLessEqual(max(map(len, text.splitlines())), width)

    def test_has_color_on_a_terminal_only(self):
        self.assertNotIn("\x1b", self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store"))
        self.assertIn("\x1b[", self.on_terminal())
        self.environment["NO_COLOR"] = "1"
        self.assertNotIn("\x1b[", self.on_terminal())

    def on_terminal(self) -> str:
        """Standard output of the program when that is a terminal."""
        primary, secondary = os.openpty()
        with os.fdopen(primary, "rb", buffering=0) as screen:
            process = program.subprocess.Popen(
                self.command_line("--progress", "none", "profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store"),
                cwd=self.folder, env=self.environment, stdin=program.subprocess.DEVNULL, stdout=secondary)
            os.close(secondary)
            content = b""
            try:
                while chunk := screen.read(4096):
                    content += chunk
            except OSError:  # the other end is closed
                pass
            self.assertEqual(process.wait(), 0)
        return content.decode()


if __name__ == "__main__":
    unittest.main()
