// The board: which chips there are, at which ports and addresses, and how they are wired. See pc.h.
//
//   ISA interrupts   0 PIT  1 keyboard  2 cascade  3 COM2  4 COM1  6 floppy  7 LPT1  8 RTC  9 ACPI SCI
//                    12 mouse  13 x87  14 primary IDE  15 secondary IDE; 10 and 11 are for PCI
//   PCI slots        00.0 i440FX  01.0 PIIX3  01.1 PIIX3 IDE  01.3 PIIX4 power management  02.0 display
//   Memory           0 RAM  A0000 display  C0000 ROMs and their shadow (PAM)  E0000 BIOS  100000 RAM … C0000000 at most
//                    C0000000 PCI  FFFC0000 BIOS  100000000 RAM
#include "machine/pc.h"
#include "base/log.h"
#include "hw/display/cirrus_vga.h"
#include "hw/display/std_vga.h"
#include "hw/ide/i82077.h"
#include "hw/ide/piix3_ide.h"
#include "hw/isa/debug_ports.h"
#include "hw/isa/i8042.h"
#include "hw/isa/i8254.h"
#include "hw/isa/i8257.h"
#include "hw/isa/parallel.h"
#include "hw/isa/port61.h"
#include "hw/isa/port80.h"
#include "hw/isa/port92.h"
#include "hw/isa/portf0.h"
#include "hw/isa/uart16550.h"
#include "hw/pci/i440fx.h"
#include "hw/pci/piix3.h"
#include "hw/pci/piix4_pm.h"
#include "machine/pc_memory.h"

namespace tabpc {

namespace {
constexpr u64 CIRRUS_VRAM = 4 << 20;

// Serial numbers are QEMU's: QM and the drive's number.
DiskConfig disk_config(const DriveConfig& drive)
{
    DiskConfig c;
    c.serial = drive.serial.empty() ? "QM0000" + std::to_string(drive.index + 1) : drive.serial;
    return c;
}
} // namespace

PcMachine::PcMachine(MachineConfig config, MachineHost& host)
    : config_(std::move(config)), host_(host), time_(clock_, config_.icount_shift, config_.icount_sleep)
{}

PcMachine::~PcMachine() = default;

Result<std::unique_ptr<PcMachine>> PcMachine::create(MachineConfig config, MachineHost& host)
{
    std::unique_ptr<PcMachine> pc(new PcMachine(std::move(config), host));
    for (auto step : {&PcMachine::map_memory, &PcMachine::load_bios, &PcMachine::open_drives})
        if (auto r = (pc.get()->*step)(); !r) return Error{r.error()};
    pc->add_cpu();
    pc->build_isa();
    if (auto r = pc->build_pci(); !r) return Error{r.error()};
    pc->fill_cmos();
    pc->fill_fw_cfg();
    if (!pc->config_.kernel.empty())
        if (auto r = pc->load_kernel(); !r) return Error{r.error()};
    pc->reset();
    if (!pc->config_.start_paused) pc->state_ = RunState::Running;
    return pc;
}

Result<> PcMachine::map_memory()
{
    ram_ = ram_list_.allocate("pc.ram", config_.ram_size);
    if (!ram_)
        return error(
            "cannot set up %llu MiB of guest memory: this host has not that much to give; try a smaller -m",
            static_cast<unsigned long long>(config_.ram_size >> 20));
    const u64 below = low_memory(config_.ram_size);
    memory_.map_ram(0, 0xa0000, *ram_, 0, 0, "ram-below-640k");
    if (below > ONE_MIB) memory_.map_ram(ONE_MIB, below - ONE_MIB, *ram_, ONE_MIB, 0, "ram-below-4g");
    if (config_.ram_size > below)
        memory_.map_ram(FOUR_GIB, config_.ram_size - below, *ram_, below, 0, "ram-above-4g");
    return {};
}

Result<> PcMachine::open_drives()
{
    for (const DriveConfig& d : config_.drives) {
        auto& drive = drives_.emplace_back(new Drive{d, BlockBackend(d.id)});
        drive->backend.set_read_only(d.read_only);
        drive->backend.set_tray_observer(this);
        if (d.file.empty()) continue;
        auto node = host_.open_image(d);
        if (!node) return Error{node.error()};
        drive->backend.insert(node.take());
    }
    return {};
}

BlockBackend* PcMachine::drive(DriveConfig::Interface interface, int index)
{
    for (auto& d : drives_)
        if (d->config.interface == interface && d->config.index == index) return &d->backend;
    return nullptr;
}

// A 3.5" drive takes all of its formats up to 1.44M; others are what the disk needs that was in at the start.
FloppyDrive PcMachine::floppy_drive(int index)
{
    BlockBackend* backend = drive(DriveConfig::Interface::Floppy, index);
    if (!backend) return FloppyDrive::None;
    auto geometry = floppy_geometry(backend->length());
    return geometry && geometry->drive != FloppyDrive::D35_720K ? geometry->drive : FloppyDrive::D35_1440K;
}

void PcMachine::add_cpu()
{
    CpuWires wires;
    wires.opaque = this;
    wires.acknowledge = [](void* pc) { return static_cast<PcMachine*>(pc)->pic_->acknowledge(); };
    wires.ferr = [](void* pc, int level) { static_cast<PcMachine*>(pc)->portf0_->set_ferr(level); };
    wires.shutdown = [](void* pc) {
        log(LogLevel::Warn, "the guest's CPU shut down (triple fault): reset");
        static_cast<PcMachine*>(pc)->request_reset(0, 1);
    };
    wires.smiact = [](void* pc, int level) { static_cast<PcMachine*>(pc)->smiact_.set(level); };
    cpu_ = &add<Cpu>(clock_, memory_, io_, wires);
    clock_.on_earlier_deadline([](void* cpu) { static_cast<Cpu*>(cpu)->request_exit(); }, cpu_);
    const Accel usual = jit::RegionTranslator::GENERATES ? Accel::Tcg : Accel::Interpreter;
    if ((config_.accel == Accel::Default ? usual : config_.accel) == Accel::Tcg)
        translator_ = std::make_unique<jit::RegionTranslator>(*cpu_);
}

void PcMachine::build_isa()
{
    const IrqInput reset_line = irq_input<&PcMachine::request_reset>(this);
    const IrqInput a20_line =
        irq_input<&PcMachine::set_a20>(this); // i8042 and port 92: whoever changed it last

    pic_ = &add<I8259Pair>(io_); // 20, A0, 4D0
    pic_->intr.connect(irq_input<&PcMachine::set_intr>(this));
    portf0_ = &add<PortF0>(io_); // F0
    portf0_->irq13.connect(pic_->in(13));
    portf0_->ignne.connect(irq_input<&PcMachine::set_ignne>(this));
    add<Port80>(io_);                                                             // 80

    auto& pit = add<I8254>(clock_, io_); // 40
    pit.out[0].connect(pic_->in(0));
    auto& port61 = add<Port61>(clock_, io_, Port61::timer2(pit));
    port61.gate2.connect(
        {[](void* p, int, int level) { static_cast<I8254*>(p)->set_gate(2, level); }, &pit, 2});
    pit.out[2].connect(port61.out2());

    rtc_ = &add<Mc146818>(clock_, io_, rtc_start()); // 70
    rtc_->irq.connect(pic_->in(8));
    rtc_->on_change(
        [](void* pc, i64 offset) {
            static_cast<PcMachine*>(pc)->emit({.kind = MachineEvent::RtcChange, .offset_s = offset});
        },
        this);

    auto& dma = add<I8257Pair>(io_, memory_);                    // 00, 80, C0
    auto& fdc = add<I82077>(clock_, io_, 0x3f0, pic_->in(6), dma); // 3F0, 3F7
    for (auto& d : drives_)
        if (d->config.interface == DriveConfig::Interface::Floppy)
            fdc.attach(d->config.index, d->backend, floppy_drive(d->config.index));

    keyboard_ = &add<Ps2Keyboard>();
    mouse_ = &add<Ps2Mouse>(clock_);
    key_sender_ = std::make_unique<KeySender>(clock_, *keyboard_);
    auto& port92 = add<Port92>(io_); // 92
    port92.a20.connect(a20_line);
    port92.reset_request.connect(reset_line);
    auto& i8042 = add<I8042>(io_, *keyboard_, *mouse_); // 60, 64
    i8042.irq.connect(pic_->in(1));
    i8042.aux_irq.connect(pic_->in(12));
    i8042.a20.connect(a20_line);
    i8042.reset_request.connect(reset_line);

    static constexpr struct {
        u16 base;
        int irq;
    } COM[] = {{0x3f8, 4}, {0x2f8, 3}};
    for (int n = 0; n < static_cast<int>(std::min<size_t>(config_.serial.size(), std::size(COM))); n++) {
        auto& uart = add<Uart16550>(clock_, io_, COM[n].base);
        uart.irq.connect(pic_->in(COM[n].irq));
        uart.connect(host_.serial(n));
    }
    if (!config_.parallel.empty()) {
        auto& lpt = add<ParallelPort>(clock_, io_, 0x378);
        lpt.irq.connect(pic_->in(7));
        lpt.connect(host_.parallel());
    }

    auto& vmport = add<VmPort>(io_, static_cast<VmportCpu*>(this), config_.ram_size); // 5658
    vmmouse_ = &add<VmMouse>();
    vmport.add(VmMouse::DATA, vmport_command<&VmMouse::data>(vmmouse_));
    vmport.add(VmMouse::STATUS, vmport_command<&VmMouse::status>(vmmouse_));
    vmport.add(VmMouse::COMMAND, vmport_command<&VmMouse::command>(vmmouse_));
    vmmouse_->poll.connect({[](void* mouse, int, int level) {
                                if (level) static_cast<Ps2Mouse*>(mouse)->fake_event();
                            },
                            mouse_, 0});
    if (config_.debugcon)
        if (CharSink* sink = host_.debug_console()) add<IsaDebugcon>(io_, config_.debugcon->port, *sink);
    if (config_.debug_exit)
        add<IsaDebugExit>(io_, config_.debug_exit->port, config_.debug_exit->size, &PcMachine::debug_exit,
                          this);

    fw_cfg_ = &add<FwCfg>(io_, memory_); // 510, 514
}

Result<> PcMachine::build_pci()
{
    const auto slot = pci_devfn;
    smiact_.connect(add<I440FX>(pci_, *ram_).smiact()); // 00.0, CF8, CFC

    std::array<IrqInput, PIIX3::ISA_IRQS> isa_irq;
    for (int n = 0; n < PIIX3::ISA_IRQS; n++) isa_irq[n] = pic_->in(n);
    auto& piix3 = add<PIIX3>(pci_, slot(1, 0), isa_irq); // CF9
    piix3.reset_request.connect(irq_input<&PcMachine::request_reset>(this));

    auto& ide = add<PIIX3Ide>(pci_, slot(1, 1), clock_, pic_->in(14), pic_->in(15)); // 1F0, 3F6, 170, 376
    for (auto& d : drives_) {
        if (d->config.interface != DriveConfig::Interface::Ide) continue;
        IdeChannel& channel = d->config.index < 2 ? ide.primary : ide.secondary;
        if (d->config.cdrom) channel.attach_cdrom(d->config.index % 2, d->backend);
        else channel.attach_disk(d->config.index % 2, d->backend, disk_config(d->config));
    }

    PIIX4PM::Config pm_config;
    pm_config.lpt1 = !config_.parallel.empty();
    pm_config.com1 = !config_.serial.empty();
    pm_config.com2 = config_.serial.size() > 1;
    pm_ = &add<PIIX4PM>(pci_, slot(1, 3), clock_, pm_config); // 600 and 700 as SeaBIOS sets them, B2, AE00, AFE0
    pm_->sci.connect(pic_->in(9));
    pm_->smi.connect({[](void* cpu, int, int level) {
                          if (level) static_cast<Cpu*>(cpu)->smi();
                      },
                      cpu_, 0});
    pm_->power_off.connect(irq_input<&PcMachine::request_power_off>(this));

    auto rom = vga_bios();
    if (!rom) return Error{rom.error()};
    if (config_.vga == VgaCard::Std) {
        RamBlock* vram = Vga::allocate_vram(ram_list_, StdVga::VRAM_SIZE);
        if (!vram) return error("not enough memory for the display card");
        display_ = &add<StdVga>(pci_, slot(2, 0), clock_, *vram, load_video_rom(ram_list_, *rom)).display();
    } else if (config_.vga == VgaCard::Cirrus) {
        RamBlock* vram = Vga::allocate_vram(ram_list_, CIRRUS_VRAM);
        if (!vram) return error("not enough memory for the display card");
        display_ =
            &add<CirrusVga>(pci_, slot(2, 0), clock_, *vram, load_video_rom(ram_list_, *rom)).display();
    }
    return {};
}

i64 PcMachine::rtc_start() const
{
    switch (config_.rtc.base) {
    case RtcConfig::Base::Utc: break;
    case RtcConfig::Base::LocalTime: return host_.date_us() / 1'000'000 + host_.utc_offset_s();
    case RtcConfig::Base::Date: return config_.rtc.date;
    }
    return host_.date_us() / 1'000'000;
}

} // namespace tabpc
