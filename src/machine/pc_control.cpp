// What an operator can do with the machine and see of it. See pc.h, and pc_run.cpp for starting and stopping.
#include "machine/page_walk.h"
#include "machine/pc.h"
#include <cstdio>

namespace tabpc {

// ---- input

void PcMachine::key(QKeyCode key, bool down) { keyboard_->key(key, down); }

void PcMachine::send_keys(std::span<const QKeyCode> keys, int hold_ms)
{
    key_sender_->send(keys, i64(hold_ms) * 1'000'000);
}

// The pointer belongs to the vmmouse while the guest has a driver for it.
void PcMachine::mouse_move(int dx, int dy)
{
    if (vmmouse_->enabled() && !vmmouse_->absolute()) vmmouse_->move(dx, dy, 0, mouse_buttons_);
    else mouse_->move(dx, dy, 0);
}

void PcMachine::mouse_position(int x, int y)
{
    const int dx = x - mouse_x_, dy = y - mouse_y_;
    mouse_x_ = x;
    mouse_y_ = y;
    if (vmmouse_->absolute()) {
        vmmouse_->move_to(x, y, 0, mouse_buttons_);
    } else if (display_) { // in pixels of the picture, for a mouse that knows no positions
        const Surface& picture = display_->update();
        mouse_move(dx * static_cast<int>(picture.width) / 0x8000,
                   dy * static_cast<int>(picture.height) / 0x8000);
    }
}

void PcMachine::mouse_wheel(int clicks)
{
    if (vmmouse_->absolute()) vmmouse_->move_to(mouse_x_, mouse_y_, clicks, mouse_buttons_);
    else if (vmmouse_->enabled()) vmmouse_->move(0, 0, clicks, mouse_buttons_);
    else mouse_->move(0, 0, clicks);
}

void PcMachine::mouse_button(MouseButton button, bool down)
{
    const u8 bit = static_cast<u8>(1 << static_cast<int>(button));
    mouse_buttons_ = static_cast<u8>(down ? mouse_buttons_ | bit : mouse_buttons_ & ~bit);
    if (vmmouse_->absolute()) vmmouse_->move_to(mouse_x_, mouse_y_, 0, mouse_buttons_);
    else if (vmmouse_->enabled()) vmmouse_->move(0, 0, 0, mouse_buttons_);
    else mouse_->button(button, down);
}

bool PcMachine::wants_absolute_mouse() const { return vmmouse_->absolute(); }

void PcMachine::release_input()
{
    keyboard_->release_all();
    for (const MouseButton b : {MouseButton::Left, MouseButton::Right, MouseButton::Middle})
        mouse_button(b, false);
}

// ---- looking in

PhysAddr PcMachine::translate(LinAddr at) { return debug_translate(cpu_->s, memory_, at); }

// In the layout of QEMU's `info registers`, which scripts read.
std::string PcMachine::registers() const
{
    const CpuState& s = cpu_->s;
    std::string text;
    char line[160];
    const auto print = [&](const char* format, auto... values) {
        std::snprintf(line, sizeof line, format, values...);
        text += line;
    };
    const u32 flags = s.get_eflags();
    char letters[] = "-------"; // DF OF SF ZF AF PF CF
    static constexpr struct {
        char letter;
        u8 bit;
    } FLAGS[] = {{'D', 10}, {'O', 11}, {'S', 7}, {'Z', 6}, {'A', 4}, {'P', 2}, {'C', 0}};
    for (size_t i = 0; i < std::size(FLAGS); i++)
        if (bit(flags, FLAGS[i].bit)) letters[i] = FLAGS[i].letter;

    print("EAX=%08x EBX=%08x ECX=%08x EDX=%08x\r\n", s.reg32(EAX), s.reg32(EBX), s.reg32(ECX), s.reg32(EDX));
    print("ESI=%08x EDI=%08x EBP=%08x ESP=%08x\r\n", s.reg32(ESI), s.reg32(EDI), s.reg32(EBP), s.reg32(ESP));
    print("EIP=%08x EFL=%08x [%s] CPL=%d II=0 A20=%d SMM=%d HLT=%d\r\n", static_cast<u32>(s.rip), flags,
          letters, s.cpl, cpu_->a20(), s.in_smm, s.halted);
    static constexpr const char* NAMES[] = {"ES", "CS", "SS", "DS", "FS", "GS"};
    const auto segment = [&](const char* name, const Segment& g) {
        print("%-3s=%04x %08x %08x %08x\r\n", name, g.selector, static_cast<u32>(g.base), g.limit, g.attr);
    };
    for (size_t i = 0; i < s.seg.size(); i++) segment(NAMES[i], s.seg[i]);
    segment("LDT", s.ldtr);
    segment("TR", s.tr);
    print("GDT=     %08x %08x\r\n", static_cast<u32>(s.gdtr.base), s.gdtr.limit);
    print("IDT=     %08x %08x\r\n", static_cast<u32>(s.idtr.base), s.idtr.limit);
    print("CR0=%08x CR2=%08x CR3=%08x CR4=%08x\r\n", static_cast<u32>(s.cr0), static_cast<u32>(s.cr2),
          static_cast<u32>(s.cr3), static_cast<u32>(s.cr4));
    for (int i : {0, 1, 2, 3, 6, 7})
        print("DR%d=%08x%s", i, static_cast<u32>(s.dr[i]), i == 3 || i == 7 ? "\r\n" : " ");
    print("EFER=%016llx\r\n", static_cast<unsigned long long>(s.efer));
    print("FCW=%04x FSW=%04x [ST=%d] FTW=%02x MXCSR=%08x\r\n", s.fpu.cw, s.fpu.sw | s.fpu.top << 11,
          s.fpu.top, static_cast<u8>(~s.fpu.empty), s.mxcsr);
    for (int i = 0; i < 8; i++)
        print("FPR%d=%016llx %04x%s", i, static_cast<unsigned long long>(s.fpu.reg[i].sig), s.fpu.reg[i].se,
              i % 2 ? "\r\n" : " ");
    for (int i = 0; i < 8; i++)
        print("XMM%02d=%016llx%016llx%s", i, static_cast<unsigned long long>(s.xmm[i].hi),
              static_cast<unsigned long long>(s.xmm[i].lo), i % 2 ? "\r\n" : " ");
    return text;
}

MachineStats PcMachine::stats() const
{
    MachineStats m;
    m.instructions = clock_.instructions();
    m.interpreted = cpu_->stats.interpreted;
    m.translated = cpu_->stats.translated;
    if (translator_) {
        m.modules = translator_->stats.modules;
        m.bytes = translator_->stats.bytes;
    }
    m.helpers = cpu_->stats.helpers;
    m.blocks = cpu_->stats.blocks_decoded;
    m.tlb_fills = cpu_->stats.tlb_fills;
    m.code_writes = cpu_->stats.code_writes;
    m.virtual_ns = clock_.now();
    return m;
}

// ---- drives

std::vector<DriveStatus> PcMachine::drives() const
{
    std::vector<DriveStatus> list;
    for (const auto& d : drives_) {
        DriveStatus& s = list.emplace_back();
        s.config = &d->config;
        s.removable = d->config.cdrom || d->config.interface == DriveConfig::Interface::Floppy;
        s.inserted = d->backend.inserted();
        s.read_only = d->backend.read_only();
        if (const BlockBackend::Tray* tray = d->backend.tray()) {
            s.has_tray = true;
            s.locked = tray->tray_locked();
            s.tray_open = tray->tray_open();
        }
        s.file = d->config.file;
        s.length = d->backend.length();
        const auto& t = d->backend.stats();
        s.reads = t.reads;
        s.writes = t.writes;
        s.read_bytes = t.read_bytes;
        s.written_bytes = t.written_bytes;
    }
    return list;
}

Result<> PcMachine::eject(std::string_view id, bool force)
{
    for (auto& d : drives_) {
        if (d->config.id != id) continue;
        if (!d->config.cdrom && d->config.interface == DriveConfig::Interface::Ide)
            return error("Device '%s' is not removable", d->config.id.c_str());
        if (BlockBackend::Tray* tray = d->backend.tray(); tray && !tray->tray_open()) {
            if (tray->tray_locked()) {
                tray->request_eject(force);
                if (!force)
                    return error("Device '%s' is locked and force was not specified, wait for tray to open "
                                 "and try again",
                                 d->config.id.c_str());
            }
            tray->move_tray(true);
        }
        d->backend.eject();
        d->config.file.clear();
        return {};
    }
    return error("Device '%s' not found", std::string(id).c_str());
}

Result<> PcMachine::change_medium(std::string_view id, const std::string& file, std::optional<bool> read_only,
                                  bool force)
{
    for (auto& d : drives_) {
        if (d->config.id != id) continue;
        DriveConfig wanted = d->config;
        wanted.file = file;
        if (read_only) wanted.read_only = *read_only || wanted.cdrom;
        auto node = host_.open_image(wanted); // before the old medium goes: a wrong name changes nothing
        if (!node) return Error{node.error()};
        if (auto r = eject(id, force); !r) return r;
        d->config = wanted;
        d->backend.set_read_only(wanted.read_only);
        d->backend.insert(node.take());
        if (BlockBackend::Tray* tray = d->backend.tray()) tray->move_tray(false);
        return {};
    }
    return error("Device '%s' not found", std::string(id).c_str());
}

void PcMachine::tray_moved(const BlockBackend& backend, bool open)
{
    emit({.kind = MachineEvent::TrayMoved, .device = backend.id(), .tray_open = open});
}

} // namespace tabpc
