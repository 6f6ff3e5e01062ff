// SPDX-License-Identifier: GPL-2.0-or-later
#include "mcu_models/provenance.h"

#include "base/check.h"
#include "base/suggest.h"

#include <fmt/format.h>

#include <array>

namespace mcu {
namespace {

struct GradeName {
    Grade grade;
    std::string_view name;
};
constexpr std::array grades = {
    GradeName {Grade::datasheet, "datasheet"},
    GradeName {Grade::measured, "measured"},
    GradeName {Grade::secondary, "secondary"},
    GradeName {Grade::estimate, "estimate"},
};

} // namespace

std::string_view name_of(Grade grade)
{
    for (const GradeName& row : grades)
        if (row.grade == grade)
            return row.name;
    CHECK(!"a grade without a name");
    return {};
}

Provenance read_provenance(const TomlTable& table)
{
    if (!table.has("source"))
        table.refuse("source",
            fmt::format("{} does not say where its numbers come from ('source')", table.title()));
    Provenance provenance {.source = table.text("source")};
    std::string grade = table.text("grade");
    for (const GradeName& row : grades)
        if (row.name == grade) {
            provenance.grade = row.grade;
            return provenance;
        }
    table.refuse("grade",
        fmt::format(
            "unknown grade '{}'; there are datasheet, measured, secondary, estimate", grade));
}

ErrorBand read_error_band(const TomlTable& file)
{
    TomlTable table = file.table("error");
    ErrorBand band {
        .low = table.number("low"), .high = table.number("high"), .source = table.text("source")};
    table.refuse_other_keys();
    if (band.low > 0 || band.high < 0 || band.low <= -1)
        table.refuse("low",
            fmt::format(
                "the error must lie around 0 and above -1, found {} to {}", band.low, band.high));
    return band;
}

} // namespace mcu
