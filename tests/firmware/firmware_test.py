#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One program of the corpus, compiled for several targets: each must print what stands in its .expected file, on qemu (whose
word counts for what the processor does) and on the simulator, whose two modes must agree on every figure.

    firmware_test.py --mcuprof PROGRAM --expected FILE CHIP:QEMU_MACHINE:ELF...

MCUPROF_REWRITE=1 writes the expected file from what qemu prints (from the simulator, if qemu has no such machine).
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from run_on_qemu import qemu_command

TIMEOUT = 60  # seconds
MOST_INSTRUCTIONS = "20000000"  # of a program of the corpus; few have more than one million
KEYS_OF_THE_MODE = {"mode", "created_at", "id"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mcuprof", required=True)
    parser.add_argument("--expected", required=True, type=pathlib.Path)
    parser.add_argument("runs", nargs="+", metavar="CHIP:QEMU_MACHINE:ELF")
    return parser.parse_args()


def run(command: list[str], errors: int = subprocess.PIPE) -> subprocess.CompletedProcess:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, timeout=TIMEOUT, check=False)


def on_qemu(machine: str, elf: str) -> tuple[str, int]:
    # Its clock counts instructions (32 ns each), so that a busy host cannot disturb what waits for SysTick.
    result = run([*qemu_command(elf, machine), "-icount", "shift=5,sleep=off"],
                 errors=subprocess.STDOUT)  # SYS_WRITE0 goes to the one, SYS_WRITE to the other
    return result.stdout, result.returncode


def profile(chip: str, elf: str, *options: str) -> tuple[dict, str]:
    result = run([OPTIONS.mcuprof, "profile", elf, "--chip", chip, "--no-store", "--json", "-", "--max-instructions", MOST_INSTRUCTIONS, *options])
    return json.loads(result.stdout) if result.stdout.startswith("{") else {}, result.stderr


class Firmware(unittest.TestCase):
    maxDiff = None

    def test_prints_the_same_everywhere(self):
        expected = OPTIONS.expected.read_text() if OPTIONS.expected.exists() else None
        for item in OPTIONS.runs:
            chip, machine, elf = item.split(":", 2)
            with self.subTest(pathlib.Path(elf).stem):
                if machine != "none" and shutil.which("qemu-system-arm"):
                    printed, code = on_qemu(machine, elf)
                    if expected is None and os.environ.get("MCUPROF_REWRITE"):
                        OPTIONS.expected.write_text(expected := printed)
                    self.assertEqual((printed, code), (expected, 0), f"qemu's {machine}")
                blocks, trouble = profile(chip, elf)
                self.assertTrue(blocks, trouble)
                if expected is None and os.environ.get("MCUPROF_REWRITE"):
                    OPTIONS.expected.write_text(expected := blocks["console"])
                self.assertEqual((blocks["console"], blocks["run"]["outcome"]["message"]), (expected, ""))
                self.assertNotIn("data_in_flash", [warning["code"] for warning in blocks["warnings"]])
                self.expect_balance(blocks)
                exact, trouble = profile(chip, elf, "--exact")
                self.assertTrue(exact, trouble)
                self.expect_equal(blocks, exact)

    def expect_balance(self, result: dict):
        """Every cycle has a cause and an owner."""
        cycles = result["total"]["cycles"]
        self.assertEqual(sum(result["cycles_by_cause"].values()), cycles)
        for rows in ("layers", "instructions"):
            if rows in result:
                self.assertEqual(sum(row["cycles"] for row in result[rows]), cycles, rows)
        self.assertEqual(sum(row["self_cycles"] for row in result["functions"]), cycles)
        self.assertEqual(sum(row["instructions"] for row in result["functions"]), result["total"]["instructions"])
        self.assertEqual(result["cycles_by_cause"].get("unmodeled", 0), 0)

    def expect_equal(self, blocks: dict, exact: dict):
        for result in (blocks, exact):
            for key in KEYS_OF_THE_MODE:
                result["run"].pop(key, None)
        for key in sorted(blocks.keys() | exact.keys()):
            self.assertEqual(blocks.get(key), exact.get(key), f"{key}: blocks against --exact")


if __name__ == "__main__":
    OPTIONS = arguments()
    unittest.main(argv=sys.argv[:1])
