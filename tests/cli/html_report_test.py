#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`mcuprof report`: numbers of the HTML page against the JSON, names that are markup, and what a browser makes of it."""
import collections
import csv
import html.parser
import io
import json
import pathlib
import re
import shutil
import subprocess
import unittest

from program import ProgramTest, SMALL_NETWORK

BROWSER = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)"  # a file may be called so


class Page(html.parser.HTMLParser):
    """Marks of each chart, cells of each table, every tag."""

    def __init__(self, text: str):
        super().__init__()
        self.marks: dict[str, list[dict]] = collections.defaultdict(list)
        self.tables: dict[str, list[list[str]]] = collections.defaultdict(list)
        self.tags: list[tuple[str, dict]] = []
        self.ids: list[str] = []
        self._open: list[str] = []
        self._chart = self._table = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "figure":
            self._chart = values["id"]
        if tag == "table" and self._chart is None:
            self._table = values["id"]
        if self._chart and "mark" in values.get("class", "").split():
            self.marks[self._chart].append(values)
        if tag == "tr" and self._table:
            self.tables[self._table].append([])
        if tag in ("td", "th") and self._table:
            self.tables[self._table][-1].append(values.get("data-value", ""))

    def handle_endtag(self, tag):
        if tag == "figure":
            self._chart = None
        if tag == "table":
            self._table = None

    def values(self, chart: str) -> dict[tuple[str, str], float]:
        return {(mark["data-bar"], mark["data-series"]): float(mark["data-value"]) for mark in self.marks[chart]}


class HtmlReport(ProgramTest):
    def setUp(self):
        super().setUp()
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32l4r5", "--store", self.store, "-q")
        self.profile = json.loads(self.expect_success("show", 1, "--store", self.store, "--json"))

    def report(self, *arguments: object) -> str:
        return self.expect_success("report", *arguments, "--store", self.store)

    def page(self) -> Page:
        return Page(self.report(1, "--html", "-"))

    def test_charts_have_the_numbers_of_the_json(self):
        page, profile = self.page(), self.profile
        label = {layer["index"]: "out" if layer["index"] < 0 else str(layer["index"]) for layer in profile["layers"]}
        causes = {(label[layer["index"]], cause): value for layer in profile["layers"]
                  for cause, value in layer["cycles_by_cause"].items() if value > 0}
        self.assertEqual(page.values("cycles"), causes)
        self.assertEqual(page.values("causes"), {("total", cause): value for cause, value in profile["cycles_by_cause"].items() if value > 0})

        sram = {}
        for layer in profile["layers"]:
            if layer["index"] >= 0:
                parts = {"static": profile["memory"]["sram"]["static"], "heap": profile["memory"]["sram"]["heap"],
                         "live": layer["sram_live_bytes"], "scratch": layer["scratch_bytes"], "stack": layer["stack_bytes"]}
                sram |= {(label[layer["index"]], part): value for part, value in parts.items() if value > 0}
        self.assertEqual(page.values("sram"), sram)

        traffic: dict = collections.Counter()
        for row in profile["traffic"]:
            for key in ("read_bytes", "write_bytes", "fetch_bytes"):
                traffic[row["region"], key] += row[key]
        self.assertEqual(page.values("traffic"), {key: value for key, value in traffic.items() if value > 0})

        points = {mark["data-key"]: (float(mark["data-x"]), float(mark["data-y"])) for mark in page.marks["roofline"]}
        self.assertEqual(points, {str(layer["index"]): (layer["macs"] / layer["flash_read_bytes"], layer["macs"] / layer["cycles"])
                                  for layer in profile["layers"] if layer["index"] >= 0 and layer["macs"] and layer["flash_read_bytes"]})

        tensors = [(mark["data-name"], int(mark["data-offset"]), int(mark["data-bytes"]), int(mark["data-first"]), int(mark["data-last"]))
                   for mark in page.marks["arena"]]
        self.assertEqual(tensors, [(tensor["name"], tensor["offset"], tensor["bytes"], tensor["first_layer"], tensor["last_layer"])
                                   for tensor in profile["arena"]])

        for mark in page.marks["flame"]:
            call = profile["calls"][int(mark["data-call"])]
            self.assertEqual((mark["data-name"], int(mark["data-total"]), int(mark["data-self"])),
                             (call["function"], call["total_cycles"], call["self_cycles"]))
        roots = [mark for mark in page.marks["flame"] if mark["data-depth"] == "0"]
        self.assertEqual(sum(int(mark["data-total"]) for mark in roots), profile["total"]["cycles"])

    def test_energy_has_the_numbers_of_the_json(self):
        if self.profile["total"]["energy_j"] is None:
            self.skipTest("no energy of this chip")
        page = self.page()
        terms = self.profile["energy_by_term_fj"]
        self.assertEqual(page.values("energy-terms"), {("total", term): value / 1e15 for term, value in terms.items() if value > 0})
        label = {layer["index"]: "out" if layer["index"] < 0 else str(layer["index"]) for layer in self.profile["layers"]}
        self.assertEqual(page.values("energy"), {(label[layer["index"]], term): value / 1e15 for layer in self.profile["layers"]
                                                 for term, value in layer["energy_by_term_fj"].items() if value > 0})
        [area] = [values for _, values in page.tags if values.get("class") == "power"]
        self.assertEqual(list(zip(map(int, area["data-start-cycles"].split()), map(float, area["data-watts"].split()))),
                         [(sample["start_cycle"], sample["power_w"]) for sample in self.profile["power"]])

    def test_layer_table_has_the_numbers_of_the_json(self):
        rows = self.page().tables["layer-table"][1:]
        self.assertEqual(len(rows), len(self.profile["layers"]))
        by_index = {layer["index"]: layer for layer in self.profile["layers"]}
        for row in rows:
            layer = by_index[-1 if row[0] == "1000000000" else int(row[0])]
            self.assertEqual((int(row[2]), int(row[3])), (layer["macs"], layer["cycles"]))

    def test_is_one_file_with_a_name_for_everything(self):
        page = self.page()
        self.assertEqual([tag for tag, values in page.tags if "src" in values or tag in ("iframe", "object", "img")], [])
        self.assertEqual([values["href"] for _, values in page.tags if "href" in values and not values["href"].startswith(("#", "data:"))], [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        for tag, values in page.tags:
            if tag == "svg":
                self.assertEqual(values.get("role"), "img")
                for label in values.get("aria-labelledby", "").split():
                    self.assertIn(label, page.ids)

    def test_names_are_never_markup(self):
        network = self.file(HOSTILE + ".tflite", SMALL_NETWORK.read_bytes())
        self.expect_success("profile", network, "--chip", "generic-m4", "--store", self.store, "-q")
        for arguments in [(2,), (1, 2)]:
            text = self.report(*arguments, "--html", "-")
            self.assertIn("&lt;img src=x onerror=alert(1)&gt;", text)
            page = Page(text)
            self.assertEqual([tag for tag, _ in page.tags if tag == "img"], [])
            self.assertEqual(len([tag for tag, _ in page.tags if tag == "script"]), 1)
        self.assertNotIn("<img", self.report(2, "--format", "md"))

    def test_is_the_same_each_time(self):
        self.assertEqual(self.report(1, "--html", "-"), self.report(1, "--html", "-"))

    def test_profile_writes_it_too(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store", "-q", "--html", "one.html")
        self.assertTrue(Page((self.folder / "one.html").read_text()).marks["cycles"])
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4,generic-m7", "--no-store", "-q", "--html", "two.html")
        self.assertIn("2 runs compared", (self.folder / "two.html").read_text())

    def test_compares_several_runs(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32f746", "--store", self.store, "-q")
        page = Page(self.report(1, 2, "--html", "-"))
        runs = [self.profile, json.loads(self.expect_success("show", 2, "--store", self.store, "--json"))]
        self.assertEqual(page.values("latency"), {(run["run"]["id"], "latency"): run["total"]["latency_s"] for run in runs})
        self.assertEqual(page.values("flash"), {(run["run"]["id"], part): value for run in runs
                                                for part, value in run["memory"]["flash"].items() if value > 0})
        self.assertEqual(page.values("causes"), {(run["run"]["id"], cause): value for run in runs
                                                 for cause, value in run["cycles_by_cause"].items() if value > 0})

    def test_other_forms(self):
        rows = list(csv.DictReader(io.StringIO(self.report(1, "--format", "csv"))))
        self.assertEqual([(int(row["layer"]), int(row["cycles"]), float(row["energy_j"]) if row["energy_j"] else None) for row in rows],
                         [(layer["index"], layer["cycles"], layer["energy_j"]) for layer in self.profile["layers"]])
        self.assertEqual(self.report(1), self.expect_success("show", 1, "--store", self.store))
        self.assertEqual(self.report(1, "--format", "text"), self.report(1))
        self.assertTrue(self.report(1, "--format", "md").startswith("### convolutions.tflite on STM32L4R5ZI\n"))
        self.assertIn("| 1 | convolutions.tflite |", self.report(1, 1, "--format", "md"))

    def test_refuses(self):
        def refusal(*arguments: object) -> str:
            result = self.run_program("report", *arguments, "--store", self.store)
            self.assertEqual((result.returncode, result.stdout), (2, ""), result)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            return result.stderr
        self.assertIn("no run 9", refusal(9, "--html", "x.html"))
        self.assertIn("no run 9", refusal(1, 9, "--html", "x.html"))
        self.assertIn("text", refusal(1, "--format", "docx"))
        self.assertIn("--format", refusal(1, "--html", "-", "--format", "md"))
        self.assertIn("no/such/x.html", refusal(1, "--html", "no/such/x.html"))
        self.assertEqual(list(self.folder.glob("*.html")), [])
        self.environment["PATH"] = str(self.folder)
        self.assertIn("expected a browser to print with", refusal(1, "--pdf", "x.pdf"))


@unittest.skipUnless(BROWSER, "no Chromium here: apt-get install chromium")
class InABrowser(ProgramTest):
    def setUp(self):
        super().setUp()
        network = self.file(HOSTILE + ".tflite", SMALL_NETWORK.read_bytes())
        self.expect_success("profile", network, "--chip", "stm32l4r5", "--store", self.store, "-q")

    def browse(self, page: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                               "--disable-component-update", f"--user-data-dir={self.folder}/browser", "--enable-logging=stderr",
                               *arguments, page.as_uri()], capture_output=True, text=True, timeout=120, check=False)

    def test_page_runs_without_errors_and_asks_nobody(self):
        self.expect_success("report", 1, "--html", "page.html", "--store", self.store)
        page = self.folder / "page.html"
        # Beside the page: sorts the table, zooms the flame graph, then says what became of both.
        probe = """<script>
            addEventListener("load", () => {
                const rows = () => [...document.querySelectorAll("#layer-table tbody tr")].map(row => Number(row.cells[3].dataset.value));
                document.querySelectorAll("#layer-table thead th button")[3].click();
                const sorted = rows(), falling = sorted.every((value, i) => i === 0 || sorted[i - 1] >= value);
                const flame = document.querySelector("#flame svg"), frames = [...flame.querySelectorAll(".frame")];
                frames.at(-1).dispatchEvent(new MouseEvent("click", {bubbles: true}));
                const wide = Number(frames.at(-1).querySelector("rect").getAttribute("width"));
                flame.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
                const reading = document.querySelector("#flame .reading").textContent;
                document.body.dataset.probe = JSON.stringify({falling, wide, reading,
                    asked: performance.getEntriesByType("resource").map(entry => entry.name),
                    overflow: document.documentElement.scrollWidth - innerWidth, milliseconds: performance.now()});
            });
            </script>"""
        probed = self.file("probed.html", page.read_text().replace("</body>", probe + "</body>"))
        result = self.browse(probed, "--dump-dom", "--window-size=400,900")
        self.assertEqual(re.findall(r".*CONSOLE.*", result.stderr), [])
        found = re.search(r'data-probe="([^"]*)"', result.stdout)
        self.assertIsNotNone(found, result.stderr)
        answer = json.loads(found[1].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        self.assertTrue(answer["falling"])
        self.assertEqual(answer["wide"], 960)
        self.assertRegex(answer["reading"], r"cycles \(\d+\.\d %\)")
        self.assertLessEqual(answer["overflow"], 0, "a narrow screen scrolls sideways")
        self.assertLess(answer["milliseconds"], 5000)
        self.assertEqual(answer["asked"], [])

    def test_prints_as_pdf(self):
        self.expect_success("report", 1, "--pdf", "page.pdf", "--store", self.store)
        self.assertTrue((self.folder / "page.pdf").read_bytes().startswith(b"%PDF-"))
        self.assertEqual([path.name for path in self.temporary.iterdir()], [])


if __name__ == "__main__":
    unittest.main()
