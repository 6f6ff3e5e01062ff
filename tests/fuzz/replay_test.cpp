// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fuzz/tflite_target.h"

#include "base/file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace {

std::vector<std::filesystem::path> corpus()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
        std::filesystem::directory_iterator(SOURCE_DIR "/tests/fuzz/corpus/tflite"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

TEST(FuzzReplay, ReadsTheWholeCorpus)
{
    const auto files = corpus();
    EXPECT_GE(files.size(), 4U);
    for (const auto& file : files) {
        SCOPED_TRACE(file.filename());
        read_hostile_tflite(base::read_bytes(file));
    }
}

} // namespace
