// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/calibrate.h"

#include "base/check.h"
#include "base/input_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace energy {
namespace {

constexpr double error_of_one_point = 0.10, least_error = 0.05; // docs/energy.md: how far the model can be trusted
constexpr double alike = 0.03;           // relative spread of the working current below which activity cannot be told
constexpr double worst_residual = 0.15;  // root mean square, relative

double mean(std::span<const Observation> observations, auto value)
{
    double sum = 0;
    for (const Observation& one : observations)
        sum += value(one);
    return sum / static_cast<double>(observations.size());
}

/// With that activity the platform draws what is left, on average.
double platform_of(std::span<const Observation> observations, double activity)
{
    return mean(observations, [&](const Observation& one) { return one.measured - one.fixed - activity * one.working; });
}

double root_mean_square(const std::vector<double>& values)
{
    double squares = 0;
    for (double value : values)
        squares += value * value;
    return std::sqrt(squares / static_cast<double>(values.size()));
}

} // namespace

Observation observe(const traces::Profile& run, double measured)
{
    std::string name = run.run.id.empty() ? run.run.target : "run " + run.run.id;
    double seconds = traces::seconds(run.total.cycles, run.run);
    if (run.energy_terms.empty() || seconds <= 0)
        throw base::InputError(name, fmt::format("its energy is unknown: nobody says what {} draws", run.run.chip));
    if (run.run.energy_basis == "calibrated")
        throw base::InputError(name, "is calibrated already: profile again with --calibration none");
    double per_ampere = traces::femtojoules_in_a_joule * seconds * run.run.supply_volts;
    Observation observation {.name = name, .measured = measured, .fixed = 0, .working = 0};
    for (const traces::Cost& term : run.energy_by_term) {
        double current = static_cast<double>(term.value) / per_ampere;
        if (term.name == "active")
            observation.working = current;
        else if (term.name != "platform")
            observation.fixed += current;
    }
    return observation;
}

double modeled_current(const Observation& observation, const mcu::Calibration& calibration)
{
    return observation.fixed + calibration.activity * observation.working + calibration.platform_current;
}

Fit fit(std::span<const Observation> observations)
{
    CHECK(!observations.empty());
    double working = mean(observations, [](const Observation& one) { return one.working; });
    double rest = mean(observations, [](const Observation& one) { return one.measured - one.fixed; });
    double variance = mean(observations, [&](const Observation& one) { return std::pow(one.working - working, 2); });
    double covariance = mean(observations, [&](const Observation& one) { return (one.working - working) * (one.measured - one.fixed - rest); });

    Fit result;
    mcu::Calibration& found = result.calibration;
    found.activity = mcu::network_activity.value;
    result.activity_was_fitted = std::sqrt(variance) > alike * working;
    if (result.activity_was_fitted)
        found.activity = std::clamp(covariance / variance, mcu::network_activity.low, mcu::network_activity.high);
    found.platform_current = platform_of(observations, found.activity);
    if (found.platform_current < 0) { // the board adds nothing, and the core does less than networks do
        found.platform_current = 0;
        found.activity = working > 0 ? rest / working : 0;
        result.activity_was_fitted = true;
    }

    for (const Observation& one : observations)
        result.residuals.push_back(modeled_current(one, found) / one.measured - 1);
    double residual = root_mean_square(result.residuals);
    double chip = mean(observations, [&](const Observation& one) { return one.fixed + found.activity * one.working; });
    if (found.activity < mcu::network_activity.low || found.activity > mcu::network_activity.high)
        throw base::InputError("calibrate", fmt::format("would need an activity of {:.2f}, which is outside {} to {}; the residual would be {:.1f} %: is it the current of this chip, at this clock and supply?",
                                                found.activity, mcu::network_activity.low, mcu::network_activity.high, 100 * residual));
    if (found.platform_current > chip)
        throw base::InputError("calibrate", fmt::format("would need {:.3g} mA beside the {:.3g} mA of the chip; the residual would be {:.1f} %: is it the current of the whole board?",
                                                1e3 * found.platform_current, 1e3 * chip, 100 * residual));
    if (residual > worst_residual)
        throw base::InputError("calibrate", fmt::format("does not converge: the best fit leaves {:.1f} % on average, at most {:.0f} % would do", 100 * residual, 100 * worst_residual));
    found.error = observations.size() == 1 ? error_of_one_point : std::max(least_error, 2 * residual);
    return result;
}

} // namespace energy
