// Intel 82371SB PIIX3, function 0 (data sheet 290550): the bridge to the ISA bus, of which the board needs the
// steering of PIRQA-D to ISA interrupts and the reset control register. X-bus, DMA and timing registers hold what is
// written and do nothing.
#pragma once
#include "hw/pci/pci_device.h"

namespace tabpc {

class PIIX3 final : public PciDevice {
public:
    static constexpr int ISA_IRQS = 16;

    // `isa_irq`: the interrupt controllers' inputs. Those with no PIRQ routed to them are never touched.
    PIIX3(PciBus& bus, u8 devfn, std::span<const IrqInput, ISA_IRQS> isa_irq);

    IrqLine reset_request; // CPURST and RSTDRV: a hard reset of the board

    void reset() override;
    void serialize(Archive& ar) override;

private:
    static constexpr int PIRQRC = 0x60; // PIRQA-D route control, one byte each
    static constexpr u8 ROUTING_OFF = 0x80;
    enum ResetControl : u8 { RCPU = 4, SRST = 2 }; // reset CPU; as a hard reset

    u32 rcr_read(u16 port, int size);
    void rcr_write(u16 port, u32 value, int size);
    void config_written(int at, int size) override;
    void set_pirq(int n, int level);
    void update_irqs();

    std::array<IrqInput, ISA_IRQS> isa_irq_;
    std::array<bool, 4> pirq_{};
    u16 driven_ = 0; // ISA interrupts now held high from here
    u8 rcr_ = 0;
};

} // namespace tabpc
