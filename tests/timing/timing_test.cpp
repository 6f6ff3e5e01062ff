// SPDX-License-Identifier: GPL-2.0-or-later
//
// Every case of the folders m0plus, m3, m4, m7 and m33: NAME.s is timed and compared with
// NAME.expected. MCUPROF_REWRITE=1 writes the expected texts; each is then to be checked against
// the rule that the case names.
#include "tests/support/assembler.h"
#include "tests/support/expected_text.h"
#include "tests/timing/executed_path.h"

#include "mcu_models/core_model.h"
#include "sim/elf_image.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace timing;

std::vector<std::filesystem::path> all_cases()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
        std::filesystem::recursive_directory_iterator(SOURCE_DIR "/tests/timing"))
        if (entry.path().extension() == ".s")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& info)
{
    return info.param.parent_path().filename().string() + "_" + info.param.stem().string();
}

class TimingCase : public testing::TestWithParam<std::filesystem::path> { };

TEST_P(TimingCase, CostsWhatItsRulesSay)
{
    if (!support::has_cross_assembler())
        GTEST_SKIP() << "arm-none-eabi-gcc is not installed";
    Case timing_case = read_case(GetParam());
    mcu::CoreModel core = mcu::load_core(timing_case.core);
    sim::ElfImage image(
        support::assemble(timing_case.source, core.compiler_flags, timing_case.address),
        GetParam().string());
    std::span<const std::uint8_t> code = image.segments().at(0).bytes;

    std::vector<Stretch> path = executed_path(timing_case, code);
    std::vector<sim::TimelineRow> rows = timed(timing_case, code, path, 0);
    std::string text = sim::timeline_text(rows);
    std::filesystem::path expected = GetParam();
    support::expect_text(expected.replace_extension(".expected"), text);

    for (std::size_t cut = 1; cut < rows.size(); ++cut)
        EXPECT_EQ(sim::timeline_text(timed(timing_case, code, path, cut)), text)
            << "cut before instruction " << cut;
}

INSTANTIATE_TEST_SUITE_P(All, TimingCase, testing::ValuesIn(all_cases()), name_of);

} // namespace
