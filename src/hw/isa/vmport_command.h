// What VMware's backdoor port hands its commands: the CPU's registers, without knowing a CPU.
#pragma once
#include "base/types.h"

namespace tabpc {

struct VmportRegs {
    u32 eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// The CPU that executes the IN instruction.
struct VmportCpu {
    virtual VmportRegs vmport_registers() = 0;
    virtual void set_vmport_registers(const VmportRegs& r) = 0; // EAX comes again as the IN's value

protected:
    ~VmportCpu() = default;
};

// Changes the registers as the command's answer.
struct VmportCommand {
    void (*run)(void* opaque, VmportRegs& r) = nullptr;
    void* opaque = nullptr;
};

template <auto Method, class T>
VmportCommand vmport_command(T* device)
{
    return {[](void* o, VmportRegs& r) { (static_cast<T*>(o)->*Method)(r); }, device};
}

} // namespace tabpc
