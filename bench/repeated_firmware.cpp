// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/repeated_firmware.h"

#include "base/file.h"
#include "base/input_error.h"
#include "mcu_models/graph/fold_padding.h"
#include "profiler/firmware/compile.h"
#include "profiler/firmware/project.h"
#include "profiler/plan/execution_plan.h"

#include <fmt/format.h>

namespace bench {
namespace {

constexpr const char* around_main = R"(void {0}(void);
int __real_main(void);
int __wrap_main(void);

int __wrap_main(void)
{{
    for (int i = 0; i < {1}; ++i)
        {0}();
    return __real_main();
}}
)";

} // namespace

base::ByteVector build_repeated(const graph::ModelGraph& graph, const mcu::ChipModel& chip,
    const std::string& kernels, const Repeated& repeated, const std::filesystem::path& cache_folder)
{
    graph::ModelGraph folded = graph::fold_padding(graph).graph;
    plan::ExecutionPlan plan = plan::make_plan(folded, chip.core, plan::kernel_set(kernels));
    firmware::Project project = firmware::make_project(folded, plan, chip);
    project.files.push_back(
        {"repeat.c", fmt::format(fmt::runtime(around_main), repeated.function, repeated.times)});
    // Without tail calls `main` is on the stack for as long as the repetitions run.
    project.units.push_back({"repeat.c", {"-O2", "-g", "-fno-optimize-sibling-calls"}, {}});
    if (!repeated.source.empty()) {
        base::ByteVector source = base::read_bytes(repeated.source);
        project.files.push_back({"repeated.c", std::string(source.begin(), source.end())});
        project.units.push_back({"repeated.c", {"-O2", "-g"}, {}});
    }
    project.link_flags.push_back("-Wl,--wrap=main");

    firmware::Toolchain toolchain;
    try {
        return firmware::compile(project, toolchain, firmware::Cache(cache_folder), 1);
    } catch (const firmware::RegionOverflow& overflow) {
        throw base::InputError(project.network,
            fmt::format("does not fit {}: {} bytes too few", chip.name, overflow.bytes));
    }
}

} // namespace bench
