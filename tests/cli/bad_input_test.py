#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong names and damaged files: one line that names the place, exit code 2, nothing stored."""
import random
import re
import struct
import unittest

import tflite_patch
from program import DONE, FIRMWARE_FAILED, INPUT_ERROR, ROOT, ProgramTest, SMALL_NETWORK

CONV_2D, SOFTMAX, EXP, BATCH_MATMUL = 3, 25, 47, 126  # as TensorFlow Lite numbers them


def elf_header(machine: int, bits: int = 32) -> bytes:
    ident = b"\x7fELF" + bytes([1 if bits == 32 else 2, 1, 1]) + bytes(9)
    return ident + struct.pack("<HHIIIIIHHHHHH", 2, machine, 1, 0, 52, 0, 0, 52, 32, 0, 40, 0, 0)


class Names(ProgramTest):
    def test_nearest_are_suggested(self):
        self.assertEqual(self.expect_error("profile", "mcunet-vww", "--chip", "stm32l4r5", "--store", self.store),
                         "network 'mcunet-vww': unknown; did you mean mcunet-vww0, mcunet-vww1 or mcunet-vww2?")
        self.assertEqual(self.expect_error("profile", SMALL_NETWORK, "--chip", "stm32l4r", "--store", self.store),
                         "stm32l4r: no chip of this name; did you mean stm32l4r5?")
        self.assertIn("did you mean", self.expect_error("chips", "stm32f74"))
        self.assertIn("did you mean", self.expect_error("networks", "mobilnet-v1-0.25-96"))
        self.assertIn("did you mean", self.expect_error("compare", SMALL_NETWORK, "--chip", "generic-m4,stm32f74"))

    def test_clock(self):
        self.assertEqual(
            self.expect_error("profile", SMALL_NETWORK, "--chip", "stm32l4r5", "--clock", "200MHz", "--store", self.store),
            "stm32l4r5: runs at up to 120 MHz, asked for 200 MHz")
        for clock in ["fast", "0", "-5MHz", "nan", "1e300", "5 parsec", ""]:
            result = self.run_program("profile", SMALL_NETWORK, "--chip", "stm32l4r5", f"--clock={clock}", "--no-store")
            self.assertEqual(result.returncode, INPUT_ERROR, clock)
            self.assertIn("--clock", result.stderr)


class OptionsOfAnElf(ProgramTest):
    def test_are_refused_for_networks(self):
        for option in (["--arguments", "x"], ["--semihosting-files", "."], ["--layers", "x"]):
            message = self.expect_error("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store, *option)
            self.assertIn("is a network", message)
            self.assertIn(option[0], message)

    def test_files_need_a_folder(self):
        elf = ROOT / "tests" / "fuzz" / "corpus" / "elf" / "program_dwarf5.elf"
        message = self.expect_error("profile", elf, "--chip", "stm32l4r5", "--store", self.store, "--semihosting-files", "nowhere")
        self.assertEqual(message, "nowhere: expected a folder for the firmware's files: No such file or directory")


class Networks(ProgramTest):
    def expect_refused(self, name: str, content: bytes) -> str:
        path = self.file(name, content)
        message = self.expect_error("profile", path, "--chip", "generic-m4", "--store", self.store)
        self.assertTrue(message.startswith(f"{path}: "), message)
        return message

    def test_missing_file_folder_and_empty_file(self):
        self.assertEqual(
            self.expect_error("profile", "no.tflite", "--chip", "generic-m4", "--store", self.store),
            "no.tflite: cannot be read: No such file or directory")
        self.assertEqual(self.expect_error("profile", self.temporary, "--chip", "generic-m4", "--store", self.store),
                         f"{self.temporary}: expected a regular file")
        self.expect_refused("empty.tflite", b"")

    def test_truncated_anywhere(self):
        whole = SMALL_NETWORK.read_bytes()
        for length in [1, 4, 8, 9, 60, len(whole) // 2, len(whole) - 4]:
            self.expect_refused("short.tflite", whole[:length])

    def test_random_bytes(self):
        numbers = random.Random(7)
        for length in [16, 1000, 5000]:
            self.expect_refused("noise.tflite", numbers.randbytes(length))
            self.expect_refused("noise.tflite", numbers.randbytes(4) + b"TFL3" + numbers.randbytes(length))

    def test_flipped_bits_end_in_an_error_or_a_result(self):
        """A flip may leave a valid network. Whatever it is, the program decides for one of its documented ends."""
        whole, numbers = SMALL_NETWORK.read_bytes(), random.Random(11)
        refused = 0
        for _ in range(40):
            content = bytearray(whole)
            for _ in range(numbers.randint(1, 4)):
                content[numbers.randrange(len(content))] ^= 1 << numbers.randrange(8)
            result = self.run_program("profile", self.file("flipped.tflite", bytes(content)), "--chip", "generic-m4",
                                      "--dump", "plan")
            self.assertIn(result.returncode, (DONE, INPUT_ERROR), result.stderr)
            if result.returncode == INPUT_ERROR:
                refused += 1
                self.assertRegex(result.stderr, r"\A[^\n]*flipped[^\n]*\n(  [^\n]+\n)*\Z")
        self.assertGreater(refused, 5)

    def test_operators_without_a_kernel_are_all_listed(self):
        content = tflite_patch.with_operator(SMALL_NETWORK.read_bytes(), SOFTMAX, EXP)
        result = self.run_program("profile", self.file("exp.tflite", content), "--chip", "generic-m4",
                                  "--store", self.store)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertRegex(result.stderr, r"\A\S*/exp\.tflite: operator 7 \(EXP\): not supported")
        self.assertIn("mcuprof kernels", result.stderr)
        twice = tflite_patch.with_operator(content, CONV_2D, BATCH_MATMUL)
        result = self.run_program("profile", self.file("two.tflite", twice), "--chip", "generic-m4")
        self.assertRegex(result.stderr, r"operator 1 \(BATCH_MATMUL\)")
        self.assertRegex(result.stderr, r"operator 7 \(EXP\)")


class Firmware(ProgramTest):
    def refused(self, name: str, content: bytes) -> str:
        path = self.file(name, content)
        message = self.expect_error("profile", path, "--chip", "generic-m4", "--store", self.store)
        self.assertTrue(message.startswith(f"{path}: "), message)
        return message

    def test_of_another_architecture(self):
        self.assertIn("Arm", self.refused("x86.elf", elf_header(machine=3) + bytes(200)))
        self.assertIn("Arm", self.refused("riscv.elf", elf_header(machine=243) + bytes(200)))
        self.assertIn("Arm", self.refused("wide.elf", elf_header(machine=183, bits=64) + bytes(200)))

    def test_that_is_none(self):
        self.refused("text.elf", b"int main(void) { return 0; }\n")
        self.refused("nothing.elf", elf_header(machine=40) + bytes(200))
        self.refused("header.elf", b"\x7fELF")

    def test_truncated_or_damaged(self):
        self.expect_success("build", SMALL_NETWORK, "--chip", "generic-m4", "-o", "firmware", "--quiet")
        whole = (self.folder / "firmware" / "firmware.elf").read_bytes()
        for length in [16, 52, 100, len(whole) // 3]:
            self.refused("short.elf", whole[:length])
        numbers = random.Random(3)
        for _ in range(30):  # mostly headers, which decide what is where
            content = bytearray(whole)
            for _ in range(3):
                content[numbers.randrange(220)] ^= 1 << numbers.randrange(8)
            result = self.run_program("profile", self.file("damaged.elf", bytes(content)), "--chip", "generic-m4",
                                      "--no-store", "--quiet", "--max-instructions", 2_000_000)
            self.assertIn(result.returncode, (DONE, INPUT_ERROR, FIRMWARE_FAILED), result.stderr)
            self.assertEqual(result.stderr == "", result.returncode == DONE, result.stderr)


class ChipFiles(ProgramTest):
    GOOD = (ROOT / "mcu_models" / "chips" / "generic-m4.toml").read_text()

    def refused(self, content: str) -> str:
        return self.expect_error("profile", SMALL_NETWORK, "--chip", self.file("chip.toml", content), "--store", self.store)

    def test_a_good_one_is_used(self):
        path = self.file("mine.toml", self.GOOD)
        self.assertIn("generic-m4", self.expect_success("profile", SMALL_NETWORK, "--chip", path, "--no-store"))

    def test_hardware_that_cannot_be(self):
        good = (ROOT / "mcu_models" / "chips" / "stm32f446.toml").read_text()
        for before, after, complaint in [
            ("start = 0x2001_c000", "start = 0x2001_bfff", "regions 'SRAM1' and 'SRAM2' overlap"),
            ('up_to = "60 MHz", wait_states = 1', 'up_to = "60 MHz", wait_states = 2', "wait states must rise by 1: 2 follows 0"),
            ('up_to = "60 MHz"', 'up_to = "20 MHz"', "clocks must rise: 20 MHz follows 30 MHz"),
            ('    { up_to = "180 MHz", wait_states = 5 },\n', "", "wait states end at 150 MHz, the maximum clock is 180 MHz"),
            ('source = "RM0390 memory map; probe-rs target STM32F446RE, commit 67993c4"\n', "",
             "[region] does not say where its numbers come from ('source')"),
            ("prefetch = true", "prefech = true", "unknown key 'prefech' in [region.timing]; did you mean prefetch?"),
            ('size = "16 KiB"', 'size = "0 KiB"', "'size' must be from 1 B to 4 GiB - 1, found 0 B"),
            ("start = 0x2001_c000", "start = 0xffff_f000", "region 'SRAM2' ends beyond the 32-bit address space"),
        ]:
            self.assertIn(before, good)
            self.assertRegex(self.refused(good.replace(before, after, 1)), rf"/chip\.toml:\d+: {re.escape(complaint)}\Z")
        self.assertEqual(self.expect_error("profile", SMALL_NETWORK, "--chip", "stm32f446", "--clock", "181MHz"),
                         "stm32f446: runs at up to 180 MHz, asked for 181 MHz")

    def test_errors_name_file_and_line(self):
        clock_line = next(i for i, line in enumerate(self.GOOD.splitlines(), 1) if line.startswith("size"))
        for change, line in [
            (lambda text: text + "\n[[region\n", None),
            (lambda text: re.sub(r"(?m)^size = .*$", 'size = "big"', text, count=1), clock_line),
            (lambda text: re.sub(r"(?m)^size = .*$", "size = -1", text, count=1), clock_line),
            (lambda text: re.sub(r"(?m)^size = ", "sise = ", text, count=1), None),
            (lambda text: re.sub(r'(?m)^core = .*$', 'core = "cortex-m99"', text, count=1), None),
        ]:
            content = change(self.GOOD)
            self.assertNotEqual(content, self.GOOD)
            message = self.refused(content)
            self.assertRegex(message, r"/chip\.toml:\d+: ")
            if line is not None:
                self.assertIn(f"/chip.toml:{line}: ", message)

    def test_binary_empty_and_missing(self):
        self.refused("\0\1\2\3")
        self.refused("")
        self.assertIn("no.toml", self.expect_error("profile", SMALL_NETWORK, "--chip", self.folder / "no.toml"))


if __name__ == "__main__":
    unittest.main()
