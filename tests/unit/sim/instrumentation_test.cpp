// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/instrumentation.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using sim::Architecture;
using sim::Instrumentation;
using sim::RegisterWrite;

constexpr std::uint32_t stim0 = 0xe0000000, stim1 = 0xe0000004, ter = 0xe0000e00, tcr = 0xe0000e80,
                        lar = 0xe0000fb0, lsr = 0xe0000fb4;

class InstrumentationTest : public testing::Test {
protected:
    Instrumentation unit(
        Instrumentation::Probe probe, Architecture architecture = Architecture::v7m)
    {
        return Instrumentation(
            architecture, probe, [this](unsigned port, char byte) { sent[port] += byte; });
    }
    std::string sent[32];
};

TEST_F(InstrumentationTest, AProbeHearsWhoOnlyChecksAndSends)
{
    Instrumentation itm = unit(Instrumentation::Probe::listening);
    ASSERT_TRUE(itm.read(tcr) & 1 && itm.read(ter) & 1
        && itm.read(stim0) & 1); // as CMSIS' ITM_SendChar asks
    itm.write(stim0, RegisterWrite::at(stim0, 'h', 1));
    itm.write(stim0, RegisterWrite::at(stim0, 'i', 1));
    itm.write(stim1, RegisterWrite::at(stim1, 'x', 1));
    EXPECT_EQ(sent[0], "hi");
    EXPECT_EQ(sent[1], "x");
}

TEST_F(InstrumentationTest, SendsAsManyBytesAsAreWritten)
{
    Instrumentation itm = unit(Instrumentation::Probe::listening);
    itm.write(stim0, RegisterWrite::at(stim0, 0x6261, 2));
    itm.write(stim0, RegisterWrite::at(stim0, 0x66656463, 4));
    EXPECT_EQ(sent[0], "abcdef");
}

TEST_F(InstrumentationTest, WithoutProbeSoftwareMustUnlockAndEnable)
{
    Instrumentation itm = unit(Instrumentation::Probe::absent);
    EXPECT_EQ(itm.read(lsr), 3u);
    itm.write(tcr, {.value = 1});
    EXPECT_EQ(itm.read(tcr), 0u);
    itm.write(lar, {.value = 0xc5acce55});
    EXPECT_EQ(itm.read(lsr), 1u);
    itm.write(tcr, {.value = 1});
    itm.write(ter, {.value = 1});
    itm.write(stim0, RegisterWrite::at(stim0, 'a', 1));
    EXPECT_EQ(sent[0], ""); // no TRCENA
    itm.set_trace_enabled(true);
    itm.write(stim0, RegisterWrite::at(stim0, 'b', 1));
    itm.write(stim1, RegisterWrite::at(stim1, 'c', 1)); // not enabled
    EXPECT_EQ(sent[0], "b");
    EXPECT_EQ(sent[1], "");
}

TEST_F(InstrumentationTest, DisabledPortsAreSilent)
{
    Instrumentation itm = unit(Instrumentation::Probe::listening);
    itm.write(lar, {.value = 0xc5acce55});
    itm.write(ter, {.value = 2});
    itm.write(stim0, RegisterWrite::at(stim0, 'a', 1));
    EXPECT_EQ(sent[0], "");
    itm.write(tcr, {.value = 0});
    itm.write(stim1, RegisterWrite::at(stim1, 'a', 1));
    EXPECT_EQ(sent[1], "");
}

TEST_F(InstrumentationTest, Armv6HasNone)
{
    Instrumentation itm = unit(Instrumentation::Probe::listening, Architecture::v6m);
    itm.write(stim0, RegisterWrite::at(stim0, 'a', 1));
    EXPECT_EQ(itm.read(stim0), 0u);
    EXPECT_EQ(sent[0], "");
}

} // namespace
