// SPDX-License-Identifier: GPL-2.0-or-later
//
// What must hold for every program: the block engine counts what the exact mode counts, sums agree,
// waiting longer is never faster, and it does not matter where the emulator cuts its blocks.
// RC_PARAMS="seed=N max_success=M" looks elsewhere and longer.
#include "sim/machine.h"
#include "tests/properties/random_program.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/chip_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <iostream>

namespace rc {

template <>
struct Arbitrary<properties::Loop> {
    static Gen<properties::Loop> arbitrary()
    {
        static constexpr std::size_t longest = 12; // phrases: the branch back reaches 256 bytes
        return gen::map(gen::pair(gen::inRange(1, 40),
                            gen::resize(static_cast<int>(longest),
                                gen::container<std::vector<int>>(
                                    gen::inRange(0, properties::vocabulary_size())))),
            [](std::pair<int, std::vector<int>> parts) {
                parts.second.resize(std::min(parts.second.size(), longest));
                return properties::Loop {parts.first, std::move(parts.second)};
            });
    }
};

} // namespace rc

namespace properties {

void showValue(const Loop& loop, std::ostream& out)
{
    out << loop.turns << " x {";
    for (int phrase : loop.phrases)
        out << ' ' << phrase;
    out << " }";
}

} // namespace properties

namespace {

using namespace sim;
using properties::Loop;
using sim_tests::cache_table;
using sim_tests::ChipShape;

// The same programs every time; who wants others says so.
[[maybe_unused]] const int same_every_time = ::setenv("RC_PARAMS", "seed=20", 0);

struct Outcome {
    RunResult result;
    Reading reading;
    CycleAccount by_instruction;
    std::uint64_t announced = 0;
    RunTracer::Doubts doubts;
};

Outcome run(const mcu::ChipModel& chip, const ElfImage& image, RunTracer::Mode mode)
{
    Machine machine(chip, image, "random program", {.mode = mode, .instruction_limit = 10'000'000});
    Outcome outcome;
    outcome.result = machine.run();
    outcome.reading = machine.meter().read();
    for (const InstructionCost& cost : machine.meter().instructions())
        outcome.by_instruction += cost.cycles;
    outcome.announced = machine.announced_instructions();
    outcome.doubts = machine.tracer().doubts();
    return outcome;
}

std::vector<Loop> some_loops()
{
    return *rc::gen::resize(8, rc::gen::arbitrary<std::vector<Loop>>());
}

/// A few programs of a kind a run, unless RC_PARAMS says otherwise.
void expect_same_work(const Outcome& a, const Outcome& b)
{
    RC_ASSERT(a.reading.instructions == b.reading.instructions);
    RC_ASSERT(a.reading.macs == b.reading.macs);
    RC_ASSERT(a.reading.unaligned == b.reading.unaligned);
    for (std::size_t region = 0; region < a.reading.traffic.size(); ++region) {
        const RegionTraffic &x = a.reading.traffic[region], &y = b.reading.traffic[region];
        RC_ASSERT(x.reads == y.reads);
        RC_ASSERT(x.read_bytes == y.read_bytes);
        RC_ASSERT(x.writes == y.writes);
        RC_ASSERT(x.write_bytes == y.write_bytes);
        RC_ASSERT(x.fetch_bytes == y.fetch_bytes);
    }
}

void expect_same_cycles(const Outcome& a, const Outcome& b)
{
    for (const CauseInfo& info : causes) {
        RC_LOG() << info.name << ' ' << a.reading.cycles[info.cause].count() << ' '
                 << b.reading.cycles[info.cause].count() << '\n';
        RC_ASSERT(a.reading.cycles[info.cause] == b.reading.cycles[info.cause]);
    }
}

struct NamedShape {
    const char* name;
    ChipShape shape;
};

std::vector<NamedShape> shapes()
{
    return {
        {"ideal", {}},
        {"m7", {.core = "cortex-m7"}},
        {"m33", {.core = "cortex-m33"}},
        {"wait_states",
            {.wait_states = 3, .fetch_line_bytes = 16, .slow_read_wait = 2, .slow_write_wait = 1}},
        {"prefetch", {.wait_states = 3, .fetch_line_bytes = 8, .prefetch = true}},
        {"caches",
            {.wait_states = 5,
                .fetch_line_bytes = 8,
                .caches = cache_table("I", 32, 8, 8, 8) + cache_table("D", 32, 4, 4, 8),
                .flash_caches = "instruction_cache = \"I\"\ndata_cache = \"D\"\n"}},
        {"accelerator",
            {.wait_states = 5,
                .fetch_line_bytes = 8,
                .prefetch = true,
                .caches = cache_table("I", 32, 8, 8, 8) + cache_table("D", 32, 4, 4, 8),
                .flash_caches = "instruction_cache = \"I\"\ndata_cache = \"D\"\n",
                .slow_read_wait = 1}},
        {"slow_bank_cached",
            {.core = "cortex-m7",
                .caches = cache_table("D", 32, 16, 4),
                .slow_read_wait = 5,
                .slow_caches = "data_cache = \"D\"\n"}},
        // Data crosses from one bank to the next, in the middle of a loop or of an access.
        {"two_banks", {.slow_read_wait = 2, .slow_write_wait = 1, .first_sram_kib = 32}},
        {"two_banks_prefetch",
            {.wait_states = 2, .prefetch = true, .slow_read_wait = 1, .first_sram_kib = 36}},
    };
}

class Engine : public testing::TestWithParam<NamedShape> {
    void SetUp() override
    {
        if (!support::has_cross_assembler())
            GTEST_SKIP() << "arm-none-eabi-gcc is not installed";
    }
};

INSTANTIATE_TEST_SUITE_P(
    Chips, Engine, testing::ValuesIn(shapes()), [](const auto& test) { return test.param.name; });

TEST_P(Engine, BlocksCountWhatExactModeCounts)
{
    mcu::ChipModel chip = sim_tests::chip_of(GetParam().shape);
    EXPECT_TRUE(rc::check("blocks equal exact", [&] {
        std::unique_ptr<ElfImage> image = properties::program_of(some_loops());
        Outcome blocks = run(chip, *image, RunTracer::Mode::blocks),
                exact = run(chip, *image, RunTracer::Mode::exact);
        RC_ASSERT(blocks.result.good());
        RC_ASSERT(exact.result.good());
        expect_same_work(blocks, exact);
        expect_same_cycles(blocks, exact);
    }));
}

TEST_P(Engine, CyclesOfInstructionsSumToTheTotal)
{
    mcu::ChipModel chip = sim_tests::chip_of(GetParam().shape);
    EXPECT_TRUE(rc::check("sums agree", [&] {
        std::unique_ptr<ElfImage> image = properties::program_of(some_loops());
        Outcome outcome = run(chip, *image, RunTracer::Mode::blocks);
        RC_ASSERT(outcome.by_instruction == outcome.reading.cycles);
    }));
}

TEST_P(Engine, ItDoesNotMatterWhereBlocksAreCut)
{
    // Unicorn ends a block where a page of 1 KiB ends; lines of code lie alike in both places.
    mcu::ChipModel chip = sim_tests::chip_of(GetParam().shape);
    EXPECT_TRUE(rc::check("cuts", [&] {
        std::vector<Loop> loops = some_loops();
        auto across = static_cast<std::uint32_t>(*rc::gen::inRange(0, 28)) * 32;
        std::unique_ptr<ElfImage> here = properties::program_of(loops, 32),
                                  there = properties::program_of(loops, 32 + across);
        Outcome a = run(chip, *here, RunTracer::Mode::blocks),
                b = run(chip, *there, RunTracer::Mode::blocks);
        expect_same_work(a, b);
        if (GetParam().shape.caches.empty()) // sets of a cache do depend on the place
            expect_same_cycles(a, b);
    }));
}

class EngineProperty : public testing::Test {
    void SetUp() override
    {
        if (!support::has_cross_assembler())
            GTEST_SKIP() << "arm-none-eabi-gcc is not installed";
    }
};

TEST_F(EngineProperty, WaitingLongerIsNeverFaster)
{
    EXPECT_TRUE(rc::check("more wait states", [] {
        std::unique_ptr<ElfImage> image = properties::program_of(some_loops());
        bool prefetch = *rc::gen::arbitrary<bool>();
        std::uint64_t before = 0;
        for (unsigned wait_states : {0u, 1u, 2u, 5u}) {
            mcu::ChipModel chip = sim_tests::chip_of(
                {.wait_states = wait_states, .prefetch = prefetch, .slow_read_wait = wait_states});
            std::uint64_t cycles
                = run(chip, *image, RunTracer::Mode::blocks).reading.cycles.total().count();
            RC_LOG() << wait_states << " wait states: " << cycles << '\n';
            RC_ASSERT(cycles >= before);
            before = cycles;
        }
    }));
}

TEST_F(EngineProperty, ExactModeAnnouncesWhatIsNotSkipped)
{
    mcu::ChipModel chip = sim_tests::chip_of({});
    EXPECT_TRUE(rc::check("announced", [&] {
        std::unique_ptr<ElfImage> image = properties::program_of(some_loops());
        Outcome outcome = run(chip, *image, RunTracer::Mode::exact);
        RC_ASSERT(outcome.announced <= outcome.reading.instructions);
    }));
}

} // namespace
