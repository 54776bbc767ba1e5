// Port 80h: the BIOS writes its progress codes here and programs write anything to pass a microsecond.
#pragma once
#include "core/device.h"
#include "core/ioport.h"

namespace tabpc {

class Port80 final : public Device {
public:
    explicit Port80(IoSpace& io) { io.map<&Port80::read, &Port80::write>(0x80, 1, this, "ioport80"); }

    u8 code() const { return code_; } // what a POST card would show

    void reset() override { code_ = 0; }
    void serialize(Archive& ar) override
    {
        ar.section("ioport80", 1);
        ar(code_);
    }

private:
    u32 read(u16, int) { return 0xff; }
    void write(u16, u32 v, int) { code_ = static_cast<u8>(v); }

    u8 code_ = 0;
};

} // namespace tabpc
