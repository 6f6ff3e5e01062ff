#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files through semihosting: the same text and the same files as with qemu's semihosting; and firmware that tries to leave its
folder, with and without one.

    files_test.py --mcuprof PROGRAM --files CHIP:QEMU_MACHINE:ELF... --escape CHIP:QEMU_MACHINE:ELF
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from run_on_qemu import qemu_command

TIMEOUT = 120  # seconds


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mcuprof", required=True)
    parser.add_argument("--files", nargs="+", required=True)
    parser.add_argument("--escape", required=True)
    return parser.parse_args()


def on_qemu(machine: str, elf: str, folder: pathlib.Path) -> str:
    return subprocess.run(qemu_command(elf, machine), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT, check=False).stdout


def on_simulator(chip: str, elf: str, *options: object) -> dict:
    result = subprocess.run([OPTIONS.mcuprof, "profile", elf, "--chip", chip, "--no-store", "--json", "-", *map(str, options)],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert result.stdout, result.stderr
    return json.loads(result.stdout)


class Files(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        whole = tempfile.TemporaryDirectory(prefix="mcuprof-files-")
        self.addCleanup(whole.cleanup)
        self.outside = pathlib.Path(whole.name)
        (self.outside / "secret.txt").write_text("secret")

    def folder(self, name: str) -> pathlib.Path:
        folder = self.outside / name
        (folder / "given").mkdir(parents=True)
        (folder / "given" / "input.txt").write_text("hello world\n")
        return folder

    def contents(self, folder: pathlib.Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def test_the_same_as_qemu(self):
        for number, item in enumerate(OPTIONS.files):
            chip, machine, elf = item.split(":", 2)
            with self.subTest(chip):
                ours = self.folder(f"ours{number}")
                result = on_simulator(chip, elf, "--semihosting-files", ours)
                self.assertEqual(result["run"]["outcome"]["message"], "")
                self.assertIn("square 250000\n", result["console"])
                self.assertIn("line first 9\nline second 2.50\n", result["console"])
                self.assertIn("word hello\n", result["console"])
                self.assertNotIn("WRONG", result["console"])
                if shutil.which("qemu-system-arm"):
                    theirs = self.folder(f"theirs{number}")
                    self.assertEqual(result["console"], on_qemu(machine, elf, theirs))
                    self.assertEqual(self.contents(ours), self.contents(theirs))

    def test_a_folder_is_not_left(self):
        chip, _, elf = OPTIONS.escape.split(":", 2)
        folder = self.folder("inside")
        (folder / "link.txt").symlink_to("../secret.txt")
        (folder / "up").symlink_to("..")
        os.mkfifo(folder / "pipe")
        before = self.contents(self.outside)
        console = on_simulator(chip, elf, "--semihosting-files", folder)["console"]
        self.assertNotIn("OPENED", console)
        self.assertEqual(console.count(": refused"), 32)
        self.assertIn("remove -1, rename -1\n", console)
        self.assertIn("large opened, not written, errno 27\n", console)
        self.assertEqual((folder / "large.bin").stat().st_size, 0)
        (folder / "large.bin").unlink()
        self.assertEqual(self.contents(self.outside), before)

    def test_without_a_folder_there_are_no_files(self):
        chip, _, elf = OPTIONS.escape.split(":", 2)
        console = on_simulator(chip, elf)["console"]
        self.assertNotIn("OPENED", console)
        self.assertIn("large refused, not written, errno 13\n", console)


if __name__ == "__main__":
    OPTIONS = arguments()
    unittest.main(argv=sys.argv[:1])
