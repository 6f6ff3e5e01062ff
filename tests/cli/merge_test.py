#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mcuprof merge refuses what is no store, before it writes anything."""
import sqlite3
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK


class Merge(ProgramTest):
    def setUp(self):
        super().setUp()
        self.good, self.bad = self.folder / "good.db", self.folder / "bad.db"
        for store in (self.good, self.bad):
            self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", store, "--quiet")

    def expect_refused(self, pattern: str) -> None:
        result = self.run_program("merge", self.good, self.bad, "-o", self.store)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertRegex(result.stderr, rf"\A{pattern}[^\n]*\n\Z")
        self.assertFalse(self.store.exists())

    def test_another_schema(self):
        with sqlite3.connect(self.bad) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        self.expect_refused(f"{self.bad}: expected schema version 3, found 99")

    def test_a_damaged_store(self):
        content = bytearray(self.bad.read_bytes())
        for page in range(4096 * 8, len(content), 4096 * 3):
            content[page:page + 64] = bytes(64)
        self.bad.write_bytes(content)
        self.expect_refused(f"{self.bad}: is damaged: ")

    def test_no_store_and_no_file(self):
        self.bad.write_text("notes")
        self.expect_refused(f"{self.bad}: expected a run store")
        self.bad.unlink()
        self.expect_refused(f"{self.bad}: no such run store")

    def test_itself_and_a_folder_that_cannot_be_written(self):
        result = self.run_program("merge", self.good, "-o", self.good)
        self.assertEqual((result.returncode, result.stderr), (INPUT_ERROR, f"{self.good}: is to be merged with itself\n"))
        result = self.run_program("merge", self.good, "-o", "/proc/all.db")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stderr, r"\A/proc/all.db: cannot be opened")

    def test_a_conflict_is_named(self):
        plan = self.file("plan.toml", f'targets = ["{SMALL_NETWORK}"]\nchips = ["generic-m4"]\n')
        ours, theirs = self.folder / "ours.db", self.folder / "theirs.db"
        for store in (ours, theirs):
            self.expect_success("batch", plan, "--store", store, "--quiet")
        self.expect_success("merge", ours, theirs, "-o", self.folder / "equal.db")
        with sqlite3.connect(theirs) as database:
            database.execute("UPDATE run SET elf_sha256 = '00'")
        database.close()
        result = self.run_program("merge", ours, theirs, "-o", self.store)
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stderr, rf"\A{theirs}: run 1 \([^\n]*convolutions.tflite on generic-m4\) differs from run 1 of {self.store}, "
                                        r"which is of the same job [0-9a-f]{12} and stays\n\Z")
        self.assertEqual(len(self.runs()), 1)


if __name__ == "__main__":
    unittest.main()
