#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/cli.md names every command, option, exit code, variable and JSON key that there is, and none that is not."""
import re
import unittest

from program import ROOT, ProgramTest, SMALL_NETWORK

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def section(title: str) -> str:
    return re.split(r"(?m)^## ", PAGE.split(f"\n## {title}\n", 1)[1], maxsplit=1)[0]


class Documentation(ProgramTest):
    def commands(self) -> list[str]:
        listed = self.expect_success("--help").split("Subcommands:\n", 1)[1].split("\n\n", 1)[0]
        return re.findall(r"(?m)^  (\w+) ", listed)

    def options(self, *command: str) -> set[str]:
        """What the help lists as options; examples in it may name others."""
        listed = self.expect_success(*command, "--help").split("\nOptions:\n", 1)[1].split("\n\n", 1)[0]
        return set(OPTION.findall("\n".join(re.findall(r"(?m)^  -.*", listed))))

    def test_has_a_section_for_each_command_with_its_options(self):
        self.assertGreaterEqual(len(self.commands()), 8)
        for command in self.commands():
            text = section(f"mcuprof {command}")
            self.assertLessEqual(self.options(command) - {"--help"}, set(OPTION.findall(text)), command)

    def test_explains_the_options_of_all_commands(self):
        self.assertLessEqual(self.options() - {"--version"}, set(OPTION.findall(section("Words that every command uses"))))

    def test_names_no_option_that_is_not_there(self):
        known = self.options().union(*(self.options(command) for command in self.commands()))
        self.assertEqual(set(OPTION.findall(PAGE)) - known, set())

    def test_names_the_keys_of_the_json(self):
        profile, text = self.profile_json(SMALL_NETWORK, "--chip", "generic-m4"), section("JSON")

        def expect_named(value: object) -> None:
            if isinstance(value, list) and value:
                expect_named(value[0])
            elif isinstance(value, dict):
                for key, inner in value.items():
                    if key in ("sram", "flash", "arena", "cycles_by_cause", "total_cycles_by_cause"):  # parts that speak for themselves
                        self.assertIn(f"`{key}`", text)
                        continue
                    if key not in ("energy_low_j", "energy_high_j") or value is profile["total"]:
                        self.assertIn(f"`{key}`", text)
                    expect_named(inner)
        expect_named({key: value for key, value in profile.items() if key != "schema"})

    def test_names_the_environment(self):
        for name in ["MCUPROF_STORE", "MCUPROF_CACHE", "NO_COLOR", "COLUMNS", "TMPDIR"]:
            self.assertIn(f"`{name}`", section("Environment and files"))


if __name__ == "__main__":
    unittest.main()
