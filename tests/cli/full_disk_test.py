#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""No space left: for the report, the JSON, the store, the cache, temporary files. What was there before stays whole."""
import os
import resource
import subprocess
import unittest

from program import DONE, INPUT_ERROR, PROGRAM, ProgramTest, SMALL_NETWORK


def expect_private_mounts(test: unittest.TestCase) -> None:
    if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True,
                      check=False).returncode:
        test.skipTest("no private mounts on this machine")


class FullDevice(ProgramTest):
    def test_standard_output(self):
        for arguments in [["chips"], ["profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store"],
                          ["profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store", "--json", "-"]]:
            with open("/dev/full", "wb") as full:
                result = subprocess.run(self.command_line(*arguments), cwd=self.folder, env=self.environment, check=False,
                                        stdout=full, stderr=subprocess.PIPE, text=True)
            self.assertEqual((result.returncode, result.stderr),
                             (INPUT_ERROR, "standard output: cannot be written: No space left on device\n"))

    def test_json_to_a_device(self):
        arguments = ["profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store", "-q", "--json"]
        self.assertEqual(self.expect_error(*arguments, "/dev/full"),
                         "/dev/full: cannot be written: No space left on device")
        self.assertTrue(os.path.exists("/dev/full") and not os.path.isfile("/dev/full"), "the device was replaced")
        self.expect_success(*arguments, "/dev/null")
        self.assertFalse(os.path.isfile("/dev/null"), "the device was replaced")

    def test_json_to_a_folder_that_is_not_there(self):
        self.assertEqual(
            self.expect_error("profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store", "-q", "--json", "no/x.json"),
            "no/x.json: cannot be written: No such file or directory")


class FileSizeLimit(ProgramTest):
    """A limit on how large a file may become fails writes as a full disk does, on any machine."""

    def run_limited(self, limit: int, *arguments: object) -> subprocess.CompletedProcess:
        return self.run_program(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    def test_json(self):
        path = self.file("run.json", "as it was")
        result = self.run_limited(2000, "profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store", "-q", "--json", path)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertRegex(result.stderr, rf"\A{path}: cannot be written: [^\n]+\n\Z")
        self.assertEqual(path.read_text(), "as it was")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["run.json", "tmp"])

    def test_store(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store, "-q")
        before = self.runs()
        result = self.run_limited(40_000, "profile", SMALL_NETWORK, "--chip", "generic-m4", "--store",
                                  self.store, "-q")
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertRegex(result.stderr, rf"\A{self.store}: cannot be [^\n]+nothing of this run was stored\n\Z")
        self.assertEqual(self.runs(), before)
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store, "-q")
        self.assertEqual(len(self.runs()), 2)


class FullDisk(ProgramTest):
    """A disk of a few kilobytes, mounted where only the program sees it."""

    def setUp(self):
        super().setUp()
        expect_private_mounts(self)
        self.disk = self.folder / "disk"
        self.disk.mkdir()

    def run_on_full_disk(self, kilobytes: int, *arguments: object, afterwards: str = "true") -> subprocess.CompletedProcess:
        script = (f'mount -t tmpfs -o size={kilobytes}k none {self.disk}; "$@"; code=$?; {afterwards}; exit $code')
        return subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", PROGRAM, *map(str, arguments)],
                              cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)

    def expect_explained(self, result: subprocess.CompletedProcess) -> None:
        self.assertEqual(result.returncode, INPUT_ERROR, result.stderr)
        self.assertRegex(result.stderr, r"\A[^\n]*disk[^\n]*\n\Z")

    def test_store(self):
        result = self.run_on_full_disk(64, "profile", SMALL_NETWORK, "--chip", "generic-m4", "-q", "--store",
                                       self.disk / "runs.db")
        self.expect_explained(result)

    def test_cache(self):
        self.environment["MCUPROF_CACHE"] = str(self.disk)
        result = self.run_on_full_disk(16, "profile", SMALL_NETWORK, "--chip", "generic-m4", "-q", "--no-store",
                                       afterwards=f"find {self.disk} -name '*.partial'")
        self.expect_explained(result)
        self.assertEqual(result.stdout, "", "a half-written entry stayed")

    def test_temporary_files(self):
        self.use_fresh_cache()
        self.environment["TMPDIR"] = str(self.disk)
        result = self.run_on_full_disk(32, "profile", SMALL_NETWORK, "--chip", "generic-m4", "-q", "--no-store")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stderr, r"No space left on device|failed \(exit code")
        self.environment["TMPDIR"] = str(self.temporary)  # the cache holds nothing half made
        self.assertEqual(self.run_program("profile", SMALL_NETWORK, "--chip", "generic-m4", "-q", "--no-store").returncode, DONE)

    def test_project(self):
        result = self.run_on_full_disk(24, "build", SMALL_NETWORK, "--chip", "generic-m4", "-o", self.disk / "firmware")
        self.expect_explained(result)


if __name__ == "__main__":
    unittest.main()
