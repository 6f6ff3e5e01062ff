#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same request gives the same bytes: from another folder, with another home, language, time zone and place for
temporary files, some seconds later, with nothing in the cache. Compared are the firmware, the JSON profile, the profile
as text, and what the store holds; all but the run's number and time stamp.

Exits with 77 (ctest: skipped) if something is missing.
"""
import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mcuprof", type=Path, required=True)
    parser.add_argument("--target", required=True, help="a .tflite file or a network's name")
    parser.add_argument("--chip", required=True)
    return parser.parse_args()


class Place:
    """Somebody's machine: folders and settings that must not matter."""

    def __init__(self, root: Path, name: str, settings: dict):
        self.folder = root / name / "here"
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(root / name / "home"), "TMPDIR": str(root / name / "temporary"),
                             **settings} | {name: value for name, value in os.environ.items() if name.startswith(("ASAN_", "LSAN_", "UBSAN_"))}
        for folder in (self.folder, root / name / "home", root / name / "temporary"):
            folder.mkdir(parents=True)

    def run(self, options, *words) -> bytes:
        command = [options.mcuprof.resolve(), words[0], options.target, "--chip", options.chip, *words[1:]]
        return subprocess.run(command, cwd=self.folder, env=self._environment, check=True, stdout=subprocess.PIPE).stdout


def store_rows(path: Path) -> dict:
    """Every table of the store as sorted rows."""
    with sqlite3.connect(path) as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows = {}
        for table in tables:
            columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(column for column in columns if (table, column) not in (("runs", "created_at"), ("run", "created_at")))
            rows[table] = sorted(map(repr, store.execute(f"SELECT {kept} FROM {table}")))
    return rows


def results(place: Place, options) -> dict:
    place.run(options, "build", "-o", "project", "--quiet")
    place.run(options, "profile", "--quiet", "--store", "runs.db", "--json", "profile.json")
    profile = json.loads((place.folder / "profile.json").read_text(encoding="utf-8"))
    stamp = profile["run"].pop("created_at")
    profile["run"].pop("id")
    project = {str(file.relative_to(place.folder)): hashlib.sha256(file.read_bytes()).hexdigest()
               for file in sorted((place.folder / "project").rglob("*")) if file.is_file()}
    return {"stamp": stamp, "project": project, "json": json.dumps(profile), "elf_sha256": profile["run"]["elf_sha256"],
            "dump": place.run(options, "profile", "--no-store", "--dump", "profile"), "report": place.run(options, "profile", "--no-store"),
            "store": store_rows(place.folder / "runs.db")}


def main() -> int:
    options = arguments()
    if options.target.endswith(".tflite"):
        if not Path(options.target).exists():
            print(f"skipped: needs {options.target}")
            return 77
        options.target = str(Path(options.target).resolve())
    if not shutil.which("arm-none-eabi-gcc"):
        print("skipped: needs arm-none-eabi-gcc")
        return 77

    with tempfile.TemporaryDirectory() as root:
        first = results(Place(Path(root), "first", {"LANG": "C.UTF-8", "TZ": "UTC"}), options)
        time.sleep(2)  # time stamps of files and runs differ by now
        second = results(Place(Path(root), "a second, ö", {"LANG": "de_DE.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu",
                                                            "USER": "somebody", "MALLOC_PERTURB_": "165"}), options)
    assert first["project"]["project/firmware.elf"] == first["elf_sha256"], "build and profile made different firmware"
    assert first["store"] and any(first["store"].values()), "the store is empty"
    assert first["stamp"] != second["stamp"], "the runs were not apart in time"
    different = [key for key in first if key != "stamp" and first[key] != second[key]]
    for key in different:
        print(f"{key} differs")
    for table in first["store"]:
        for row in set(first["store"][table]) ^ set(second["store"].get(table, [])):
            print(f"  {table}: {row[:300]}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
