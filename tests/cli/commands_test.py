#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What each command answers when it is used as its help says."""
import json
import unittest

import program
from program import DONE, FIRMWARE_FAILED, INPUT_ERROR, ProgramTest, SMALL_NETWORK

OPTIONS = {
    "profile": ["target", "--chip", "--clock", "--supply", "--kernels", "--place", "--input", "--output", "--store", "--no-store", "--json",
                "--verify", "--exact", "--max-instructions", "--dump"],
    "build": ["target", "--chip", "--output", "--kernels", "--place"],
    "fit": ["family", "--chip", "--latency", "--energy", "--classes", "--widths", "--resolutions", "--kernels", "--clock", "--place",
            "--json"],
    "compare": ["targets", "--chip", "--kernels", "--filter", "--sort", "--reverse", "--best-in", "--format", "--output", "--again",
                "--store"],
    "diff": ["before", "after", "--format", "--all", "--output", "--store", "--before-store"],
    "check": ["budget", "--baseline", "--store", "--format", "--output", "--all"],
    "sql": ["query", "--format", "--store"],
    "export": ["run", "--format", "--output", "--table", "--store"],
    "runs": ["--store", "--remove", "--json"],
    "show": ["run", "--store", "--functions", "--disassembly", "--traffic", "--json"],
    "chips": ["chip", "--sources", "--clock", "--supply", "--json"],
    "networks": ["name", "--write", "--json"],
    "kernels": ["--json"],
}


class Help(ProgramTest):
    def test_names_every_command(self):
        text = self.expect_success("--help")
        for command in OPTIONS:
            self.assertRegex(text, rf"(?m)^  {command} ")

    def test_of_a_command_names_every_option(self):
        for command, options in OPTIONS.items():
            text = self.expect_success(command, "--help")
            for option in options:
                self.assertIn(option, text, command)

    def test_version_is_one_line(self):
        self.assertRegex(self.expect_success("--version"), r"\Amcuprof \d+\.\d+\.\d+\n\Z")


class Usage(ProgramTest):
    def test_names_what_is_missing_or_unknown(self):
        for arguments, message in [
            ([], "mcuprof: A subcommand is required (mcuprof --help)"),
            (["profil"], "mcuprof: no command 'profil'; did you mean profile?"),
            (["profile", SMALL_NETWORK], "mcuprof profile: --chip is required (mcuprof profile --help)"),
            (["profile", SMALL_NETWORK, "--chip", "generic-m4", "--kernels", "fast"],
             "mcuprof profile: --kernels: fast not in {reference,small,dsp,specialized} (mcuprof profile --help)"),
            (["chips", "--sources"], "mcuprof chips: --sources requires chip (mcuprof chips --help)"),
            (["--frobnicate"], "mcuprof: no option '--frobnicate' (mcuprof --help)"),
            (["compare", "mcunet-vww1"], "mcuprof compare: expected --chip, because 'mcunet-vww1' is to be profiled"),
        ]:
            self.assertEqual(self.expect_error(*arguments), message)

    def test_refuses_options_that_would_do_nothing(self):
        elf = program.ROOT / "no.elf"
        self.assertIn("--json excludes --dump", self.expect_error(
            "profile", elf, "--chip", "generic-m4", "--dump", "graph", "--json", "-"))
        self.assertIn("excludes", self.expect_error("show", "1", "--functions", "--traffic"))


class Profile(ProgramTest):
    def test_stores_a_run_that_show_prints_again(self):
        report = self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store)
        self.assertIn("run 1", report)
        self.assertEqual(self.expect_success("show", 1, "--store", self.store), report)
        [run] = self.runs()
        self.assertEqual((run["id"], run["target"], run["chip"]), ("1", SMALL_NETWORK.name, "generic-m4"))

    def test_keeps_runs_in_this_folder_or_where_the_environment_says(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--quiet")
        self.assertTrue((self.folder / "runs.db").exists())
        self.environment["MCUPROF_STORE"] = str(self.folder / "elsewhere.db")
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--quiet")
        self.assertTrue((self.folder / "elsewhere.db").exists())

    def test_without_a_store_writes_nothing(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store")
        self.assertEqual([path for path in self.folder.iterdir() if path != self.temporary], [])

    def test_quiet_prints_nothing(self):
        self.assertEqual(self.expect_success("profile", SMALL_NETWORK, "--chip", "generic-m4", "-q", "--no-store"), "")

    def test_clock_scales_the_latency_and_nothing_else(self):
        usual = self.profile_json(SMALL_NETWORK, "--chip", "generic-m4")
        half = self.profile_json(SMALL_NETWORK, "--chip", "generic-m4", "--clock", "50MHz")
        self.assertEqual(half["run"]["clock_hz"], 50_000_000)
        self.assertEqual(half["total"]["cycles"], usual["total"]["cycles"])
        self.assertAlmostEqual(half["total"]["latency_s"], 2 * usual["total"]["latency_s"])

    def test_reads_input_and_writes_output(self):
        network = program.ROOT / "tests" / "fuzz" / "corpus" / "tflite" / "legacy.tflite"  # 32 bytes in, 80 bytes out

        def output_for(content: bytes) -> str:
            self.expect_success("profile", network, "--chip", "generic-m4", "--no-store", "-q",
                                "--input", self.file("input.bin", content), "--output", "output.bin")
            return (self.folder / "output.bin").read_bytes().hex()

        pattern = self.profile_json(network, "--chip", "generic-m4")["outputs"][0]["bytes_hex"]
        self.assertEqual(output_for(bytes((i * 37 + 11) % 256 for i in range(32))), pattern)
        self.assertNotEqual(output_for(bytes(32)), pattern)
        self.assertRegex(
            self.expect_error("profile", network, "--chip", "generic-m4", "--no-store", "--input", self.file("short", b"x")),
            r"/short: expected 32 bytes, what the network's inputs take, found 1\Z")

    def test_verify_says_how_many_layers_are_right(self):
        result = self.run_program("profile", SMALL_NETWORK, "--chip", "generic-m4", "--verify", "--no-store")
        self.assertEqual(result.returncode, DONE)
        self.assertRegex(result.stderr, r"\Averified: [1-9]\d* layers equal to the host's reference\n\Z")

    def test_every_stage_can_be_printed(self):
        for stage in ["graph", "plan", "source", "elf", "blocks", "profile"]:
            arguments = ["profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store", "--dump", stage]
            text = self.expect_success(*arguments)
            self.assertGreater(len(text), 100, stage)
            self.assertEqual(self.expect_success(*arguments), text, f"{stage} is not reproducible")

    def test_progress_as_json_lines(self):
        result = self.run_program("--progress", "json", "profile", SMALL_NETWORK, "--chip", "generic-m4", "--no-store")
        steps = [json.loads(line) for line in result.stderr.splitlines()]
        self.assertTrue(any(step["stage"].startswith("running") for step in steps), steps)

    def test_gives_up_after_so_many_instructions(self):
        result = self.run_program("profile", SMALL_NETWORK, "--chip", "generic-m4", "--store", self.store,
                                  "--max-instructions", 2000)
        self.assertEqual(result.returncode, FIRMWARE_FAILED)
        self.assertRegex(result.stderr, r"\A[^\n]*convolutions\.tflite: [^\n]+\n\Z")
        [run] = self.runs()  # with what was measured until then
        self.assertEqual(run["reason"], "instruction_limit")


class Store(ProgramTest):
    def setUp(self):
        super().setUp()
        for chip in ["generic-m4", "stm32l4r5"]:
            self.expect_success("profile", SMALL_NETWORK, "--chip", chip, "--store", self.store, "--quiet")

    def test_lists_and_removes_runs(self):
        self.assertEqual([run["id"] for run in self.runs()], ["1", "2"])
        text = self.expect_success("runs", "--store", self.store)
        self.assertIn("generic-m4", text)
        self.assertIn("stm32l4r5", text)
        self.expect_success("runs", "--store", self.store, "--remove", 1)
        self.assertEqual([run["id"] for run in self.runs()], ["2"])

    def test_shows_functions_instructions_and_traffic(self):
        functions = self.expect_success("show", 2, "--store", self.store, "--functions")
        self.assertIn("mcuprof_dsp_conv_2d_int8", functions)
        listing = self.expect_success("show", 2, "--store", self.store, "--disassembly", "mcuprof_dsp_conv_2d_int8")
        self.assertRegex(listing, r"smla[db]")
        self.assertIn("SRAM", self.expect_success("show", 2, "--store", self.store, "--traffic"))

    def test_compares_runs_and_networks(self):
        text = self.expect_success("compare", 1, 2, "--store", self.store)
        self.assertIn("generic-m4 100 MHz", text)
        self.assertIn("stm32l4r5 120 MHz", text)
        text = self.expect_success("compare", SMALL_NETWORK, 1, "--chip", "generic-m4,stm32u575", "--store", self.store)
        self.assertEqual(text.count(SMALL_NETWORK.name), 2)  # run 1 is that network on that chip
        self.assertEqual([run["chip"] for run in self.runs()], ["generic-m4", "stm32l4r5", "stm32u575"])
        self.expect_success("compare", SMALL_NETWORK, "--chip", "stm32u575", "--again", "--store", self.store)
        self.assertEqual(len(self.runs()), 4)

    def test_names_runs_and_functions_that_are_not_there(self):
        for arguments, message in [
            (["show", 9], f"{self.store}: no run 9; the last is 2"),
            (["show", "one"], f"{self.store}: expected the number of a run, found 'one'"),
            (["compare", 1, 9], f"{self.store}: no run 9; the last is 2"),
            (["runs", "--remove", 9], f"{self.store}: no run 9; the last is 2"),
        ]:
            result = self.run_program(*arguments, "--store", self.store)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (INPUT_ERROR, "", message + "\n"))
        result = self.run_program("show", 2, "--store", self.store, "--disassembly", "mcuprof_dsp_conv_2d_int")
        self.assertEqual(result.returncode, INPUT_ERROR)
        self.assertIn("did you mean mcuprof_dsp_conv_2d_int8", result.stderr)
        self.assertEqual(len(self.runs()), 2)


class Catalog(ProgramTest):
    def test_chips_with_sources(self):
        chips = json.loads(self.expect_success("chips", "--json"))
        names = [chip["name"] for chip in chips]
        for name in ["stm32l4r5", "stm32f746", "stm32u575", "nrf52840", "rp2040", "generic-m0plus", "generic-m4",
                     "generic-m7", "generic-m33"]:
            self.assertIn(name, names)
        table = self.expect_success("chips")
        for chip in chips:
            self.assertGreater(chip["flash_bytes"], 0, chip["name"])
            self.assertGreater(chip["sram_bytes"], 0, chip["name"])
            self.assertTrue(all(source["source"] and source["grade"] for source in chip["sources"]))
            self.assertIn(chip["name"], table)
        one = self.expect_success("chips", "stm32f746")
        for part in ["flash-ITCM", "0x00200000", "read 12", "RM0385", "estimate", "supplies: '2.7 to 3.6 V' (in use)"]:
            self.assertIn(part, one)
        self.assertNotIn("core cortex-m7", one)
        self.assertIn("core cortex-m7", self.expect_success("chips", "stm32f746", "--sources"))
        self.assertIn("datasheet", self.expect_success("chips", "stm32l4r5", "--sources"))

    def test_chips_at_another_clock_and_supply(self):
        self.assertIn("at 240 MHz", self.expect_success("chips", "stm32h743", "--clock", "240MHz"))
        self.assertIn("memories at 1/2 of it", self.expect_success("chips", "stm32h743"))
        self.assertIn("at 110 MHz (at most 160 MHz), 3 flash wait states",
                      self.expect_success("chips", "stm32u575", "--supply", "range 2"))
        self.assertEqual(self.expect_error("chips", "stm32u575", "--supply", "range 2", "--clock", "160MHz"),
                         "stm32u575: runs at up to 110 MHz at supply 'range 2', asked for 160 MHz")
        self.assertEqual(self.expect_error("chips", "stm32h743", "--clock", "481MHz"),
                         "stm32h743: runs at up to 480 MHz, asked for 481 MHz")

    def test_networks_that_can_be_written_and_profiled(self):
        networks = json.loads(self.expect_success("networks", "--json"))
        self.assertIn("mcunet-vww1", [network["name"] for network in networks])
        self.expect_success("networks", "mobilenet-v1-0.25-96:2", "--write", "network.tflite")
        self.assertEqual((self.folder / "network.tflite").read_bytes()[4:8], b"TFL3")
        named = self.expect_success("profile", "mobilenet-v1-0.25-96:2", "--chip", "generic-m4", "--dump", "plan")
        written = self.expect_success("profile", "network.tflite", "--chip", "generic-m4", "--dump", "plan")
        self.assertEqual(written.splitlines()[1:], named.splitlines()[1:])

    def test_kernels(self):
        kernels = json.loads(self.expect_success("kernels", "--json"))
        self.assertEqual({kernel["set"] for kernel in kernels}, {"reference", "small", "dsp", "specialized"})
        self.environment["COLUMNS"] = "140"
        table = self.expect_success("kernels")
        for kernel in kernels:
            self.assertIn(kernel["name"], table)

    def test_tables_fit_the_width_asked_for(self):
        self.environment["COLUMNS"] = "80"
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32l4r5", "--store", self.store)
        for arguments in [["chips"], ["kernels"], ["runs", "--store", self.store], ["show", 1, "--store", self.store],
                          ["show", 1, "--store", self.store, "--functions"],
                          ["show", 1, "--store", self.store, "--traffic"]]:
            text = self.expect_success(*arguments)
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)


class Build(ProgramTest):
    def test_writes_a_project_and_the_firmware_that_is_profiled(self):
        text = self.expect_success("build", SMALL_NETWORK, "--chip", "stm32l4r5", "-o", "firmware")
        self.assertIn("firmware: 7 layers for STM32L4R5", text)
        for name in ["CMakeLists.txt", "README.md", "model.c", "firmware.ld", "firmware.elf"]:
            self.assertTrue((self.folder / "firmware" / name).exists(), name)
        network = self.profile_json(SMALL_NETWORK, "--chip", "stm32l4r5")
        firmware = self.profile_json("firmware/firmware.elf", "--chip", "stm32l4r5")
        self.assertEqual(firmware["run"]["elf_sha256"], network["run"]["elf_sha256"])
        self.assertRegex(firmware["console"], r"output 0 [0-9a-f]+")

    def test_takes_networks_only(self):
        self.expect_success("build", SMALL_NETWORK, "--chip", "stm32l4r5", "-o", "firmware", "--quiet")
        elf = self.folder / "firmware" / "firmware.elf"
        self.assertEqual(self.expect_error("build", elf, "--chip", "stm32l4r5", "-o", "other"),
                         f"{elf}: expected a network, found an ELF file, which is built already")
        self.assertEqual(self.expect_error("profile", elf, "--chip", "stm32l4r5", "--verify"),
                         f"{elf}: is an ELF file; --verify is for networks")


if __name__ == "__main__":
    unittest.main()
