// SPDX-License-Identifier: GPL-2.0-or-later
//
// C++ exceptions: thrown deep, caught by type, thrown again, destructors on the way; out of
// constructors; nothing leaks.
#include "console.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

int alive = 0;

struct Guard {
    explicit Guard(int number)
        : number(number)
    {
        ++alive;
    }
    ~Guard() { --alive; }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    int number;
};

struct Mistake : std::runtime_error {
    Mistake(const std::string& what, int level)
        : std::runtime_error(what)
        , level(level)
    {
    }
    int level;
};

[[gnu::noinline]] int descend(int level, int limit)
{
    Guard guard(level);
    if (level == limit) {
        if (limit % 3 == 0)
            throw Mistake("deep enough", level);
        if (limit % 3 == 1)
            throw level;
        throw std::out_of_range("out of range");
    }
    return descend(level + 1, limit) + guard.number;
}

[[gnu::noinline]] int translate(int limit)
{
    try {
        return descend(0, limit);
    } catch (int number) {
        throw Mistake("was a number", number + 100);
    } catch (const Mistake& mistake) {
        if (mistake.level % 2)
            throw;
        return mistake.level;
    }
}

struct Half {
    explicit Half(bool fails)
        : first(1)
    {
        if (fails)
            throw std::logic_error("half built");
    }
    Guard first;
};

} // namespace

int main()
{
    int returned = 0, mistakes = 0, others = 0, levels = 0;
    for (int limit = 0; limit < 24; ++limit) {
        try {
            returned += translate(limit);
        } catch (const Mistake& mistake) {
            ++mistakes;
            levels += mistake.level;
        } catch (const std::exception& other) {
            ++others;
            levels += static_cast<int>(std::string(other.what()).size());
        }
    }
    say("returned %d, mistakes %d, others %d, levels %d, alive %d\n", returned, mistakes, others,
        levels, alive);

    try {
        auto half = std::make_unique<Half>(true);
    } catch (const std::logic_error& error) {
        say("%s, alive %d\n", error.what(), alive);
    }
    try {
        std::vector<int> numbers {1, 2, 3};
        say("%d\n", numbers.at(7));
    } catch (const std::out_of_range&) {
        say("out of range\n");
    }
    try {
        std::vector<std::uint8_t> huge(512u << 20);
        say("%u\n", static_cast<unsigned>(huge.size()));
    } catch (const std::bad_alloc&) {
        say("no memory\n");
    }
    return 0;
}
