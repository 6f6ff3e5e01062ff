// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/plan/kernel_manifest.h"

#include "base/input_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace plan {
namespace {

constexpr std::string_view row = R"([[kernel]]
name = "fast"
file = "dsp/fast.c"
operators = ["conv_2d"]
parameters = "convolution"
input = ["int8"]
weight = "int8"
set = "dsp"
requires = ["dsp"]
)";

KernelRow parsed(const std::string& more)
{
    return parse_manifest(std::string(row) + more, "manifest.toml").rows.at(0);
}

std::string message_of(const std::string& text)
{
    try {
        parse_manifest(text, "manifest.toml");
    } catch (const base::InputError& error) {
        return error.what();
    }
    return "no error";
}

FieldValue fields(std::map<std::string, std::int64_t, std::less<>> values)
{
    return
        [values = std::move(values)](std::string_view field) { return values.find(field)->second; };
}

TEST(KernelManifest, ConditionsCompareFields)
{
    struct {
        const char* text;
        bool holds;
    } cases[] = {{"a == 7", true}, {"a == 8", false}, {"a != 8", true}, {"a < 7", false},
        {"a <= 7", true}, {"a > 6", true}, {"a >= 8", false}, {"a % 4 == 3", true},
        {"a % 4 == 0", false}, {"a > -1", true}};
    for (auto [text, holds] : cases)
        EXPECT_EQ(parsed(fmt::format("when = [\"{}\"]", text)).when.at(0).holds(fields({{"a", 7}})),
            holds)
            << text;
}

TEST(KernelManifest, ScratchIsASumOfProducts)
{
    KernelRow kernel = parsed("scratch = [\"2 a b\", \"48\"]");
    EXPECT_EQ(kernel.scratch_bytes(fields({{"a", 3}, {"b", 5}})), 78u);
    EXPECT_EQ(parsed("").scratch_bytes(fields({})), 0u);
}

TEST(KernelManifest, SaysWhereItIsWrong)
{
    EXPECT_EQ(message_of("x = "),
        "manifest.toml:1: Error while parsing key-value pair: encountered end-of-file");
    EXPECT_EQ(message_of("x = 1"), "manifest.toml: expected [[kernel]] tables");
    EXPECT_EQ(message_of("\n[[kernel]]\n"), "manifest.toml:2: kernel needs a text 'name'");
    EXPECT_EQ(message_of(std::string(row) + "when = [\"a = 7\"]"),
        "manifest.toml:1: expected 'FIELD OP NUMBER' or 'FIELD % NUMBER OP NUMBER', found 'a = 7'");
    EXPECT_EQ(message_of(std::string(row) + "output = [\"int9\"]"),
        "manifest.toml:1: unknown element type 'int9'");
    EXPECT_EQ(message_of(std::string(row) + "when = \"a == 7\""),
        "manifest.toml:1: expected 'when' to be a list of texts");
}

TEST(KernelManifest, VariantsOfATemplateShareItsFunction)
{
    KernelRow variant = parsed("function = \"pool\"\narguments = [4, -1]\ncores = [\"cortex-m4\"]\n"
                               "folded_bias = \"windows\"\nweight_order = \"fours\"");
    EXPECT_EQ(variant.function, "pool");
    EXPECT_EQ(variant.arguments, (std::vector<std::int64_t> {4, -1}));
    EXPECT_EQ(variant.cores, std::vector<std::string> {"cortex-m4"});
    EXPECT_TRUE(variant.folded_bias && variant.bias_of_windows);
    EXPECT_EQ(variant.weight_order, "fours");
    EXPECT_EQ(message_of(std::string(row) + "weight_order = \"fives\""),
        "manifest.toml:1: unknown weight order 'fives'");
    EXPECT_EQ(message_of(std::string(row) + "arguments = [1.5]"),
        "manifest.toml:1: expected 'arguments' to be a list of whole numbers");
}

TEST(KernelManifest, OursHasAReferenceForEveryOperatorThatComputes)
{
    for (const graph::OperatorInfo& info : graph::operator_infos) {
        bool found = false;
        for (const KernelRow& kernel : kernel_manifest().rows)
            found |= kernel.set == KernelSet::reference
                && std::ranges::count(kernel.operators, info.code) > 0;
        EXPECT_TRUE(found) << info.short_name;
    }
    EXPECT_FALSE(kernel_manifest().flags.empty());
}

TEST(KernelManifest, SetsHaveNames)
{
    EXPECT_EQ(kernel_set("dsp"), KernelSet::dsp);
    EXPECT_EQ(kernel_set("reference"), KernelSet::reference);
    EXPECT_EQ(kernel_set("specialized"), KernelSet::specialized);
    EXPECT_THROW(kernel_set("magic"), base::InputError);
}

} // namespace
} // namespace plan
