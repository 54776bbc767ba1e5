// VMware's backdoor at port 5658h, as QEMU's vmport offers it: IN EAX with a magic in EAX and a command in ECX.
// Left out: the commands no driver for QEMU uses (UUID, time, vCPU information).
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "hw/isa/vmport_command.h"
#include <array>

namespace tabpc {

class VmPort final : public Device {
public:
    static constexpr u32 MAGIC = 0x564d5868;

    // `cpu` may be null: under qtest no CPU executes the IN.
    VmPort(IoSpace& io, VmportCpu* cpu, u64 ram_bytes);

    void set_cpu(VmportCpu* cpu) { cpu_ = cpu; } // of several, the one that runs now
    void add(u16 command, VmportCommand handler) { commands_[command % COMMANDS] = handler; }

    void reset() override {}
    void serialize(Archive& ar) override { ar.section("vmport", 1); }

private:
    static constexpr u32 COMMANDS = 0x2c;
    enum : u16 { GET_VERSION = 0x0a, GET_RAM_SIZE = 0x14 };

    u32 read(u16 port, int size);
    void write(u16, u32, int) {}
    void get_version(VmportRegs& r);
    void get_ram_size(VmportRegs& r);

    VmportCpu* cpu_;
    u64 ram_bytes_;
    std::array<VmportCommand, COMMANDS> commands_{};
};

} // namespace tabpc
