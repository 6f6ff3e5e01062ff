// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/figure.h"

namespace report::html {

struct Point {
    std::string key, name; // key: which row of the profile or run it is
    double x = 0, y = 0;
    int color = 0;
    std::string note;   // more of the tooltip
    bool named = false; // its name stands beside it
};

/// A line through given places: a roof, a front.
struct Curve {
    std::string key, name; // no name: what it is stands in the description
    std::vector<std::pair<double, double>> points; // in order of x
};

/// Points between two axes. Colors are also told by shape.
struct ScatterChart {
    ChartText text;
    std::string x_title, y_title;
    Measure x_measure = Measure::number, y_measure = Measure::number;
    bool logarithmic = true; // both axes; else x begins at 0 and y is a window around its values
    std::vector<Point> points;
    std::vector<Curve> curves;
    std::vector<LegendEntry> legend;
};

Markup scatter_chart(const ScatterChart& chart);

} // namespace report::html
