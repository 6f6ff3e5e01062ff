// SPDX-License-Identifier: GPL-2.0-or-later
//
// Virtual calls, several bases, templates, lambdas, function-local statics, constructors before
// main and destructors after it: what C++ adds without exceptions and without its library.
#include "console.h"

#include <stdint.h>

// Nothing here is on the heap.
void operator delete(void*) noexcept { }
void operator delete(void*, unsigned) noexcept { }

namespace {

struct Announced {
    explicit Announced(const char* name)
        : name(name)
    {
        say("+%s ", name);
    }
    ~Announced() { say("-%s ", name); }
    const char* name;
};

Announced first("first");
Announced second("second");

class Shape {
public:
    virtual ~Shape() = default;
    virtual uint32_t area() const = 0;
    virtual const char* name() const { return "shape"; }
};

class Named {
public:
    virtual ~Named() = default;
    virtual uint32_t letters() const = 0;
};

class Square : public Shape {
public:
    explicit Square(uint32_t side)
        : side_(side)
    {
    }
    uint32_t area() const override { return side_ * side_; }
    const char* name() const override { return "square"; }

private:
    uint32_t side_;
};

class Rectangle : public Named, public Shape {
public:
    Rectangle(uint32_t width, uint32_t height)
        : width_(width)
        , height_(height)
    {
    }
    uint32_t area() const override { return width_ * height_; }
    uint32_t letters() const override { return 9; }

private:
    uint32_t width_, height_;
};

template <typename Function>
[[gnu::noinline]] uint32_t sum(uint32_t from, uint32_t to, Function function)
{
    uint32_t result = 0;
    for (uint32_t i = from; i < to; ++i)
        result += function(i);
    return result;
}

template <uint32_t n>
struct Fibonacci {
    static constexpr uint32_t value = Fibonacci<n - 1>::value + Fibonacci<n - 2>::value;
};
template <>
struct Fibonacci<1> {
    static constexpr uint32_t value = 1;
};
template <>
struct Fibonacci<0> {
    static constexpr uint32_t value = 0;
};

uint32_t counted()
{
    static Announced local("local");
    static uint32_t calls = 0;
    return ++calls;
}

[[gnu::noinline]] uint32_t total_area(const Shape* const* shapes, uint32_t count)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; ++i)
        total += shapes[i]->area();
    return total;
}

} // namespace

int main()
{
    say("main ");
    counted();
    counted();
    say("called %u\n", counted());
    const Square small(3), large(10);
    const Rectangle flat(20, 2);
    const Shape* shapes[] = {&small, &flat, &large};
    const Named& named = flat;
    say("area %u, %s, %s, letters %u\n", total_area(shapes, 3), shapes[0]->name(),
        shapes[1]->name(), named.letters());
    uint32_t factor = 3;
    const uint32_t tripled = sum(0, 10, [&](uint32_t i) { return i * factor++; });
    uint32_t (Rectangle::*method)() const = &Rectangle::letters;
    say("sum %u, %u, factor %u, fibonacci %u\n", tripled, (flat.*method)(), factor,
        Fibonacci<20>::value);
    return 0;
}
