// BlockBackend: what a drive holds on to (QEMU's word). It stays while media come and go; the device asks it for sectors
// and is told when the medium changed. Counts traffic for lights and statistics.
#pragma once
#include "block/node.h"
#include <memory>

namespace tabpc {

class BlockBackend {
public:
    struct MediumListener {
        virtual void medium_leaving() {} // the node is about to go: requests on it must be cancelled
        virtual void medium_changed() = 0;

    protected:
        ~MediumListener() = default;
    };
    // What a drive with a tray lets its operator see and do.
    struct Tray {
        virtual bool tray_open() const = 0;
        virtual bool tray_locked() const = 0;
        virtual void move_tray(bool open) = 0;
        // Tells a guest that has locked the tray that somebody wants the medium; `force` takes the lock off.
        virtual void request_eject(bool force) = 0;

    protected:
        ~Tray() = default;
    };
    struct TrayObserver { // whoever moved it
        virtual void tray_moved(const BlockBackend& backend, bool open) = 0;

    protected:
        ~TrayObserver() = default;
    };
    struct Stats {
        u64 reads = 0, writes = 0, read_bytes = 0, written_bytes = 0;
    };

    explicit BlockBackend(std::string id) : id_(std::move(id)) {}

    const std::string& id() const { return id_; } // "ide0-hd0", "floppy0", as QEMU names them
    bool inserted() const { return node_ != nullptr; }
    BlockNode* node() { return node_.get(); }
    u64 length() const { return node_ ? node_->length() : 0; }
    bool read_only() const { return read_only_ || (node_ && node_->read_only()); }
    void set_read_only(bool on) { read_only_ = on; }

    void insert(std::unique_ptr<BlockNode> node)
    {
        if (listener_) listener_->medium_leaving();
        node_ = std::move(node);
        if (listener_) listener_->medium_changed();
    }
    std::unique_ptr<BlockNode> eject()
    {
        if (listener_) listener_->medium_leaving();
        auto node = std::move(node_);
        if (listener_) listener_->medium_changed();
        return node;
    }
    void set_listener(MediumListener* l) { listener_ = l; }
    void set_tray(Tray* t) { tray_ = t; }
    Tray* tray() const { return tray_; } // null: the drive has none
    void set_tray_observer(TrayObserver* o) { tray_observer_ = o; }
    void tray_moved(bool open)
    {
        if (tray_observer_) tray_observer_->tray_moved(*this, open);
    }

    Task<IoStatus> read(u64 offset, std::span<u8> to)
    {
        if (!node_) co_return IoStatus::Failed;
        const InFlight here(*this);
        stats_.reads++;
        stats_.read_bytes += to.size();
        co_return co_await node_->read(offset, to);
    }
    Task<IoStatus> write(u64 offset, std::span<const u8> from)
    {
        if (!node_) co_return IoStatus::Failed;
        if (read_only()) co_return IoStatus::ReadOnly;
        const InFlight here(*this);
        stats_.writes++;
        stats_.written_bytes += from.size();
        co_return co_await node_->write(offset, from);
    }
    Task<IoStatus> flush()
    {
        if (!node_) co_return IoStatus::Failed;
        const InFlight here(*this);
        co_return co_await node_->flush();
    }
    const Stats& stats() const { return stats_; }
    // Requests the host has not finished. A snapshot is taken, and a medium removed, only while there are none.
    int in_flight() const { return in_flight_; }

private:
    struct InFlight { // counts a cancelled request out as well
        explicit InFlight(BlockBackend& b) : backend(b) { backend.in_flight_++; }
        ~InFlight() { backend.in_flight_--; }
        BlockBackend& backend;
    };

    std::string id_;
    std::unique_ptr<BlockNode> node_;
    MediumListener* listener_ = nullptr;
    Tray* tray_ = nullptr;
    TrayObserver* tray_observer_ = nullptr;
    bool read_only_ = false;
    int in_flight_ = 0;
    Stats stats_;
};

} // namespace tabpc
