#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each export is read by a reader that is not ours, or by its published rules, and says what the store says.

The store is asked with SQL, through Python's own SQLite.
"""
import csv
import gzip
import io
import json
import re
import shutil
import sqlite3
import subprocess
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK


class ProtobufReader:
    """The wire format as protobuf.dev states it: (field, value) pairs; a value is a number or bytes."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.content[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def fields(self):
        while self.at < len(self.content):
            key = self.varint()
            match key & 7:
                case 0:
                    yield key >> 3, self.varint()
                case 2:
                    size = self.varint()
                    assert self.at + size <= len(self.content), "a field ends behind the message"
                    yield key >> 3, self.content[self.at:self.at + size]
                    self.at += size
                case other:
                    raise AssertionError(f"wire type {other} at {self.at}")


def message(content: bytes) -> dict[int, list]:
    result: dict[int, list] = {}
    for field, value in ProtobufReader(content).fields():
        result.setdefault(field, []).append(value)
    return result


def packed(content: bytes) -> list[int]:
    reader, numbers = ProtobufReader(content), []
    while reader.at < len(content):
        numbers.append(reader.varint())
    return numbers


class Export(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32f746", "--store", self.store, "--quiet")
        self.database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        self.addCleanup(self.database.close)

    def export(self, form: str, *arguments: object) -> str:
        return self.expect_success("export", 1, "--format", form, "--store", self.store, *arguments)

    def export_file(self, form: str):
        path = self.folder / f"out.{form}"
        self.assertEqual(self.export(form, "-o", path), "")
        return path

    def rows(self, sql: str) -> list[tuple]:
        return self.database.execute(sql).fetchall()

    def value(self, sql: str):
        return self.rows(sql)[0][0]

    def cycles(self) -> int:
        return self.value("SELECT cycles FROM run")

    def call_rows(self) -> list[tuple]:
        """(path of names, calls, self cycles) of each row of the call tree."""
        paths: dict[int, list[str]] = {}
        rows = []
        for position, parent, name, calls, self_cycles in self.rows(
                "SELECT position, parent, value, calls, self_cycles FROM call JOIN string ON id = function_id"
                " WHERE run_id = 1 ORDER BY position"):
            paths[position] = paths.get(parent, []) + [name]
            rows.append((paths[position], calls, self_cycles))
        self.assertGreater(len(rows), 3)
        return rows

    def test_json_is_what_show_prints(self):
        self.assertEqual(self.export("json"), self.expect_success("show", 1, "--json", "--store", self.store))

    def test_csv_has_the_rows_of_the_store(self):
        for table, count, total in [("layers", "layer", "cycles"), ("functions", "function", "self_cycles"),
                                    ("instructions", "instruction", "cycles"), ("calls", "call", "self_cycles")]:
            rows = list(csv.DictReader(io.StringIO(self.export("csv", "--table", table))))
            self.assertEqual(len(rows), self.value(f"SELECT count(*) FROM {count}"), table)
            self.assertEqual(sum(int(row[total]) for row in rows), self.cycles(), table)
        layers = list(csv.DictReader(io.StringIO(self.export("csv"))))
        for cause, cycles in self.rows("SELECT name, value FROM run_cost JOIN cost ON id = cost_id"):
            self.assertEqual(sum(int(row[f"cycles_{cause}"]) for row in layers), cycles, cause)
        run = list(csv.DictReader(io.StringIO(self.export("csv", "--table", "run"))))[0]
        self.assertEqual((run["target"], int(run["cycles"])), ("convolutions.tflite", self.cycles()))
        for table in ["contexts", "causes", "traffic", "arena", "warnings", "sources"]:
            self.assertGreaterEqual(len(list(csv.reader(io.StringIO(self.export("csv", "--table", table))))), 2, table)

    def test_collapsed_stacks_are_the_call_tree(self):
        lines = self.export("collapsed").splitlines()
        expected = [(";".join(["reset", *path]), cycles) for path, _, cycles in self.call_rows() if cycles > 0]
        self.assertEqual([(line.rpartition(" ")[0], int(line.rpartition(" ")[2])) for line in lines], expected)
        self.assertEqual(sum(cycles for _, cycles in expected), self.cycles())

    def test_speedscope_follows_its_schema(self):
        """https://www.speedscope.app/file-format-schema.json, as rules."""
        document = json.loads(self.export("speedscope"))
        self.assertEqual(document["$schema"], "https://www.speedscope.app/file-format-schema.json")
        self.assertLessEqual(set(document), {"$schema", "shared", "profiles", "name", "activeProfileIndex", "exporter"})
        frames = document["shared"]["frames"]
        for frame in frames:
            self.assertLessEqual(set(frame), {"name", "file", "line", "col"})
            self.assertIsInstance(frame["name"], str)
        sampled, evented = document["profiles"]
        for profile in document["profiles"]:
            self.assertIn(profile["unit"],
                          ["none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"])
            self.assertLessEqual(profile["startValue"], profile["endValue"])
        self.assertEqual((sampled["type"], evented["type"]), ("sampled", "evented"))
        self.assertEqual(len(sampled["samples"]), len(sampled["weights"]))
        self.assertEqual((sum(sampled["weights"]), sampled["endValue"]), (self.cycles(), self.cycles()))
        paths = [[frames[index]["name"] for index in sample] for sample in sampled["samples"]]
        self.assertEqual(list(zip(paths, sampled["weights"])),
                         [(path, cycles) for path, _, cycles in self.call_rows() if cycles > 0])
        open_frames, last = [], 0
        for event in evented["events"]:
            self.assertGreaterEqual(event["at"], last)
            last = event["at"]
            if event["type"] == "O":
                open_frames.append(event["frame"])
            else:
                self.assertEqual(open_frames.pop(), event["frame"])
        self.assertEqual(open_frames, [])
        layers = self.rows("SELECT start_cycle, start_cycle + cycles FROM layer WHERE layer_index >= 0 AND cycles > 0"
                           " ORDER BY start_cycle")
        at = [event["at"] for event in evented["events"]]
        self.assertEqual(list(zip(at[::2], at[1::2])), layers)

    def test_perfetto_follows_the_rules_of_trace_events(self):
        document = json.loads(self.export("perfetto"))
        hz = self.value("SELECT clock_hz FROM run")
        slices: dict[int, list[dict]] = {}
        for event in document["traceEvents"]:
            self.assertIn(event["ph"], "XCM")
            self.assertIsInstance(event["pid"], int)
            if event["ph"] == "M":
                self.assertIn(event["name"], ["process_name", "thread_name"])
                self.assertIsInstance(event["args"]["name"], str)
                continue
            self.assertGreaterEqual(event["ts"], 0)
            if event["ph"] == "C":
                self.assertTrue(all(isinstance(value, (int, float)) for value in event["args"].values()))
            else:
                self.assertGreater(event["dur"], 0)
                slices.setdefault(event["tid"], []).append(event)
        for track, events in slices.items():  # slices of a track nest
            ends: list[float] = []
            for event in sorted(events, key=lambda e: (e["ts"], -e["dur"])):
                while ends and ends[-1] <= event["ts"] + 1e-6:
                    ends.pop()
                self.assertTrue(not ends or event["ts"] + event["dur"] <= ends[-1] + 1e-6, (track, event))
                ends.append(event["ts"] + event["dur"])
        layers = [event for event in slices[1] if "index" in event["args"]]
        self.assertEqual([(e["args"]["index"], e["args"]["cycles"]) for e in layers],
                         self.rows("SELECT layer_index, cycles FROM layer WHERE layer_index >= 0 AND cycles > 0"))
        for event, (start, cycles) in zip(layers, self.rows(
                "SELECT start_cycle, cycles FROM layer WHERE layer_index >= 0 AND cycles > 0")):
            self.assertAlmostEqual(event["ts"], start * 1e6 / hz, places=6)
            self.assertAlmostEqual(event["dur"], cycles * 1e6 / hz, places=6)
        self.assertEqual(slices[1][0]["args"]["cycles"], self.cycles())
        self.assertEqual(sum(event["args"]["self_cycles"] for event in slices[2])
                         + document["otherData"]["cycles_of_functions_without_a_place"], self.cycles())
        sram = [event["args"] for event in document["traceEvents"] if event["ph"] == "C" and "arena" in event["name"]]
        self.assertEqual([(c["tensors"], c["scratch"]) for c in sram[:-1]],
                         self.rows("SELECT sram_live, scratch FROM layer WHERE layer_index >= 0 AND cycles > 0"))

    def test_pprof_is_a_profile_proto(self):
        """Field numbers: github.com/google/pprof, proto/profile.proto."""
        content = self.export_file("pprof").read_bytes()
        profile = message(gzip.decompress(content))
        self.assertLessEqual(set(profile), set(range(1, 15)))
        strings = [text.decode() for text in profile[6]]
        self.assertEqual(strings[0], "")
        types = [message(one) for one in profile[1]]
        self.assertEqual([(strings[t[1][0]], strings[t[2][0]]) for t in types], [("calls", "count"), ("cycles", "count")])
        self.assertEqual(strings[profile[14][0]], "cycles")
        functions = {}
        for one in map(message, profile[5]):
            functions[one[1][0]] = strings[one[2][0]]
        locations = {}
        mappings = {message(one)[1][0] for one in profile[3]}
        for one in map(message, profile[4]):
            self.assertIn(one[2][0], mappings)
            locations[one[1][0]] = functions[message(one[4][0])[1][0]]
        samples = []
        for one in map(message, profile[2]):
            path = [locations[number] for number in packed(one[1][0])]
            calls, cycles = packed(one[2][0])
            samples.append((path[::-1], calls, cycles))
            label = message(one[3][0])
            self.assertEqual((strings[label[1][0]], strings[label[2][0]]), ("context", "reset"))
        self.assertEqual(samples, [row for row in self.call_rows() if row[1] or row[2]])
        self.assertEqual(sum(sample[2] for sample in samples), self.cycles())
        self.assertEqual(content, self.export_file("pprof").read_bytes())

    def test_callgrind_annotate_reads_callgrind(self):
        annotate = shutil.which("callgrind_annotate")
        if not annotate:
            self.skipTest("no callgrind_annotate (package valgrind)")
        path = self.export_file("callgrind")
        result = subprocess.run([annotate, "--threshold=100", "--show=Cycles,Instructions,load_wait", str(path)],
                                capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

        def figures(line: str) -> list[int]:
            return [int(text.replace(",", "")) for text in re.findall(r"([\d,]+)(?: \([^)]*\))?", line)[:3]]
        totals = next(line for line in result.stdout.splitlines() if line.endswith("PROGRAM TOTALS"))
        instructions = self.value("SELECT instructions FROM run")
        load_wait = self.value("SELECT value FROM run_cost JOIN cost ON id = cost_id WHERE name = 'load_wait'")
        totals = re.sub(r"\s*\([^)]*\)", " ", totals)
        self.assertEqual(figures(totals), [self.cycles(), instructions, load_wait])

        def by_function(text: str, join) -> dict[str, int]:
            """Code that was inlined from another file has a line of its own; inclusive figures count it in the
            function's as well."""
            joined: dict[str, int] = {}
            for line in text.split("file:function")[1].split("Auto-annotated")[0].splitlines():
                if match := re.fullmatch(r"\s*([\d,]+) .*:(\S+)(?: \[\S+\])?", line):
                    joined[match[2]] = join((joined.get(match[2], 0), int(match[1].replace(",", ""))))
            return joined
        self.assertEqual(by_function(result.stdout, sum),
                         dict(self.rows("SELECT name, self_cycles FROM function_share WHERE self_cycles > 0")))
        inclusive = subprocess.run([annotate, "--inclusive=yes", "--threshold=100", "--show=Cycles", str(path)],
                                   capture_output=True, text=True, check=True, cwd=self.folder).stdout
        self.assertEqual(by_function(inclusive, max),
                         dict(self.rows("SELECT name, total_cycles FROM function_share WHERE total_cycles > 0")))

    def test_callgrind_has_every_instruction(self):
        lines = self.export("callgrind").splitlines()
        after_calls = {index + 1 for index, line in enumerate(lines) if line.startswith("calls=")}
        costs = {}
        for index, line in enumerate(lines):
            if line.startswith("0x") and index not in after_calls:
                address, source_line, cycles, executions, *causes = line.split()
                self.assertEqual(sum(map(int, causes)), int(cycles))
                costs[int(address, 16)] = (int(source_line), int(cycles), int(executions))
        self.assertEqual(costs, {row[0]: row[1:] for row in self.rows("SELECT address, line, cycles, executions FROM instruction")})

    def test_bad_requests(self):
        def refused(*arguments: object) -> str:
            result = self.run_program("export", *arguments, "--store", self.store)
            self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
            return result.stderr
        self.assertIn("no run 7; the last is 1", refused(7, "--format", "csv"))
        self.assertIn("--format", refused(1))
        self.assertIn("xml", refused(1, "--format", "xml"))
        self.assertIn("--table: goes with --format csv only", refused(1, "--format", "json", "--table", "layers"))
        self.assertIn("lairs", refused(1, "--format", "csv", "--table", "lairs"))
        self.assertRegex(refused(1, "--format", "csv", "-o", self.folder / "no" / "file.csv"), "no/file.csv: ")


if __name__ == "__main__":
    unittest.main()
