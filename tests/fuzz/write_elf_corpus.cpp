// SPDX-License-Identifier: GPL-2.0-or-later
// write_elf_corpus FOLDER: small programs as ELF files, from which corpus/elf began.
#include "base/file.h"
#include "tests/support/assembler.h"
#include "tests/support/c_program.h"

#include <fmt/format.h>

namespace {

constexpr const char* c_source = R"(
extern char _estack;
void reset(void);
__attribute__((section(".isr_vector"))) void* const vectors[2] = {&_estack, (void*)reset};
int table[3] = {1, 2, 3};
volatile int port;
static inline __attribute__((always_inline)) void inner(int x) { port = x; }
static inline __attribute__((always_inline)) void outer(int x) { inner(x + 1); port = table[x]; }
__attribute__((weak, alias("reset"))) void other(void);
void reset(void) { outer(port); for (;;) { } }
)";

constexpr const char* cpp_source = R"(
extern "C" { extern char _estack; void reset(); }
extern "C" __attribute__((section(".isr_vector"))) void* const vectors[2] = {&_estack, (void*)reset};
namespace net { template <class T> struct Layer { T sum; __attribute__((noinline)) T run(T x) { return sum += x; } }; }
net::Layer<int> first; net::Layer<short> second;
void reset() { for (;;) second.run(static_cast<short>(first.run(1))); }
)";

} // namespace

int main(int count, char** arguments)
{
    if (count != 2) {
        fmt::print(stderr, "write_elf_corpus FOLDER\n");
        return 2;
    }
    auto write = [&](const char* name, std::span<const std::uint8_t> bytes) {
        base::write_file(fmt::format("{}/program_{}.elf", arguments[1], name), bytes);
    };
    const std::string m4
        = std::string(support::cortex_m4_flags) + " -O1 -fdebug-prefix-map=$PWD=. ",
        script = support::plain_linker_script();
    write("dwarf5", support::compile(c_source, script, m4 + "-gdwarf-5"));
    write("dwarf4_c++",
        support::compile(cpp_source, script, m4 + "-gdwarf-4 -fno-exceptions", "cpp"));
    write("dwarf2", support::compile(c_source, script, m4 + "-gdwarf-2 -gz"));
    write("stripped", support::compile(c_source, script, m4 + "-s"));
    write("assembly",
        support::assemble("vectors 0x20001000\nfunction start\nbl callee\nexit 0\nendfunction "
                          "start\nfunction callee\nbx lr\nlast: .word 1\n",
            m4 + "-g", 0x08000000));
    return 0;
}
