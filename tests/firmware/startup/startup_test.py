#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A clock start-up on its chip: ends well, prints what it should. On the same chip without its peripherals it must wait for a
bit that never comes, and be told so by address and bit.

    startup_test.py --mcuprof PROGRAM --chip CHIP --printed TEXT ELF
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mcuprof", required=True)
    parser.add_argument("--chip", required=True)
    parser.add_argument("--printed", required=True, help=r"\n is a new line")
    parser.add_argument("elf")
    return parser.parse_args()


def profile(chip: str, *options: str) -> tuple[dict, str]:
    result = subprocess.run([OPTIONS.mcuprof, "profile", OPTIONS.elf, "--chip", chip, "--no-store", "--json", "-", *options],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    return json.loads(result.stdout) if result.stdout.startswith("{") else {}, result.stderr


class StartUp(unittest.TestCase):
    def test_gets_through_and_prints(self):
        for mode in ([], ["--exact"]):
            result, trouble = profile(OPTIONS.chip, *mode)
            self.assertTrue(result, trouble)
            self.assertEqual(result["run"]["outcome"]["message"], "")
            self.assertEqual((result["console"], result["run"]["exit_code"]), (OPTIONS.printed.replace("\\n", "\n"), 0))

    def test_console_is_shown_live(self):
        _, shown = profile(OPTIONS.chip, "--console")
        self.assertEqual(shown, OPTIONS.printed.replace("\\n", "\n"))

    def test_waits_where_nobody_describes_the_registers(self):
        text = (ROOT / "mcu_models" / "chips" / f"{OPTIONS.chip}.toml").read_text()
        bare = re.sub(r"\[\[peripherals\]\]\n(?:.+\n)+", "", text)
        self.assertNotEqual(text, bare)
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(bare)
            file.flush()
            result, message = profile(file.name)
        self.assertEqual(result["run"]["outcome"]["reason"], "waits_on_register", message)
        self.assertRegex(message, r"waits on 0x[0-9a-f]{8}( \(bits? [^)]+\))?: 1000000 reads gave 0x[0-9a-f]+, at .*\.c:\d+\)")


if __name__ == "__main__":
    OPTIONS = arguments()
    unittest.main(argv=sys.argv[:1])
