// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/project.h"

#include "base/check.h"
#include "profiler/firmware/linker_script.h"
#include "profiler/firmware/model_source.h"
#include "profiler/firmware/specialized_source.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

namespace firmware {
namespace {

// Nothing of the machine may reach the output: no command line in the debug information.
const std::vector<std::string> debug_flags {"-g", "-gno-record-gcc-switches"};

std::vector<std::string> words_of(const std::string& text)
{
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists)
{
    std::vector<std::string> result;
    for (const auto& list : lists)
        result.insert(result.end(), list.begin(), list.end());
    return result;
}

std::vector<std::string> below_kernels(const std::vector<std::string>& paths)
{
    std::vector<std::string> result;
    for (const std::string& path : paths)
        result.push_back("kernels/" + path);
    return result;
}

/// Source files of the kernels that steps use (templates are headers of specialized.c), in the order of first use.
std::vector<std::string> kernels_used(const plan::ExecutionPlan& plan)
{
    std::vector<std::string> files;
    for (const plan::Step& step : plan.steps)
        if (step.kernel && step.kernel->set != plan::KernelSet::specialized
            && std::ranges::count(files, step.kernel->file) == 0)
            files.push_back(step.kernel->file);
    return files;
}

class ProjectWriter {
public:
    ProjectWriter(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan, Project& project)
        : graph_(graph)
        , plan_(plan)
        , project_(project)
        , flags_(joined({plan::kernel_manifest().flags, debug_flags}))
    {
    }

    void write()
    {
        add_kernel("startup/startup.c");
        add_kernel("startup/semihosting.c");
        add_model();
        add_instances();
        add_data();
        for (const std::string& file : kernels_used(plan_))
            add_kernel(file);
        for (const std::string& header : headers_)
            project_.files.push_back(
                {header, std::string(kernel_file(header.substr(header.find('/') + 1)))});
    }

private:
    void add_kernel(const std::string& file)
    {
        const std::string path = "kernels/" + file;
        project_.files.push_back({path, std::string(kernel_file(file))});
        std::vector<std::string> flags = flags_;
        bool copies = project_.layout.code_is_copied || project_.layout.weights_are_copied;
        if (copies && file == "startup/startup.c")
            flags.push_back("-DMCUPROF_COPIES");
        add_unit({path, std::move(flags), below_kernels(headers_of(file))});
    }

    void add_model()
    {
        project_.files.push_back({"model.c", model_source(graph_, plan_)});
        // Without tail calls a layer is on the stack for as long as its kernel runs: profilers and
        // debuggers see it.
        CompileUnit unit {"model.c", joined({flags_, {"-fno-optimize-sibling-calls"}}), {}};
        for (std::string_view included : {"include/mcuprof_kernels.h", "startup/semihosting.h"}) {
            unit.headers.push_back("kernels/" + std::string(included));
            for (const std::string& header : headers_of(included))
                unit.headers.push_back("kernels/" + header);
        }
        add_unit(std::move(unit));
    }

    void add_instances()
    {
        std::string source = specialized_source(plan_);
        if (source.empty())
            return;
        CompileUnit unit {std::string(specialized_file),
            joined({flags_, plan::kernel_manifest().template_flags}), {}};
        std::set<std::string> headers;
        for (const Instance& instance : instances_of(plan_)) {
            const std::string& file = plan_.steps.at(instance.steps.front()).kernel->file;
            headers.insert(file);
            for (const std::string& header : headers_of(file))
                headers.insert(header);
        }
        unit.headers = below_kernels({headers.begin(), headers.end()});
        project_.files.push_back({unit.path, std::move(source)});
        add_unit(std::move(unit));
    }

    void add_data()
    {
        project_.files.push_back({"model_data.S", data_source(graph_, plan_)});
        project_.files.push_back({"weights.bin", weights_file(graph_, plan_)});
        add_unit({"model_data.S", {}, {"weights.bin"}});
    }

    void add_unit(CompileUnit unit)
    {
        for (const std::string& header : unit.headers)
            if (header.starts_with("kernels/"))
                headers_.insert(header);
        project_.units.push_back(std::move(unit));
    }

    const graph::ModelGraph& graph_;
    const plan::ExecutionPlan& plan_;
    Project& project_;
    std::vector<std::string> flags_;
    std::set<std::string> headers_;
};

} // namespace

const std::string& Project::content_of(const std::string& path) const
{
    auto found = std::ranges::find(files, path, &SourceFile::path);
    CHECK(found != files.end());
    return found->content;
}

Project make_project(const graph::ModelGraph& graph, const plan::ExecutionPlan& plan,
    const mcu::ChipModel& chip, std::uint64_t stack_bytes)
{
    Project project;
    project.network = plain_name(graph);
    project.needs
        = {plan.arena_bytes, stack_bytes, plan::weight_bytes(plan, graph), plan::table_bytes(plan)};
    project.layout = layout_for(chip, project.needs, project.network);
    project.stack_bytes = stack_bytes;
    project.core_flags = words_of(chip.core.compiler_flags);
    project.link_flags
        = {"-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections", "-Wl,--build-id=none"};
    ProjectWriter(graph, plan, project).write();
    project.files.push_back({"firmware.ld", linker_script(project.layout, stack_bytes)});
    return project;
}

} // namespace firmware
