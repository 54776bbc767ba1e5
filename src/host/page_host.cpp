// See page_host.h.
#include "host/page_host.h"
#include "block/floppy_geometry.h"
#include "block/overlay_node.h"
#include <algorithm>
#include <chrono>
#include <ctime>

namespace tabpc {

void PageSerial::write(std::span<const u8> bytes)
{
    output_.insert(output_.end(), bytes.begin(), bytes.end());
    while (output_.size() > MAX_OUTPUT) output_.pop_front();
}

size_t PageSerial::take(std::span<u8> to)
{
    const size_t n = std::min(to.size(), output_.size());
    std::copy_n(output_.begin(), n, to.begin());
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
}

// ---- requests

void PageRequests::Transfer::await_suspend(std::coroutine_handle<> h)
{
    waiter = h;
    id = ++requests.last_id_;
    Request& r = requests.requests_[id];
    r.transfer = this;
    r.buffer.assign(from.begin(), from.end());
    if (kind == TABPC_READ) r.buffer.resize(to.size());
    r.shown = {static_cast<double>(offset), id, source, kind, reinterpret_cast<TabpcPointer>(r.buffer.data()),
               static_cast<u32>(r.buffer.size()), 0};
    requests.queue_.push_back(id);
}

void PageRequests::forget(Transfer& t)
{
    if (const auto r = requests_.find(t.id); r != requests_.end()) r->second.transfer = nullptr;
}

const TabpcRequest* PageRequests::next()
{
    if (queue_.empty()) return nullptr;
    const u32 id = queue_.front();
    queue_.pop_front();
    return &requests_.at(id).shown;
}

void PageRequests::complete(u32 id, bool failed)
{
    const auto i = requests_.find(id);
    if (i == requests_.end() || std::find(queue_.begin(), queue_.end(), id) != queue_.end()) return;
    const Request r = std::move(i->second);
    requests_.erase(i);
    if (!r.transfer) return;
    Transfer& t = *r.transfer;
    t.good = !failed;
    if (t.good && t.kind == TABPC_READ) std::copy(r.buffer.begin(), r.buffer.end(), t.to.begin());
    t.waiter.resume(); // `t` is gone after this
}

// ---- disks

namespace {

// An image that lies in the page's memory. Writes stay there.
class BytesNode final : public BlockNode {
public:
    BytesNode(std::shared_ptr<u8[]> bytes, u64 size, bool read_only, std::string name)
        : bytes_(std::move(bytes)), size_(size), read_only_(read_only), name_(std::move(name))
    {}
    u64 length() const override { return size_; }
    bool read_only() const override { return read_only_; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override
    {
        const size_t n = known(offset, to.size());
        std::copy_n(bytes_.get() + std::min(offset, size_), n, to.begin());
        std::fill(to.begin() + static_cast<std::ptrdiff_t>(n), to.end(), u8(0));
        co_return IoStatus::Ok;
    }
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override
    {
        if (read_only_) co_return IoStatus::ReadOnly;
        if (known(offset, from.size()) != from.size()) co_return IoStatus::Failed;
        std::copy(from.begin(), from.end(), bytes_.get() + offset);
        co_return IoStatus::Ok;
    }
    Task<IoStatus> flush() override { co_return IoStatus::Ok; }
    std::string description() const override { return name_; }

private:
    size_t known(u64 offset, size_t n) const
    {
        return offset >= size_ ? 0 : static_cast<size_t>(std::min<u64>(n, size_ - offset));
    }
    std::shared_ptr<u8[]> bytes_;
    u64 size_;
    bool read_only_;
    std::string name_;
};

// An image whose bytes the worker has.
class SourceNode final : public BlockNode {
public:
    SourceNode(PageRequests& requests, u32 source, u64 size, bool read_only, std::string name)
        : requests_(requests), source_(source), size_(size), read_only_(read_only), name_(std::move(name))
    {}
    u64 length() const override { return size_; }
    bool read_only() const override { return read_only_; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override
    {
        const size_t n = offset >= size_ ? 0 : static_cast<size_t>(std::min<u64>(to.size(), size_ - offset));
        std::fill(to.begin() + static_cast<std::ptrdiff_t>(n), to.end(), u8(0));
        if (n == 0) co_return IoStatus::Ok;
        const bool good =
            co_await PageRequests::Transfer(requests_, source_, TABPC_READ, offset, to.first(n), {});
        co_return good ? IoStatus::Ok : IoStatus::Failed;
    }
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override
    {
        if (read_only_) co_return IoStatus::ReadOnly;
        if (offset > size_ || from.size() > size_ - offset) co_return IoStatus::Failed;
        const bool good = co_await PageRequests::Transfer(requests_, source_, TABPC_WRITE, offset, {}, from);
        co_return good ? IoStatus::Ok : IoStatus::Failed;
    }
    Task<IoStatus> flush() override
    {
        if (read_only_) co_return IoStatus::Ok;
        const bool good = co_await PageRequests::Transfer(requests_, source_, TABPC_FLUSH, 0, {}, {});
        co_return good ? IoStatus::Ok : IoStatus::Failed;
    }
    std::string description() const override { return name_; }

private:
    PageRequests& requests_;
    u32 source_;
    u64 size_;
    bool read_only_;
    std::string name_;
};

} // namespace

void PageHost::add_bytes(const std::string& name, std::shared_ptr<u8[]> bytes, u64 size)
{
    files_[name] = {std::move(bytes), size, 0, true};
}

void PageHost::add_source(const std::string& name, u64 size, u32 source, bool writable)
{
    files_[name] = {nullptr, size, source, writable};
}

Result<std::unique_ptr<BlockNode>> PageHost::open_image(const DriveConfig& drive)
{
    const char* name = drive.file.c_str();
    const auto i = files_.find(drive.file);
    if (i == files_.end()) return error("%s: the page has no such file", name);
    const File& f = i->second;
    if (f.size == 0) return error("%s is empty: a disk image has at least one sector", name);
    if (f.size % 512)
        return error("%s ends inside a sector (%.0f bytes): the file is cut short", name,
                     static_cast<double>(f.size));
    if (drive.interface == DriveConfig::Interface::Floppy)
        if (auto g = floppy_geometry(f.size); !g) return error("%s: %s", name, g.error().c_str());

    const bool overlay = drive.snapshot || (!f.writable && !drive.read_only);
    const bool read_only = drive.read_only || overlay;
    std::unique_ptr<BlockNode> node;
    if (f.bytes) node = std::make_unique<BytesNode>(f.bytes, f.size, read_only, drive.file);
    else node = std::make_unique<SourceNode>(requests, f.source, f.size, read_only, drive.file);
    if (overlay) node = std::make_unique<OverlayNode>(std::move(node));
    return node;
}

// ---- the rest

i64 PageHost::date_us()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

i64 PageHost::utc_offset_s()
{
    const std::time_t now = static_cast<std::time_t>(date_us() / 1'000'000);
    std::tm local;
    localtime_r(&now, &local);
    return local.tm_gmtoff;
}

Result<std::vector<u8>> PageHost::read_file(const std::string& name)
{
    const auto i = files_.find(name);
    if (i == files_.end()) return error("%s: the page has no such file", name.c_str());
    const File& f = i->second;
    if (!f.bytes) return error("%s must be loaded before the start", name.c_str());
    return std::vector<u8>(f.bytes.get(), f.bytes.get() + f.size);
}

Result<std::vector<u8>> PageHost::read_firmware(const std::string& name) { return read_file(name); }

Result<> PageHost::write_file(const std::string&, std::span<const u8>)
{
    return error("a page has no files to write to");
}

CharBackend* PageHost::serial(int port)
{
    return static_cast<size_t>(port) < serial_ports.size() ? serial_ports[static_cast<size_t>(port)].get()
                                                           : nullptr;
}

} // namespace tabpc
