// SPDX-License-Identifier: GPL-2.0-or-later
#include "profiler/firmware/cache.h"

#include "base/input_error.h"
#include "profiler/firmware/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace firmware {
namespace {

const base::ByteVector content {1, 2, 3, 0, 255};
const std::string key(64, 'a');

std::filesystem::path only_file_below(const std::filesystem::path& folder)
{
    std::filesystem::path found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) {
            EXPECT_TRUE(found.empty()) << entry.path();
            found = entry.path();
        }
    return found;
}

TEST(Cache, GivesBackWhatWasStored)
{
    TemporaryFolder folder;
    Cache cache(folder.path());
    EXPECT_FALSE(cache.find("object", key));
    cache.store("object", key, content);
    EXPECT_EQ(cache.find("object", key), content);
    EXPECT_FALSE(cache.find("firmware", key));
}

TEST(Cache, LeavesNothingButTheEntry)
{
    TemporaryFolder folder;
    Cache(folder.path()).store("object", key, content);
    EXPECT_FALSE(only_file_below(folder.path()).empty());
}

TEST(Cache, ADamagedEntryCountsAsAbsent)
{
    TemporaryFolder folder;
    Cache cache(folder.path());
    cache.store("object", key, content);
    std::filesystem::path file = only_file_below(folder.path());
    base::ByteVector entry = base::read_bytes(file);

    for (std::size_t damaged : {std::size_t {0}, entry.size() - 1}) {
        base::ByteVector other = entry;
        other[damaged] ^= 1;
        base::write_file(file, other);
        EXPECT_FALSE(cache.find("object", key));
    }
    for (std::size_t size : {std::size_t {0}, std::size_t {63}, entry.size() - 1}) {
        base::write_file(file, std::span(entry).first(size));
        EXPECT_FALSE(cache.find("object", key)) << size;
    }
    cache.store("object", key, content);
    EXPECT_EQ(cache.find("object", key), content);
}

TEST(Cache, AnUnwritableFolderIsAnInputError)
{
    EXPECT_THROW(Cache("/dev/null").store("object", key, content), base::InputError);
}

TEST(Cache, TheEnvironmentNamesItsPlace)
{
    ::setenv("MCUPROF_CACHE", "/place/one", 1);
    ::setenv("XDG_CACHE_HOME", "/place/two", 1);
    EXPECT_EQ(Cache::default_folder(), "/place/one");
    ::unsetenv("MCUPROF_CACHE");
    EXPECT_EQ(Cache::default_folder(), "/place/two/mcuprof");
    ::unsetenv("XDG_CACHE_HOME");
    ::setenv("HOME", "/home/somebody", 1);
    EXPECT_EQ(Cache::default_folder(), "/home/somebody/.cache/mcuprof");
}

TEST(CacheKey, KnowsWhereAPartEnds)
{
    CacheKey one, other;
    one.add("ab");
    one.add("c");
    other.add("a");
    other.add("bc");
    EXPECT_NE(one.hex(), other.hex());
}

} // namespace
} // namespace firmware
