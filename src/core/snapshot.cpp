// See snapshot.h. A section is: u32 name length, name, u32 version, u32 body length, body.
#include "core/snapshot.h"

namespace tabpc {

u32 Archive::section(std::string_view name, u32 version)
{
    close_section();
    name_ = name;
    open_ = true;
    if (saving()) {
        const u32 n = static_cast<u32>(name.size());
        const auto put = [&](const void* p, size_t k) {
            out_.insert(out_.end(), static_cast<const u8*>(p), static_cast<const u8*>(p) + k);
        };
        put(&n, 4);
        put(name.data(), n);
        put(&version, 4);
        length_at_ = out_.size();
        const u32 later = 0;
        put(&later, 4);
        return version;
    }
    if (!ok()) return version;
    const auto need = [&](size_t k) {
        if (in_.size() - at_ >= k) return true;
        fail("the snapshot ends before section " + name_);
        return false;
    };
    if (!need(4)) return version;
    const u32 n = ld<u32>(&in_[at_]);
    if (!need(4 + size_t(n) + 8) || n > 255) return fail("the snapshot is damaged before section " + name_), version;
    const std::string found(reinterpret_cast<const char*>(&in_[at_ + 4]), n);
    const u32 found_version = ld<u32>(&in_[at_ + 4 + n]);
    const u32 length = ld<u32>(&in_[at_ + 8 + n]);
    at_ += 12 + n;
    if (found != name) return fail("the snapshot holds " + found + " where this machine has " + name_), version;
    if (found_version > version) return fail("section " + name_ + " comes from a newer version"), version;
    if (!need(length)) return version;
    section_end_ = at_ + length;
    return found_version;
}

void Archive::close_section()
{
    if (!open_) return;
    open_ = false;
    if (saving())
        st<u32>(&out_[length_at_], static_cast<u32>(out_.size() - length_at_ - 4));
    else if (ok() && at_ != section_end_)
        fail("section " + name_ + " is longer than expected");
}

std::vector<u8> Archive::take()
{
    close_section();
    return std::move(out_);
}

bool Archive::finish()
{
    close_section();
    if (!saving() && ok() && at_ != in_.size()) fail("the snapshot holds more than this machine has");
    return ok();
}

void Archive::bytes(std::span<u8> data) { raw(data.data(), data.size()); }

void Archive::raw(void* p, size_t n)
{
    if (saving()) {
        out_.insert(out_.end(), static_cast<u8*>(p), static_cast<u8*>(p) + n);
        return;
    }
    if (!ok()) return;
    if (left() < n) return fail("section " + name_ + " is too short");
    if (mode_ == Mode::Verify) {
        if (std::memcmp(p, &in_[at_], n) != 0)
            fail("section " + name_ + " differs at byte " + std::to_string(at_));
    } else {
        std::memcpy(p, &in_[at_], n);
    }
    at_ += n;
}

} // namespace tabpc
