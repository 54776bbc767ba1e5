// See file_node.h.
#include "block/file_node.h"
#include "block/block_driver.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tabpc {

static_assert(sizeof(off_t) == 8, "disks are larger than 2 GiB");

Result<std::unique_ptr<BlockNode>> FileNode::open(const std::string& path, bool read_only)
{
    const char* name = path.c_str();
    const int fd = ::open(name, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (fd < 0) {
        switch (errno) {
        case ENOENT: return error("%s: there is no such file", name);
        case EISDIR: return error("%s is a directory, not a disk image", name);
        case EROFS: return error("%s cannot be written; open it read-only or with snapshot=on", name);
        case EACCES:
            if (!read_only && ::access(name, R_OK) == 0)
                return error("%s may not be written; open it read-only or with snapshot=on", name);
            return error("%s may not be read", name);
        default: return error("%s cannot be opened: %s", name, std::strerror(errno));
        }
    }
    struct stat st;
    const bool known = ::fstat(fd, &st) == 0;
    off_t length = known ? st.st_size : 0;
    if (known && S_ISBLK(st.st_mode)) length = ::lseek(fd, 0, SEEK_END);
    const char* wrong = nullptr;
    if (!known) wrong = "cannot be examined";
    else if (S_ISDIR(st.st_mode)) wrong = "is a directory, not a disk image";
    else if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) wrong = "is not a file that holds a disk";
    else if (length <= 0) wrong = "is empty: a disk image has at least one sector";
    if (wrong) {
        ::close(fd);
        return error("%s %s", name, wrong);
    }
    return std::unique_ptr<BlockNode>(new FileNode(fd, static_cast<u64>(length), read_only, path));
}

FileNode::~FileNode() { ::close(fd_); }

Task<IoStatus> FileNode::read(u64 offset, std::span<u8> to)
{
    while (!to.empty()) {
        const ssize_t n = ::pread(fd_, to.data(), to.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) co_return IoStatus::Failed;
        if (n == 0) { // the end, or someone has cut the file meanwhile
            if (offset < length_) co_return IoStatus::Failed;
            std::memset(to.data(), 0, to.size());
            break;
        }
        to = to.subspan(static_cast<size_t>(n));
        offset += static_cast<u64>(n);
    }
    co_return IoStatus::Ok;
}

Task<IoStatus> FileNode::write(u64 offset, std::span<const u8> from)
{
    if (read_only_) co_return IoStatus::ReadOnly;
    if (clip(offset, from.size()) < from.size()) co_return IoStatus::Failed;
    while (!from.empty()) {
        const ssize_t n = ::pwrite(fd_, from.data(), from.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) co_return errno == ENOSPC || errno == EDQUOT ? IoStatus::NoSpace : IoStatus::Failed;
        from = from.subspan(static_cast<size_t>(n));
        offset += static_cast<u64>(n);
    }
    co_return IoStatus::Ok;
}

Task<IoStatus> FileNode::flush()
{
    co_return read_only_ || ::fsync(fd_) == 0 ? IoStatus::Ok : IoStatus::Failed;
}

static BlockDriver::Node open_file(const std::string& name, const ImageOptions& options)
{
    return FileNode::open(name.starts_with("file:") ? name.substr(5) : name, options.read_only || options.snapshot);
}

void module_init_file(Modules<BlockDriver>& modules)
{
    modules.add("file", {.open_protocol = open_file});
}

} // namespace tabpc
