// See overlay_node.h.
#include "block/overlay_node.h"
#include <cstring>
#include <new>

namespace tabpc {

Task<IoStatus> OverlayNode::read(u64 offset, std::span<u8> to)
{
    while (!to.empty()) {
        const u64 number = offset / CLUSTER;
        size_t n = static_cast<size_t>(std::min<u64>(to.size(), CLUSTER - offset % CLUSTER));
        const auto own = clusters_.lower_bound(number);
        if (own != clusters_.end() && own->first == number) {
            std::memcpy(to.data(), &own->second[offset % CLUSTER], n);
        } else { // as far as the next cluster of our own, in one request
            const u64 end = own == clusters_.end() ? ~u64(0) : own->first * CLUSTER;
            n = static_cast<size_t>(std::min<u64>(to.size(), end - offset));
            const IoStatus status = co_await base_->read(offset, to.first(n));
            if (status != IoStatus::Ok) co_return status;
        }
        to = to.subspan(n);
        offset += n;
    }
    co_return IoStatus::Ok;
}

Task<IoStatus> OverlayNode::write(u64 offset, std::span<const u8> from)
{
    if (clip(offset, from.size()) < from.size()) co_return IoStatus::Failed;
    const auto guard = co_await writing_.lock();
    while (!from.empty()) {
        const u64 number = offset / CLUSTER;
        const size_t n = static_cast<size_t>(std::min<u64>(from.size(), CLUSTER - offset % CLUSTER));
        auto own = clusters_.find(number);
        if (own == clusters_.end()) {
            std::unique_ptr<u8[]> cluster(new (std::nothrow) u8[CLUSTER]);
            if (!cluster) co_return IoStatus::NoSpace;
            if (n < CLUSTER) {
                const IoStatus status = co_await base_->read(number * CLUSTER, {cluster.get(), CLUSTER});
                if (status != IoStatus::Ok) co_return status;
            }
            own = clusters_.emplace(number, std::move(cluster)).first;
        }
        std::memcpy(&own->second[offset % CLUSTER], from.data(), n);
        from = from.subspan(n);
        offset += n;
    }
    co_return IoStatus::Ok;
}

} // namespace tabpc
