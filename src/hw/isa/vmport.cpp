// See vmport.h.
#include "hw/isa/vmport.h"
#include <algorithm>

namespace tabpc {

VmPort::VmPort(IoSpace& io, VmportCpu* cpu, u64 ram_bytes) : cpu_(cpu), ram_bytes_(ram_bytes)
{
    io.map<&VmPort::read, &VmPort::write>(0x5658, 1, this, "vmport", 4);
    add(GET_VERSION, vmport_command<&VmPort::get_version>(this));
    add(GET_RAM_SIZE, vmport_command<&VmPort::get_ram_size>(this));
}

u32 VmPort::read(u16, int size)
{
    if (!cpu_ || size != 4) return 0xffffffff;
    VmportRegs r = cpu_->vmport_registers();
    if (r.eax != MAGIC) return r.eax;
    const u32 command = r.ecx & 0xffff;
    if (command >= COMMANDS || !commands_[command].run) return 0xffffffff;
    commands_[command].run(commands_[command].opaque, r);
    cpu_->set_vmport_registers(r);
    return r.eax;
}

void VmPort::get_version(VmportRegs& r)
{
    r.eax = 6;
    r.ebx = MAGIC;
}

void VmPort::get_ram_size(VmportRegs& r)
{
    r.eax = static_cast<u32>(std::min<u64>(ram_bytes_, 0xffffffff));
    r.ebx = 0x1177;
}

} // namespace tabpc
