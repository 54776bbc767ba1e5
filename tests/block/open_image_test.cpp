// Files that can and cannot be disks, and what the user is told.
#include "block/open_image.h"
#include "block/slow_node.h"
#include <cstdio>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tabpc {
namespace {

// A file of this name in a folder of its own, gone when the test ends.
struct TemporaryFile {
    explicit TemporaryFile(std::string_view content, const std::string& file_name = "disk.img")
    {
        char name[] = "/tmp/tabpc-image-XXXXXX";
        folder = mkdtemp(name);
        path = folder + "/" + file_name;
        FILE* f = std::fopen(path.c_str(), "wb");
        std::fwrite(content.data(), 1, content.size(), f);
        std::fclose(f);
    }
    ~TemporaryFile()
    {
        ::unlink(path.c_str());
        ::rmdir(folder.c_str());
    }
    std::string folder, path;
};

bool says(const Result<std::unique_ptr<BlockNode>>& r, std::string_view words)
{
    return !r && r.error().find(words) != std::string::npos;
}

TEST(OpenImage, ReadsAndWritesAFile)
{
    TemporaryFile file(std::string(1024, 'a'));
    {
        auto image = open_image(file.path);
        ASSERT_TRUE(image) << image.error();
        EXPECT_EQ((*image)->length(), 1024u);
        const u8 text[] = {'x', 'y'};
        EXPECT_EQ(run((*image)->write(511, text)), IoStatus::Ok);
        EXPECT_EQ(run((*image)->write(1023, text)), IoStatus::Failed);
        EXPECT_EQ(run((*image)->flush()), IoStatus::Ok);
    }
    auto again = open_image(file.path, {.read_only = true});
    u8 got[4];
    EXPECT_EQ(run((*again)->read(510, got)), IoStatus::Ok);
    EXPECT_EQ(std::string(got, got + 4), "axya");
    EXPECT_EQ(run((*again)->read(1022, got)), IoStatus::Ok);
    EXPECT_EQ(std::string(got, got + 4), std::string("aa\0\0", 4));
    EXPECT_EQ(run((*again)->write(0, got)), IoStatus::ReadOnly);
}

TEST(OpenImage, SnapshotLeavesTheFileAlone)
{
    TemporaryFile file(std::string(512, 'a'));
    const u8 text[] = {'x'};
    u8 got[1];
    {
        auto image = open_image(file.path, {.snapshot = true});
        EXPECT_EQ(run((*image)->write(3, text)), IoStatus::Ok);
        EXPECT_EQ(run((*image)->read(3, got)), IoStatus::Ok);
        EXPECT_EQ(got[0], 'x');
    }
    auto image = open_image(file.path);
    EXPECT_EQ(run((*image)->read(3, got)), IoStatus::Ok);
    EXPECT_EQ(got[0], 'a');
}

TEST(OpenImage, SaysWhatIsWrong)
{
    TemporaryFile empty(""), cut(std::string(1000, 'a'));
    EXPECT_TRUE(says(open_image(""), "needs a file name"));
    EXPECT_TRUE(says(open_image(empty.folder + "/none.img"), "no such file"));
    EXPECT_TRUE(says(open_image(empty.folder), "is a directory"));
    EXPECT_TRUE(says(open_image(empty.folder, {.read_only = true}), "is a directory"));
    EXPECT_TRUE(says(open_image(empty.path), "is empty"));
    EXPECT_TRUE(says(open_image(cut.path), "cut short"));
    EXPECT_TRUE(says(open_image("/dev/null"), "is not a file"));
}

TEST(OpenImage, ForbiddenFiles)
{
    if (::geteuid() == 0) GTEST_SKIP() << "root may do everything";
    TemporaryFile file(std::string(512, 'a'));
    ::chmod(file.path.c_str(), 0400);
    EXPECT_TRUE(says(open_image(file.path), "snapshot=on"));
    EXPECT_TRUE(open_image(file.path, {.read_only = true}).ok());
    ::chmod(file.path.c_str(), 0);
    EXPECT_TRUE(says(open_image(file.path, {.read_only = true}), "may not be read"));
}

TEST(OpenImage, NullDiskHasTheSizeAskedFor)
{
    EXPECT_EQ((*open_image("null-co://", {.size = 12800}))->length(), 12800u);
    EXPECT_TRUE(says(open_image("null-co://disk"), "has no name"));
}

TEST(OpenImage, DriversAreWhatTheListNamesInItsOrder)
{
    const auto& drivers = module_call_init<BlockDriver>();
    EXPECT_EQ(drivers.names(), "raw, file, null-co");
    EXPECT_EQ(&module_call_init<BlockDriver>(), &drivers) << "registered once";
    EXPECT_EQ(image_formats(), "raw");
}

TEST(OpenImage, ProtocolComesBeforeTheColon)
{
    TemporaryFile file(std::string(512, 'a')), colon(std::string(512, 'b'), "x:y.img");
    EXPECT_TRUE(open_image("file:" + file.path).ok());
    EXPECT_TRUE(open_image(colon.path).ok()) << "a colon alone makes no protocol";
    EXPECT_TRUE(says(open_image(file.path, {.format = "vmdk"}), "no image format 'vmdk'; there are: raw"));
    EXPECT_TRUE(says(open_image(file.path, {.format = "file"}), "no image format 'file'")) << "a protocol is no format";
    EXPECT_TRUE(says(open_image("raw:" + file.path), "no such file")) << "and a format no protocol";
}

} // namespace
} // namespace tabpc
