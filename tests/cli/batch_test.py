#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mcuprof batch: what a plan becomes, what the store holds afterwards, and how it goes on after any end."""
import json
import pathlib
import sqlite3
import subprocess
import unittest

from program import DONE, INPUT_ERROR, ProgramTest, SMALL_NETWORK

PLAN = """
targets = ["*.tflite"]
chips = ["generic-m4", "stm32l4r5", "nrf52840"]
kernels = ["reference", "dsp"]
clocks = ["default", "16 MHz"]
detail = "instructions"
"""


class BatchTest(ProgramTest):
    def plan(self, text: str = PLAN, name: str = "plan.toml") -> pathlib.Path:
        return self.file(name, text)

    def network(self, name: str = "small.tflite") -> pathlib.Path:
        return self.file(name, SMALL_NETWORK.read_bytes() + name.encode())  # each of other content: the same work is not done twice

    def batch(self, plan: pathlib.Path, *arguments: object, **options) -> subprocess.CompletedProcess:
        return self.run_program("batch", plan, "--store", self.store, *arguments, **options)

    def query(self, sql: str, store: pathlib.Path | None = None) -> list[tuple]:
        database = sqlite3.connect(store or self.store)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def content(self, store: pathlib.Path | None = None) -> list[tuple]:
        """All that a batch's store says, but for the numbers and times of runs."""
        self.assertEqual(self.query("PRAGMA integrity_check", store), [("ok",)])
        self.assertEqual(self.query("PRAGMA foreign_key_check", store), [])
        self.assertEqual(self.query("SELECT count(*) FROM run WHERE id NOT IN (SELECT run_id FROM job WHERE run_id IS NOT NULL)", store),
                         [(0,)], "a run without a job")
        return self.query("""
            SELECT key, job.target, job.chip, job.clock_hz, job.kernels, state, failure, cycles, instructions, elf_sha256,
                   (SELECT count(*) FROM layer WHERE layer.run_id = run.id),
                   (SELECT sum(cycles) FROM instruction WHERE instruction.run_id = run.id)
            FROM job LEFT JOIN run ON run.id = job.run_id ORDER BY key""", store)


class Expansion(BatchTest):
    def test_lists_jobs_without_running_any(self):
        self.network("b.tflite")
        self.network("a.tflite")
        output = self.expect_success("batch", self.plan(), "--dry-run", "--store", self.store)
        rows = [line.split() for line in output.splitlines() if line and line.split()[0].isdigit()]
        self.assertEqual(len(rows), 25, output)  # the last line counts them
        self.assertEqual(rows[0], ["1", "a.tflite", "generic-m4", "100", "MHz", "reference", "default", "default"])
        self.assertEqual([row[1] for row in rows[:24]], ["a.tflite"] * 12 + ["b.tflite"] * 12)
        self.assertEqual(output.splitlines()[-1], "24 jobs in 4 groups, 0 skipped, 0 excluded")
        self.assertFalse(self.store.exists())
        self.assertEqual(output, self.expect_success("batch", self.plan(), "--dry-run", "--store", self.store))

    def test_ranges_of_a_family(self):
        output = self.expect_success("batch", self.plan("""
chips = ["generic-m4"]
[[network]]
family = "mobilenet-v1"
width = [0.25, 0.5]
resolution = { from = 96, to = 160, step = 32 }
classes = 10
"""), "--dry-run")
        self.assertEqual([line.split()[1] for line in output.splitlines() if " generic-m4 " in line],
                         [f"mobilenet-v1-{width}-{resolution}:10" for width in (0.25, 0.5) for resolution in (96, 128, 160)])

    def test_exclusions_and_what_cannot_be(self):
        self.network()
        output = self.expect_success("batch", self.plan(PLAN.replace('"nrf52840"', '"nrf52840", "rp2040"').replace('"16 MHz"', '"100 MHz", "64 MHz"') + """
[[exclude]]
chip = "stm32*"
kernels = "reference"
"""), "--dry-run")
        self.assertIn("small.tflite on nrf52840 at 100 MHz, kernels dsp: nrf52840: ", output)
        self.assertIn("small.tflite on rp2040, kernels dsp: Cortex-M0+ has no DSP extension: kernels dsp would be those of small\n", output)
        self.assertIn("small.tflite on nrf52840 at 64 MHz, kernels dsp: the same as small.tflite on nrf52840, kernels dsp\n", output)
        self.assertRegex(output.splitlines()[-1], r"\A\d+ jobs in \d+ groups, \d+ skipped, 3 excluded\Z")

    def test_shards_are_a_partition(self):
        self.network("b.tflite")
        self.network("a.tflite")
        parts = []
        for number in (1, 2, 3):
            output = self.expect_success("batch", self.plan(), "--dry-run", "--shard", f"{number}/3")
            parts.append([line.split()[0] for line in output.splitlines() if " generic-" in line or " stm" in line or " nrf" in line])
        self.assertEqual(sorted(sum(parts, []), key=int), [str(i + 1) for i in range(24)])
        self.assertTrue(all(parts))


class Planners(BatchTest):
    def test_place_tensors_as_the_plan_says(self):
        self.expect_success("batch", self.plan("""
targets = ["mobilenet-v2-0.35-96:2"]
chips = ["generic-m4"]
planners = ["greedy", "inplace", "patch 2x2@6"]
"""), "--store", self.store)
        runs = dict(self.query("SELECT planner, sram_arena FROM run ORDER BY id"))
        self.assertEqual(set(runs), {"greedy", "inplace", "patch 2x2@6"})
        self.assertLess(runs["inplace"], runs["greedy"])
        self.assertLess(runs["patch 2x2@6"], runs["inplace"])

    def test_unknown_ones_are_refused_with_their_line(self):
        result = self.batch(self.plan('targets = ["mcunet-vww1"]\nchips = ["generic-m4"]\nplanners = ["greedy", "cleverest"]\n'))
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stderr, r"plan\.toml:3.*expected one of greedy, optimal, inplace, patch, found 'cleverest'")


class BadPlan(BatchTest):
    def expect_plan_error(self, text: str, *arguments: object) -> str:
        error = self.expect_error("batch", self.plan(text), "--store", self.store, *arguments)
        self.assertTrue(error.startswith(str(self.folder / "plan.toml")), error)
        return error.removeprefix(str(self.folder / "plan.toml"))

    def test_names_line_and_nearest(self):
        self.network()
        for text, expected in [
            ('target = ["a"]\nchips = ["generic-m4"]', ":1: unknown key 'target' in the file; did you mean targets?"),
            ('targets = ["*.tflite"]\nchips = ["generic-m4",\n "stm32l4r6"]', ":3: no chip 'stm32l4r6'; did you mean stm32l4r5"),
            ('targets = ["mobilenet-v1-0.25-96:2",\n"mobilnet-v1-0.25-96"]\nchips = ["generic-m4"]', ":2: network 'mobilnet-v1-0.25-96': unknown"),
            ('targets = ["no.tflite"]\nchips = ["generic-m4"]', f":1: no file '{self.folder}/no.tflite'"),
            ('targets = ["no*.tflite"]\nchips = ["generic-m4"]', ":1: 'no*.tflite' matches no file in"),
            ('targets = []\nchips = ["generic-m4"]', ":1: 'targets' must be a list of texts, found an empty one"),
            ('chips = ["generic-m4"]', ":1: a plan needs 'targets'"),
            ('targets = ["*.tflite"]', ":1: the file needs 'chips'"),
            ('targets = ["*.tflite"]\nchips = ["generic-m4"]\nkernels = ["dps"]', ":3: kernels: "),
            ('targets = ["*.tflite"]\nchips = ["generic-m4"]\nclocks = ["fast"]', ":3: clock 'fast': expected a frequency"),
            ('targets = ["*.tflite"]\nchips = ["generic-m4"]\n[limits]\nsecond = 1', ":4: unknown key 'second' in [limits]; did you mean seconds?"),
            ('targets = ["*.tflite"]\nchips = ["generic-m4"]\n[[exclude]]\n', ":3: an [[exclude]] without a condition"),
            ('chips = ["generic-m4"]\n[[network]]\nfamily = "mobilenet-v1"\nresolution = { from = 96, to = 32, step = 8 }', ":4: 'resolution' must rise"),
            ('targets = [', ":1: "),
        ]:
            self.assertIn(expected, self.expect_plan_error(text), text)

    def test_nothing_left(self):
        self.network()
        self.assertIn(": nothing to do: the rules of [[exclude]] leave out all 12 combinations",
                      self.expect_plan_error(PLAN + '[[exclude]]\ntarget = "*"\n'))
        self.assertIn(": nothing to do: 0 combinations are excluded and 1 impossible; the first: small.tflite on generic-m3, kernels dsp: ",
                      self.expect_plan_error('targets = ["*.tflite"]\nchips = ["generic-m3"]\nkernels = ["dsp"]'))

    def test_shard_out_of_range(self):
        self.network()
        for shard in ("0/3", "4/3", "x", "1/", "1/0", "-1/2", "1/2/3"):
            self.assertEqual(self.expect_error("batch", self.plan(), f"--shard={shard}"),
                             f"--shard {shard}: expected a part and a number of parts such as 3/16, the part from 1 to that number")

    def test_missing_plan_and_read_only_folder(self):
        self.assertIn("no.toml", self.expect_error("batch", "no.toml"))
        self.network()
        self.assertTrue(self.expect_error("batch", self.plan(), "--store", "/proc/runs.db").startswith("/proc/runs.db: cannot be opened"))


class Running(BatchTest):
    def test_same_figures_as_profile_and_nothing_twice(self):
        self.network()
        result = self.batch(self.plan())
        self.assertEqual((result.returncode, result.stderr), (DONE, ""))
        self.assertEqual(result.stdout, f"{self.folder}/plan.toml: 12 of 12 jobs done, 0 failed, 0 skipped, 0 excluded; runs are in {self.store}\n")
        for kernels in ("reference", "dsp"):
            alone = self.profile_json(self.folder / "small.tflite", "--chip", "nrf52840", "--kernels", kernels, "--clock", "16MHz")
            self.assertEqual(self.query(f"SELECT cycles FROM run JOIN job ON run_id = run.id WHERE job.chip = 'nrf52840' AND job.kernels = '{kernels}' AND job.clock_hz = 16000000"),
                             [(alone["total"]["cycles"],)])
        before = self.content()
        result = self.batch(self.plan())
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertEqual(result.stderr, f"{self.store}: holds 12 jobs of these 12 already, 12 of them done; --resume runs the rest\n")
        self.assertEqual(self.batch(self.plan(), "--resume").returncode, DONE)
        self.assertEqual(self.content(), before)
        self.assertEqual(len(self.runs()), 12)

    def test_failures_are_rows_and_the_others_go_on(self):
        self.network()
        self.file("broken.tflite", b"no network at all" * 10)
        result = self.batch(self.plan('targets = ["*.tflite"]\nchips = ["generic-m4"]'))
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertRegex(result.stderr, r"\A[^\n]*broken.tflite: [^\n]+\n\Z")
        self.assertIn("1 of 2 jobs done, 1 failed", result.stdout)
        self.assertEqual(self.query("SELECT target, state, failure, run_id IS NULL FROM job ORDER BY target"),
                         [("broken.tflite", "failed", "refused", 1), ("small.tflite", "done", "", 0)])
        self.network("broken.tflite")  # repaired: another content, another job
        self.assertEqual(self.batch(self.plan(), "--resume").returncode, DONE)

    def test_progress_for_programs(self):
        self.network()
        result = self.batch(self.plan('targets = ["*.tflite"]\nchips = ["generic-m4"]'), "--progress", "json")
        lines = [json.loads(line) for line in result.stderr.splitlines()]
        self.assertEqual((lines[0]["stage"], lines[0]["done"], lines[0]["total"]), ("batch", 0, 1))
        self.assertEqual((lines[1]["job"], lines[1]["state"], lines[1]["run"]), ("small.tflite on generic-m4", "done", "1"))
        self.assertEqual(lines[-1]["stage"], "finished")
        self.assertGreater(lines[-1]["largest_worker_bytes"], 1 << 20)


if __name__ == "__main__":
    unittest.main()
