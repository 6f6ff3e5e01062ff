// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/function_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace sim;
using Kind = RawSymbol::Kind;
using testing::ElementsAre;

constexpr CodeRange flash[] = {{0x100, 0x200}};

RawSymbol function(std::string name, std::uint32_t address, std::uint32_t size = 0)
{
    return {std::move(name), address, size, Kind::function, true, false};
}
RawSymbol weak(std::string name, std::uint32_t address)
{
    return {std::move(name), address, 0, Kind::function, true, true};
}
RawSymbol local(std::string name, std::uint32_t address, std::uint32_t size = 0)
{
    return {std::move(name), address, size, Kind::function, false, false};
}
RawSymbol label(std::string name, std::uint32_t address, bool global = true)
{
    return {std::move(name), address, 0, Kind::label, global, false};
}
RawSymbol object(std::string name, std::uint32_t address, std::uint32_t size = 4)
{
    return {std::move(name), address, size, Kind::object, true, false};
}

/// "name 0x100+16".
std::vector<std::string> functions(std::vector<RawSymbol> symbols)
{
    std::vector<std::string> texts;
    for (const FunctionSymbol& f : functions_of(std::move(symbols), flash))
        texts.push_back(fmt::format("{} {:#x}+{}", f.name, f.address, f.size));
    return texts;
}

TEST(FunctionTable, WithoutASizeAFunctionReachesToTheNextSymbolOrTheEndOfItsSection)
{
    EXPECT_THAT(functions({function("b", 0x120), function("a", 0x100), function("c", 0x1f0)}),
        ElementsAre("a 0x100+32", "b 0x120+208", "c 0x1f0+16"));
    EXPECT_THAT(functions({function("elsewhere", 0x900)}), ElementsAre("elsewhere 0x900+0"));
}

TEST(FunctionTable, DataIsNoFunctionAndEndsOneWithoutASize)
{
    EXPECT_THAT(functions({function("a", 0x100), object("table", 0x110), function("b", 0x140, 4)}),
        ElementsAre("a 0x100+16", "b 0x140+4"));
    EXPECT_THAT(functions({object("first", 0x100, 0x100), function("b", 0x140, 4)}),
        ElementsAre("b 0x140+4"));
}

TEST(FunctionTable, GlobalNamesGoBeforeWeakOnesAndThoseBeforeLocalOnes)
{
    EXPECT_THAT(
        functions({weak("a_weak", 0x100), function("z_global", 0x100, 8), local("a_local", 0x100)}),
        ElementsAre("z_global 0x100+8"));
    EXPECT_THAT(functions({weak("z_weak", 0x100), local("a_local", 0x100, 8)}),
        ElementsAre("z_weak 0x100+8"));
}

TEST(FunctionTable, AmongEqualsThePlainestNameStands)
{
    EXPECT_THAT(functions({function("__aeabi_memcpy", 0x100), function("memcpy", 0x100)}),
        ElementsAre("memcpy 0x100+256"));
    EXPECT_THAT(functions({function("a.constprop.0", 0x100, 2), function("b", 0x100, 2)}),
        ElementsAre("b 0x100+2"));
    EXPECT_THAT(functions({weak("ADC_IRQHandler", 0x100), weak("NMI_Handler", 0x100),
                    local("Default_Handler", 0x100, 2)}),
        ElementsAre("Default_Handler 0x100+2"));
}

TEST(FunctionTable, AnEntryInsideAFunctionTakesItsRest)
{
    EXPECT_THAT(functions({function("outer", 0x100, 0x40), function("inner", 0x110, 0x10),
                    function("after", 0x140, 4)}),
        ElementsAre("outer 0x100+16", "inner 0x110+48", "after 0x140+4"));
}

TEST(FunctionTable, GlobalLabelsInCodeThatNobodyOwnsAreFunctions)
{
    EXPECT_THAT(functions({label("Reset_Handler", 0x100), label("loop", 0x104, false),
                    function("main", 0x120, 8), label("inside", 0x124), label("outside", 0x900)}),
        ElementsAre("Reset_Handler 0x100+32", "main 0x120+8"));
}

TEST(FunctionTable, OnlyMangledNamesAreDemangled)
{
    EXPECT_EQ(demangled("f"), "f"); // not `float`
    EXPECT_EQ(demangled("_ZN3net5layerEi"), "net::layer(int)");
    EXPECT_EQ(demangled("_Z"), "_Z");
}

TEST(FunctionTable, NamesThatWouldGrowWithoutEndStayMangled)
{
    std::string doubling = "_Z1f1aI";
    for (int i = 0; i < 80; ++i)
        doubling += "S0_S1_";
    EXPECT_EQ(demangled(doubling), doubling);
}

TEST(FunctionTable, CalledAddressesWithoutASymbolAreNamedAfterThemselves)
{
    std::vector<FunctionSymbol> all
        = with_entries(functions_of({function("known", 0x140, 16)}, flash),
            {0x180, 0x104, 0x104, 0x148, 0x20000000, 0x110}, flash);
    std::vector<std::string> texts;
    for (const FunctionSymbol& f : all)
        texts.push_back(fmt::format("{}+{}", f.name, f.size));
    EXPECT_THAT(texts,
        ElementsAre("function_0x00000104+12", "function_0x00000110+48", "known+16",
            "function_0x00000180+128", "function_0x20000000+65536"));
}

TEST(FunctionTable, FindsTheFunctionThatHoldsAnAddress)
{
    std::vector<FunctionSymbol> all
        = functions_of({function("a", 0x100, 8), function("b", 0x110, 8)}, flash);
    EXPECT_EQ(find_function_at(all, 0xfe), nullptr);
    EXPECT_EQ(find_function_at(all, 0x106)->name, "a");
    EXPECT_EQ(find_function_at(all, 0x108), nullptr);
    EXPECT_EQ(find_function_at(all, 0x110)->name, "b");
}

} // namespace
