// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/figure.h"

namespace report::html {

/// A value that bars are compared with, as a line over all of them.
struct Limit {
    std::string key, name;
    double value = 0;
};

/// Bars of stacked parts. Of several hundred bars or more the chart is as wide, the bars are
/// narrower.
struct BarChart {
    ChartText text;
    std::string axis;                // what a bar is: "layer"
    std::vector<std::string> labels; // on the axis, short
    std::vector<std::string> names;  // in tooltips and tables
    std::vector<Series> series;      // first: nearest to the axis
    Measure measure = Measure::number;
    std::vector<Limit> limits; // one far above all bars is told in the description, not drawn
    bool joined = false;       // without gaps: a course, not a comparison
};

/// Upright, with a numbered axis at the left.
Markup column_chart(const BarChart& chart);
/// Lying, with names at the left.
Markup row_chart(const BarChart& chart);

} // namespace report::html
