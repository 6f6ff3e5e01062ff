#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails if a file includes what it may not. The picture is in docs/architecture.md.

usage: check_includes.py ROOT
"""
import pathlib
import re
import sys

# Who may include whom, downward only. `kernels` is code for the target: no host code includes it, it includes none.
MAY_INCLUDE: dict[str, set[str]] = {
    "base": set(),
    "mcu_models": {"base"},
    "sim": {"base", "mcu_models"},
    "traces": {"base"},
    "profiler": {"base", "mcu_models", "sim", "traces"},
    "gui": {"base", "traces"},
    "kernels": set(),
}

# A third-party library has one place (a folder ends in '/', a file may leave out the end of its name).
ONLY_IN: dict[str, list[str]] = {
    "unicorn": ["sim/machine", "bench/"],
    "capstone": ["sim/decode/decoder.cpp"],
    "SQLiteCpp": ["traces/store/", "tests/unit/traces/"],
    "sqlite3.h": ["traces/store/", "tests/unit/traces/"],
    "flatbuffers": ["mcu_models/graph/tflite", "tests/unit/graph/"],
    "toml++": ["mcu_models/toml_reader.cpp", "profiler/plan/kernel_manifest.cpp", "tests/unit/kernels/"],
    "elfutils": ["sim/", "profiler/"],
    "libelf.h": ["sim/", "profiler/"],
    "gelf.h": ["sim/", "profiler/"],
    "zlib.h": ["traces/export/gzip.cpp"],
    "nettle": ["base/hash.cpp"],
    "kainjow": ["profiler/report/html/"],
    "CLI": ["profiler/", "bench/"],
}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def complaint(file: str, form: str, included: str) -> str | None:
    """What is wrong with `file` including `included`, if anything."""
    folder = file.split("/")[0]
    target, below, _ = included.partition("/")
    allowed = MAY_INCLUDE.get(folder)
    if allowed is not None and below and form == '"' and target in MAY_INCLUDE:
        if target != folder and target not in allowed:
            return f"{folder}/ may not include {target}/"
    places = ONLY_IN.get(target)
    if places is not None and form == "<" and not any(file.startswith(place) for place in places):
        return f"<{included}> belongs to {' and '.join(places)} only"
    return None


def complaints(root: pathlib.Path) -> list[str]:
    found = []
    for folder in [*MAY_INCLUDE, "tests", "bench"]:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".c", ".cpp"):
                continue
            file = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if match := INCLUDE.match(line):
                    if wrong := complaint(file, match[1], match[2]):
                        found.append(f"{file}:{number}: {wrong}")
    return found


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    wrong = complaints(pathlib.Path(sys.argv[1]))
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(bool(wrong))
