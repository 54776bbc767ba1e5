// Running the machine: slices, resets, power. See pc.h.
#include "base/log.h"
#include "hw/pci/piix4_pm.h"
#include "machine/pc.h"
#include <algorithm>

namespace tabpc {

SliceResult PcMachine::run_slice(i64 host_ns)
{
    if (ended_) return {SliceResult::Ended};
    if (state_ != RunState::Running) return {SliceResult::Paused};

    time_.begin_slice(host_ns);
    const u64 end = clock_.instructions() + time_.slice_instructions();
    clock_.run_timers();
    while (state_ == RunState::Running && !ended_ && clock_.instructions() < end) {
        if (cpu_->halted()) {
            if (!time_.advance_halted()) return {SliceResult::Idle, time_.idle_until()};
        } else {
            const u64 left = end - clock_.instructions();
            const u64 budget = std::min(left, clock_.instructions_until(clock_.deadline()));
            if (budget) cpu_->run(budget);
        }
        clock_.run_timers();
        if (requests_.any()) handle_requests();
    }
    if (ended_) return {SliceResult::Ended};
    if (state_ != RunState::Running) return {SliceResult::Paused};
    return {SliceResult::Again};
}

void PcMachine::reset()
{
    // The CPU comes first, so that what the devices' pins say after their reset reaches it.
    for (auto& d : devices_) d->reset();
    cpu_->set_a20(1);
    key_sender_->clear();
}

void PcMachine::request_reset(int, int level)
{
    if (!level) return;
    requests_.reset = true;
    cpu_->request_exit();
}

void PcMachine::request_power_off(int, int level)
{
    if (!level) return;
    requests_.power_off = true;
    cpu_->request_exit();
}

void PcMachine::debug_exit(void* pc, int status)
{
    PcMachine& m = *static_cast<PcMachine*>(pc);
    m.exit_status_ = status;
    m.requests_.debug_exit = true;
    m.cpu_->request_exit();
}

VmportRegs PcMachine::vmport_registers()
{
    const CpuState& s = cpu_->s;
    return {s.reg32(EAX), s.reg32(EBX), s.reg32(ECX), s.reg32(EDX)};
}

void PcMachine::set_vmport_registers(const VmportRegs& r)
{
    CpuState& s = cpu_->s;
    s.set_reg32(EAX, r.eax);
    s.set_reg32(EBX, r.ebx);
    s.set_reg32(ECX, r.ecx);
    s.set_reg32(EDX, r.edx);
}

void PcMachine::handle_requests()
{
    const Requests r = std::exchange(requests_, {});
    if (r.debug_exit) return end("guest-shutdown", true, exit_status_);
    if (r.power_off) {
        if (!config_.no_shutdown) return end("guest-shutdown", true, 0);
        emit({.kind = MachineEvent::Shutdown, .by_guest = true, .reason = "guest-shutdown"});
        emit({.kind = MachineEvent::Stop});
        state_ = RunState::Shutdown;
        return;
    }
    if (config_.no_reboot) return end("guest-reset", true, 0);
    emit({.kind = MachineEvent::Reset, .by_guest = true, .reason = "guest-reset"});
    reset();
}

void PcMachine::end(std::string_view reason, bool by_guest, int status)
{
    if (ended_) return;
    ended_ = true;
    exit_status_ = status;
    emit({.kind = MachineEvent::Shutdown, .by_guest = by_guest, .reason = reason});
}

void PcMachine::emit(const MachineEvent& event)
{
    if (listener_) listener_->machine_event(event);
}

// ---- what the operator asks for

void PcMachine::stop()
{
    if (state_ != RunState::Running) return;
    state_ = RunState::Paused;
    cpu_->request_exit();
    emit({.kind = MachineEvent::Stop});
}

void PcMachine::resume()
{
    if (state_ == RunState::Running || state_ == RunState::Shutdown) return;
    state_ = RunState::Running;
    time_.restart();
    emit({.kind = MachineEvent::Resume});
}

void PcMachine::system_reset()
{
    emit({.kind = MachineEvent::Reset, .by_guest = false, .reason = "host-qmp-system-reset"});
    reset();
    if (state_ == RunState::Shutdown) state_ = RunState::Paused;
}

void PcMachine::system_powerdown()
{
    pm_->press_power_button();
    emit({.kind = MachineEvent::Powerdown});
}

void PcMachine::quit(std::string_view reason) { end(reason, false, 0); }

void PcMachine::serialize(Archive& ar)
{
    ar.section("machine", 1);
    ar(clock_, state_);
    for (auto& d : devices_) d->serialize(ar);
    if (ar.loading()) time_.restart();
}

} // namespace tabpc
