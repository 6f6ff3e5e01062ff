#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Stores that are none, that somebody else wrote, or that may not be written: refused, and left as they are."""
import sqlite3
import subprocess
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK


class BadStore(ProgramTest):
    def expect_refused_by_all(self, pattern: str) -> None:
        """Readers and writers say the same, and the file stays as it was."""
        before = self.store.read_bytes()
        for arguments in [["profile", SMALL_NETWORK, "--chip", "generic-m4"], ["runs"], ["show", 1], ["compare", 1, 2],
                          ["runs", "--remove", 1], ["compare", SMALL_NETWORK, "--chip", "generic-m4"]]:
            result = self.run_program(*arguments, "--store", self.store)
            self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""), arguments)
            self.assertRegex(result.stderr, rf"\A{self.store}: {pattern}[^\n]*\n\Z", arguments)
        self.assertEqual(self.store.read_bytes(), before)

    def test_something_else_than_a_database(self):
        self.store.write_text("these are my notes, not a database\n" * 20)
        self.expect_refused_by_all("expected a run store")

    def test_the_database_of_another_program(self):
        with sqlite3.connect(self.store) as database:
            database.execute("CREATE TABLE recipe (name TEXT)")
        database.close()
        self.expect_refused_by_all("expected a run store of mcuprof")

    def test_a_newer_schema(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store, "--quiet")
        with sqlite3.connect(self.store) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        self.expect_refused_by_all("expected schema version 3, found 99: written by a newer mcuprof")

    def test_a_folder_and_a_missing_folder(self):
        self.assertTrue(self.expect_error("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.temporary)
                        .startswith(f"{self.temporary}: "))
        self.assertTrue(self.expect_error("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", "no/runs.db")
                        .startswith("no/runs.db: "))
        self.assertEqual(self.expect_error("runs", "--store", "no.db"),
                         "no.db: no such run store; mcuprof profile makes one")
        self.assertFalse((self.folder / "no.db").exists())

    def test_a_read_only_file_can_be_read_but_not_written(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store, "--quiet")
        mounts = f"mount --bind {self.folder} {self.folder} && mount -o remount,ro,bind {self.folder} && "
        if subprocess.run(["unshare", "-rm", "sh", "-c", mounts + "true"], capture_output=True, check=False).returncode:
            self.skipTest("no private mounts on this machine")

        def run_read_only(*arguments):
            return subprocess.run(
                ["unshare", "-rm", "sh", "-c", mounts + 'exec "$@"', "sh", *self.command_line(*arguments)], env=self.environment,
                cwd="/", capture_output=True, text=True, check=False)
        before = self.store.read_bytes()
        result = run_read_only("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertRegex(result.stderr, rf"\A{self.store}: [^\n]*read-only[^\n]*\n\Z")
        result = run_read_only("runs", "--store", self.store)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("convolutions.tflite", result.stdout)
        self.assertEqual(self.store.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
