#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A firmware that measures pieces of itself with the cycle counter sees what the profile charges to them, to the cycle.

    measured_test.py --mcuprof PROGRAM --nm arm-none-eabi-nm CHIP:ELF...
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mcuprof", required=True)
    parser.add_argument("--nm", required=True)
    parser.add_argument("runs", nargs="+", metavar="CHIP:ELF")
    return parser.parse_args()


def output_of(*command: str) -> str:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120).stdout


def profile(chip: str, elf: str, *options: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        store = str(pathlib.Path(folder) / "runs.db")
        output_of(OPTIONS.mcuprof, "profile", elf, "--chip", chip, "--store", store, "--quiet", *options)
        return json.loads(output_of(OPTIONS.mcuprof, "show", "1", "--store", store, "--json"))


def symbols_of(elf: str) -> dict[str, tuple[int, int]]:
    """Address and size by name."""
    symbols = {}
    for line in output_of(OPTIONS.nm, "--print-size", elf).splitlines():
        words = line.split()
        if words[0] != "U":
            symbols[words[-1]] = (int(words[0], 16) & ~1, int(words[1], 16) if len(words) == 4 else 0)
    return symbols


class Measured(unittest.TestCase):
    def test_equals_what_is_charged(self):
        for item in OPTIONS.runs:
            chip, elf = item.split(":", 1)
            for options in ((), ("--exact",)):
                with self.subTest(chip=chip, elf=pathlib.Path(elf).stem, options=options):
                    self.compare(profile(chip, elf, *options), symbols_of(elf))

    def compare(self, result: dict, symbols: dict[str, tuple[int, int]]):
        charged_to = {row["address"]: row["cycles"] for row in result["instructions"]}
        measured, charged = {}, {}
        for line in result["console"].splitlines():
            name, cycles, *functions = line.split()
            measured[name] = int(cycles)
            ranges = [(symbols[f"begin_{name}"][0], symbols[f"end_{name}"][0])]
            ranges += [(start, start + size) for start, size in (symbols[function] for function in functions)]
            charged[name] = sum(cycles for address, cycles in charged_to.items() if any(low <= address < high for low, high in ranges))
        if "m0plus" in result["run"]["chip"]:
            measured.pop("switches"), charged.pop("switches")  # a helper of the C library does them, outside of the piece
        self.assertGreater(len(measured), 9)
        self.assertEqual(measured, charged)


if __name__ == "__main__":
    OPTIONS = arguments()
    unittest.main(argv=sys.argv[:1])
