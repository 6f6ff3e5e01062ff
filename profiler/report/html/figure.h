// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "profiler/report/html/markup.h"
#include "profiler/report/html/measure.h"
#include "profiler/report/html/scale.h"

#include <string>
#include <vector>

/// What all charts share: the figure around a drawing, axes, series. A drawing's marks carry their
/// exact numbers (data-value and its like), so programs read what eyes see; below each drawing the
/// same numbers stand as a table, for whom pictures say nothing.
namespace report::html {

struct ChartText {
    std::string id;          // "cycles-by-layer": unique in the page
    std::string title;       // with the unit of what is drawn
    std::string description; // what it says and how to read it, for eyes and screen readers
};

/// Numbers of one kind, one a column (or row) of the chart. The color is a class of the style
/// sheet: s0 ... s9.
struct Series {
    std::string key, name;
    int color = 0;
    std::vector<double> values;
};

struct LegendEntry {
    std::string name, style; // style: class of the swatch
};

struct DataTable {
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> rows; // one a head
};

struct Drawing {
    double width = 960, height = 300;
    Markup content;
};

/// Title, legend, drawing, and the table behind a fold.
Markup figure(const ChartText& text, const Drawing& drawing, const std::vector<LegendEntry>& legend,
    const DataTable& table);

/// Where a chart draws: between its axes.
struct PlotArea {
    double left = 62, right = 948, top = 18, bottom = 256;
};

/// Lines across and numbers at the left, a title beside them.
Markup vertical_axis(const Scale& scale, const PlotArea& area, const std::string& title);
/// Lines up and numbers below.
Markup horizontal_axis(const Scale& scale, const PlotArea& area, const std::string& title);
/// Titles of axes without numbers.
Markup axis_title(double x, double y, const std::string& title);

/// A name in a drawing, shortened to what fits `width` at the charts' font.
std::string fitted(const std::string& text, double width);

} // namespace report::html
