# SPDX-License-Identifier: GPL-2.0-or-later
"""One inference of a network as qemu executes it: the same ELF that mcuprof profiles, instruction by instruction.

Leaves out: anything about time; qemu has none.
"""
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

MACHINES = {
    "generic-m0plus": "mps2-an385",  # executes Armv6-M code: a subset of what its Cortex-M3 does
    "generic-m3": "mps2-an385",
    "generic-m4": "mps2-an386",
    "generic-m7": "mps2-an500",
    "generic-m33": "mps2-an505",
}


@dataclass
class Profile:
    """What mcuprof says about the inference."""
    instructions: int
    cycles: int
    unaligned: int
    executions: dict = field(repr=False)  # by address


class State:
    """Of the processor, right before an instruction, as qemu's log has it: four lines of four registers."""

    def __init__(self, lines: list, flags: int):
        self._lines, self.flags = lines, flags  # N, Z, C, V: bits 3 to 0

    def register(self, number: int) -> int:
        return int(self._lines[number // 4].split()[number % 4][4:], 16)


def test_input(index: int) -> int:
    """Byte `index` of test input 0 of shared/golden/README.md, for int8 networks."""
    return (index * 37 + 11 - 128) % 256


class EmulatedInference:
    """Firmware for one network, one chip and one set of kernels, in a folder that must outlive it."""

    def __init__(self, mcuprof: str, model: Path, chip: str, kernels: str, folder: Path):
        self._mcuprof, self._model, self._chip, self._kernels, self._folder = mcuprof, model, chip, kernels, folder
        self.elf = folder / "firmware.elf"
        subprocess.run([mcuprof, "build", model, "--chip", chip, "--kernels", kernels, "-o", folder, "--quiet"], check=True)
        self._inputs = list(self._write_inputs())
        self.symbols = self._read_symbols()

    def _write_inputs(self):
        """The input of each row `| input 0 | 0x20001010 | int8 | 1 x 1 | 1 |` of the project's README: (file, address)."""
        rows = re.findall(r"\| input (\d+) \| (0x[0-9a-f]+) \| (\w+) \| [^|]+ \| (\d+) \|", (self._folder / "README.md").read_text())
        assert rows, "README.md of the written project names no input"
        for index, address, element_type, size in rows:
            assert element_type == "int8", "only int8 inputs are made here"
            file = self._folder / f"input_{index}.bin"
            file.write_bytes(bytes(test_input(i) for i in range(int(size))))
            yield file, address

    def _read_symbols(self):
        """Address and size of each function."""
        lines = subprocess.check_output(["arm-none-eabi-nm", "--print-size", self.elf], text=True).splitlines()
        words = [line.split() for line in lines]
        return {row[3]: (int(row[0], 16), int(row[1], 16)) for row in words if len(row) == 4 and row[2] in "tT"}

    def profile(self) -> Profile:
        text = subprocess.check_output([self._mcuprof, "profile", self._model, "--chip", self._chip, "--kernels", self._kernels,
                                        "--no-store", "--dump", "profile"], text=True)

        def number(pattern: str) -> int:
            return int(re.search(pattern, text, re.MULTILINE).group(1))

        built = subprocess.check_output(["sha256sum", self.elf], text=True).split()[0]
        assert f'elf_sha256: "{built}"' in text, "profile and build made different firmware"
        rows = re.findall(r"^  address=(0x[0-9a-f]+)  size=\d+  text=.*  executions=(\d+)  cycles=", text, re.MULTILINE)
        unaligned = re.search(r'code="unaligned".*count=(\d+)', text)
        return Profile(number(r"^  instructions: (\d+)"), number(r"^  cycles: (\d+)"), int(unaligned.group(1)) if unaligned else 0,
                       {int(address, 16): int(count) for address, count in rows if int(count)})

    def _log_lines(self, what: str, ranges=()):
        """qemu's log, line by line, through a pipe: it is up to gigabytes."""
        with tempfile.TemporaryDirectory() as folder:
            pipe = os.path.join(folder, "log")
            os.mkfifo(pipe)
            command = ["qemu-system-arm", "-M", MACHINES[self._chip], "-nographic", "-monitor", "none", "-serial", "none",
                       "-semihosting-config", "enable=on,target=native", "-kernel", self.elf,
                       "-singlestep", "-d", "nochain," + what, "-D", pipe]
            if ranges:
                command += ["-dfilter", ",".join(f"{address:#x}+{size:#x}" for address, size in ranges)]
            for file, address in self._inputs:
                command += ["-device", f"loader,file={file},addr={address},force-raw=on"]
            # What the firmware prints comes by stderr too; it is shown if something went wrong.
            with open(os.path.join(folder, "console"), "w+", encoding="utf-8") as console:
                with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console) as process:
                    with open(pipe, "rb") as log:
                        yield from log
                console.seek(0)
                assert process.returncode == 0, f"qemu ended with {process.returncode}: {console.read()}"

    def executed(self):
        """Addresses of the instructions of the first call of model_invoke, in order, those skipped under IT included;
        and the call before it and the address it returns to."""
        entry, _ = self.symbols["model_invoke"]
        main, main_size = self.symbols["main"]
        addresses, inside, before = [], False, None
        for line in self._log_lines("exec"):
            if not line.startswith(b"Trace"):
                continue
            address = int(line.split(b"/", 2)[1], 16)
            if not inside:
                inside = address == entry
                if not inside:
                    before = address
                    continue
            elif main <= address < main + main_size:
                after = address
                break
            addresses.append(address)
        else:
            raise AssertionError("model_invoke did not return")
        return before, addresses, after

    def states(self, ranges):
        """Each execution of an instruction in `ranges` (address, size), in order: its address and the state before it.
        Nothing there may run outside of model_invoke."""
        lines, address = [], None
        for line in self._log_lines("exec,cpu", ranges) if ranges else ():
            if line.startswith(b"Trace"):
                address, lines = int(line.split(b"/", 2)[1], 16), []
            elif line.startswith(b"R"):
                lines.append(line)
            elif line.startswith(b"XPSR"):
                yield address, State(lines, int(line[5:13], 16) >> 28)
