#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions to a store: mcuprof sql, which only reads, and mcuprof diff, whose numbers are the store's."""
import csv
import io
import json
import re
import sqlite3
import unittest

from program import INPUT_ERROR, ProgramTest, SMALL_NETWORK


class Question(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        for kernels in ["reference", "dsp"]:
            self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--kernels", kernels, "--store", self.store, "-q")

    def rows(self, sql: str) -> list[tuple]:
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        self.addCleanup(database.close)
        return database.execute(sql).fetchall()


class Sql(Question):
    def sql(self, *arguments: object) -> str:
        return self.expect_success("sql", *arguments, "--store", self.store)

    def refused(self, query: str) -> str:
        before = self.store.read_bytes()
        result = self.run_program("sql", query, "--store", self.store)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""), query)
        self.assertRegex(result.stderr, r"\A[^\n]+\n\Z", query)
        self.assertEqual(self.store.read_bytes(), before)
        return result.stderr.rstrip()

    def test_answers_as_sqlite_does(self):
        query = "SELECT layer_index, title, cycles, percent, energy_j FROM layer_share WHERE run_id = 2 ORDER BY cycles DESC"
        expected = self.rows(query)
        self.assertGreater(len(expected), 5)
        answer = json.loads(self.sql("--format", "json", query))
        self.assertEqual([tuple(row.values()) for row in answer], expected)
        self.assertEqual(list(answer[0]), ["layer_index", "title", "cycles", "percent", "energy_j"])
        table = list(csv.reader(io.StringIO(self.sql("--format", "csv", query))))
        self.assertEqual(table[0], list(answer[0]))
        self.assertEqual([[int(row[0]), row[1], int(row[2])] for row in table[1:]], [list(row[:3]) for row in expected])
        text = self.sql(query).splitlines()
        self.assertEqual(len(text), len(expected) + 1)
        self.assertEqual(text[0].split(), list(answer[0]))

    def test_lists_the_views(self):
        text = self.sql()
        for view, in self.rows("SELECT name FROM sqlite_schema WHERE type = 'view'"):
            self.assertIn(view, text)
        self.assertIn("cycles_per_mac", text)

    def test_only_reads(self):
        for query in ["DELETE FROM run", "UPDATE run SET cycles = 0", "DROP TABLE run", "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)",
                      "PRAGMA user_version = 9", "PRAGMA journal_mode = DELETE", "ATTACH 'x.db' AS x", "VACUUM", "BEGIN",
                      "INSERT INTO string (value) VALUES ('x')", "VACUUM INTO 'copy.db'", "SELECT load_extension('x')"]:
            self.assertRegex(self.refused(query), r"\Asql(, column \d+)?: ", query)
        self.assertFalse((self.folder / "x.db").exists() or (self.folder / "copy.db").exists())

    def test_says_what_is_wrong_with_a_query(self):
        self.assertRegex(self.refused("SELECT cycls FROM run"), r"\Asql, column 8: no such column: cycls\Z")
        self.assertRegex(self.refused("SELEC 1"), r"\Asql, column 1: .*syntax error")
        self.assertRegex(self.refused("SELECT 1; SELECT 2"), r"\Asql, column 10: expected one query, found a second one\Z")
        self.assertEqual(self.refused("  "), "sql: expected a query, found nothing")
        self.assertIn("expected at most 1000000 rows",
                      self.refused("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"))


class Diff(Question):
    def diff(self, *arguments: object) -> str:
        return self.expect_success("diff", *arguments, "--store", self.store)

    def test_numbers_are_those_of_the_store(self):
        changes = json.loads(self.diff(1, 2, "--format", "json"))
        [(before,), (after,)] = self.rows("SELECT cycles FROM run ORDER BY id")
        self.assertEqual(changes["total"]["cycles"], {"before": before, "after": after, "change": after - before})
        for rows in [changes["layers"], changes["cycles_by_cause"]]:
            self.assertEqual(sum(row["cycles"]["change"] if "cycles" in row else row["change"] for row in rows), after - before)
        self.assertEqual(sum(row["self_cycles"]["change"] for row in changes["functions"]), after - before)
        layers = self.rows("SELECT a.layer_index, a.cycles, b.cycles FROM layer a JOIN layer b USING (position)"
                           " WHERE a.run_id = 1 AND b.run_id = 2")
        self.assertEqual([(row["after"]["index"], row["cycles"]["before"], row["cycles"]["after"]) for row in changes["layers"]], layers)
        for row in changes["layers"]:
            self.assertEqual(sum(row["cycles_by_cause"].values()), row["cycles"]["change"])
        for function in changes["functions"]:
            if function["changed_instructions"]:
                self.assertEqual(sum(one["cycles"]["change"] for one in function["changed_instructions"]),
                                 function["self_cycles"]["change"], function["name"])
        removed = [row["name"] for row in changes["functions"] if row["state"] == "removed"]
        self.assertTrue(any("reference_conv_2d" in name for name in removed), removed)

    def test_of_a_run_with_itself(self):
        text = self.diff(2, 2)
        self.assertIn("did not change", text)
        self.assertNotIn("+", text)

    def test_of_two_networks_finds_what_they_share(self):
        other = SMALL_NETWORK.parent / "everything_else.tflite"
        self.expect_success("profile", other, "--chip", "generic-m4", "--store", self.store, "-q")
        changes = json.loads(self.diff(2, 3, "--format", "json"))
        states = {row["state"] for row in changes["layers"]}
        self.assertTrue(states & {"inserted", "removed"}, states)

    def test_the_page_draws_both_runs(self):
        self.assertEqual(self.diff(1, 2, "--format", "html", "-o", "changes.html"), "")
        page = (self.folder / "changes.html").read_text()
        self.assertNotRegex(page, r"https?://(?!www\.w3\.org/)")  # one file, which loads nothing
        frames = [{key: value for key, value in re.findall(r'data-([a-z]+)="([^"]*)"', frame)}
                  for frame in re.findall(r'<g class="mark frame"[^>]*>', page)]
        roots = [frame for frame in frames if frame["depth"] == "0"]
        cycles = [row[0] for row in self.rows("SELECT cycles FROM run ORDER BY id")]
        self.assertEqual([sum(int(frame[side]) for frame in roots) for side in ["before", "after"]], cycles)
        for frame in frames:
            self.assertEqual(int(frame["before"]) + int(frame["after"]), int(frame["total"]))
        for name, in self.rows("SELECT name FROM layer WHERE run_id = 2 AND cycles > 2000"):
            self.assertIn(name, {frame["name"] for frame in frames})
        kernels = {frame["name"]: frame for frame in frames if "conv_2d_int8" in frame["name"]}
        self.assertTrue(any(frame["before"] == "0" for frame in kernels.values()), kernels)  # of dsp
        self.assertTrue(any(frame["after"] == "0" for frame in kernels.values()), kernels)  # of reference
        self.assertIn("<h2>layers</h2>", page)

    def test_markdown_and_stores(self):
        text = self.diff(1, 2, "--format", "md")
        self.assertRegex(text, r"(?m)^#### layers$")
        self.assertRegex(text, r"(?m)^\| 0 \| 0 \| conv ")
        other = self.folder / "other.db"
        other.write_bytes(self.store.read_bytes())
        self.assertEqual(self.diff(1, 2, "--before-store", other), self.diff(1, 2))
        self.assertEqual(self.diff(1, 2, "-o", "out.txt"), "")
        self.assertEqual((self.folder / "out.txt").read_text(), self.diff(1, 2))
        result = self.run_program("diff", 1, 9, "--store", self.store)
        self.assertEqual((result.returncode, result.stdout), (INPUT_ERROR, ""))
        self.assertIn("no run 9; the last is 2", result.stderr)


if __name__ == "__main__":
    unittest.main()
