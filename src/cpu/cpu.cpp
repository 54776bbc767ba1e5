// See cpu.h: construction, reset, pins, and the loop that looks at interrupts and runs blocks.
#include "cpu/cpu.h"
#include "cpu/blocks.h"
#include "cpu/helpers.h"
#include "cpu/helpers/cpuid_features.h"
#include "cpu/interp.h"
#include <algorithm>
#include <utility>

namespace tabpc {

Cpu::Cpu(VirtualClock& clock_, PhysMap& memory_, IoSpace& io_, CpuWires wires_, unsigned index_)
    : clock(clock_), memory(memory_), io(io_), wires(wires_), index(index_), bounce_{},
      blocks_(std::make_unique<BlockCache>(memory_.ram()))
{
    memory.add_listener(this);
    memory.ram().set_code_observer(this);
    reset();
}

Cpu::~Cpu()
{
    memory.ram().set_code_observer(nullptr);
    memory.remove_listener(this);
}

// SDM vol. 3, table 9-1.
void Cpu::reset()
{
    s = CpuState{};
    s.gpr[EDX] = cpuid::SIGNATURE;
    s.rip = 0xfff0;
    s.cr0 = cr0::ET | cr0::NW | cr0::CD;
    s.dr[6] = 0xffff0ff0;
    s.dr[7] = 0x400;
    s.apic_base = 0xfee00000 | (index == 0 ? 1u << 8 : 0);
    s.idtr.limit = s.gdtr.limit = 0xffff;
    for (Segment& g : s.seg) {
        g.attr = Segment::P | Segment::S | Segment::WRITABLE | Segment::ACCESSED;
        g.limit = 0xffff;
        g.prepare(true);
    }
    s.seg[CS].selector = 0xf000;
    s.seg[CS].base = 0xffff0000;
    s.ldtr.attr = Segment::P | 2u << 8;
    s.ldtr.limit = 0xffff;
    s.tr.attr = Segment::P | 11u << 8;
    s.tr.limit = 0xffff;
    intr_ = nmi_pending_ = smi_pending_ = shadow_ = trap_shadow_ = shut_down_ = false;
    exit_requested_ = true;
    stop_block_ = true;
    tlb_.flush_all();
    blocks_->mapping_changed();
    mode_changed();
}

// INIT keeps x87, SSE and MTRR state and the cache bits of CR0. SDM vol. 3, 9.1.1.
void Cpu::init()
{
    const Fpu fpu = s.fpu;
    const auto xmm = s.xmm;
    const u32 mxcsr = s.mxcsr;
    const u64 kept = s.cr0 & (cr0::CD | cr0::NW);
    const bool intr = intr_;
    reset();
    s.fpu = fpu;
    s.xmm = xmm;
    s.mxcsr = mxcsr;
    s.cr0 = (s.cr0 & ~u64(cr0::CD | cr0::NW)) | kept;
    intr_ = intr;
}

void Cpu::serialize(Archive& ar)
{
    ar.section("cpu", 1);
    ar(s.gpr, s.rip, s.flags, s.eflags, s.seg, s.ldtr, s.tr, s.gdtr, s.idtr, s.cpl);
    ar(s.cr0, s.cr2, s.cr3, s.cr4, s.efer, s.dr, s.tsc_offset, s.apic_base);
    ar(s.sysenter_cs, s.sysenter_esp, s.sysenter_eip, s.pat, s.mtrr, s.pdpte);
    ar(s.fpu, s.xmm, s.mxcsr, s.halted, s.in_smm, s.nmi_blocked, s.smbase);
    ar(intr_, nmi_pending_, smi_pending_, ignne_, shadow_, trap_shadow_, shut_down_, a20_mask_);
    if (!ar.loading()) return;
    s.gpr[R_ZERO] = 0;
    s.cpl &= 3;
    s.fpu.top &= 7;
    blocks_->drop_all();
    memory_map_changed();
    mode_changed();
}

// ---- pins -----------------------------------------------------------------------------------------------------------------

void Cpu::set_intr(int level) { intr_ = level; }
void Cpu::nmi() { nmi_pending_ = true; }
void Cpu::smi() { smi_pending_ = true; }

void Cpu::set_a20(int level)
{
    const u64 mask = level ? ~u64(0) : ~(u64(1) << 20);
    if (mask == a20_mask_) return;
    a20_mask_ = mask;
    memory_map_changed();
}

bool Cpu::wake_pending() const
{
    return (intr_ && (s.eflags & eflags::IF)) || (nmi_pending_ && !s.nmi_blocked) || (smi_pending_ && !s.in_smm);
}

// In the order of SDM vol. 3, table 6-2.
bool Cpu::take_interrupts()
{
    if (smi_pending_ && !s.in_smm) {
        smi_pending_ = false;
        s.halted = shut_down_ = false;
        enter_smm(*this);
        return true;
    }
    if (nmi_pending_ && !s.nmi_blocked) {
        nmi_pending_ = false;
        s.nmi_blocked = true;
        s.halted = shut_down_ = false;
        if (!enter_interrupt(*this, exc::NMI, IntKind::External, false, 0)) deliver_fault();
        return true;
    }
    if (intr_ && (s.eflags & eflags::IF) && wires.acknowledge && !shut_down_) {
        s.halted = false;
        const u8 vector = wires.acknowledge(wires.opaque);
        if (!enter_interrupt(*this, vector, IntKind::External, false, 0)) deliver_fault();
        return true;
    }
    return false;
}

void Cpu::set_translator(Translator* t)
{
    blocks_->drop_all();
    translator_ = t;
    blocks_->set_translator(t);
}

// ---- faults -----------------------------------------------------------------------------------------------------------------

bool Cpu::raise(u8 vector)
{
    fault = {vector, false, 0};
    return false;
}

bool Cpu::raise(u8 vector, u32 error_code)
{
    fault = {vector, true, error_code};
    return false;
}

bool Cpu::page_fault(LinAddr at, u32 error_code)
{
    s.cr2 = at;
    return raise(exc::PF, error_code);
}

// ---- modes ------------------------------------------------------------------------------------------------------------------

static bool is_flat(const Segment& g, bool write)
{
    return g.base == 0 && g.lo == 0 && g.hi_read == 0xffffffff && (!write || g.hi_write == 0xffffffff);
}

static bool is_word_sized(const Segment& g, bool write)
{
    return g.lo == 0 && g.hi_read == 0xffff && (!write || g.hi_write == 0xffff);
}

void Cpu::mode_changed()
{
    const bool flat = s.protected_mode() && !s.v86() && is_flat(s.seg[CS], false) && is_flat(s.seg[SS], true) &&
                      is_flat(s.seg[DS], true) && is_flat(s.seg[ES], true);
    const bool words = is_word_sized(s.seg[CS], false) && is_word_sized(s.seg[SS], true) && is_word_sized(s.seg[DS], true) &&
                       is_word_sized(s.seg[ES], true);
    mode_key_ = (s.seg[CS].big() ? u32{CODE32} : 0) | (s.seg[SS].big() ? u32{STACK32} : 0) | (s.cpl == 3 ? u32{USER} : 0) |
                (flat ? u32{FLAT} : 0) | (s.protected_mode() ? u32{PROTECTED} : 0) | (s.v86() ? u32{V86} : 0) |
                (words ? u32{WORD_SEGMENTS} : 0);
    checks_changed();
    read_table_ = tlb_.table(s.cpl == 3, false);
    write_table_ = tlb_.table(s.cpl == 3, true);
}

void Cpu::set_cpl(u8 cpl)
{
    s.cpl = cpl;
    mode_changed();
}

// ---- running ------------------------------------------------------------------------------------------------------------------

// Instructions of the running block that are charged but not yet done, i included.
void Cpu::sync_clock(const Insn& i)
{
    const i64 ahead = block_ ? block_->count - (&i - block_->insns()) : calling_end_ ? calling_end_ - &i : 0;
    clock.set_instructions(run_end_ - static_cast<u64>(left_ + ahead));
}

void Cpu::run(u64 instructions)
{
    instructions = std::min(instructions, u64(1) << 30); // translated code counts in 32 bits
    run_end_ = clock.instructions() + instructions;
    left_ = static_cast<i64>(instructions);
    const u64 translated_before = stats.translated;
    exit_requested_ = false;
    while (left_ > 0 && !exit_requested_) {
        stop_block_ = false;
        const bool shadow = std::exchange(shadow_, false), trap_shadow = std::exchange(trap_shadow_, false);
        block_ = nullptr;
        if (!shadow && wake_pending()) {
            clock.set_instructions(run_end_ - static_cast<u64>(left_));
            if (take_interrupts()) left_--; // as long as an instruction, so that a storm cannot stop the clock
        }
        if (s.halted || shut_down_) break;
        step(shadow, trap_shadow);
    }
    block_ = nullptr;
    stats.interpreted += instructions - static_cast<u64>(left_) - (stats.translated - translated_before);
    clock.set_instructions(run_end_ - static_cast<u64>(left_));
}

// VIP with VIF set: IRET or a task switch has left it to the next instruction. SDM vol. 3, 20.3.2 and 20.4.
bool Cpu::virtual_interrupt_waits() const
{
    constexpr u32 BOTH = eflags::VIF | eflags::VIP;
    if (TABPC_LIKELY((s.eflags & BOTH) != BOTH)) return false;
    return s.cpl == 3 && s.iopl() < 3 && (s.cr4 & (s.v86() ? cr4::VME : cr4::PVI));
}

void Cpu::step(bool shadow, bool trap_shadow)
{
    const bool trap = (s.eflags & eflags::TF) != 0;
    single_ = shadow || trap || (code_breakpoints_ | data_breakpoints_ | io_breakpoints_) != 0;
    if (left_ <= 0) return;
    if (single_ && !trap_shadow && hit_instruction_breakpoint()) {
        left_--;
        return deliver_fault();
    }
    Block* b = virtual_interrupt_waits() && !raise(exc::GP, 0) ? nullptr : blocks_->find(*this);
    if (!b) {
        left_--;
        return deliver_fault();
    }
    if (!single_) return Engine::run(*this, b);

    s.eflags &= ~u32{eflags::RF}; // has done its work; IRET may set it again, a fault pushes it set
    entered_handler = false;
    // A budget of one, so that not even a jump goes on to the next block.
    const i64 rest = std::exchange(left_, 1) - 1;
    run_end_ -= static_cast<u64>(rest);
    Engine::run(*this, b->count > 1 ? blocks_->prefix(b, 1) : b);
    run_end_ += static_cast<u64>(rest);
    left_ += rest;
    // A trap comes after the instruction that began with TF set, unless that one took an exception or holds traps up.
    if (!trap_shadow_) debug_traps(trap && !entered_handler);
}

} // namespace tabpc
