// See ide_channel.h.
#include "hw/ide/ide_channel.h"

namespace tabpc {

using namespace ata;

IdeChannel::IdeChannel(VirtualClock& clock, IoSpace& io, PhysMap& memory, const Wiring& w,
                       const IdeTiming& timing)
    : clock_(clock), timing_(timing), name_(w.name), bus_master_(memory)
{
    irq_.connect(w.irq);
    bus_master_.set_listener(this);
    io.map<&IdeChannel::command_read, &IdeChannel::command_write>(w.command_base, 1, this, name_ + "-data",
                                                                  4);
    io.map<&IdeChannel::command_read, &IdeChannel::command_write>(w.command_base + 1, 7, this, name_);
    io.map<&IdeChannel::control_read, &IdeChannel::control_write>(w.control_port, 1, this,
                                                                  name_ + "-control");
}

void IdeChannel::attach_disk(int n, BlockBackend& backend, const DiskConfig& config)
{
    IdeDevice::Host& host = *this;
    device_[n] = std::make_unique<AtaDisk>(host, n, clock_, backend, timing_, config);
}

void IdeChannel::attach_cdrom(int n, BlockBackend& backend, const CdromConfig& config)
{
    IdeDevice::Host& host = *this;
    device_[n] = std::make_unique<AtapiCdrom>(host, n, clock_, backend, timing_, config);
}

bool IdeChannel::waits_for_host() const
{
    for (const auto& d : device_)
        if (d && d->waits_for_host()) return true;
    return false;
}

void IdeChannel::reset()
{
    selected_ = control_ = 0;
    bus_master_.reset();
    for (auto& d : device_)
        if (d) d->reset();
    intrq_changed();
}

// An absent device 1 is answered for by device 0, with a status of 0; a cable without devices reads 0, as in QEMU.
u32 IdeChannel::command_read(u16 port, int size)
{
    const auto r = static_cast<Register>(port & 7);
    IdeDevice* d = selected();
    if (r == DATA) return d ? d->read_data(size) : 0;
    if (r == STATUS_COMMAND) {
        if (!d) return 0;
        const u8 status = d->status();
        d->clear_intrq();
        return status;
    }
    if (!d) d = device_[0].get();
    if (!d || (r == ERROR_FEATURES && !selected())) return 0;
    return d->read_register(r, control_ & HOB);
}

void IdeChannel::command_write(u16 port, u32 value, int size)
{
    const auto r = static_cast<Register>(port & 7);
    const u8 v = static_cast<u8>(value);
    control_ &= static_cast<u8>(~HOB);
    switch (r) {
    case DATA:
        if (selected()) selected()->write_data(value, size);
        return;
    case STATUS_COMMAND:
        if (v == EXECUTE_DEVICE_DIAGNOSTIC) execute_diagnostic();
        else if (selected()) selected()->command(v);
        return;
    default:
        for (auto& d : device_)
            if (d) d->write_register(r, v);
        if (r == DEVICE) selected_ = v & DEV ? 1 : 0;
        intrq_changed(); // only the selected device drives INTRQ
    }
}

// Both devices run it; device 0 reports.
void IdeChannel::execute_diagnostic()
{
    for (auto& d : device_)
        if (d) d->software_reset();
    selected_ = 0;
    if (device_[0]) device_[0]->diagnostic_done();
    intrq_changed();
}

u32 IdeChannel::control_read(u16, int)
{
    return selected() ? selected()->status() : 0; // alternate status: the interrupt stays
}

void IdeChannel::control_write(u16, u32 value, int)
{
    const bool was_held = control_ & SRST;
    control_ = static_cast<u8>(value);
    for (auto& d : device_) {
        if (!d) continue;
        if (control_ & SRST) d->hold_reset();
        else if (was_held) d->software_reset();
    }
    if (control_ & SRST) selected_ = 0;
    intrq_changed();
}

void IdeChannel::intrq_changed()
{
    const bool level = selected() && selected()->intrq() && !(control_ & NIEN);
    if (level == intrq_) return;
    intrq_ = level;
    if (level) bus_master_.interrupt();
    irq_.set(level);
}

void IdeChannel::dma_started()
{
    if (selected()) selected()->dma_started();
}

void IdeChannel::dma_stopped()
{
    if (selected()) selected()->dma_stopped();
}

void IdeChannel::serialize(Archive& ar)
{
    ar.section(name_, 1);
    ar(selected_, control_, intrq_, bus_master_);
    if (ar.loading()) selected_ &= 1;
    for (auto& d : device_) {
        bool present = d != nullptr;
        ar(present);
        if (present != (d != nullptr)) return ar.fail(name_ + " has other drives than the snapshot");
        if (d) d->serialize(ar);
    }
}

} // namespace tabpc
