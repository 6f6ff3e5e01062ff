// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/end_to_end/network_run.h"

#include "base/file.h"
#include "profiler/firmware/process.h"
#include "tests/golden/golden_output.h"
#include "tests/support/temporary_folder.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <ostream>

namespace end_to_end {
namespace {

std::string model_file(const NetworkRun& run)
{
    return SHARED_DIR "/models/" + run.network + ".tflite";
}

/// All inputs of the network for a test input, one after the other.
std::vector<std::uint8_t> input_bytes(const graph::ModelGraph& graph, int pattern)
{
    std::vector<std::uint8_t> bytes;
    for (graph::TensorIndex input : graph.inputs) {
        std::vector<std::uint8_t> one = golden::test_input(graph.tensor(input), pattern);
        bytes.insert(bytes.end(), one.begin(), one.end());
    }
    return bytes;
}

} // namespace

void PrintTo(const NetworkRun& run, std::ostream* out)
{
    *out << run.network << " on " << run.chip << ", " << run.kernels;
}

std::string name_of_run(const testing::TestParamInfo<NetworkRun>& info)
{
    std::string name = info.param.network + "_" + info.param.chip + "_" + info.param.kernels;
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

std::optional<std::string> missing_for(const NetworkRun& run)
{
    if (!std::filesystem::exists(model_file(run)))
        return "needs " + model_file(run);
    if (!firmware::find_program("arm-none-eabi-gcc"))
        return "needs arm-none-eabi-gcc";
    return std::nullopt;
}

const std::vector<std::string>& small_networks()
{
    static const std::vector<std::string> networks {
        "tflm_hello_world_int8",
        "mlperf_ad_autoencoder_int8",
        "tflm_micro_speech_int8",
        "silabs_image_example1_int8",
        "mlperf_kws_dscnn_int8",
        "silabs_rock_paper_scissors_int8",
        "tflm_person_detect_int8",
        "mlperf_vww_mobilenetv1_025_96_int8",
        "mlperf_ic_resnet8_int8",
        "mcunet_vww1_80_int8_floatio",
        "arm_kws_micronet_m_int8",
        "mcunet_person_det_128x160_int8_floatio",
    };
    return networks;
}

profiler::Outcome profile_network(const NetworkRun& run, const RunOptions& options)
{
    ::setenv("MCUPROF_CACHE", FIRMWARE_CACHE, 1);
    profiler::Target target = profiler::load_target(model_file(run));
    support::TemporaryFolder folder;
    base::write_file(folder / "inputs.bin", input_bytes(*target.graph, options.pattern));
    profiler::Request request {.kernels = run.kernels,
        .input_file = (folder / "inputs.bin").string(),
        .layers = {},
        .exact = options.exact,
        .verify = options.verify};
    profiler::Progress silent(profiler::Progress::Form::none);
    return profiler::profile_target(target, mcu::load_chip(run.chip), request, silent);
}

} // namespace end_to_end
