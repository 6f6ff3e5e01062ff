#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Straight-line blocks of our kernels, as gcc compiles them, in our pipelines and in llvm-mca's.

Neither is right where they differ: llvm-mca has the compiler's model of the core, which schedules for it and need not time
it. What is tested is that the distribution of ours / llvm-mca stays where docs/accuracy.md says and explains it.

Left out: blocks of fewer than eight instructions, branches, IT (llvm-mca knows neither), memory that waits.
Exits with 77 (ctest: skipped) if something is missing.
"""
import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHORTEST, TURNS = 8, 100

# The median of ours / llvm-mca and the ratios between which nine blocks of ten lie, with LLVM 14 and gcc 12.2.
EXPECTED = {"cortex-m4": (1.125, 1.000, 1.551), "cortex-m7": (1.000, 0.714, 1.200)}
TOLERANCE = 0.03
FLAGS = {
    "cortex-m4": ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
    "cortex-m7": ["-mcpu=cortex-m7", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"],
}


@dataclass
class Block:
    function: str
    code: str  # hexadecimal
    lines: list

    def for_llvm(self) -> list:
        """Without suffix .w, which llvm-mca 14 refuses for some instructions and dies of for others."""
        return [re.sub(r"^(\w+)\.w\b", r"\1", line) for line in self.lines]


def mca_program():
    return shutil.which("llvm-mca-14") or shutil.which("llvm-mca")


def skip_unless(condition, what: str):
    if not condition:
        print(f"skipped: needs {what}")
        sys.exit(77)


def objects(kernels: Path, core: str, folder: Path):
    include_folders = [f"-I{folder}" for folder in sorted({header.parent for header in kernels.rglob("*.h")})]
    for source in sorted([*kernels.glob("dsp/*.c"), *kernels.glob("reference/*_int8.c")]):
        target = folder / f"{source.parent.name}_{source.stem}.o"
        command = ["arm-none-eabi-gcc", "-mthumb", *FLAGS[core], "-O3", *include_folders, "-c", source, "-o", target]
        subprocess.run(command, check=True)
        yield target


ROW = re.compile(r"^\s*([0-9a-f]+):\s+((?:[0-9a-f]{4} ?){1,2})\s+(\S+)\s*([^;@<]*)")
BRANCH = re.compile(r"(b|bl|bx|blx|b[a-z]{2}|cbn?z|tb[bh])(\.[nw])?$")


def is_left_out(mnemonic: str, operands: str) -> bool:
    return bool(BRANCH.match(mnemonic)) or mnemonic.startswith((".", "it", "pop")) or "pc" in operands \
        or (mnemonic.startswith("vmov") and "#" in operands)  # objdump prints the constant's encoding


def blocks(target: Path):
    """Runs of instructions without branches, without IT and what it governs, into which nothing jumps."""
    text = subprocess.check_output(["arm-none-eabi-objdump", "-d", target], text=True).splitlines()
    targets = {int(row[4].split(",")[-1].strip(), 16) for row in map(ROW.match, text) if row and BRANCH.match(row[3])
               and re.fullmatch(r"[0-9a-f]+", row[4].split(",")[-1].strip())}
    function, block, governed = "", Block("", "", []), 0
    for line in text + [""]:
        row = ROW.match(line)
        left_out = not row or governed > 0 or is_left_out(row[3], row[4])
        if left_out or int(row[1], 16) in targets:
            if len(block.lines) >= SHORTEST:
                yield block
            block = Block(function, "", [])
        if name := re.match(r"^[0-9a-f]+ <(.+)>:", line):
            function = block.function = name[1]
        if not row:
            continue
        governed = len(row[3]) - 1 if re.match(r"it[te]*$", row[3]) else max(governed - 1, 0)
        if not left_out:
            block.code += "".join(half[2:] + half[:2] for half in row[2].split())
            block.lines.append(f"{row[3]} {row[4].strip()}".strip())


def ours(program: str, core: str, all_blocks: list) -> list:
    text = "".join(block.code + "\n" for block in all_blocks)
    return [int(line) for line in subprocess.check_output([program, core], input=text, text=True).splitlines()]


def llvms(core: str, all_blocks: list) -> list:
    """Cycles a turn, from the difference of two numbers of turns: what llvm-mca takes to begin and to end drops out."""
    regions = "".join(f"# LLVM-MCA-BEGIN {i}\n" + "\n".join(block.for_llvm()) + "\n# LLVM-MCA-END\n" for i, block in enumerate(all_blocks))
    totals = []
    for turns in (TURNS, 2 * TURNS):
        text = subprocess.run([mca_program(), "-mtriple=thumbv7em-none-eabihf", f"-mcpu={core}", f"-iterations={turns}",
                               "-instruction-info=false", "-resource-pressure=false"],
                              input=regions, text=True, capture_output=True, check=True).stdout
        totals.append([int(cycles) for cycles in re.findall(r"^Total Cycles: +(\d+)", text, re.MULTILINE)])
    assert len(totals[0]) == len(all_blocks), "llvm-mca left blocks out"
    return [more - less for less, more in zip(*totals)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--block-cycles", required=True, help="the program of block_cycles.cpp")
    parser.add_argument("--kernels", type=Path, required=True, help="the folder of C sources")
    parser.add_argument("--core", required=True, choices=sorted(EXPECTED))
    parser.add_argument("--verbose", action="store_true", help="print the blocks that differ most")
    options = parser.parse_args()
    skip_unless(mca_program(), "llvm-mca (Debian package llvm)")
    for program in ("arm-none-eabi-gcc", "arm-none-eabi-objdump"):
        skip_unless(shutil.which(program), program)

    with tempfile.TemporaryDirectory() as folder:
        found = {block.code: block for target in objects(options.kernels, options.core, Path(folder)) for block in blocks(target)}
    all_blocks = list(found.values())
    mine, theirs = ours(options.block_cycles, options.core, all_blocks), llvms(options.core, all_blocks)
    ratios = [a / b for a, b in zip(mine, theirs)]
    deciles = statistics.quantiles(ratios, n=20)
    measured = (statistics.median(ratios), deciles[0], deciles[-1])
    print(f"{options.core}: {len(all_blocks)} blocks, {sum(len(block.lines) for block in all_blocks)} instructions")
    print(f"cycles of all: ours {sum(mine) / TURNS:.0f}, llvm-mca {sum(theirs) / TURNS:.0f}, ratio {sum(mine) / sum(theirs):.3f}")
    print("ours / llvm-mca: median %.3f, nine of ten %.3f to %.3f, " % measured + f"extremes {min(ratios):.3f} and {max(ratios):.3f}")
    if options.verbose:
        for ratio, block, a, b in sorted(zip(ratios, all_blocks, mine, theirs), key=lambda row: row[0])[:3] + \
                sorted(zip(ratios, all_blocks, mine, theirs), key=lambda row: -row[0])[:3]:
            print(f"--- {ratio:.3f}: ours {a / TURNS:g}, llvm-mca {b / TURNS:g}, {block.function}", *block.lines, sep="\n    ")
    return 0 if all(abs(is_now - was) <= TOLERANCE for is_now, was in zip(measured, EXPECTED[options.core])) else 1


if __name__ == "__main__":
    sys.exit(main())
