#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What may happen to a batch over night: processes are killed, hang, crash and run out of memory, the disk is full, others write
the same store. Afterwards the store is that of an undisturbed batch.

MCUPROF_FAULT_ROUNDS=30 tests/cli/batch_faults_test.py Killed    does thirty rounds instead of a few.
"""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from batch_test import BatchTest  # noqa: E402
from full_disk_test import expect_private_mounts  # noqa: E402
from interrupt_test import COMPILER, ENDLESS  # noqa: E402
from program import DONE, INPUT_ERROR, PROGRAM, SMALL_NETWORK  # noqa: E402

PLAN = """
targets = ["*.tflite"]
chips = ["generic-m4", "stm32l4r5", "nrf52840", "generic-m3"]
kernels = ["reference"]
"""
ROUNDS = int(os.environ.get("MCUPROF_FAULT_ROUNDS", "3"))


def children_of(process: int) -> list[int]:
    try:
        text = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [int(word) for word in text.split()]


def wait_for_end(process: int) -> None:
    """Of somebody else's child: a worker whose parent was killed."""
    for _ in range(400):
        if not pathlib.Path(f"/proc/{process}").exists() or " Z " in pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8"):
            return
        time.sleep(0.05)
    raise AssertionError(f"worker {process} goes on without a parent")


class FaultTest(BatchTest):
    def setUp(self):
        super().setUp()
        for name in ("a", "b", "c"):
            self.file(f"{name}.tflite", SMALL_NETWORK.read_bytes() + name.encode())

    def undisturbed(self) -> list[tuple]:
        store = self.folder / "undisturbed.db"
        self.expect_success("batch", self.plan(PLAN), "--store", store, "--quiet")
        return self.content(store)

    def start(self, *arguments: object) -> subprocess.Popen:
        process = subprocess.Popen(self.command_line("batch", self.plan(PLAN), *arguments), cwd=self.folder, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def expect_end(self, process: subprocess.Popen, exit_code: int) -> str:
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, exit_code, output + errors)
        return errors


class Killed(FaultTest):
    def test_at_random_moments(self):
        begin = time.monotonic()
        expected = self.undisturbed()
        duration = time.monotonic() - begin
        chance = random.Random(20261123)
        killed = {"parent": 0, "worker": 0, "nobody": 0}
        for number in range(ROUNDS):
            store = self.folder / f"round_{number}.db"
            process = self.start("--store", store, "--jobs", "2")
            time.sleep(chance.uniform(0, 1.1 * duration))
            workers = children_of(process.pid)
            victim = chance.choice(["parent", "worker"])
            if process.poll() is not None or (victim == "worker" and not workers):
                victim = "nobody"
            killed[victim] += 1
            if victim == "worker":
                os.kill(chance.choice(workers), signal.SIGKILL)  # the parent tries its jobs again
            elif victim == "parent":
                process.kill()
                process.wait()
                for worker in workers:
                    wait_for_end(worker)
            if victim != "parent":
                self.expect_end(process, DONE)
            result = self.run_program("batch", self.plan(PLAN), "--store", store, "--resume")
            self.assertEqual((result.returncode, result.stderr), (DONE, ""))
            self.assertEqual(self.content(store), expected, f"round {number}")
        print(f"killed: {killed}", file=sys.stderr)

    def test_interrupted(self):
        process = self.start("--store", self.store, "--jobs", "1", "--progress", "json")
        for line in process.stderr:
            if '"state": "done"' in line or '"state":"done"' in line:
                break
        process.send_signal(signal.SIGINT)
        errors = self.expect_end(process, 130)
        self.assertEqual(errors.splitlines()[-1], "interrupted; what is done is stored, --resume goes on")
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assertGreater(len(self.content()), 0)
        self.expect_success("batch", self.plan(PLAN), "--store", self.store, "--resume", "--quiet")
        self.assertEqual(self.content(), self.undisturbed())


class Sick(FaultTest):
    """Workers that do not come back. Their jobs fail alone."""

    def states(self) -> list[tuple]:
        return self.query("SELECT target, chip, state, failure, attempts FROM job ORDER BY target, chip")

    def test_a_worker_that_hangs(self):
        source, elf = self.file("endless.s", ENDLESS), self.folder / "endless.elf"
        subprocess.run([COMPILER, "-mcpu=cortex-m4", "-mthumb", "-nostdlib", "-Wl,-Ttext=0x8", "-Wl,--section-start=.vectors=0", "-Wl,-e,reset",
                        source, "-o", elf], check=True)
        plan = self.plan('targets = ["endless.elf"]\nchips = ["generic-m4"]\n[limits]\nseconds = 2\nretries = 1\ninstructions = 1e15\n')
        result = self.batch(plan, "--jobs", "2")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertEqual(result.stderr, "endless.elf on generic-m4: no end after 2 s (limits.seconds)\n")
        self.assertEqual(self.states(), [("endless.elf", "generic-m4", "failed", "time", 2)])

    def test_a_worker_that_crashes(self):
        """The compiler ends its parent when it meets one of the networks."""
        self.use_fresh_cache()
        fake = self.file(f"bin/{COMPILER}", f'''#!/bin/sh
if grep -q "b\\.tflite" ../model.c 2>/dev/null; then kill -SEGV $PPID; fi
exec {shutil.which(COMPILER)} "$@"
''')
        fake.chmod(0o755)
        self.environment["PATH"] = f"{fake.parent}{os.pathsep}{self.environment['PATH']}"
        result = self.batch(self.plan(PLAN), "--jobs", "2")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stderr.splitlines()[0], r"\Ab.tflite on [a-z0-9-]+, kernels reference: its process was ended by signal 11 \(Segmentation fault\)")
        self.assertEqual(len(result.stderr.splitlines()), 4)
        for target, _, state, failure, _ in self.states():
            self.assertEqual((state, failure), ("failed", "crashed") if target == "b.tflite" else ("done", ""), target)
        shutil.rmtree(fake.parent)  # repaired
        self.assertEqual(self.batch(self.plan(PLAN), "--resume").returncode, DONE)
        self.assertEqual(self.content(), self.undisturbed())

    def test_a_worker_that_needs_too_much_memory(self):
        result = self.batch(self.plan(PLAN.replace('"*.tflite"', '"a.tflite"').replace('"generic-m3"', '"rp2040"') + '[limits]\nmemory = "64 MiB"\nretries = 0\n'))
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertIn("a.tflite on rp2040, kernels reference: needs more than 64 MiB (limits.memory)", result.stderr)
        self.assertEqual({state[2:4] for state in self.states()}, {("failed", "memory")})


class FullDisk(FaultTest):
    def test_explains_and_goes_on_with_more_room(self):
        expect_private_mounts(self)
        disk = self.folder / "disk"
        disk.mkdir()
        kept = self.folder / "kept.db"
        plan = self.plan(PLAN + 'detail = "instructions"\n')
        script = f"""
mount -t tmpfs -o size=1000k none {disk}
{PROGRAM} batch {plan} --store {disk}/runs.db --jobs 2 --quiet; echo "code $?"
{PROGRAM} runs --store {disk}/runs.db > /dev/null; echo "readable $?"
mount -o remount,size=50m {disk}
{PROGRAM} batch {plan} --store {disk}/runs.db --resume --quiet; echo "code $?"
{PROGRAM} merge {disk}/runs.db -o {kept} --quiet
"""
        result = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                                check=False)
        self.assertEqual(result.stdout, "code 2\nreadable 0\ncode 0\n", result.stderr)
        self.assertRegex(result.stderr, r"\A[^\n]*(disk|No space left)[^\n]*: the batch stopped here; --resume goes on\n\Z")
        self.expect_success("batch", plan, "--store", self.store, "--quiet")
        self.assertEqual(self.content(kept), self.content())


class Together(FaultTest):
    def test_four_processes_write_one_store(self):
        self.expect_success("batch", self.plan(PLAN.replace('"*', '"a*')), "--store", self.store, "--quiet", "--shard", "1/2")  # there is a store
        processes = [self.start("--store", self.store, "--jobs", "1", "--shard", f"{i}/4", "--resume") for i in (1, 2, 3, 4)]
        for process in processes:
            self.assertEqual(self.expect_end(process, DONE), "")
        self.assertEqual(self.content(), self.undisturbed())

    def test_parts_are_merged(self):
        parts = []
        for number in (1, 2, 3):
            parts.append(self.folder / f"part_{number}.db")
            self.expect_success("batch", self.plan(PLAN), "--store", parts[-1], "--quiet", "--shard", f"{number}/3")
        self.assertEqual(self.expect_success("merge", *parts, "-o", self.store), f"{self.store}: 12 runs added, 0 there already, 0 failed jobs added\n")
        self.assertEqual(self.content(), self.undisturbed())
        self.assertEqual(self.expect_success("merge", *parts, "-o", self.store), f"{self.store}: 0 runs added, 12 there already, 0 failed jobs added\n")
        self.expect_success("batch", self.plan(PLAN), "--store", self.store, "--quiet", "--resume")
        self.assertEqual(len(self.runs()), 12)


if __name__ == "__main__":
    unittest.main()
