// The page as the host of its machine: files are what the worker has handed over by name; a source's bytes are asked
// for and come later, while the guest runs on.
#pragma once
#include "host/wasm.h"
#include "machine/machine_host.h"
#include <deque>
#include <map>

namespace tabpc {

// A serial port's other end: bytes wait until the worker takes them.
class PageSerial final : public CharBackend {
public:
    void write(std::span<const u8> bytes) override;
    size_t take(std::span<u8> to);
    bool empty() const { return output_.empty(); }

private:
    static constexpr size_t MAX_OUTPUT = 1 << 20; // a page that never looks loses the oldest
    std::deque<u8> output_;
};

// Requests under way. Their buffers are their own: a drive that is taken away meanwhile leaves nothing dangling.
class PageRequests {
public:
    const TabpcRequest* next();
    void complete(u32 id, bool failed);
    bool waiting() const { return !queue_.empty(); }

    // co_await requests.transfer(…): true when the page has done it.
    struct Transfer {
        PageRequests& requests;
        u32 source, kind;
        u64 offset;
        std::span<u8> to;         // TABPC_READ
        std::span<const u8> from; // TABPC_WRITE
        u32 id = 0;
        bool good = false;
        std::coroutine_handle<> waiter = nullptr;

        Transfer(PageRequests& r, u32 source, u32 kind, u64 offset, std::span<u8> to,
                 std::span<const u8> from)
            : requests(r), source(source), kind(kind), offset(offset), to(to), from(from)
        {}
        Transfer(const Transfer&) = delete;
        ~Transfer() { requests.forget(*this); }
        bool await_ready() const { return false; }
        void await_suspend(std::coroutine_handle<> h);
        bool await_resume() const { return good; }
    };

private:
    struct Request {
        TabpcRequest shown{};
        std::vector<u8> buffer;
        Transfer* transfer = nullptr; // null: nobody waits any more
    };
    void forget(Transfer& t);

    std::map<u32, Request> requests_;
    std::deque<u32> queue_; // not yet taken by the worker
    u32 last_id_ = 0;
};

class PageHost final : public MachineHost {
public:
    void add_bytes(const std::string& name, std::shared_ptr<u8[]> bytes, u64 size);
    void add_source(const std::string& name, u64 size, u32 source, bool writable);
    bool has_file(const std::string& name) const { return files_.contains(name); }

    PageRequests requests;
    std::vector<std::unique_ptr<PageSerial>> serial_ports;

    i64 date_us() override;
    i64 utc_offset_s() override;
    Result<std::vector<u8>> read_file(const std::string& name) override;
    Result<std::vector<u8>> read_firmware(const std::string& name) override;
    Result<> write_file(const std::string& name, std::span<const u8> bytes) override;
    Result<std::unique_ptr<BlockNode>> open_image(const DriveConfig& drive) override;
    CharBackend* serial(int port) override;
    CharSink* parallel() override { return nullptr; }
    CharSink* debug_console() override { return nullptr; }

private:
    struct File {
        std::shared_ptr<u8[]> bytes; // null: a source
        u64 size = 0;
        u32 source = 0;
        bool writable = true;
    };
    std::map<std::string, File> files_;
};

} // namespace tabpc
