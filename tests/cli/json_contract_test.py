#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON that programs read: every key of schema 1 with its type, and rows that sum to the total."""
import json
import unittest

from program import ProgramTest, SMALL_NETWORK, shared_model

number, integer, text, truth = (int, float), int, str, bool
maybe = (int, float, type(None))  # null: not known
causes = {"issue": integer, "data_hazard": integer, "fetch_wait": integer, "load_wait": integer, "store_wait": integer,
          "branch_refill": integer, "multi_cycle": integer, "unmodeled": integer}

# Later versions add keys; none of these may change or go. A list with one entry: a list of such.
SCHEMA_1 = {
    "schema": integer,
    "run": {"id": text, "target": text, "kind": text, "chip": text, "core": text, "clock_hz": integer, "kernels": text,
            "planner": text, "tool_version": text, "target_sha256": text, "elf_sha256": text, "exit_code": integer,
            "created_at": text, "mode": text, "setup": text, "placement": text, "timing": text,
            "supply": text, "supply_volts": number, "energy_basis": text,
            "outcome": {"reason": text, "message": text, "pc": integer, "function": text, "file": text, "line": integer,
                        "instruction": text, "registers": [integer],
                        "call_stack": [{"function": text, "file": text, "line": integer, "address": integer}]}},
    "expected_error": {"cycles_low": number, "cycles_high": number},
    "total": {"cycles": integer, "instructions": integer, "macs": integer, "executed_macs": integer,
              "latency_s": maybe, "energy_j": maybe, "energy_low_j": maybe, "energy_high_j": maybe,
              "average_power_w": maybe, "cycles_outside_inference": integer,
              "instructions_outside_inference": integer},
    "memory": {"fits": truth, "sram_peak_bytes": integer,
               "sram": {"static": integer, "arena": integer, "stack": integer, "heap": integer},
               "sram_capacity_bytes": integer, "flash_bytes": integer,
               "flash": {"code": integer, "weights": integer, "constants": integer}, "flash_capacity_bytes": integer},
    "cycles_by_cause": causes,
    "traffic": [{"region": text, "kind": text, "reads": integer, "read_bytes": integer, "writes": integer,
                 "write_bytes": integer, "fetch_bytes": integer, "hits": integer, "misses": integer, "energy_fj": integer}],
    "energy_terms": [{"name": text, "unit": text, "meaning": text}],
    "power": [{"start_cycle": integer, "cycles": integer, "energy_fj": integer, "power_w": number}],
    "layers": [{"index": integer, "name": text, "title": text, "operator": text, "kernel": text, "macs": integer,
                "executed_macs": integer, "cycles": integer, "instructions": integer, "latency_s": maybe,
                "energy_j": maybe, "cycles_by_cause": causes, "sram_live_bytes": integer, "scratch_bytes": integer,
                "stack_bytes": integer, "weight_bytes": integer, "flash_reads": integer, "flash_read_bytes": integer,
                "start_cycle": integer}],
    "functions": [{"name": text, "file": text, "line": integer, "calls": integer, "self_cycles": integer,
                   "total_cycles": integer, "instructions": integer, "cycles_by_cause": causes,
                   "total_cycles_by_cause": causes, "own_stack_bytes": integer, "stack_bytes": integer}],
    "contexts": [{"kind": text, "number": integer, "name": text, "activations": integer, "cycles": integer,
                  "stack_bytes": integer, "deepest_call": integer, "deepest_depth": integer}],
    "calls": [{"parent": integer, "context": integer, "function": text, "address": integer, "recursive": truth,
               "calls": integer, "self_cycles": integer, "total_cycles": integer}],
    "outputs": [{"name": text, "type": text, "shape": [integer], "bytes_hex": text, "crc32": integer}],
    "console": text,
    "warnings": [{"code": text, "message": text, "count": integer}],
    "sources": [{"figure": text, "value": text, "source": text, "grade": text}],
}


class JsonContract(ProgramTest):
    def expect_shape(self, value, shape, place="profile"):
        if isinstance(shape, dict):
            self.assertIsInstance(value, dict, place)
            for key, inner in shape.items():
                self.assertIn(key, value, place)
                self.expect_shape(value[key], inner, f"{place}.{key}")
        elif isinstance(shape, list):
            self.assertIsInstance(value, list, place)
            for i, entry in enumerate(value):
                self.expect_shape(entry, shape[0], f"{place}[{i}]")
        else:
            self.assertIsInstance(value, shape, place)
            if shape is not truth:
                self.assertNotIsInstance(value, bool, place)

    def expect_sums(self, profile):
        total = profile["total"]["cycles"]
        self.assertGreater(total, 0)
        self.assertEqual(sum(profile["cycles_by_cause"].values()), total)
        self.assertEqual(sum(function["self_cycles"] for function in profile["functions"]), total)
        self.assertEqual(sum(call["self_cycles"] for call in profile["calls"]), total)
        self.assertEqual(sum(context["cycles"] for context in profile["contexts"]), total)
        for quantity in ["cycles", "instructions", "macs", "executed_macs"]:
            self.assertEqual(sum(layer[quantity] for layer in profile["layers"]), profile["total"][quantity], quantity)
        for layer in profile["layers"]:
            self.assertEqual(sum(layer["cycles_by_cause"].values()), layer["cycles"], layer["name"])
        self.assertEqual([layer["index"] for layer in profile["layers"]].count(-1), 1)
        memory = profile["memory"]
        self.assertEqual(sum(memory["sram"].values()), memory["sram_peak_bytes"])
        self.assertEqual(sum(memory["flash"].values()), memory["flash_bytes"])

    def test_of_a_network(self):
        for chip in ["generic-m0plus", "generic-m4", "stm32l4r5", "stm32f746"]:
            profile = self.profile_json(SMALL_NETWORK, "--chip", chip)
            self.assertEqual(profile["schema"], 1)
            self.expect_shape(profile, SCHEMA_1)
            self.expect_sums(profile)
            self.assertGreater(len(profile["layers"]), 2)
            self.assertTrue(profile["outputs"] and profile["traffic"] and profile["sources"])
            self.assertEqual(profile["total"]["macs"], 4580)

    def test_of_a_firmware(self):
        self.expect_success("build", SMALL_NETWORK, "--chip", "generic-m4", "-o", "firmware", "--quiet")
        profile = self.profile_json("firmware/firmware.elf", "--chip", "generic-m4")
        self.expect_shape(profile, SCHEMA_1)
        self.expect_sums(profile)
        self.assertEqual(profile["run"]["kind"], "elf")

    def test_of_a_published_network(self):
        profile = self.profile_json(shared_model(self, "mlperf_kws_dscnn_int8"), "--chip", "stm32l4r5")
        self.expect_shape(profile, SCHEMA_1)
        self.expect_sums(profile)
        self.assertEqual(profile["total"]["macs"], 2_656_768)

    def test_is_the_same_in_a_file_and_from_the_store(self):
        self.expect_success("profile", SMALL_NETWORK, "--chip", "stm32l4r5", "--store", self.store, "--json", "run.json", "-q")
        written = json.loads((self.folder / "run.json").read_text())
        shown = json.loads(self.expect_success("show", 1, "--store", self.store, "--json"))
        instructions = shown.pop("instructions")
        self.assertEqual(shown, written)
        self.assertEqual(sum(instruction["cycles"] for instruction in instructions), shown["total"]["cycles"])

    def test_does_not_depend_on_the_surroundings(self):
        here = self.profile_json(SMALL_NETWORK, "--chip", "stm32l4r5")
        self.environment |= {"LC_ALL": "C", "TZ": "Asia/Tokyo", "COLUMNS": "60", "TMPDIR": "/tmp"}
        self.use_fresh_cache()
        there = self.profile_json(SMALL_NETWORK, "--chip", "stm32l4r5")
        for profile in (here, there):
            profile["run"].pop("created_at")
        self.assertEqual(there, here)


if __name__ == "__main__":
    unittest.main()
