#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""--place: what is asked for is where code runs and data lies, results stay, and what does not fit is told."""
import collections
import unittest

from program import ProgramTest, SMALL_NETWORK

CHIP = "stm32f746"


def traffic(profile: dict) -> dict[str, dict[str, int]]:
    """By region, all kinds of access together; zeros for a region that nothing touched."""
    regions = collections.defaultdict(lambda: collections.defaultdict(int))
    for row in profile["traffic"]:
        for key, value in row.items():
            if isinstance(value, int):
                regions[row["region"]][key] += value
    return regions


class Placement(ProgramTest):
    def profile(self, *options: object, chip: str = CHIP) -> dict:
        return self.profile_json(SMALL_NETWORK, "--chip", chip, "--verify", "-q", *options)

    def test_moves_code_and_weights_and_nothing_else_changes(self):
        usual = self.profile()
        placed = self.profile("--place", "code=itcm,weights=DTCM,arena=dtcm,stack=DTCM")
        self.assertEqual(placed["run"]["setup"],
                         usual["run"]["setup"] + ", code=ITCM,weights=DTCM,arena=DTCM,stack=DTCM")
        self.assertEqual(placed["run"]["placement"], "code ITCM, weights DTCM, arena DTCM, stack DTCM, data DTCM")
        self.assertEqual(usual["run"]["placement"], "code flash, weights flash, arena DTCM, stack DTCM, data DTCM")
        self.assertEqual(placed["outputs"], usual["outputs"])
        for same in ["instructions", "macs", "executed_macs"]:
            self.assertEqual(placed["total"][same], usual["total"][same])
        # Zero-wait memories for everything but constants: never slower, and nothing is fetched from flash.
        self.assertLess(placed["total"]["cycles"], usual["total"]["cycles"])
        self.assertEqual(placed["cycles_by_cause"]["fetch_wait"], 0)
        self.assertGreater(traffic(placed)["ITCM"]["fetch_bytes"], 0)
        self.assertEqual(traffic(placed)["flash"]["fetch_bytes"], 0)
        self.assertLess(traffic(placed)["flash"]["read_bytes"], traffic(usual)["flash"]["read_bytes"])
        # The copies take SRAM; flash keeps what they are made from.
        memory, before = placed["memory"], usual["memory"]
        self.assertEqual(memory["flash"]["weights"], before["flash"]["weights"])
        self.assertGreater(memory["sram"]["static"], before["sram"]["static"] + before["flash"]["weights"])

    def test_works_on_every_kind_of_core(self):
        for chip, places in [("stm32g0b1", "code=sram,weights=sram"), ("rp2040", "code=SRAM,weights=SRAM,arena=SRAM"),
                             ("stm32l4r5", "code=SRAM2,arena=SRAM3"), ("stm32u575", "weights=SRAM3,code=sram"),
                             ("psoc62", "code=sram,weights=sram"), ("rp2350", "code=sram")]:
            with self.subTest(chip=chip):
                placed = self.profile("--place", places, chip=chip)
                self.assertLessEqual(placed["total"]["cycles"], self.profile(chip=chip)["total"]["cycles"])

    def test_another_port_and_external_memories(self):
        port = self.profile("--place", "code=flash-itcm,weights=flash-itcm")
        self.assertEqual(traffic(port)["flash"]["read_bytes"], 0)
        self.assertGreater(traffic(port)["flash-ITCM"]["fetch_bytes"], 0)
        outside = self.profile("--place", "weights=qspi,arena=sdram")
        self.assertGreater(traffic(outside)["QSPI"]["reads"], 0)
        self.assertGreater(traffic(outside)["SDRAM"]["writes"], 0)
        self.assertGreater(outside["total"]["cycles"], self.profile()["total"]["cycles"])

    def test_is_counted_alike_by_the_referee(self):
        for places in ["code=itcm,weights=DTCM", "code=sram1,weights=sram1"]:
            fast, exact = (self.profile("--place", places, *options) for options in [[], ["--exact"]])
            for key in ["total", "cycles_by_cause", "traffic", "layers", "memory", "outputs"]:
                self.assertEqual(fast[key], exact[key], key)

    def test_builds_the_same_firmware(self):
        self.expect_success("build", SMALL_NETWORK, "--chip", CHIP, "-o", "firmware", "-q", "--place", "code=itcm,weights=dtcm")
        script = (self.folder / "firmware" / "firmware.ld").read_text()
        self.assertIn("> ITCM AT > flash", script)
        self.assertIn("> DTCM AT > flash", script)
        built = self.profile_json(self.folder / "firmware" / "firmware.elf", "--chip", CHIP)
        placed = self.profile("--place", "code=itcm,weights=dtcm")
        self.assertEqual(built["run"]["elf_sha256"], placed["run"]["elf_sha256"])

    def test_a_placement_that_does_not_fit(self):
        def refused(places: str, chip: str = CHIP, network: object = SMALL_NETWORK) -> str:
            return self.expect_error("profile", network, "--chip", chip, "--place", places, "--store", self.store)

        self.assertEqual(refused("arena=ITCM,stack=itcm", network="mobilenet-v1-0.25-96:2"),
                         "mobilenet-v1-0.25-96:2 on stm32f746: does not fit with --place arena=ITCM,stack=ITCM: bank ITCM has 16384 bytes, "
                         "43008 too few for activations and scratch 55296, stack 4096; mobilenet-v1-0.25-32:2 would fit stm32f746")
        self.assertRegex(refused("code=SRAM4", chip="rp2040"),
                         r"\Aconvolutions\.tflite on rp2040: does not fit with --place code=SRAM4: "
                         r"bank SRAM4 has 4096 bytes, \d+ too few\Z")
        self.assertEqual(refused("code=sdram"), "--place: code cannot run in SDRAM")
        self.assertEqual(refused("arena=ccm"),
                         "--place: stm32f746 has no memory 'ccm'; it has flash, flash-ITCM, ITCM, DTCM, SRAM1, SRAM2, QSPI, SDRAM, "
                         "and the roles flash, sram, external")

    def test_is_for_networks(self):
        self.expect_success("build", SMALL_NETWORK, "--chip", CHIP, "-o", "firmware", "-q")
        elf = self.folder / "firmware" / "firmware.elf"
        self.assertEqual(self.expect_error("profile", elf, "--chip", CHIP, "--place", "code=itcm", "--store", self.store),
                         f"{elf}: is an ELF file; --place is for networks")


if __name__ == "__main__":
    unittest.main()
