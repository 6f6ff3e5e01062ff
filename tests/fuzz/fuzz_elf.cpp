// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer's entry: fuzz_elf CORPUS_FOLDER... (clang only; the corpus is replayed by
// test_fuzz_elf).
#include "tests/fuzz/elf_target.h"

#include <cstddef>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    read_hostile_elf({data, size});
    return 0;
}
