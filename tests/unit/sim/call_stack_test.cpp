// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/call_stack.h"
#include "sim/machine.h"
#include "tests/support/assembler.h"
#include "tests/unit/sim/assembled_code.h"
#include "tests/unit/sim/sample_firmware.h"

#include <gtest/gtest.h>

namespace {

using namespace sim;

/// Writes down what it hears: "start( f( ) )".
class Diary : public Listener {
public:
    explicit Diary(const ElfImage& image)
        : image_(image)
    {
    }
    void entered(std::uint32_t function) override
    {
        const FunctionSymbol* symbol = image_.function_at(function);
        add((symbol ? symbol->name : "?") + "(");
    }
    void left(std::uint32_t) override { add(")"); }
    const std::string& text() const { return text_; }

private:
    void add(const std::string& word) { text_ += (text_.empty() ? "" : " ") + word; }

    const ElfImage& image_;
    std::string text_;
};

/// What a listener hears of a program on a generic Cortex-M4.
std::string heard(std::string_view body, std::string_view functions)
{
    mcu::ChipModel chip = mcu::load_chip("generic-m4");
    std::unique_ptr<ElfImage> image = sim_tests::firmware(chip, body, functions);
    Machine machine(chip, *image, "test.elf", {.instruction_limit = 10'000});
    Diary diary(*image);
    machine.add_listener(diary);
    RunResult result = machine.run();
    EXPECT_TRUE(result.good()) << result.message;
    return diary.text();
}

class CallStackTest : public testing::Test {
    void SetUp() override { SKIP_WITHOUT_ASSEMBLER(); }
};

TEST_F(CallStackTest, CallsAndReturns)
{
    EXPECT_EQ(heard("bl f\nbl g\nexit 0",
                  "function f\npush {lr}\nbl g\npop {pc}\nendfunction f\n"
                  "function g\nbx lr\nendfunction g"),
        "start( f( g( ) ) g( ) )");
}

TEST_F(CallStackTest, CallsThroughRegistersAndReturnsByLoads)
{
    EXPECT_EQ(heard("ldr r3, =f\nblx r3\nexit 0",
                  "function f\npush {r4, lr}\nldmia sp!, {r4, pc}\nendfunction f"),
        "start( f( ) )");
}

TEST_F(CallStackTest, LoopsAndBranchesInsideAFunctionAreNoCalls)
{
    EXPECT_EQ(heard("bl f\nexit 0",
                  "function f\nmovs r7, #3\n1: subs r7, #1\nbeq 2f\nb 1b\n2: bx lr\nendfunction f"),
        "start( f( ) )");
}

TEST_F(CallStackTest, ALoopAroundAFunctionsFirstInstructionIsNoCall)
{
    EXPECT_EQ(
        heard("movs r7, #3\nbl f\nexit 0", "function f\nsubs r7, #1\nbne f\nbx lr\nendfunction f"),
        "start( f( ) )");
}

TEST_F(CallStackTest, ATailCallReturnsForBoth)
{
    EXPECT_EQ(heard("bl f\nbl h\nexit 0",
                  "function f\nb.w g\nendfunction f\nfunction g\nb.w h\nendfunction g\n"
                  "function h\nbx lr\nendfunction h"),
        "start( f( g( h( ) ) ) h( ) )");
    EXPECT_EQ(heard("bl f\nexit 0",
                  "function f\nldr r3, =g\nbx r3\n.pool\nendfunction f\nfunction g\nbx "
                  "lr\nendfunction g"),
        "start( f( g( ) ) )");
}

TEST_F(CallStackTest, FallingIntoTheNextFunctionEntersIt)
{
    EXPECT_EQ(heard("bl f\nexit 0",
                  "function f\ncmp r0, r0\nbne f\nendfunction f\nfunction g\nbx lr\nendfunction g"),
        "start( f( g( ) ) )");
}

TEST_F(CallStackTest, RecursionNestsAndUnwinds)
{
    EXPECT_EQ(heard("movs r7, #3\nbl f\nexit 0",
                  "function f\npush {lr}\nsubs r7, #1\nbeq 1f\nbl f\n1: pop {pc}\nendfunction f"),
        "start( f( f( f( ) ) ) )");
}

TEST_F(CallStackTest, AJumpOverSeveralFramesLeavesThemAll)
{
    // As longjmp does: g restores the stack pointer and the return address that start had.
    EXPECT_EQ(heard("mov r8, sp\nbl f\nbl h\nexit 0",
                  "function f\nmov r9, lr\npush {lr}\nbl g\npop {pc}\nendfunction f\n"
                  "function g\npush {lr}\nbl thrower\npop {pc}\nendfunction g\n"
                  "function thrower\nmov sp, r8\nbx r9\nendfunction thrower\n"
                  "function h\nbx lr\nendfunction h"),
        "start( f( g( thrower( ) ) ) h( ) )");
}

TEST_F(CallStackTest, SemihostingIsNoCall)
{
    EXPECT_EQ(heard("movs r0, #0x31\nbkpt 0xab\nbl f\nexit 0", "function f\nbx lr\nendfunction f"),
        "start( f( ) )");
}

} // namespace
