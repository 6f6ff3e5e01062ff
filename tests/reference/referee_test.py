#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One network on one chip, in mcuprof and on qemu, from the same ELF:

- every instruction of model_invoke was executed exactly as often (qemu counts what is skipped under IT, so do we);
- with --cycles: the cycles of model_invoke are exactly those that shared/reference/cortex_m_rules.py, an independent
  implementation of the zero-wait-state rules, gives for the sequence that qemu executed.

Exits with 77 (ctest: skipped) if something is missing.
"""
import argparse
import importlib.util
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from cycle_referee import Referee
from emulated_inference import EmulatedInference


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mcuprof", required=True)
    parser.add_argument("--shared", type=Path, required=True, help="the folder with models/ and reference/")
    parser.add_argument("--network", required=True)
    parser.add_argument("--chip", required=True)
    parser.add_argument("--kernels", required=True)
    parser.add_argument("--cycles", action="store_true")
    return parser.parse_args()


def skip_unless(condition: bool, what: str):
    if not condition:
        print(f"skipped: needs {what}")
        sys.exit(77)


def load_rules(path: Path):
    spec = importlib.util.spec_from_file_location("cortex_m_rules", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expect_equal_executions(profiled: dict, emulated: dict) -> bool:
    different = [address for address in sorted(profiled.keys() | emulated.keys()) if profiled.get(address, 0) != emulated.get(address, 0)]
    for address in different[:10]:
        print(f"  {address:#010x}: mcuprof {profiled.get(address, 0)}, qemu {emulated.get(address, 0)} executions")
    return not different


def main() -> int:
    options = arguments()
    sys.dont_write_bytecode = True
    model = options.shared / "models" / f"{options.network}.tflite"
    rules = options.shared / "reference" / "cortex_m_rules.py"
    skip_unless(model.exists(), str(model))
    for program in ("qemu-system-arm", "arm-none-eabi-gcc", "arm-none-eabi-objdump"):
        skip_unless(shutil.which(program) is not None, program)
    skip_unless(not options.cycles or rules.exists(), str(rules))

    with tempfile.TemporaryDirectory() as folder:
        inference = EmulatedInference(options.mcuprof, model, options.chip, options.kernels, Path(folder))
        profile = inference.profile()
        before, executed, after = inference.executed()
        good = expect_equal_executions(profile.executions, Counter(executed)) and profile.instructions == len(executed) > 0
        print(f"{'':12} {'instructions':>12} {'cycles':>12} {'unaligned':>12}")
        print(f"{'mcuprof':12} {profile.instructions:12} {profile.cycles:12} {profile.unaligned:12}")
        if not options.cycles:
            print(f"{'qemu':12} {len(executed):12}")
            return 0 if good else 1
        referee = Referee(load_rules(rules), inference, options.chip)
        cycles = referee.cycles(before, executed, after)
        print(f"{'referee':12} {len(executed):12} {cycles:12} {referee.unaligned:12}")
        print(f"skipped under IT: {referee.skipped}, {referee.skipped_at_full_cost} of them charged in full; difference: {profile.cycles - cycles} cycles")
        return 0 if good and cycles == profile.cycles and referee.unaligned == profile.unaligned else 1


if __name__ == "__main__":
    sys.exit(main())
