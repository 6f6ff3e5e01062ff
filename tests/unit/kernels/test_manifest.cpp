// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace {

std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// As one line, blanks between words only, so that formatting does not matter.
std::string without_line_breaks(const std::string& text)
{
    std::istringstream words(text);
    std::string result, word;
    while (words >> word) {
        if (!result.empty() && result.back() != '(')
            result += ' ';
        result += word;
    }
    return result;
}

const std::filesystem::path folder = std::filesystem::path(SOURCE_DIR) / "kernels";

TEST(KernelManifest, NamesAFileForEachKernelAndAKernelForEachFile)
{
    const toml::table manifest = toml::parse_file((folder / "manifest.toml").string());
    const std::string header
        = without_line_breaks(text_of(folder / "include" / "mcuprof_kernels.h"));
    std::set<std::string> files, names;
    for (const toml::node& node : *manifest["kernel"].as_array()) {
        const toml::table& row = *node.as_table();
        const std::string name = row["name"].value_or("");
        const std::string file = row["file"].value_or("");
        const std::string parameters = row["parameters"].value_or("");
        EXPECT_TRUE(names.insert(name).second) << name;
        if (row["set"].value_or(std::string()) == "specialized") {
            const std::string header_text = text_of(folder / file);
            const std::string function = row["function"].value_or(name);
            EXPECT_NE(header_text.find("MCUPROF_TEMPLATE void " + function + "("), std::string::npos)
                << name;
            continue;
        }
        EXPECT_NE(
            header.find("void " + name + "(const struct mcuprof_" + parameters + "_parameters*)"),
            std::string::npos)
            << name;
        EXPECT_NE(text_of(folder / file).find(name), std::string::npos) << file;
        files.insert(file);
    }
    std::set<std::string> present;
    for (const char* set : {"reference", "small", "dsp"}) {
        for (const auto& entry : std::filesystem::directory_iterator(folder / set))
            present.insert(std::string(set) + "/" + entry.path().filename().string());
    }
    EXPECT_EQ(files, present);
}

TEST(KernelManifest, HasAReferenceKernelForEveryOperatorInInt8)
{
    const toml::table manifest = toml::parse_file((folder / "manifest.toml").string());
    std::set<std::string> operators;
    for (const toml::node& node : *manifest["kernel"].as_array()) {
        const toml::table& row = *node.as_table();
        if (row["set"].value_or(std::string()) != "reference" || row.contains("when"))
            continue;
        for (const toml::node& type : *row["input"].as_array()) {
            if (type.value_or(std::string()) == "int8") {
                for (const toml::node& op : *row["operators"].as_array())
                    operators.insert(op.value_or(""));
            }
        }
    }
    const std::set<std::string> expected = {"add", "average_pool_2d", "concatenation", "conv_2d",
        "depthwise_conv_2d", "dequantize", "expand_dims", "fully_connected", "hard_swish",
        "logistic", "max_pool_2d", "mean", "mul", "pack", "pad", "quantize", "relu", "relu6",
        "reshape", "resize_bilinear", "resize_nearest_neighbor", "softmax", "split", "squeeze",
        "strided_slice", "sub", "transpose"};
    EXPECT_EQ(operators, expected);
}

} // namespace
