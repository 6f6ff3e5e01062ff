#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The cross compiler: missing, broken, failing; and not needed at all for what was compiled before."""
import os
import shutil
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK

COMPILER = "arm-none-eabi-gcc"


class Toolchain(ProgramTest):
    def setUp(self):
        super().setUp()
        self.cache = self.use_fresh_cache()
        self.arguments = ["profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store]

    def use_fake_compiler(self, script: str) -> None:
        """First in PATH; `real` in the script is the compiler of this machine."""
        real = shutil.which(COMPILER)
        fake = self.file(f"bin/{COMPILER}", f"#!/bin/sh\nreal={real}\n{script}\n")
        fake.chmod(0o755)
        self.environment["PATH"] = f"{fake.parent}{os.pathsep}{self.environment['PATH']}"

    def test_missing_names_the_packages(self):
        self.environment["PATH"] = str(self.folder)
        message = self.expect_error(*self.arguments)
        self.assertTrue(message.startswith(f"{COMPILER}: not found in PATH"), message)
        self.assertIn("gcc-arm-none-eabi", message)
        self.assertIn("libnewlib-arm-none-eabi", message)

    def test_missing_is_told_once_to_compare(self):
        self.environment["PATH"] = str(self.folder)
        result = self.run_program("compare", SMALL_NETWORK, SMALL_NETWORK, "--chip", "generic-m4,stm32l4r5")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertEqual(result.stderr.count("not found in PATH"), 1, result.stderr)

    def test_broken_shows_what_it_says(self):
        self.use_fake_compiler("echo 'cannot find my libraries' >&2; exit 127")
        message = self.expect_error(*self.arguments)
        self.assertRegex(message, rf"{COMPILER}: does not work: cannot find my libraries\Z")

    def test_failing_shows_its_message_and_names_the_kept_folder(self):
        self.use_fake_compiler('case "$*" in *model.c*) echo "model.c:7: error: out of registers" >&2; exit 4;; esac\n'
                               'exec "$real" "$@"')
        result = self.run_program(*self.arguments)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertIn("model.c:7: error: out of registers", result.stderr)
        self.assertRegex(result.stderr, rf"\A{COMPILER}: failed \(exit code 4\)")
        [kept] = self.temporary.iterdir()
        self.assertIn(str(kept), result.stderr)
        self.assertTrue((kept / "model.c").exists())
        self.assertFalse(self.store.exists())
        # With a compiler that works the same cache serves.
        shutil.rmtree(self.folder / "bin")
        self.expect_success(*self.arguments, "--quiet")
        self.assertEqual(len(self.runs()), 1)

    def test_that_dies_or_writes_nothing_is_an_error(self):
        self.use_fake_compiler('case "$*" in *model.c*) kill -SEGV $$;; esac\nexec "$real" "$@"')
        result = self.run_program(*self.arguments)
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertIn(COMPILER, result.stderr)
        self.use_fake_compiler('case "$*" in *" -c "*/model.c*) exit 0;; esac\nexec "$real" "$@"')
        result = self.run_program(*self.arguments)
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertIn(COMPILER, result.stderr)
        self.assertFalse(self.store.exists())

    def test_is_started_only_once_for_a_network(self):
        calls = self.folder / "calls"
        self.use_fake_compiler(f'echo "$*" >> {calls}\nexec "$real" "$@"')
        first = self.expect_success(*self.arguments)
        self.assertIn("model.c", calls.read_text())
        calls.unlink()
        second = self.expect_success(*self.arguments)
        self.assertFalse(calls.exists(), "compiled again")
        self.assertEqual(second, first.replace("run 1", "run 2"))

    def test_a_damaged_cache_is_made_again(self):
        self.expect_success(*self.arguments, "--quiet")
        for path in [path for path in self.cache.rglob("*") if path.is_file()]:
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        self.expect_success(*self.arguments, "--quiet")
        [first, second] = self.runs()
        self.assertEqual(second["cycles"], first["cycles"])

    def test_no_place_for_temporary_files(self):
        self.environment["TMPDIR"] = str(self.folder / "no")
        message = self.expect_error(*self.arguments)
        self.assertIn("TMPDIR: expected a folder for temporary files", message)

    def test_no_place_for_the_cache(self):
        self.environment["MCUPROF_CACHE"] = str(self.file("file", b"") / "cache")
        message = self.expect_error(*self.arguments)
        self.assertIn("MCUPROF_CACHE", message)


if __name__ == "__main__":
    unittest.main()
