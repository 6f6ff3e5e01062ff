// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/record/energy_rows.h"

#include "base/check.h"
#include "sim/energy/energy_model.h"

#include <algorithm>
#include <map>

namespace record {
namespace {

traces::Costs costs_of(const sim::EnergyAccount& account)
{
    traces::Costs costs;
    for (const sim::EnergyTermInfo& info : sim::energy_terms)
        costs.push_back({std::string(info.name), account[info.term]});
    return costs;
}

traces::Energy energy_of(const sim::JoulesWithRange& energy) { return {energy.joules, energy.low, energy.high}; }

void set_energy(traces::Layer& layer, const sim::Reading& reading, const sim::EnergyModel& model)
{
    sim::EnergyAccount account = model.of_reading(reading);
    layer.energy = energy_of(model.with_range(account));
    layer.energy_by_term = costs_of(account);
}

/// `whole` in parts that sum to it, in proportion to the weights.
class Split {
public:
    Split(std::uint64_t whole, std::uint64_t weights)
        : whole_(whole)
        , weights_(weights)
    {
    }

    std::uint64_t next(std::uint64_t weight)
    {
        __extension__ typedef unsigned __int128 Wide;
        passed_ += weight;
        auto until = weights_ == 0 ? 0 : static_cast<std::uint64_t>(Wide {whole_} * passed_ / weights_);
        std::uint64_t part = until - given_;
        given_ = until;
        return part;
    }

private:
    std::uint64_t whole_, weights_, passed_ = 0, given_ = 0;
};

void set_functions(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const sim::EnergyModel& model)
{
    struct Self {
        sim::CycleAccount cycles;
        std::uint64_t stalled = 0;
    };
    std::map<std::uint32_t, Self> by_address;
    Self all;
    for (const sim::InstructionCost& cost : recording.instructions) {
        const sim::FunctionSymbol* function = image.function_at(cost.address);
        Self& self = by_address[function ? function->address : 0];
        for (Self* one : {&self, &all}) {
            one->cycles += cost.cycles;
            one->stalled += cost.stalled;
        }
    }
    std::uint64_t memory = model.of_reading(recording.total)[sim::EnergyTerm::memory];
    bool stalls = all.stalled > 0;
    Split shares(memory, stalls ? all.stalled : all.cycles.total().count());
    for (traces::Function& function : profile.functions) {
        const Self& self = by_address[function.address];
        sim::EnergyAccount account = model.of_cycles(self.cycles, self.stalled);
        account.charge(sim::EnergyTerm::memory, shares.next(stalls ? self.stalled : self.cycles.total().count()));
        function.energy_by_term = costs_of(account);
    }
}

void set_traffic(traces::Profile& profile, const Recording& recording, const sim::EnergyModel& model, const mcu::ChipModel& chip)
{
    for (std::size_t i = 0; i < chip.regions.size() && i < recording.total.traffic.size(); ++i)
        for (traces::Traffic& row : profile.traffic)
            if (row.region == chip.regions[i].name)
                row.energy = row.kind == "fetch" ? model.of_fetches(i, recording.total.traffic[i]) : model.of_data(i, recording.total.traffic[i]);
}

void set_power(traces::Profile& profile, const Recording& recording, const sim::EnergyModel& model)
{
    constexpr std::uint64_t fewest = 1000;
    std::uint64_t longest = recording.total.cycles.total().count() / fewest + 1;
    longest -= longest > 1 ? 1 : 0;
    sim::EnergyAccount before;
    std::uint64_t start = 0;
    auto add = [&](const sim::Reading& until) {
        sim::EnergyAccount account = model.of_reading(until);
        std::uint64_t end = until.cycles.total().count();
        if (end == start)
            return;
        // Where the engine did not come by for long, as in a loop it multiplies, the stretch is even.
        std::uint64_t pieces = (end - start + longest - 1) / longest, first = start;
        Split cycles(end - start, pieces), energy(account.total() - before.total(), end - start);
        for (std::uint64_t i = 0; i < pieces; ++i) {
            std::uint64_t length = cycles.next(1);
            profile.power.push_back({first, length, energy.next(length)});
            first += length;
        }
        before = account;
        start = end;
    };
    for (const sim::Reading& sample : recording.samples)
        add(sample);
    add(recording.total);
}

} // namespace

void describe_energy(traces::Profile& profile, const Recording& recording, const sim::ElfImage& image, const mcu::ChipModel& chip)
{
    std::optional<sim::EnergyModel> model = sim::EnergyModel::of(chip);
    if (!model || recording.total.cycles.total() == base::Cycles(0) || model->overflows(recording.total))
        return;
    profile.run.supply = model->supply();
    profile.run.supply_volts = model->volts();
    profile.run.energy_basis = model->basis();
    for (const sim::EnergyTermInfo& info : sim::energy_terms)
        profile.energy_terms.push_back({std::string(info.name), "fJ", std::string(info.meaning)});
    sim::EnergyAccount total = model->of_reading(recording.total);
    profile.energy_by_term = costs_of(total);
    profile.total.energy = energy_of(model->with_range(total));

    CHECK(profile.layers.size() == recording.layers.size() + 1); // the last is what no layer owns
    for (std::size_t i = 0; i < recording.layers.size(); ++i)
        set_energy(profile.layers[i], recording.layers[i].reading, *model);
    set_energy(profile.layers.back(), recording.outside_layers, *model);
    set_functions(profile, recording, image, *model);
    set_traffic(profile, recording, *model, chip);
    set_power(profile, recording, *model);
}

} // namespace record
