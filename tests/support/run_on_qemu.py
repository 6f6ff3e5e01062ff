#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs firmware on qemu-system-arm and prints what it prints, through semihosting or its first UART; exits with its exit code.

    run_on_qemu.py firmware.elf mps2-an386 --input input.bin@0x20001000
"""
import argparse
import subprocess
import sys


def qemu_command(elf: str, machine: str) -> list[str]:
    return ["qemu-system-arm", "-M", machine, "-display", "none", "-monitor", "none", "-serial", "stdio",
            "-semihosting-config", "enable=on,target=native", "-kernel", elf]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("elf")
    parser.add_argument("machine", help="qemu's name: mps2-an385, mps2-an386, mps2-an500, mps2-an505")
    parser.add_argument("--input", action="append", default=[], metavar="FILE@ADDRESS",
                        help="bytes to put into memory before the start")
    parser.add_argument("--timeout", type=float, default=120, help="seconds")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    command = qemu_command(options.elf, options.machine)
    for item in options.input:
        file, _, address = item.rpartition("@")
        command += ["-device", f"loader,file={file},addr={address},force-raw=on"]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=options.timeout, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"run_on_qemu: no end after {options.timeout:g} s", file=sys.stderr)
        return 124


if __name__ == "__main__":
    sys.exit(main())
