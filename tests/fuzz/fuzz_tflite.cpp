// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer's entry: fuzz_tflite CORPUS_FOLDER... (clang only; the corpus is replayed by
// test_fuzz_replay).
#include "tests/fuzz/tflite_target.h"

#include <cstddef>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    read_hostile_tflite({data, size});
    return 0;
}
