// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/energy/calibrate.h"

#include "profiler/energy/measurement.h"
#include "tests/unit/mcu_models/complaint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace energy {
namespace {

using mcu::complaint_of;
using testing::HasSubstr;

Observation observation(double measured, double fixed, double working) { return {"run 1", measured, fixed, working}; }

TEST(Calibrate, OneCurrentTellsWhatTheBoardAdds)
{
    Fit result = fit(std::vector {observation(25e-3, 5e-3, 12e-3)});
    EXPECT_FALSE(result.activity_was_fitted);
    EXPECT_DOUBLE_EQ(result.calibration.activity, 1.16);
    EXPECT_NEAR(result.calibration.platform_current, 25e-3 - 5e-3 - 1.16 * 12e-3, 1e-12);
    EXPECT_NEAR(result.residuals.at(0), 0, 1e-12);
    EXPECT_DOUBLE_EQ(result.calibration.error, 0.10);
}

TEST(Calibrate, RunsThatWorkDifferentlyTellTheActivityToo)
{
    std::vector<Observation> runs;
    for (double working : {6e-3, 9e-3, 12e-3})
        runs.push_back(observation(4e-3 + 1.3 * working + 2e-3, 4e-3, working));
    Fit result = fit(runs);
    EXPECT_TRUE(result.activity_was_fitted);
    EXPECT_NEAR(result.calibration.activity, 1.3, 1e-9);
    EXPECT_NEAR(result.calibration.platform_current, 2e-3, 1e-9);
}

TEST(Calibrate, RefusesTheImpossibleWithTheResidual)
{
    EXPECT_THAT(complaint_of([] { fit(std::vector {observation(90e-3, 5e-3, 12e-3)}); }),
        testing::AllOf(HasSubstr("would need 71.1 mA beside the 18.9 mA of the chip"), HasSubstr("the residual would be")));
    EXPECT_THAT(complaint_of([] { fit(std::vector {observation(6e-3, 5e-3, 12e-3)}); }),
        testing::AllOf(HasSubstr("would need an activity of 0.08, which is outside 0.74 to 1.6"), HasSubstr("residual")));
    EXPECT_THAT(complaint_of([] { fit(std::vector {observation(30e-3, 5e-3, 12e-3), observation(19e-3, 5e-3, 12e-3)}); }),
        HasSubstr("does not converge: the best fit leaves"));
}

TEST(Measurement, IsTheMeanOverTime)
{
    Measurement joulescope = read_measurement("#time (s), current (A), voltage (V)\n0.0,0.010,3\n0.001,0.010,3\n0.002,0.030,3\n", "a.csv");
    EXPECT_NEAR(joulescope.current, 0.015, 1e-12);
    Measurement ppk = read_measurement("Timestamp(ms),Current(uA),D0-D7\r\n0,10000,0\r\n0.01,12000,0\r\n", "b.csv");
    EXPECT_NEAR(ppk.current, 0.011, 1e-12);
    Measurement otii = read_measurement("Timestamp;Main current [mA]\n0;5\n0.1;5\n", "c.csv");
    EXPECT_NEAR(otii.current, 0.005, 1e-12);
    Measurement dwt = read_measurement("cycles,current_mA\n1000,20\n1010,22\n", "d.csv");
    EXPECT_NEAR(dwt.current, 0.021, 1e-12);
    EXPECT_DOUBLE_EQ(dwt.cycles.value(), 1005);
    EXPECT_NEAR(read_measurement("time,current (µA)\n0,7\n1,7\n", "e.csv").current, 7e-6, 1e-15);
}

TEST(Measurement, NamesTheLineThatIsWrong)
{
    struct Case {
        const char *text, *complaint;
    };
    const Case cases[] = {
        {"", "m.csv: expected a header and at least 1 rows, found 0"},
        {"volts,watts\n1,2\n", "m.csv:1: expected columns of current and of time or cycles in the header, found 'volts,watts'"},
        {"time,current (V)\n", "m.csv:1: expected a unit such as A, mA, uA in 'current (V)', found 'v'"},
        {"time (parsec),current\n", "m.csv:1: expected a unit such as s, ms, us in 'time (parsec)', found 'parsec'"},
        {"time,current,ch1 current\n", "m.csv:1: two columns could be the one meant: the second is 'ch1 current'"},
        {"time,current\n0,1\n1,x\n", "m.csv:3: expected a number, found 'x'"},
        {"time,current\n0,1\n1,nan\n", "m.csv:3: expected a number, found 'nan'"},
        {"time,current\n0,1\n1\n", "m.csv:3: expected 2 columns as in the header, found 1"},
        {"time,current\n0,1\n1,1\n1,1\n", "m.csv:4: time must rise: 1 s follows 1 s"},
        {"time,current\n0,1\n1,1\n2,1\n90,1\n", "m.csv:5: a gap of 88 s, where samples came every 1 s"},
        {"time,current\n0,1\n", "m.csv: expected a header and at least 2 rows, found 1"},
        {"time,current\n0,-1\n1,-1\n", "m.csv: expected a current above 0 on average, found -1 A"},
    };
    for (const Case& one : cases)
        EXPECT_EQ(complaint_of([&] { read_measurement(one.text, "m.csv"); }), one.complaint);
}

} // namespace
} // namespace energy
