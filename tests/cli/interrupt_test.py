#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ctrl-C and kill -9 while compiling and while running: nothing stored, nothing left behind, and the next run works."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from program import ProgramTest, SMALL_NETWORK

COMPILER = "arm-none-eabi-gcc"
ENDLESS = """
    .syntax unified
    .thumb
    .section .vectors, "a"
    .word 0x20010000
    .word reset
    .text
    .thumb_func
    .global reset
    .type reset, %function
reset:
    adds r0, r0, #1
    b reset
    .size reset, . - reset
"""


def alive(process_id: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        with open(f"/proc/{process_id}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Interrupt(ProgramTest):
    def start(self, *arguments: object) -> subprocess.Popen:
        process = subprocess.Popen(self.command_line("--progress", "json", *arguments), cwd=self.folder,
                                   env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def expect_end(self, process: subprocess.Popen, exit_code: int) -> str:
        output, errors = process.communicate(timeout=20)
        self.assertEqual((process.returncode, output), (exit_code, ""), errors)
        return errors

    def good_run(self) -> None:
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store, "--quiet")

    def wait_for(self, condition, what: str) -> None:
        for _ in range(400):
            if condition():
                return
            time.sleep(0.05)
        self.fail(f"waited in vain for {what}")

    def endless_firmware(self):
        source, elf = self.file("endless.s", ENDLESS), self.folder / "endless.elf"
        subprocess.run([COMPILER, "-mcpu=cortex-m4", "-mthumb", "-nostdlib", "-Wl,-Ttext=0x8",
                        "-Wl,--section-start=.vectors=0", "-Wl,-e,reset", source, "-o", elf], check=True)
        return elf

    def start_endless(self) -> subprocess.Popen:
        process = self.start("profile", self.endless_firmware(), "--chip", "generic-m4", "--store", self.store)
        for line in process.stderr:
            if json.loads(line)["stage"].startswith("running"):
                time.sleep(0.3)  # well into the run
                return process
        self.fail("the run never began")

    def test_during_a_run(self):
        self.good_run()
        for number, exit_code in [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]:
            process = self.start_endless()
            process.send_signal(number)
            errors = self.expect_end(process, exit_code)
            self.assertEqual(errors.splitlines()[-1], "interrupted; nothing was stored")
            self.assertEqual(len(self.runs()), 1)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_kill_during_a_run(self):
        self.good_run()
        process = self.start_endless()
        process.kill()
        self.expect_end(process, -signal.SIGKILL)
        self.good_run()
        self.assertEqual([run["id"] for run in self.runs()], ["1", "2"])

    def slow_compiler(self) -> None:
        """Compiles all but model.c, for which it starts a child that takes forever."""
        fake = self.file(f"bin/{COMPILER}", f'''#!/bin/sh
case "$*" in *" -c "*/model.c*)
    sleep 600 &
    echo "$$ $!" > {self.folder}/started.new
    mv {self.folder}/started.new {self.folder}/started
    wait;;
esac
exec {shutil.which(COMPILER)} "$@"
''')
        fake.chmod(0o755)
        self.environment["PATH"] = f"{fake.parent}{os.pathsep}{self.environment['PATH']}"

    def start_compiling(self) -> tuple[subprocess.Popen, list[int]]:
        self.slow_compiler()
        process = self.start("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store)
        started = self.folder / "started"
        self.wait_for(started.exists, "the compiler")
        children = [int(word) for word in started.read_text().split()]
        self.assertTrue(all(map(alive, children)))
        return process, children

    def use_real_compiler(self) -> None:
        shutil.rmtree(self.folder / "bin")

    def expect_whole_cache(self, cache) -> None:
        self.assertEqual(list(cache.rglob("*.partial")), [])
        self.use_real_compiler()
        self.good_run()
        self.assertEqual(len(self.runs()), 1)

    def test_while_compiling(self):
        cache = self.use_fresh_cache()
        process, children = self.start_compiling()
        process.send_signal(signal.SIGINT)
        errors = self.expect_end(process, 130)
        self.assertEqual(errors.splitlines()[-1], "interrupted; nothing was stored")
        self.wait_for(lambda: not any(map(alive, children)), "the compiler's end")
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assertFalse(self.store.exists())
        self.expect_whole_cache(cache)

    def test_kill_while_compiling(self):
        cache = self.use_fresh_cache()
        process, children = self.start_compiling()
        process.kill()
        self.expect_end(process, -signal.SIGKILL)
        for child in children:  # nobody can end them for a process that was killed
            os.kill(child, signal.SIGKILL)
        self.expect_whole_cache(cache)

    def test_compare_keeps_the_runs_that_were_finished(self):
        elf = self.endless_firmware()
        process = self.start("compare", SMALL_NETWORK, elf, "--chip", "generic-m4", "--store", self.store)
        for line in process.stderr:
            if "endless" in json.loads(line)["stage"]:
                break
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        self.expect_end(process, 130)
        self.assertEqual([run["target"] for run in self.runs()], [SMALL_NETWORK.name])


if __name__ == "__main__":
    unittest.main()
