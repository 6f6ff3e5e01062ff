// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/register_file.h"

#include "tests/unit/sim/chip_text.h"

#include <gtest/gtest.h>

namespace {

using sim::RegisterFile;

/// The head of a table.
std::string made_up(const std::string& title)
{
    return title + "\nsource = \"made up\"\ngrade = \"estimate\"\n";
}

/// The registers of one peripheral, T at 0x40000000, and what they do outside.
class Registers {
public:
    explicit Registers(const std::string& registers, const std::string& more = {})
        : chip_(sim_tests::chip_of({.devices = made_up("[[peripherals]]")
                + "list = [{ name = \"T\", base = 0x40000000, register = [" + registers + "] }]\n"
                + more}))
        , file_(chip_,
              {[this] { return now; }, [this](char character) { printed += character; },
                  [](std::uint32_t address, unsigned) -> std::optional<std::uint32_t> {
                      return address - 0x20000000 < 26 ? std::optional(address - 0x20000000 + 'a')
                                                       : std::nullopt;
                  }})
    {
    }
    std::uint32_t operator[](std::uint32_t offset) { return file_.read(base + offset, 4); }
    void set(std::uint32_t offset, std::uint32_t value) { file_.write(base + offset, value, 4); }
    RegisterFile& file() { return file_; }

    static constexpr std::uint32_t base = 0x40000000;
    base::Cycles now;
    std::string printed;

private:
    mcu::ChipModel chip_;
    RegisterFile file_;
};

TEST(RegisterFileTest, ReadsBackWhatWasWritten)
{
    Registers registers("{ name = \"A\", offset = 0, reset = 0x83 }");
    EXPECT_EQ(registers[0], 0x83u);
    registers.set(0, 0x12345678);
    EXPECT_EQ(registers[0], 0x12345678u);
    EXPECT_EQ(registers[0x100], 0u); // nobody describes it
    registers.file().write(Registers::base + 0x102, 0xabcd, 2);
    EXPECT_EQ(registers[0x100], 0xabcd0000u);
    EXPECT_EQ(registers.file().read(Registers::base + 0x103, 1), 0xabu);
    registers.file().reset();
    EXPECT_EQ(registers[0], 0x83u);
    EXPECT_EQ(registers[0x100], 0u);
}

TEST(RegisterFileTest, ReadyBitsFollowEnableBits)
{
    Registers registers("{ name = \"CR\", offset = 0, reset = 0x10000, rules = [\"ON 16 -> READY "
                        "17\", \"!OFF 0 -> IDLE 1\", \"SW 5:4 -> SWS 9:8\"] }");
    EXPECT_EQ(registers[0], 0x30002u); // from the start
    registers.set(0, 0x31);            // READY and IDLE are not for firmware to write
    EXPECT_EQ(registers[0], 0x331u);
    registers.file().write(Registers::base + 2, 1, 1);
    EXPECT_EQ(registers[0], 0x30331u);
}

TEST(RegisterFileTest, BitsOfOtherRegistersFollow)
{
    Registers registers(
        "{ name = \"RESET\", offset = 0, reset = 0xff, rules = [\"!RESET 7:0 -> DONE.DONE 7:0\"] },"
        "{ name = \"DONE\", offset = 8, read_only = 0xffffffff }");
    EXPECT_EQ(registers[8], 0u);
    registers.set(0, 0x0f);
    EXPECT_EQ(registers[8], 0xf0u);
    registers.set(8, 0);
    EXPECT_EQ(registers[8], 0xf0u);
}

TEST(RegisterFileTest, ANumberIsDecoded)
{
    Registers registers("{ name = \"CTRL\", offset = 0, rules = [\"SRC 1:0 -> decoded "
                        "SELECTED.SELECTED 2:0\"] }, { name = \"SELECTED\", offset = 4 }");
    EXPECT_EQ(registers[4], 1u);
    registers.set(0, 2);
    EXPECT_EQ(registers[4], 4u);
}

TEST(RegisterFileTest, TasksSetEventsOnce)
{
    Registers registers("{ name = \"TASKS_START\", offset = 0, self_clearing = 1, rules = [\"START "
                        "0 => EVENTS_STARTED.EVENT 0\"] },"
                        "{ name = \"EVENTS_STARTED\", offset = 4 },"
                        "{ name = \"OUTCLR\", offset = 8, self_clearing = 0xffffffff, rules = "
                        "[\"PIN 31:0 => !OUT.PIN 31:0\"] },"
                        "{ name = \"OUT\", offset = 12, rules = [\"PIN 31:0 -> IN.PIN 31:0\"] }, { "
                        "name = \"IN\", offset = 16 }");
    EXPECT_EQ(registers[4], 0u);
    registers.set(0, 1);
    EXPECT_EQ(registers[0], 0u);
    EXPECT_EQ(registers[4], 1u);
    registers.set(4, 0);
    registers.set(0, 0);
    EXPECT_EQ(registers[4], 0u);
    registers.set(12, 0xff);
    registers.set(8, 0x0f);
    EXPECT_EQ(registers[12], 0xf0u);
    EXPECT_EQ(registers[16], 0xf0u); // follows what the hardware changed
}

TEST(RegisterFileTest, ACircleOfRulesEnds)
{
    Registers registers("{ name = \"A\", offset = 0, rules = [\"X 0 -> B.X 0\"] }, { name = \"B\", "
                        "offset = 4, rules = [\"!X 0 -> A.X 0\"] }, { name = \"C\", offset = 8, "
                        "rules = [\"X 0 -> X 1\"] }");
    registers.set(0, 1);
    EXPECT_LE(registers[0] | registers[4], 1u);
    registers.set(8, 1); // what comes after is as it would have been
    EXPECT_EQ(registers[8], 3u);
}

TEST(RegisterFileTest, WrittenOnesClear)
{
    Registers registers(
        "{ name = \"SR\", offset = 0, reset = 0xf7, write_one_clears = 0xf0, read_only = 0x0f }");
    registers.set(0, 0x30 | 0x08);
    EXPECT_EQ(registers[0], 0xc7u);
    registers.file().write(Registers::base, 0, 1);
    EXPECT_EQ(registers[0], 0xc7u);
}

TEST(RegisterFileTest, CountersTellTheTime)
{
    // The test's chip runs at 100 MHz.
    Registers registers("{ name = \"LOW\", offset = 0, counts = \"1 MHz\" }, { name = \"HIGH\", "
                        "offset = 4, counts = \"1 MHz\", counts_from_bit = 32 }");
    registers.now = base::Cycles(12'345);
    EXPECT_EQ(registers[0], 123u);
    registers.now = base::Cycles((std::uint64_t {5} << 32) * 100 + 700);
    EXPECT_EQ(registers[0], 7u);
    EXPECT_EQ(registers[4], 5u);
}

TEST(RegisterFileTest, TransmitsCharactersAndBuffers)
{
    Registers registers("{ name = \"DR\", offset = 0, transmits = true },"
                        "{ name = \"START\", offset = 4, transfer = { pointer = \"PTR\", length = "
                        "\"COUNT\", done = \"AMOUNT\" }, rules = [\"START 0 => END.EVENT 0\"] },"
                        "{ name = \"PTR\", offset = 8 }, { name = \"COUNT\", offset = 12 }, { name "
                        "= \"AMOUNT\", offset = 16 }, { name = \"END\", offset = 20 }");
    registers.file().write(Registers::base, 'X', 1);
    registers.set(8, 0x20000001);
    registers.set(12, 3);
    registers.set(4, 1);
    EXPECT_EQ(registers.printed, "Xbcd");
    EXPECT_EQ(registers[16], 3u);
    EXPECT_EQ(registers[20], 1u);
    registers.set(8, 0x20000018); // ends where the memory does
    registers.set(12, 0xffffffff);
    registers.set(4, 1);
    EXPECT_EQ(registers.printed, "Xbcdyz");
    EXPECT_EQ(registers[16], 2u);
}

TEST(RegisterFileTest, WindowsSetClearAndToggle)
{
    const std::string windows
        = "[[register_window]]\nstart = 0x40000000\nsize = \"64 KiB\"\noperation_bit = 12\n"
          "operations = [\"plain\", \"toggle\", \"set\", \"clear\"]\nsource = \"made up\"\ngrade = "
          "\"estimate\"\n"
          "[[register_window]]\nstart = 0x50000000\nsize = \"64 KiB\"\nshows = 0x40000000\nsource "
          "= \"made up\"\ngrade = \"estimate\"\n";
    Registers registers("{ name = \"A\", offset = 0, rules = [\"ON 0 -> READY 31\"] }", windows);
    registers.set(0, 0xf0);
    registers.set(0x2000, 0x0f);
    EXPECT_EQ(registers[0], 0x800000ffu);
    EXPECT_EQ(registers[0x3000], 0x800000ffu);
    registers.set(0x3000, 0x81);
    EXPECT_EQ(registers[0], 0x7eu);
    registers.set(0x1000, 0xff);
    EXPECT_EQ(registers[0], 0x80000081u);
    registers.set(0x4010 + 0x2000, 3); // another peripheral, of which nothing is known
    EXPECT_EQ(registers[0x4010], 3u);
    EXPECT_EQ(registers.file().read(0x50000000, 4), 0x80000081u); // a mirror
    registers.file().write(0x50003000, 1, 4);                     // of the other window too
    EXPECT_EQ(registers[0], 0x80u);
}

TEST(RegisterFileTest, BitBandsReachSingleBits)
{
    Registers registers("{ name = \"CR\", offset = 0x23800, rules = [\"ON 16 -> READY 17\"] }",
        "[bit_band]\nsource = \"made up\"\ngrade = \"estimate\"\n");
    constexpr std::uint32_t word = 0x42000000 + 0x23800 * 32;
    registers.file().write(word + 16 * 4, 1, 4);
    EXPECT_EQ(registers[0x23800], 0x30000u);
    EXPECT_EQ(registers.file().read(word + 17 * 4, 4), 1u);
    EXPECT_EQ(registers.file().read(word + 18 * 4, 4), 0u);
    registers.file().write(word + 16 * 4, 2, 4); // only bit 0 counts
    EXPECT_EQ(registers[0x23800], 0u);
}

TEST(RegisterFileTest, PinsToggle)
{
    Registers registers("{ name = \"OUT\", offset = 0 }, { name = \"XOR\", offset = 4, "
                        "self_clearing = 0xffffffff, rules = [\"PIN 7:0 => ^OUT.PIN 7:0\"] }");
    registers.set(0, 0x0f);
    registers.set(4, 0x33);
    EXPECT_EQ(registers[0], 0x3cu);
}

TEST(RegisterFileTest, Divides)
{
    auto divider = [](const char* is_signed) {
        return std::string("{ name = \"A\", offset = 0 }, { name = \"B\", offset = 4, division = { "
                           "dividend = \"A\", divisor = \"B\", "
                           "quotient = \"Q\", remainder = \"R\", signed = ")
            + is_signed + " } }, { name = \"Q\", offset = 8 }, { name = \"R\", offset = 12 }";
    };
    struct Case {
        const char* is_signed;
        std::uint32_t a, b, quotient, remainder;
    };
    for (const Case& c : {Case {"false", 0xfffffff9, 7, 0x24924923, 4},
             Case {"true", 0xfffffff9, 2, 0xfffffffd, 0xffffffff},
             Case {"true", 0x80000000, 0xffffffff, 0x80000000, 0},
             Case {"false", 9, 0, 0xffffffff, 9}, Case {"true", 9, 0, 0xffffffff, 9},
             Case {"true", 0xfffffff7, 0, 1, 0xfffffff7}}) {
        Registers registers(divider(c.is_signed));
        registers.set(0, c.a);
        registers.set(4, c.b);
        EXPECT_EQ(registers[8], c.quotient) << c.is_signed << " " << c.a << " / " << c.b;
        EXPECT_EQ(registers[12], c.remainder);
    }
}

TEST(RegisterFileTest, OneByteOfARegisterMayTransmit)
{
    Registers registers("{ name = \"SCR_TDR\", offset = 0, transmits_byte = 3 }");
    registers.file().write(Registers::base + 2, 0x11, 1);
    registers.file().write(Registers::base + 3, 'x', 1);
    EXPECT_EQ(registers.printed, "x");
}

TEST(RegisterFileTest, KnowsNames)
{
    Registers registers("{ name = \"CR\", offset = 4, copies = 2 }");
    EXPECT_EQ(registers.file().name_of(0x40000004), "T_CR0");
    EXPECT_EQ(registers.file().name_of(0x4000000a), "T_CR1");
    EXPECT_EQ(registers.file().name_of(0x40000000), std::nullopt);
}

} // namespace
