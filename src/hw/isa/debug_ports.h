// QEMU's isa-debugcon (a port that prints) and isa-debug-exit (a port that ends the program).
#pragma once
#include "core/chardev.h"
#include "core/device.h"
#include "core/ioport.h"

namespace tabpc {

class IsaDebugcon final : public Device {
public:
    // `readback` is how a BIOS finds out that somebody listens.
    IsaDebugcon(IoSpace& io, u16 base, CharSink& sink, u8 readback = 0xe9) : sink_(sink), readback_(readback)
    {
        io.map<&IsaDebugcon::read, &IsaDebugcon::write>(base, 1, this, "isa-debugcon");
    }

    void reset() override {}
    void serialize(Archive& ar) override { ar.section("isa-debugcon", 1); }

private:
    u32 read(u16, int) { return readback_; }
    void write(u16, u32 v, int)
    {
        const u8 b = static_cast<u8>(v);
        sink_.write({&b, 1});
    }

    CharSink& sink_;
    u8 readback_;
};

class IsaDebugExit final : public Device {
public:
    using Exit = void (*)(void* opaque, int status);

    IsaDebugExit(IoSpace& io, u16 base, u16 size, Exit exit, void* opaque) : exit_(exit), opaque_(opaque)
    {
        io.map<&IsaDebugExit::read, &IsaDebugExit::write>(base, size, this, "isa-debug-exit", 4);
    }

    void reset() override {}
    void serialize(Archive& ar) override { ar.section("isa-debug-exit", 1); }

private:
    u32 read(u16, int) { return 0; }
    void write(u16, u32 v, int) { exit_(opaque_, static_cast<int>(v << 1 | 1)); }

    Exit exit_;
    void* opaque_;
};

} // namespace tabpc
