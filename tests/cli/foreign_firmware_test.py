#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Firmware that mcuprof did not build: a C program with newlib's own start-up and linker script, and what is left of it."""
import json
import pathlib
import shutil
import subprocess
import unittest

from program import FIRMWARE_FAILED, ProgramTest

SOURCE = """
#include <stdio.h>
#include <stdlib.h>
static int values[100];
static inline int twice(int x) { return 2 * x; }
__attribute__((noinline)) static int sum(void) { int s = 0; for (int i = 0; i < 100; ++i) s += values[i]; return s; }
int main(void)
{
    int *copy = malloc(sizeof values);
    for (int i = 0; i < 100; ++i)
        values[i] = copy[i] = twice(i);
    printf("hello %d %d\\n", sum(), copy[7]);
    return 0;
}
"""


@unittest.skipUnless(shutil.which("arm-none-eabi-gcc"), "arm-none-eabi-gcc is not installed")
class ForeignFirmware(ProgramTest):
    def build(self, *flags: str) -> pathlib.Path:
        source, elf = self.file("hello.c", SOURCE), self.folder / "hello.elf"
        subprocess.run(["arm-none-eabi-gcc", "-O1", "-g", "-mcpu=cortex-m4", "-mthumb", "--specs=rdimon.specs", *flags,
                        str(source), "-o", str(elf)], check=True, capture_output=True)
        return elf

    def codes(self, profile: dict) -> list[str]:
        return [warning["code"] for warning in profile["warnings"]]

    def test_newlib_by_its_default_linker_script(self):
        profile = self.profile_json(self.build(), "--chip", "generic-m4")
        self.assertEqual(profile["console"], "hello 9900 14\n")
        self.assertIn("sum", [function["name"] for function in profile["functions"]])
        self.assertIn("no_vector_table", self.codes(profile))
        self.assertIn("data_in_flash", self.codes(profile))  # the script puts everything in one place
        self.assertGreater(profile["memory"]["flash"]["code"], 5000)

    def test_stripped_it_costs_the_same(self):
        elf = self.build()
        whole = self.profile_json(elf, "--chip", "generic-m4")
        subprocess.run(["arm-none-eabi-strip", str(elf)], check=True)
        stripped = self.profile_json(elf, "--chip", "generic-m4")
        self.assertEqual(stripped["console"], whole["console"])
        self.assertEqual(stripped["total"], whole["total"])
        for function in stripped["functions"]:
            self.assertRegex(function["name"], r"\Afunction_0x[0-9a-f]{8}\Z|\A\(no function\)\Z")
            self.assertLessEqual(function["total_cycles"], stripped["total"]["cycles"])
            self.assertGreaterEqual(function["total_cycles"], function["self_cycles"])
        self.assertGreater(len(stripped["functions"]), 20)

    def test_a_map_gives_it_memory(self):
        elf = self.build()  # linked at 0x8000, where chips that boot from an alias of their flash at 0 have some
        message = self.expect_error("profile", elf, "--chip", "stm32u575", "--store", self.store)
        self.assertRegex(message, r"hello.elf: \d+ bytes to load at 0x00008000 \(\.init, \.text.*\), where STM32U575ZI has no memory "
                                  r"\(--map extra=0x00008000:128K runs it as if there were\)\Z")
        profile = self.profile_json(elf, "--chip", "stm32u575", "--map", "extra=0x00008000:128K")
        self.assertEqual(profile["console"], "hello 9900 14\n")
        self.assertIn("mapped", self.codes(profile))
        self.assertNotIn("data_in_flash", self.codes(profile))
        self.assertGreater(profile["memory"]["sram"]["static"], 1000)
        moved = self.profile_json("--map", "SRAM3=0x60000000:64K", "--map", "extra=0x8000:128K", elf, "--chip", "stm32u575")
        self.assertEqual(moved["console"], "hello 9900 14\n")

    def test_maps_that_cannot_be(self):
        elf = self.build()
        self.assertEqual(
            self.expect_error("profile", elf, "--chip", "stm32l4r5", "--map", "ram=0x20001000:4K", "--store", self.store),
            "--map ram: expected a place that is free on STM32L4R5ZI, found 0x20001000 to 0x20001fff, which overlaps SRAM1 at "
            "0x20000000 to 0x2002ffff")
        self.assertIn("expected NAME=BASE:SIZE",
                      self.expect_error("profile", elf, "--chip", "stm32l4r5", "--map", "ram", "--store", self.store))

    def test_built_for_another_core(self):
        self.assertIn("Cortex-M55/M85 code cannot run",
                      self.expect_error("profile", self.build("-mcpu=cortex-m55", "-mfloat-abi=hard"), "--chip", "generic-m33",
                                        "--store", self.store))
        result = self.run_program("profile", self.build(), "--chip", "generic-m0plus", "--no-store", "--json", "-")
        profile = json.loads(result.stdout)
        self.assertIn("built_for_more", self.codes(profile))
        self.assertEqual(result.returncode, FIRMWARE_FAILED)


if __name__ == "__main__":
    unittest.main()
