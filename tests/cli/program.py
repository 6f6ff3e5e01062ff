# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the built program in a folder of its own, with its own store, home and place for temporary files.

The environment names the program (MCUPROF_PROGRAM) and a cache of compiled firmware that the tests share
(MCUPROF_TEST_CACHE); a test that is about the cache takes a fresh one.
"""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PROGRAM = os.environ.get("MCUPROF_PROGRAM", str(ROOT / "build" / "bin" / "mcuprof"))
# Two convolutions and what lies between: compiles and runs in a moment.
SMALL_NETWORK = ROOT / "tests" / "fuzz" / "corpus" / "tflite" / "convolutions.tflite"

DONE, OVER_BUDGET, INPUT_ERROR, FIRMWARE_FAILED = 0, 1, 2, 3


class ProgramTest(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        sandbox = tempfile.TemporaryDirectory(prefix="mcuprof-cli-")
        self.addCleanup(sandbox.cleanup)
        self.folder = pathlib.Path(sandbox.name)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.store = self.folder / "runs.db"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.temporary), "LC_ALL": "C.UTF-8",
            "MCUPROF_CACHE": os.environ.get("MCUPROF_TEST_CACHE", str(self.folder / "cache")),
        } | {name: value for name, value in os.environ.items() if name.startswith(("ASAN_", "LSAN_", "UBSAN_"))}

    def use_fresh_cache(self) -> pathlib.Path:
        cache = self.folder / "cache"
        self.environment["MCUPROF_CACHE"] = str(cache)
        return cache

    def file(self, name: str, content: bytes | str) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def command_line(self, *arguments: object) -> list[str]:
        return [PROGRAM, *map(str, arguments)]

    def run_program(self, *arguments: object, **options) -> subprocess.CompletedProcess:
        return subprocess.run(self.command_line(*arguments), cwd=self.folder, env=self.environment, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, **options)

    def expect_success(self, *arguments: object) -> str:
        result = self.run_program(*arguments)
        self.assertEqual((result.returncode, result.stderr), (DONE, ""), f"{arguments}\n{result.stdout}")
        return result.stdout

    def expect_error(self, *arguments: object, exit_code: int = INPUT_ERROR) -> str:
        """The one line that explains what was wrong. Nothing but that: no result, no run, no file left behind."""
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, exit_code, f"{arguments}\n{result.stdout}\n{result.stderr}")
        self.assertEqual(result.stdout, "", arguments)
        self.assertRegex(result.stderr, r"\A[^\n]+\n\Z", f"expected one line: {arguments}")
        self.assertFalse(self.store.exists() and self.runs(), "a run was stored")
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files were left behind")
        return result.stderr.rstrip("\n")

    def runs(self) -> list[dict]:
        return json.loads(self.expect_success("runs", "--store", self.store, "--json"))

    def profile_json(self, *arguments: object) -> dict:
        return json.loads(self.expect_success("profile", *arguments, "--no-store", "--json", "-"))


def shared_model(test: unittest.TestCase, name: str) -> pathlib.Path:
    """A network that is not part of this repository."""
    path = SHARED / "models" / f"{name}.tflite"
    if not path.exists():
        test.skipTest(f"no {name}.tflite beside the repository")
    return path
