// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/peripherals/host_folder.h"

#include "base/file.h"
#include "base/input_error.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

namespace {

using namespace sim;
using Mode = HostFolder::Mode;

class HostFolderTest : public testing::Test {
protected:
    /// A folder with files, in one with a secret.
    std::string make_inside() const
    {
        std::filesystem::create_directories(outside / "inside" / "below");
        base::write_file(outside / "secret", "secret");
        base::write_file(outside / "inside" / "file", "0123456789");
        base::write_file(outside / "inside" / "below" / "deep", "deep");
        return outside / "inside";
    }
    GuestError error_of(std::string_view name, Mode mode = Mode::read)
    {
        auto file = folder.open(name, mode);
        return file ? GuestError::none : file.error();
    }
    static std::span<const std::uint8_t> bytes_of(std::string_view text)
    {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    support::TemporaryFolder outside;
    std::string inside = make_inside();
    HostFolder folder {inside, {.written = 1000, .file_size = 500, .created = 3}};
};

TEST_F(HostFolderTest, OpensWhatIsInside)
{
    for (const char* name : {"file", "./file", "below/deep", "below//deep", "./below/./deep"})
        EXPECT_EQ(error_of(name), GuestError::none) << name;
    EXPECT_EQ(error_of("nothing"), GuestError::no_entry);
    EXPECT_EQ(error_of("nothing/deep"), GuestError::no_entry);
    EXPECT_EQ(error_of(""), GuestError::no_entry);
}

TEST_F(HostFolderTest, NamesDoNotLeadOut)
{
    for (std::string name : {"../secret", "below/../../secret", "below/..", "..", "/etc/passwd",
             "/", "below/../file", "file/"})
        for (Mode mode : {Mode::read, Mode::write, Mode::append_update})
            EXPECT_EQ(error_of(name, mode), GuestError::access_denied) << name;
    EXPECT_EQ(error_of((outside / "inside" / "file").string()), GuestError::access_denied);
    EXPECT_EQ(error_of(std::string_view("file\0x", 6)), GuestError::invalid);
    EXPECT_EQ(base::read_text(outside / "secret"), "secret");
}

TEST_F(HostFolderTest, LinksDoNotLeadOut)
{
    std::filesystem::create_symlink("../secret", outside / "inside" / "link");
    std::filesystem::create_directory_symlink("..", outside / "inside" / "up");
    std::filesystem::create_symlink("../new", outside / "inside" / "dangling");
    std::filesystem::create_symlink("file", outside / "inside" / "harmless");
    for (const char* name : {"link", "up/secret", "dangling", "harmless"})
        for (Mode mode : {Mode::read, Mode::write, Mode::append})
            EXPECT_EQ(error_of(name, mode), GuestError::access_denied) << name;
    EXPECT_EQ(folder.rename("file", "up/file"), GuestError::access_denied);
    EXPECT_EQ(folder.remove("up/secret"), GuestError::access_denied);
    EXPECT_EQ(folder.remove("link"), GuestError::access_denied);
    EXPECT_EQ(folder.rename("link", "other"), GuestError::access_denied);
    EXPECT_FALSE(std::filesystem::exists(outside / "new"));
    EXPECT_EQ(base::read_text(outside / "secret"), "secret");
}

TEST_F(HostFolderTest, OpensRegularFilesOnly)
{
    ASSERT_EQ(::mkfifo((outside / "inside" / "pipe").c_str(), 0600), 0);
    for (const char* name : {"pipe", "below"})
        for (Mode mode : {Mode::read, Mode::write, Mode::read_update})
            EXPECT_EQ(error_of(name, mode), GuestError::access_denied) << name;
    EXPECT_EQ(folder.remove("below"), GuestError::access_denied);
    EXPECT_EQ(folder.rename("below", "above"), GuestError::access_denied);
}

TEST_F(HostFolderTest, ModesDoWhatFopenSays)
{
    std::uint8_t bytes[16];
    EXPECT_EQ(
        (*folder.open("file", Mode::read))->write(bytes_of("x")).error(), GuestError::bad_handle);
    EXPECT_EQ((*folder.open("file", Mode::write))->read(bytes).error(), GuestError::bad_handle);
    EXPECT_EQ(std::filesystem::file_size(inside + "/file"), 0u); // writing begins anew
    auto file = *folder.open("file", Mode::append_update);
    EXPECT_EQ(file->write(bytes_of("abc")), 3u);
    file->seek(0);
    EXPECT_EQ(file->write(bytes_of("def")), 3u); // at the end, whatever the position was
    file->seek(1);
    EXPECT_EQ(file->read(bytes), 5u);
    EXPECT_EQ(bytes[0], 'b');
    EXPECT_EQ(file->size(), 6u);
    auto update = *folder.open("file", Mode::read_update);
    EXPECT_EQ(update->write(bytes_of("X")), 1u);
    EXPECT_EQ(base::read_text(inside + "/file"), "Xbcdef");
}

TEST_F(HostFolderTest, WhatIsWrittenIsLimited)
{
    auto file = *folder.open("file", Mode::write_update);
    const std::string piece(400, 'x');
    EXPECT_EQ(file->write(bytes_of(piece)), 400u);
    EXPECT_EQ(file->write(bytes_of(piece)).error(), GuestError::too_large);
    file->seek(0);
    EXPECT_EQ(file->write(bytes_of(piece)), 400u);
    file->seek(0);
    EXPECT_EQ(file->write(bytes_of(piece)).error(), GuestError::no_space);
    file->seek(0xffffffff);
    EXPECT_EQ(file->write(bytes_of("x")).error(), GuestError::too_large);
    EXPECT_EQ(std::filesystem::file_size(inside + "/file"), 400u);
}

TEST_F(HostFolderTest, TheNumberOfNewFilesIsLimited)
{
    for (const char* name : {"1", "2", "3"})
        EXPECT_EQ(error_of(name, Mode::write), GuestError::none);
    EXPECT_EQ(error_of("1", Mode::write), GuestError::none); // not new
    EXPECT_EQ(error_of("4", Mode::append), GuestError::no_space);
}

TEST_F(HostFolderTest, RenamesAndRemovesFiles)
{
    EXPECT_EQ(folder.rename("file", "below/moved"), GuestError::none);
    EXPECT_EQ(folder.rename("file", "again"), GuestError::no_entry);
    EXPECT_EQ(folder.rename("below/moved", "below/deep"), GuestError::none); // replaces it
    EXPECT_EQ(base::read_text(inside + "/below/deep"), "0123456789");
    EXPECT_EQ(folder.remove("below/deep"), GuestError::none);
    EXPECT_EQ(folder.remove("below/deep"), GuestError::no_entry);
}

TEST_F(HostFolderTest, NeedsAFolder)
{
    EXPECT_THROW(HostFolder(outside / "secret"), base::InputError);
    EXPECT_THROW(HostFolder(outside / "nowhere"), base::InputError);
}

} // namespace
