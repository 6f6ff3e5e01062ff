// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace networks {

/// One network of a family.
struct FamilyMember {
    std::string name;            // "mobilenet-v2-0.35-96:10"
    std::optional<double> width; // none: the network does not scale
    int resolution = 0;          // 0: its input is always the same
    std::int64_t macs = 0, parameters = 0;
    std::optional<double> accuracy; // percent, published for this size with the published classes
};

/// Networks that differ in resolution only, smallest first: memory and time grow along the line.
struct FamilyLine {
    std::string name;    // "mobilenet-v2-0.35", "mcunet-in3"
    std::string network; // the name before width and resolution: "mobilenet-v2"
    std::string measure; // what the accuracy is: "ImageNet top-1"
    int published_classes = 0;
    std::vector<FamilyMember> members; // never empty
};

struct FamilyRequest {
    std::optional<int> classes; // none: as published
    std::vector<double> widths; // empty: those published, and steps below 1
    std::vector<int>
        resolutions; // empty: multiples of 16 from 32 to the largest published, and those published
};

/// The networks to choose from. `family` is the name of one network of `mcuprof networks` without
/// width and resolution ("mobilenet-v2", "mcunet-in3"), or what several begin with ("mcunet-vww",
/// "ds-cnn"). InputError: unknown (the nearest ones), a width, resolution or number of classes out
/// of range.
std::vector<FamilyLine> family_lines(std::string_view family, const FamilyRequest& request);

/// The names that family_lines takes, those of single networks and those of several.
std::vector<std::string> family_names();

/// The family, width, resolution and classes of a network's name, to look for others like it.
struct FamilyPlace {
    std::string family;
    std::optional<double> width;
    int resolution = 0;
    std::optional<int> classes;
};
/// InputError: the name is not one that build_network takes.
FamilyPlace place_in_family(std::string_view network);

} // namespace networks
