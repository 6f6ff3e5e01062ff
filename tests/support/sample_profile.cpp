// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/support/sample_profile.h"

#include "base/hash.h"

#include <array>
#include <random>

namespace support {
namespace {

using traces::Costs;
using traces::Profile;

/// Reads like the table of causes below: issue, data hazard, fetch wait, load wait, branch; zeros
/// are left out.
Costs costs(std::array<std::uint64_t, 5> values)
{
    constexpr std::array names = {"issue", "data_hazard", "fetch_wait", "load_wait", "branch"};
    Costs result;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (values[i] > 0)
            result.push_back({names[i], values[i]});
    return result;
}

std::uint64_t sum(const Costs& parts)
{
    std::uint64_t total = 0;
    for (const traces::Cost& cost : parts)
        total += cost.value;
    return total;
}

traces::Layer layer(int index, std::string name, std::string title, std::string operator_name,
    std::string kernel, std::uint64_t macs, std::uint64_t instructions, Costs by_cause,
    std::array<std::uint64_t, 4> bytes)
{
    traces::Layer result;
    result.index = index;
    result.name = std::move(name);
    result.title = std::move(title);
    result.operator_name = std::move(operator_name);
    result.kernel = std::move(kernel);
    result.macs = result.executed_macs = macs;
    result.instructions = instructions;
    result.cycles_by_cause = std::move(by_cause);
    result.cycles = sum(result.cycles_by_cause);
    result.sram_live = bytes[0];
    result.scratch = bytes[1];
    result.weight_bytes = bytes[2];
    result.flash_read_bytes = bytes[3];
    result.flash_reads = bytes[3] / 4;
    result.stack = 96;
    return result;
}

traces::Function function(std::string name, std::string file, int line, std::uint32_t address,
    std::uint64_t calls, Costs by_cause, Costs total_by_cause, std::uint64_t instructions,
    std::uint64_t stack)
{
    traces::Function result;
    result.name = std::move(name);
    result.file = std::move(file);
    result.line = line;
    result.address = address;
    result.size = 0x80;
    result.calls = calls;
    result.cycles_by_cause = std::move(by_cause);
    result.self_cycles = sum(result.cycles_by_cause);
    result.total_cycles_by_cause = std::move(total_by_cause);
    result.total_cycles = sum(result.total_cycles_by_cause);
    result.instructions = instructions;
    result.own_stack = 24;
    result.stack = stack;
    return result;
}

traces::Instruction instruction(std::uint32_t address, int size, std::string text,
    std::string function_name, std::string file, int line, std::uint64_t executions, Costs by_cause)
{
    traces::Instruction result;
    result.address = address;
    result.size = size;
    result.text = std::move(text);
    result.function = std::move(function_name);
    result.file = std::move(file);
    result.line = line;
    result.executions = executions;
    result.cycles_by_cause = std::move(by_cause);
    result.cycles = sum(result.cycles_by_cause);
    return result;
}

void add_rows(Profile& profile)
{
    profile.layers = {
        layer(0, "layer_000_conv_2d", "conv 10x4 s2 1→64", "CONV_2D", "mcuprof_convolution_s8_dsp",
            320'000, 1'200'000, costs({1'100'000, 90'000, 80'000, 200'000, 140'000}),
            {8'490, 640, 2'944, 160'000}),
        layer(1, "layer_001_depthwise_conv_2d", "depthwise 3x3 64", "DEPTHWISE_CONV_2D",
            "mcuprof_depthwise_convolution_3x3_s8_dsp", 72'000, 420'000,
            costs({370'000, 20'000, 30'000, 60'000, 40'000}), {16'000, 1'152, 1'088, 36'864}),
        layer(2, "layer_002_fully_connected", "fully connected 64→12", "FULLY_CONNECTED",
            "mcuprof_fully_connected_s8", 768, 2'400, costs({2'300, 0, 100, 300, 200}),
            {76, 0, 816, 816}),
        layer(
            -1, "", "", "", "", 0, 20'000, costs({24'000, 0, 1'000, 4'000, 2'000}), {0, 0, 0, 52}),
    };
    profile.layers[1].start_cycle = 1'620'000;
    profile.layers[2].start_cycle = 2'140'500;

    profile.functions = {
        function("mcuprof_convolution_s8_dsp", "kernels/dsp/convolution_s8_dsp.c", 21, 0x0800'0100,
            1, costs({1'099'900, 90'000, 80'000, 200'000, 140'000}),
            costs({1'099'900, 90'000, 80'000, 200'000, 140'000}), 1'199'950, 24),
        function("mcuprof_depthwise_convolution_3x3_s8_dsp",
            "kernels/dsp/depthwise_convolution_3x3_s8_dsp.c", 14, 0x0800'0200, 1,
            costs({369'900, 20'000, 30'000, 60'000, 40'000}),
            costs({369'900, 20'000, 30'000, 60'000, 40'000}), 419'950, 24),
        function("mcuprof_fully_connected_s8", "kernels/reference/fully_connected_s8.c", 9,
            0x0800'0300, 1, costs({2'200, 0, 100, 300, 200}), costs({2'200, 0, 100, 300, 200}),
            2'350, 24),
        function("model_invoke", "model.c", 88, 0x0800'0400, 1,
            costs({24'300, 0, 1'000, 4'000, 2'000}),
            costs({1'496'300, 110'000, 111'100, 264'300, 182'200}), 20'150, 48),
    };
    profile.contexts = {
        {"reset", "reset", 0, 1, 2'162'900, 3'276, 1, 2},
        {"exception", "SysTick", 15, 18, 1'000, 40, -1, 0},
    };
    profile.calls = {
        {-1, 0, "model_invoke", 0x0800'0400, false, 1, 30'300, 2'162'900},
        {0, 0, "mcuprof_convolution_s8_dsp", 0x0800'0100, false, 1, 1'609'900, 1'609'900},
        {0, 0, "mcuprof_depthwise_convolution_3x3_s8_dsp", 0x0800'0200, false, 1, 519'900, 519'900},
        {0, 0, "mcuprof_fully_connected_s8", 0x0800'0300, false, 1, 2'800, 2'800},
        {-1, 1, "SysTick_Handler", 0x0800'0500, false, 18, 1'000, 1'000},
    };

    // Three of the instructions stand for all of their function.
    const std::string kernel = "mcuprof_convolution_s8_dsp",
                      file = "kernels/dsp/convolution_s8_dsp.c";
    profile.instructions = {
        instruction(0x0800'0120, 4, "ldr.w   r3, [r1], #4", kernel, file, 33, 400'000,
            costs({400'000, 0, 0, 200'000, 0})),
        instruction(0x0800'0124, 4, "smlad   r0, r3, r4, r0", kernel, file, 34, 400'000,
            costs({400'000, 90'000, 80'000, 0, 0})),
        instruction(0x0800'0128, 2, "bne     0x8000120", kernel, file, 34, 399'950,
            costs({299'900, 0, 0, 0, 140'000})),
        instruction(0x0800'0210, 4, "smlabb  r0, r3, r4, r0",
            "mcuprof_depthwise_convolution_3x3_s8_dsp", "", 0, 419'950,
            costs({369'900, 20'000, 30'000, 60'000, 40'000})),
        instruction(0x0800'0310, 4, "mla     r0, r3, r4, r0", "mcuprof_fully_connected_s8",
            "kernels/reference/fully_connected_s8.c", 15, 2'350, costs({2'200, 0, 100, 300, 200})),
        instruction(0x0800'0404, 4, "bl      0x8000100", "model_invoke", "model.c", 90, 20'150,
            costs({24'300, 0, 1'000, 4'000, 2'000})),
    };
}

} // namespace

Profile sample_profile()
{
    Profile profile;
    profile.run.id = "17";
    profile.run.created_at = "2026-01-02T03:04:05Z";
    profile.run.target = "keywords.tflite";
    profile.run.kind = "tflite";
    profile.run.chip = "stm32l4r5";
    profile.run.core = "Cortex-M4F";
    profile.run.clock_hz = 120'000'000;
    profile.run.kernels = "dsp";
    profile.run.planner = "greedy";
    profile.run.tool_version = "0.1.0";
    profile.run.target_sha256 = base::sha256_hex(std::string_view("keywords"));
    profile.run.elf_sha256 = base::sha256_hex(std::string_view("firmware"));
    profile.run.mode = "blocks";
    profile.run.setup = "flash 5 WS, ART on";
    profile.run.placement = "code flash, weights flash, arena SRAM1, stack SRAM1, data SRAM1";
    profile.run.timing = "complete";
    profile.run.cycles_error_low = -0.07;
    profile.run.cycles_error_high = 0.07;
    profile.run.outcome.reason = "exited";

    profile.causes = {
        {"issue", "cycles", "the instruction's own cycles"},
        {"data_hazard", "cycles", "waited for a register"},
        {"fetch_wait", "cycles", "flash or cache did not deliver code"},
        {"load_wait", "cycles", "memory did not deliver data"},
        {"branch", "cycles", "refilled the pipeline after a taken branch"},
        {"unmodeled", "cycles", "no rule for this instruction"},
    };
    profile.cycles_by_cause = costs({1'496'300, 110'000, 111'100, 264'300, 182'200});
    profile.cycles_by_cause.push_back({"unmodeled", 0});
    profile.total.cycles = sum(profile.cycles_by_cause);
    profile.total.instructions = 1'642'400;
    profile.total.macs = profile.total.executed_macs = 392'768;
    profile.total.cycles_outside_inference = 5'210;
    profile.total.instructions_outside_inference = 3'900;

    profile.memory.sram_static = 1'433;
    profile.memory.sram_arena = 18'944;
    profile.memory.sram_stack = 3'276;
    profile.memory.sram_activations = 16'384;
    profile.memory.sram_scratch = 2'560;
    profile.memory.sram_capacity = 640 * 1024;
    profile.memory.flash_code = 31'744;
    profile.memory.flash_weights = 24'985;
    profile.memory.flash_constants = 3'584;
    profile.memory.flash_capacity = 2048 * 1024;

    profile.traffic = {
        {"flash", "data", 49'424, 197'732, 0, 0, 0, 30'000, 19'424},
        {"flash", "fetch", 0, 0, 0, 0, 6'100'000, 380'000, 1'250},
        {"sram1", "data", 610'000, 2'440'000, 35'000, 140'000, 0, 0, 0},
    };
    add_rows(profile);
    profile.arena = {
        {"input", "activation", 0, 490, 0, 0},
        {"layer_000 output", "activation", 512, 8'000, 0, 1},
        {"layer_000 scratch", "scratch", 16'384, 640, 0, 0},
        {"layer_001 output", "activation", 8'512, 7'872, 1, 2},
    };
    traces::Output output {
        "Identity", "int8", {1, 12}, {0x80, 0x81, 0x00, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8}, 0};
    output.crc32 = base::crc32(output.bytes);
    profile.outputs = {output};
    profile.console = "output 0 8081007f0102030405060708\n";
    profile.warnings = {{"mean_divide", "divides charged their mean of 7 cycles", 3}};
    profile.sources = {
        {"flash wait states", "5", "RM0432 rev 9, table 12", "datasheet"},
        {"SRAM3 wait states", "1", "like SRAM2", "estimate"},
    };
    return profile;
}

namespace {

constexpr std::uint64_t flash_line = 650'000; // fJ

/// What a stretch costs on a chip that draws some 40 mW: femtojoules per cycle by what the core did.
Costs energy_of(const Costs& cycles, std::uint64_t flash_lines)
{
    std::uint64_t all = sum(cycles);
    std::uint64_t stalled
        = traces::value_of(cycles, "fetch_wait") + traces::value_of(cycles, "load_wait");
    return {{"static", 6'000 * all}, {"clock", 45'000 * all}, {"active", 194'400 * (all - stalled)},
        {"stalled", 68'040 * stalled}, {"memory", flash_line * flash_lines},
        {"platform", 70'000 * all}};
}

traces::Energy range_of(const Costs& terms)
{
    double joules = static_cast<double>(sum(terms)) / traces::femtojoules_in_a_joule;
    return {joules, 0.75 * joules, 1.25 * joules};
}

} // namespace

Profile sample_profile_with_energy()
{
    Profile profile = sample_profile();
    profile.run.supply = "LDO 1.8 V, range 1 boost";
    profile.run.supply_volts = 1.8;
    profile.run.energy_basis = "estimate";
    profile.energy_terms = {
        {"static", "fJ", "leakage, regulator and oscillators"},
        {"clock", "fJ", "the clock tree, asleep or not"},
        {"active", "fJ", "cycles in which the core worked"},
        {"stalled", "fJ", "cycles in which the core waited for memory"},
        {"memory", "fJ", "reads of flash lines and slow banks"},
        {"platform", "fJ", "what boards draw beyond the data sheet"},
    };
    constexpr std::uint64_t lines = 19'424 + 1'250;
    constexpr std::array<std::uint64_t, 4> shares = {15'000, 5'000, 600, 74};
    profile.energy_by_term = energy_of(profile.cycles_by_cause, lines);
    profile.total.energy = range_of(profile.energy_by_term);
    for (std::size_t i = 0; i < shares.size(); ++i) {
        traces::Layer& layer = profile.layers[i];
        layer.energy_by_term = energy_of(layer.cycles_by_cause, shares[i]);
        layer.energy = range_of(layer.energy_by_term);
        traces::Function& function = profile.functions[i];
        function.energy_by_term = energy_of(function.cycles_by_cause, shares[i]);
    }
    for (traces::Traffic& traffic : profile.traffic)
        traffic.energy = flash_line * traffic.misses;

    constexpr std::uint64_t samples = 40;
    std::uint64_t cycles_left = profile.total.cycles, energy_left = sum(profile.energy_by_term);
    for (std::uint64_t i = samples; i > 0; --i) {
        std::uint64_t cycles = cycles_left / i, energy = energy_left / i;
        if (i > 1) // not a flat line
            energy += i % 2 == 0 ? energy / 16 : 0;
        profile.power.push_back({profile.total.cycles - cycles_left, cycles, energy});
        cycles_left -= cycles;
        energy_left -= energy;
    }
    return profile;
}

// --------------------------------------------------------------------------------------------------------
// random

namespace {

class Maker {
public:
    explicit Maker(std::uint32_t seed)
        : engine_(seed)
    {
    }

    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    std::uint64_t count() { return engine_() >> (14 + below(50)); }
    std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }
    int number() { return static_cast<int>(below(1'000'000)) - 1'000; }
    double real() { return static_cast<double>(below(1'000'000'007)) / 3e12; }

    std::string text()
    {
        constexpr std::array<std::string_view, 10> parts = {"layer", " ", "3→16", "'", "\"", "\n",
            std::string_view("\0", 1), "%s;", "\xff\x80", "ß"};
        std::string result;
        for (std::uint64_t i = below(6); i > 0; --i)
            result += parts[below(parts.size())];
        return result;
    }

    std::optional<traces::Energy> energy()
    {
        if (below(2) == 0)
            return {};
        return traces::Energy {real(), real(), real()};
    }

    /// `total` in random parts under the given causes, zeros left out.
    Costs split(std::uint64_t total, const std::vector<traces::CostInfo>& causes)
    {
        Costs result;
        for (std::size_t i = 0; i < causes.size() && total > 0; ++i) {
            std::uint64_t part = i + 1 == causes.size() ? total : below(total + 1) * below(2);
            if (part > 0)
                result.push_back({causes[i].name, part});
            total -= part;
        }
        return result;
    }

private:
    std::mt19937_64 engine_;
};

constexpr std::uint64_t most_femtojoules = std::uint64_t {1} << 50; // exact in a double

double joules(const Costs& terms)
{
    return static_cast<double>(sum(terms)) / traces::femtojoules_in_a_joule;
}

/// Hands what is left of the totals to rows; the last row takes the rest.
struct Share {
    Costs left;
    std::uint64_t instructions, macs, executed_macs;

    Costs take_costs(Maker& maker, bool last)
    {
        Costs taken;
        for (traces::Cost& cost : left) {
            std::uint64_t part = last ? cost.value : maker.below(cost.value + 1) * maker.below(2);
            cost.value -= part;
            if (part > 0)
                taken.push_back({cost.name, part});
        }
        return taken;
    }
    static std::uint64_t take(Maker& maker, std::uint64_t& from, bool last)
    {
        std::uint64_t part = last ? from : maker.below(from + 1);
        from -= part;
        return part;
    }
};

} // namespace

Profile random_profile(std::uint32_t seed)
{
    Maker make(seed);
    Profile profile;
    traces::RunInfo& run = profile.run;
    for (std::string* text : {&run.created_at, &run.target, &run.kind, &run.chip, &run.core,
             &run.kernels, &run.planner, &run.tool_version, &run.target_sha256, &run.elf_sha256,
             &run.mode, &run.setup, &run.placement, &run.timing,
             &run.supply, &run.energy_basis, &run.outcome.reason, &run.outcome.message,
             &run.outcome.function, &profile.console})
        *text = make.text();
    run.clock_hz = make.count();
    run.cycles_error_low = -make.real();
    run.cycles_error_high = make.real();
    run.supply_volts = make.real();
    run.outcome.exit_code = make.number();
    run.outcome.pc = make.word();
    run.outcome.file = make.text();
    run.outcome.line = make.number();
    run.outcome.instruction = make.text();
    for (std::uint64_t i = make.below(18); i > 0; --i)
        run.outcome.registers.push_back(make.word());
    for (std::uint64_t i = make.below(4); i > 0; --i)
        run.outcome.call_stack.push_back({make.text(), make.text(), make.word(), make.number()});

    for (std::uint64_t i = 1 + make.below(12); i > 0; --i)
        profile.causes.push_back(
            {"cause_" + std::to_string(i) + make.text(), make.text(), make.text()});
    profile.total.cycles = make.count();
    Costs causes = make.split(profile.total.cycles, profile.causes);
    for (const traces::CostInfo& cause : profile.causes)
        profile.cycles_by_cause.push_back({cause.name, traces::value_of(causes, cause.name)});
    profile.total.instructions = make.count();
    profile.total.macs = make.count();
    profile.total.executed_macs = make.count();
    profile.total.cycles_outside_inference = make.count();
    profile.total.instructions_outside_inference = make.count();
    profile.total.energy = make.energy();
    if (profile.total.energy && make.below(2) == 0) { // with its terms
        for (std::string name : {"static", "active", "memory"})
            profile.energy_terms.push_back({name, make.text(), make.text()});
        Costs terms = make.split(make.below(most_femtojoules), profile.energy_terms);
        for (const traces::CostInfo& term : profile.energy_terms)
            profile.energy_by_term.push_back({term.name, traces::value_of(terms, term.name)});
        profile.total.energy->joules = joules(terms);
        std::uint64_t energy_left = sum(terms), cycles_left = profile.total.cycles, end = 0;
        for (std::uint64_t i = make.below(30); i > 0; --i) {
            std::uint64_t cycles = Share::take(make, cycles_left, i == 1);
            profile.power.push_back({end, cycles, Share::take(make, energy_left, i == 1)});
            end += cycles;
        }
    }

    traces::MemoryUse& memory = profile.memory;
    memory.fits = make.below(2) == 0;
    for (std::uint64_t* bytes : {&memory.sram_static, &memory.sram_arena, &memory.sram_stack,
             &memory.sram_heap, &memory.sram_capacity, &memory.sram_activations,
             &memory.sram_scratch, &memory.flash_code, &memory.flash_weights,
             &memory.flash_constants, &memory.flash_capacity})
        *bytes = make.count();

    std::uint64_t memory_energy = traces::value_of(profile.energy_by_term, "memory");
    for (std::uint64_t i = make.below(4); i > 0; --i)
        profile.traffic.push_back({make.text(), make.text(), make.count(), make.count(),
            make.count(), make.count(), make.count(), make.count(), make.count(),
            Share::take(make, memory_energy, i == 1)});

    const Share all {profile.cycles_by_cause, profile.total.instructions, profile.total.macs,
        profile.total.executed_macs};
    Share share = all, energy {profile.energy_by_term, 0, 0, 0};
    for (std::uint64_t i = make.below(20); i > 0; --i) {
        traces::Layer row;
        row.index = make.number();
        row.name = make.text();
        row.title = make.text();
        row.operator_name = make.text();
        row.kernel = make.text();
        row.cycles_by_cause = share.take_costs(make, i == 1);
        row.cycles = sum(row.cycles_by_cause);
        row.instructions = Share::take(make, share.instructions, i == 1);
        row.macs = Share::take(make, share.macs, i == 1);
        row.executed_macs = Share::take(make, share.executed_macs, i == 1);
        for (std::uint64_t* value : {&row.sram_live, &row.scratch, &row.stack, &row.weight_bytes,
                 &row.flash_reads, &row.flash_read_bytes, &row.start_cycle})
            *value = make.count();
        if (profile.total
                .energy) // all of it in each row would not sum up: only the first costs energy
            row.energy = profile.layers.empty() ? *profile.total.energy : traces::Energy {};
        row.energy_by_term = energy.take_costs(make, i == 1);
        if (!profile.energy_terms.empty())
            row.energy = traces::Energy {joules(row.energy_by_term), make.real(), make.real()};
        profile.layers.push_back(row);
    }
    share = all;
    energy = {profile.energy_by_term, 0, 0, 0};
    for (std::uint64_t i = make.below(20); i > 0; --i) {
        traces::Function row;
        row.energy_by_term = energy.take_costs(make, i == 1);
        row.name = make.text();
        row.file = make.text();
        row.address = make.word();
        row.size = make.word();
        row.line = make.number();
        row.calls = make.count();
        row.cycles_by_cause = share.take_costs(make, i == 1);
        row.self_cycles = sum(row.cycles_by_cause);
        row.total_cycles = make.count();
        row.total_cycles_by_cause = make.split(row.total_cycles, profile.causes);
        row.own_stack = make.count();
        row.stack = make.count();
        row.instructions = Share::take(make, share.instructions, i == 1);
        profile.functions.push_back(row);
    }
    std::uint64_t cycles_left = profile.total.cycles;
    std::uint64_t contexts = make.below(4);
    std::uint64_t calls = contexts == 0 ? 0 : make.below(30);
    for (std::uint64_t i = contexts; i > 0; --i) {
        traces::Context row;
        row.kind = make.text();
        row.name = make.text();
        row.number = make.number();
        row.activations = make.count();
        row.cycles = Share::take(make, cycles_left, i == 1);
        row.stack = make.count();
        row.deepest_call = static_cast<int>(make.below(calls + 1)) - 1;
        row.deepest_depth = make.count();
        profile.contexts.push_back(row);
    }
    cycles_left = profile.total.cycles;
    for (std::uint64_t i = calls; i > 0; --i) {
        traces::Call row;
        row.parent = static_cast<int>(make.below(profile.calls.size() + 1)) - 1;
        row.context = static_cast<int>(make.below(contexts));
        row.function = make.text();
        row.address = make.word();
        row.recursive = make.below(2) == 0;
        row.calls = make.count();
        row.self_cycles = Share::take(make, cycles_left, i == 1);
        row.total_cycles = make.count();
        profile.calls.push_back(row);
    }
    share = all;
    for (std::uint64_t i = make.below(200); i > 0; --i) {
        traces::Instruction row;
        row.address = make.word();
        row.size = make.number();
        row.encoding = make.text();
        row.text = make.text();
        row.function = make.text();
        row.inlined = make.text();
        row.file = make.text();
        row.line = make.number();
        row.cycles_by_cause = share.take_costs(make, i == 1);
        row.cycles = sum(row.cycles_by_cause);
        row.executions = Share::take(make, share.instructions, i == 1);
        profile.instructions.push_back(row);
    }
    for (std::uint64_t i = make.below(6); i > 0; --i)
        profile.arena.push_back(
            {make.text(), make.text(), make.count(), make.count(), make.number(), make.number()});
    for (std::uint64_t i = make.below(3); i > 0; --i) {
        traces::Output row {make.text(), make.text(), {}, {}, make.word()};
        for (std::uint64_t n = make.below(4); n > 0; --n)
            row.shape.push_back(make.number());
        for (std::uint64_t n = make.below(9000) * make.below(2); n > 0; --n)
            row.bytes.push_back(static_cast<std::uint8_t>(make.word()));
        profile.outputs.push_back(row);
    }
    for (std::uint64_t i = make.below(3); i > 0; --i)
        profile.warnings.push_back({make.text(), make.text(), make.count()});
    for (std::uint64_t i = make.below(5); i > 0; --i)
        profile.sources.push_back({make.text(), make.text(), make.text(), make.text()});
    return profile;
}

} // namespace support
