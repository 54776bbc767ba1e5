// The helper functions of helpers.inc and what they share.
#pragma once
#include "cpu/cpu.h"

namespace tabpc {

namespace helper {
#define HELPER(name) Status name(Cpu& c, const Insn& i);
#include "cpu/helpers.inc"
#undef HELPER
} // namespace helper

// ---- shared between helper files ----------------------------------------------------------------------------------------

// helpers/interrupt.cpp. Enters a handler through the IVT or IDT, SDM vol. 3, 6.12. rip must be the return address.
enum class IntKind : u8 { Exception, Software /* INT n, INT3, INTO: checks DPL */, External };
[[nodiscard]] bool enter_interrupt(Cpu& c, u8 vector, IntKind kind, bool has_error, u32 error);

// helpers/task.cpp. SDM vol. 3, 7.3. rip must be the address the old task resumes at. False: a fault is pending; when TR
// has changed, the fault belongs to the new task.
enum class TaskSource : u8 { Call, Jump, Iret, Interrupt };
[[nodiscard]] bool task_switch(Cpu& c, u16 selector, TaskSource source, bool has_error, u32 error);
// The stack pointer that the TSS holds for an inner level.
[[nodiscard]] bool inner_stack(Cpu& c, unsigned level, u16& ss, u32& esp);
// For an instruction that may switch tasks or enter a handler: runs `transfer` with rip behind the instruction, and sorts
// out whose fault it is when it fails.
template <class F> Status transfer_with_return_address(Cpu& c, const Insn& i, F&& transfer)
{
    const u64 block = c.s.rip;
    const u16 task = c.s.tr.selector;
    c.s.rip = c.next_rip(i);
    if (transfer()) return Status::Leave;
    if (c.s.tr.selector == task) {
        c.s.rip = block;
        return Status::Fault;
    }
    c.deliver_fault(); // of the new task: its rip is set
    return Status::Leave;
}

// helpers/descriptor.cpp.
// Types of system segments and gates, SDM vol. 3, table 3-2.
namespace systype {
enum : u8 {
    TSS16 = 1, LDT = 2, TSS16_BUSY = 3, CALL_GATE16 = 4, TASK_GATE = 5, INT_GATE16 = 6, TRAP_GATE16 = 7,
    TSS32 = 9, TSS32_BUSY = 11, CALL_GATE32 = 12, INT_GATE32 = 14, TRAP_GATE32 = 15,
    BUSY = 2,
};
}

struct Descriptor {
    u32 low = 0, high = 0;
    u32 base() const { return (low >> 16) | ((high & 0xff) << 16) | (high & 0xff000000); }
    u32 limit() const
    {
        const u32 l = (low & 0xffff) | (high & 0x000f0000);
        return high & Segment::G ? (l << 12) | 0xfff : l;
    }
    unsigned type() const { return (high >> 8) & 15; } // system types when S is clear
    unsigned dpl() const { return (high >> 13) & 3; }
    bool system() const { return !(high & Segment::S); }
    bool code() const { return (high & (Segment::S | Segment::CODE)) == (Segment::S | Segment::CODE); }
    bool conforming() const { return code() && (high & Segment::CONFORMING); }
    bool data() const { return (high & (Segment::S | Segment::CODE)) == Segment::S; }
    bool writable_data() const { return data() && (high & Segment::WRITABLE); }
    bool readable() const { return data() || (code() && (high & Segment::READABLE)); }
    bool present() const { return high & Segment::P; }

    bool is_system(unsigned t) const { return system() && type() == t; }
    bool is_tss() const { return system() && (type() & ~u32{systype::BUSY | 8}) == systype::TSS16; }

    // Gates.
    u16 gate_selector() const { return static_cast<u16>(low >> 16); }
    bool gate32() const { return high & (1u << 11); }
    u32 gate_offset() const { return gate32() ? (high & 0xffff0000) | (low & 0xffff) : low & 0xffff; }
    unsigned gate_parameters() const { return high & 31; }
};

constexpr bool is_null(u16 selector) { return !(selector & ~3); }
constexpr u32 selector_error(u16 selector) { return selector & ~3u; }

// Reads the descriptor a selector names. False: a fault is pending (#GP(selector), or a page fault).
[[nodiscard]] bool read_descriptor(Cpu& c, u16 selector, Descriptor& d, u8 fault_vector = exc::GP);
// The same without a fault for a selector beyond its table: LAR, LSL, VERR, VERW. `found` says whether d is valid.
[[nodiscard]] bool find_descriptor(Cpu& c, u16 selector, Descriptor& d, bool& found);
[[nodiscard]] bool set_accessed(Cpu& c, u16 selector, Descriptor& d);
// Writes the type byte of a system descriptor back with the busy bit as given.
[[nodiscard]] bool set_busy(Cpu& c, u16 selector, Descriptor& d, bool busy);
// Fills the hidden part. Real mode and V86 form: base = selector * 16, limit 64 KiB (kept in real mode), data, writable.
void load_segment(Cpu& c, Sreg seg, u16 selector, const Descriptor& d);
void load_segment_real(Cpu& c, Sreg seg, u16 selector);
void load_segment_null(Cpu& c, Sreg seg, u16 selector);
Segment hidden_part(u16 selector, const Descriptor& d);

// helpers/segment.cpp.
// MOV/POP to a data or stack segment register with all checks of the mode.
[[nodiscard]] bool move_to_sreg(Cpu& c, Sreg seg, u16 selector);
// The checks of a stack (data) segment to be used at a level; the accessed bit is not set yet. `fault_vector` is #GP for
// instructions and #TS for a stack or a task from a TSS.
[[nodiscard]] bool check_stack_segment(Cpu& c, u16 selector, unsigned level, Descriptor& d, u8 fault_vector);
[[nodiscard]] bool check_data_segment(Cpu& c, u16 selector, unsigned level, Descriptor& d, u8 fault_vector);

// helpers/stack.cpp. Changes the bits of EFLAGS under `mask`, the arithmetic ones included.
void write_eflags(Cpu& c, u32 value, u32 mask);

// helpers/control_registers.cpp. All checks and flushes of a new CR0, CR3, CR4. False: #GP(0) is pending.
[[nodiscard]] bool write_cr0(Cpu& c, u64 value);
[[nodiscard]] bool write_cr3(Cpu& c, u64 value);
[[nodiscard]] bool write_cr4(Cpu& c, u64 value);

// helpers/smm.cpp. SMI: saves the state to SMRAM and enters system management mode. SDM vol. 3, chapter 34.
void enter_smm(Cpu& c);

// Shorthands of helpers.
inline Status leave_or_fault(bool done) { return done ? Status::Leave : Status::Fault; }
inline Status next_or_fault(bool done) { return done ? Status::Next : Status::Fault; }
inline Status fault_gp0(Cpu& c)
{
    c.raise(exc::GP, 0);
    return Status::Fault;
}
inline Status fault_ud(Cpu& c)
{
    c.raise(exc::UD);
    return Status::Fault;
}
constexpr LinAddr linear(u64 at) { return at & 0xffffffff; } // outside long mode the linear space wraps at 4 GiB

} // namespace tabpc
