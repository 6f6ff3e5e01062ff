# SPDX-License-Identifier: GPL-2.0-or-later
"""Cycles of an executed sequence by the rules of cortex_m_rules.py, with what that leaves out put right.

That program reads which instructions ran from their addresses alone. Hence it takes an instruction that was skipped
under IT for an executed one, does not recognize branches, multiplications and divisions that carry a condition, and
cannot see unaligned accesses. Here qemu's registers and flags say which instructions were skipped (one cycle, and
nothing for those after it) and which accesses were split. What neither knows (floating point, table branches, moves to
pc) is refused, not guessed.
"""
import re
from collections import Counter

CONDITIONS = {
    "eq": lambda n, z, c, v: z, "ne": lambda n, z, c, v: not z, "cs": lambda n, z, c, v: c, "cc": lambda n, z, c, v: not c,
    "mi": lambda n, z, c, v: n, "pl": lambda n, z, c, v: not n, "vs": lambda n, z, c, v: v, "vc": lambda n, z, c, v: not v,
    "hi": lambda n, z, c, v: c and not z, "ls": lambda n, z, c, v: not c or z, "ge": lambda n, z, c, v: n == v,
    "lt": lambda n, z, c, v: n != v, "gt": lambda n, z, c, v: not z and n == v, "le": lambda n, z, c, v: z or n != v,
}
INVERSE = {"eq": "ne", "cs": "cc", "mi": "pl", "vs": "vc", "hi": "ls", "ge": "lt", "gt": "le"}
INVERSE |= {value: key for key, value in INVERSE.items()}


class UnknownToReferee(Exception):
    """The sequence has instructions that the rules say nothing about."""


def conditional_instructions(instructions: dict) -> dict:
    """Condition by address, of the instructions in IT blocks."""
    conditions = {}
    for address in sorted(instructions):
        instruction = instructions[address]
        if instruction.kind != "it":
            continue
        condition, at = instruction.ops.strip(), address + instruction.size
        for letter in "t" + instruction.base0[2:]:
            conditions[at] = condition if letter == "t" else INVERSE[condition]
            at += instructions[at].size
    return conditions


def without_condition(rules, instruction, condition):
    """The same instruction under its plain name: "mlane" is an MLA."""
    name, dot, width = instruction.mn.partition(".")
    alias = {"cs": "hs", "cc": "lo"}.get(condition, condition)
    for suffix in (condition, alias):
        name = name.removesuffix(suffix)
    return rules.classify(instruction.addr, instruction.size, name + dot + width, instruction.ops, instruction.fn)


def access_bytes(instruction) -> int:
    if instruction.kind not in ("ld", "st"):
        return 0
    name = instruction.base0[3:]
    return 1 if "b" in name else 2 if "h" in name else 4


def may_be_unaligned(instruction) -> bool:
    """A halfword or word at an address that neither stack pointer nor pc gives: those are aligned."""
    return access_bytes(instruction) > 1 and not instruction.addrregs & {13, 15}


def access_address(instruction, state) -> int:
    """Of a single load or store: [rn], [rn, #i], [rn, #i]!, [rn], #i, [rn, rm], [rn, rm, lsl #k]."""
    inside, _, _ = instruction.ops[instruction.ops.index("[") + 1:].partition("]")
    words = [word.strip() for word in inside.split(",")]
    number = {f"r{i}": i for i in range(16)} | {"sl": 10, "fp": 11, "ip": 12, "sp": 13, "lr": 14}
    address = state.register(number[words[0]])
    if len(words) > 1:
        if words[1].startswith("#"):
            address += int(words[1][1:], 0)
        else:
            shift = int(re.fullmatch(r"lsl #(\d+)", words[2]).group(1)) if len(words) > 2 else 0
            address += state.register(number[words[1]]) << shift
    return address & 0xFFFFFFFF


def unaligned_cycles(size: int, address: int) -> int:
    """Halfword at an odd address and word at a halfword's: one more. Word at a byte's: two more."""
    return 0 if address % size == 0 else 2 if size == 4 and address % 2 else 1


def refuse_unknown(instructions):
    for instruction in instructions:
        name = instruction.base0
        moves_pc = instruction.kind == "alu" and 15 in instruction.dst
        if name.startswith("v") or name in ("tbb", "tbh", "dmb", "dsb", "isb", "mrs", "msr") or moves_pc:
            raise UnknownToReferee(f"{instruction.addr:#x}: {instruction.mn} {instruction.ops}")


class Referee:
    SKIPPED = -1

    def __init__(self, rules, inference, chip: str):
        self._rules, self._inference, self._chip = rules, inference, chip
        self._instructions, _ = rules.load(str(inference.elf))
        self.skipped = self.unaligned = self.skipped_at_full_cost = 0

    def cycles(self, before: int, executed: list, after: int) -> int:
        known, rules = self._instructions, self._rules
        refuse_unknown(known[address] for address in sorted(set(executed)))
        sequence, extra = self._with_states(executed)
        # The call before and something harmless where it returns to: so the first instruction is a branch's target and
        # the last one a branch. Their own cycles are taken off again.
        sequence = [known[before]] + sequence + [self._harmless(after, 2)]
        if self._chip == "generic-m0plus":
            return rules.cycles_m0p(sequence) - 3 - 1
        return rules.cycles(sequence, self._table()) + extra - 2 - 1

    def _table(self) -> dict:
        return dict(self._rules.M4_B, **self._rules.M3MUL) if self._chip == "generic-m3" else self._rules.M4_B

    def _harmless(self, address: int, size: int):
        """One cycle; nothing behind it depends on it or pipelines with it."""
        instruction = self._rules.classify(address, size, "nop", "", "")
        instruction.kind = "skipped"
        return instruction

    def _with_states(self, executed):
        """The sequence with skipped instructions marked, and the cycles that flags and registers show."""
        ran = set(executed)
        conditions = {address: c for address, c in conditional_instructions(self._instructions).items() if address in ran}
        plain = {address: self._instructions[address] for address in ran}
        plain |= {address: without_condition(self._rules, plain[address], c) for address, c in conditions.items()}
        watched = set(conditions)
        if self._chip != "generic-m0plus":  # which has neither IT nor unaligned accesses
            watched |= {address for address in ran if may_be_unaligned(plain[address])}
        skips = {address: self._harmless(address, plain[address].size) for address in conditions}

        seen = {address: [] for address in watched}
        for address, state in self._inference.states([(address, plain[address].size) for address in sorted(watched)]):
            seen[address].append(self._more_cycles(plain[address], conditions.get(address), state))
        for address, count in Counter(address for address in executed if address in watched).items():
            assert count == len(seen[address]), f"{address:#x} ran outside of model_invoke"

        upcoming = {address: iter(more) for address, more in seen.items()}
        sequence, extra = [], 0
        for address in executed:
            more = next(upcoming[address]) if address in upcoming else 0
            if more == self.SKIPPED:
                sequence.append(skips[address])
                extra += self._at_full_cost(plain[address])
            else:
                sequence.append(plain[address])
                extra += more
        return sequence, extra

    def _more_cycles(self, instruction, condition, state) -> int:
        if condition is not None and not CONDITIONS[condition](*(bool(state.flags >> bit & 1) for bit in (3, 2, 1, 0))):
            self.skipped += 1
            return self.SKIPPED
        if not may_be_unaligned(instruction):
            return 0
        more = unaligned_cycles(access_bytes(instruction), access_address(instruction, state))
        self.unaligned += more > 0
        return more

    def _at_full_cost(self, skipped) -> int:
        """mcuprof sees that a load or store was skipped, but not that a division or multiplication was: these are
        charged as if they had run (sim/timing/single_issue_timing.h says so). How many cycles too many that is."""
        table, name = self._table(), skipped.base0
        family = ("div" if skipped.kind == "div" else "mla" if name in ("mla", "mls") else
                  "mull" if name in ("umull", "smull") else "mlal" if name in ("umlal", "smlal") else None)
        more = table.get(family, 1) - 1
        self.skipped_at_full_cost += more > 0
        return more
