// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/quantity.h"
#include "mcu_models/core_model.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a chip draws from its supply, as data sheets tell it: [power] of a chip file
/// (docs/adding-a-chip.md). Currents are at the supply pin at 25 °C, typical part, peripherals off;
/// amperes, volts, coulombs, seconds.
namespace mcu {

class TomlTable;
struct ChipModel;

/// A figure with the range that it may really have.
struct BoundedFigure {
    double value = 0, low = 0, high = 0;
    std::string_view source;
    Grade grade = Grade::estimate;
};

/// While the core stands still for its memory it draws this share of what working adds to sleep.
inline constexpr BoundedFigure stall_share {0.35, 0.27, 0.43,
    "caches off against on in DS12110 (STM32H743) and DS13313 (STM32H723): 0.31 to 0.46",
    Grade::estimate};
/// Boards that run networks draw this much more than data sheets say of CoreMark with peripherals
/// off: enabled clocks, denser code. A calibrated chip does without it.
inline constexpr BoundedFigure board_factor {1.30, 1.0, 1.6,
    "fitted to MLPerf Tiny results of two STM32 boards, whose currents are 1.2 to 1.6 times the data "
    "sheet's",
    Grade::estimate};
/// Kernels of networks against CoreMark, above sleep: where one current is measured and must tell
/// what the core draws from what the board adds.
inline constexpr BoundedFigure network_activity {1.16, 0.74, 1.6,
    "SecureMark against CoreMark on the STM32U575 (DS13737); while(1) is 0.74", Grade::datasheet};

/// One row of a data sheet: everything at one clock.
struct RunCurrent {
    base::Hertz clock;
    double active = 0;           // running CoreMark or alike from cached flash
    std::optional<double> sleep; // core asleep, clocks on
};

/// What a regulator draws relative to the rows, at a voltage; straight lines between. Of an LDO the
/// charge does not depend on the voltage.
struct SupplyPoint {
    double volts = 0, charge = 1;
};
struct Regulator {
    std::string name; // "LDO", "SMPS"
    std::vector<SupplyPoint> points; // rising volts
};

/// A range of the core's voltage: what is drawn at its clocks.
struct PowerRange {
    std::string name;          // "range 1"; empty if the chip has only one
    double static_current = 0; // at 0 Hz: leakage, regulator
    std::vector<RunCurrent> rows; // rising clocks
    std::vector<Regulator> regulators; // the first is the usual one
    double low = 0, high = 0; // relative error of the rows
    std::string source;
    Grade grade = Grade::estimate;
};

/// Extra charge of a memory against the cached mix that the rows were measured with.
struct MemoryCharge {
    std::string region;
    double miss = 0;   // coulombs a line that cache or accelerator did not have
    double access = 0; // coulombs an access, and per word of code
    std::string source;
    Grade grade = Grade::estimate;
};

struct LowPowerState {
    struct Point {
        double volts = 0, current = 0;
    };
    struct Heat {
        double celsius = 25, factor = 1;
    };
    std::string name, title;    // "stop2"; "8 KiB of SRAM2 and the RTC live on"
    std::vector<Point> current; // rising volts
    double wake_charge = 0;     // coulombs, once a wake-up
    double wake_time = 0;       // seconds until the run's clock is back, at the chip's sleep current
    std::vector<Heat> heat;     // rising temperatures; empty: not known
    bool wake_known = false;
    std::string source;
    Grade grade = Grade::estimate;

    double current_at(double volts, double celsius) const;
};

/// What one board measured, `mcuprof calibrate`: it stands in for the board factor.
struct Calibration {
    double platform_current = 0; // amperes beside the chip's own, whatever the core does
    double activity = 1;         // of working cycles, above sleep, against the rows
    double error = 0.1;          // relative, of what is computed with it
    std::string source;          // what was measured, for people
    std::string file;            // where it was read from
};

struct PowerModel {
    std::vector<PowerRange> ranges; // highest clocks first
    std::vector<MemoryCharge> memories;
    std::vector<LowPowerState> states;
    double volts = 0; // the usual supply
    std::optional<Calibration> calibration;

    /// The currents at a clock, straight lines between the rows; below the first row down to the
    /// static current.
    struct Currents {
        double fixed = 0, sleep = 0, active = 0;
    };
    const PowerRange* range_for(const ChipModel& chip) const; // null: no row reaches its clock
    static Currents currents_at(const PowerRange& range, base::Hertz clock);
    /// Charge at this regulator and voltage, relative to the rows.
    static double charge_ratio(const Regulator& regulator, double volts);
    const LowPowerState* find_state(std::string_view name) const;
};

/// Reads `[power]` of a chip file, which `table` is, and holds its rules. InputError with file and
/// line.
PowerModel read_power(const TomlTable& table, const ChipModel& chip);

/// A range, a regulator, a voltage: "range 2, SMPS, 1.8 V" in any order, each at most once.
struct SupplyRequest {
    std::string range, regulator;
    std::optional<double> volts;
};
SupplyRequest parse_supply(std::string_view text, const std::string& where);

/// Chooses regulator and voltage of `chip`. InputError: it has no such.
void choose_power_supply(ChipModel& chip, const SupplyRequest& request);

} // namespace mcu
