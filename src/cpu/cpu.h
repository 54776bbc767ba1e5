// One x86 CPU: its state, its view of memory, the blocks of decoded instructions and the loop that runs them. It knows
// ports, memory and the clock by reference and its pins by wires; devices do not know it. The instruction definitions are
// in insns/, the slow and rare instructions in helpers/, the interpreter in interp*.cpp.
#pragma once
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"
#include "core/memory.h"
#include "cpu/insn.h"
#include "cpu/mmu.h"
#include "cpu/state.h"
#include "cpu/translated.h"
#include <memory>
#include <type_traits>

namespace tabpc {

class BlockCache;
class Translator;
struct Block;
enum class Outcome : u8;

// How an instruction came out.
enum class Status : u8 {
    Next,  // done; go on behind it
    Leave, // done, and rip is set: look at interrupts and the mode before going on
    Fault, // not done: an exception is pending in Cpu::fault; rip and everything else are as before it
};

// The pins and neighbours of a CPU, given by the board.
struct CpuWires {
    void* opaque = nullptr;
    u8 (*acknowledge)(void* opaque) = nullptr;     // INTA cycle: the vector of the pending external interrupt
    void (*ferr)(void* opaque, int level) = nullptr; // FERR#: x87 error with CR0.NE = 0 (IRQ 13)
    void (*shutdown)(void* opaque) = nullptr;      // shutdown cycle: triple fault
    void (*smiact)(void* opaque, int level) = nullptr; // SMIACT#: in system management mode, SMRAM answers
};

class Cpu final : public Device, private PhysMap::Listener, private RamList::CodeObserver {
public:
    Cpu(VirtualClock& clock, PhysMap& memory, IoSpace& io, CpuWires wires, unsigned index = 0);
    ~Cpu() override;

    // ---- for the machine ------------------------------------------------------------------------------------------
    void reset() override;
    void serialize(Archive& ar) override;

    // Runs at most `instructions`; returns early when halted or when a pin asks the machine to look (request_exit). The
    // clock's instruction count has been advanced by what was retired.
    void run(u64 instructions);
    bool halted() const { return s.halted && !wake_pending(); }

    void set_intr(int level); // INTR
    void nmi();
    void smi();
    void init();              // INIT: like reset, but caches, FPU and memory keep their contents
    void set_a20(int level);
    bool a20() const { return a20_mask_ == ~u64(0); }
    void set_ignne(int level) { ignne_ = level; } // IGNNE#: with CR0.NE = 0, x87 errors are ignored
    bool ignne() const { return ignne_; }
    void request_exit() { exit_requested_ = true; } // leave run() after the current instruction
    bool shut_down() const { return shut_down_; }
    // Who runs hot code; null: the interpreter runs all. It must outlive the CPU or be taken away again.
    void set_translator(Translator* t);

    // ---- for instructions: faults -----------------------------------------------------------------------------------
    struct Fault {
        u8 vector = 0;
        bool has_error = false;
        u32 error = 0;
    };
    Fault fault; // pending while an instruction returns Status::Fault

    // Make an exception pending. They return false, so that a function that reports success as bool can return them.
    bool raise(u8 vector);
    bool raise(u8 vector, u32 error_code);
    bool page_fault(LinAddr at, u32 error_code); // sets CR2

    // Enters the handler of the pending fault, with double and triple faults. helpers/interrupt.cpp
    void deliver_fault();
    bool entered_handler = false; // set by enter_interrupt: no single-step trap then
    void enter_shutdown(); // the shutdown state: only reset, INIT, NMI or SMI lead out

    // ---- for instructions: memory ------------------------------------------------------------------------------------
    // Linear addresses; any alignment, page crossing, MMIO. False: a page fault is pending and nothing was written.
    // `system` accesses (descriptor tables, TSS, stacks of an inner level) are supervisor accesses whatever the CPL.
    template <class T> [[nodiscard]] bool read(LinAddr at, T& v, bool system = false);
    template <class T> [[nodiscard]] bool write(LinAddr at, T v, bool system = false);
    // As write, but only tests (A and D bits are set, faults are raised).
    [[nodiscard]] bool probe(LinAddr at, unsigned size, Access access, bool system = false);
    // #AC where EFLAGS.AC asks for it. Accesses do this by themselves, probe() does not.
    [[nodiscard]] bool check_alignment(LinAddr at, unsigned size)
    {
        return check_alignment(at, size, s.cpl == 3);
    }
    // Offsets in a segment, with its checks (#SS for SS, else #GP), 16- or 32-bit offsets as given.
    [[nodiscard]] bool check(Sreg seg, u64 offset, unsigned size, bool write);
    template <class T> [[nodiscard]] bool read(Sreg seg, u64 offset, T& v);
    template <class T> [[nodiscard]] bool write(Sreg seg, u64 offset, T v);

    // The E operand of an instruction for helpers: register or memory by i.form.
    template <class T> [[nodiscard]] bool get_e(const Insn& i, T& v);
    template <class T> [[nodiscard]] bool set_e(const Insn& i, T v);
    // Its offset in the segment and its segment, of a memory operand.
    u64 effective_address(const Insn& i) const;
    [[nodiscard]] bool linear_address(const Insn& i, unsigned size, bool write, LinAddr& at);

    u64 stack_mask() const { return s.seg[SS].big() ? 0xffffffff : 0xffff; }
    u64 code_mask() const { return s.seg[CS].big() ? 0xffffffff : 0xffff; }
    u64 next_rip(const Insn& i) const { return (s.rip + i.end) & 0xffffffff; } // behind i; also right after it left
    u64 this_rip(const Insn& i) const { return (s.rip + i.end - i.length) & 0xffffffff; }

    // ---- for instructions: changes that reach further -----------------------------------------------------------------
    // After CR0, CR3, CR4, EFER changed as given: flushes what must be.
    void flush_tlb(bool global_too);
    void flush_page(LinAddr at);
    // After CPL, a segment register, EFLAGS.VM, CR0 or TF/RF/debug registers changed: recomputes the mode key.
    void mode_changed();
    void set_cpl(u8 cpl);
    // The next instruction runs before interrupts are looked at; after MOV SS, before debug traps as well.
    void shadow_interrupts() { shadow_ = true; }
    void shadow_traps() { shadow_ = trap_shadow_ = true; }
    // Brings the clock to this instruction: call before anything that reads time or touches a device.
    void sync_clock(const Insn& i);
    bool io_allowed(u16 port, unsigned size); // IOPL and TSS bitmap; raises #GP
    u32 io_read(const Insn& i, u16 port, int size);
    void io_write(const Insn& i, u16 port, u32 value, int size);

    CpuState s;
    VirtualClock& clock;
    PhysMap& memory;
    IoSpace& io;
    const CpuWires wires;
    const unsigned index; // APIC id

    struct Stats {
        u64 interpreted = 0, translated = 0, helpers = 0, blocks_decoded = 0, tlb_fills = 0, code_writes = 0;
    } stats;

    // ---- for the interpreter and the translator -------------------------------------------------------------------------
    // The mode a block was decoded for; part of the key of decoded and translated code.
    enum ModeKey : u32 {
        CODE32 = 1,    // CS.D
        STACK32 = 2,   // SS.B
        USER = 4,      // CPL 3
        FLAT = 8,      // CS, DS, ES, SS: base 0, limit 4 GiB, usable
        PROTECTED = 16,
        V86 = 32,
        WORD_SEGMENTS = 64, // CS, DS, ES, SS: limits of 64 KiB exactly, readable, and all but CS writable
    };
    u32 mode_key() const { return mode_key_; }

    // ---- for translated code --------------------------------------------------------------------------------------------
    TranslatedState translated;
    i64& budget() { return left_; } // while translated code runs: without the instructions it has charged
    const Tlb::Entry* tlb_table(bool user, bool write) { return tlb_.table(user, write); }
    // Host pointer for an access that is a plain load or store; null: the interpreter has to do it.
    u8* plain(LinAddr at, unsigned size, bool write) const
    {
        const Tlb::Entry e = (write ? write_table_ : read_table_)[at >> PAGE_BITS];
        if ((e & Tlb::INVALID) || (at & PAGE_MASK_4K) + size > PAGE_SIZE_4K) return nullptr;
        return reinterpret_cast<u8*>(e + static_cast<uintptr_t>(at));
    }
    // Runs an instruction that translated code does not do by itself, and with an x87 or SSE instruction those of its kind
    // behind it; an Insn of another kind must end them. rip is the first one's, their `end` counts from there. Next: all
    // are done, and translated code may go on. Leave: rip is set. Fault: rip is that of the one that faults. Of those that
    // were not begun the charge is given back.
    Status interpret(const Insn& i);
    // The blocks and what they were decoded from.
    BlockCache& blocks() { return *blocks_; }
    bool stepping() const { return single_; }
    // Whether code behind an instruction that ends its block may run without a look at the pins.
    bool may_go_on();
    // Whether the run loop has to be gone back to even so: code was written over.
    bool must_leave() { return stop_block_ || !may_go_on(); }

    // Host pointer for an access of `size` bytes at a linear address, null: a fault is pending. When the bytes are not
    // plain memory (MMIO, page crossing, code, clean pages) the pointer is into a bounce buffer, which reads have
    // filled and which commit_bounce() writes out.
    u8* slow_access(const Insn* i, LinAddr at, unsigned size, Access access, unsigned operand);
    bool is_bounce(const u8* p) const
    {
        return reinterpret_cast<uintptr_t>(p) - reinterpret_cast<uintptr_t>(bounce_) < sizeof bounce_;
    }
    // Writes out what `operand` left in its bounce buffer. True: leave the block after this instruction.
    bool commit_bounce(const Insn* i, unsigned operand);

    // Repetition. How many iterations of a string instruction the budget has room for (at least 1), and the charge for
    // iterations beyond the first: each counts as one retired instruction.
    u64 string_budget() const { return single_ || left_ < 0 ? 1 : static_cast<u64>(left_) + 1; }
    // Between two iterations: whether the machine or a pin wants the CPU.
    bool attention_wanted() const { return exit_requested_ || wake_pending(); }
    void charge(u64 iterations) { left_ -= static_cast<i64>(iterations); }

private:
    friend struct Engine; // the interpreter's loop
    friend class BlockCache;

    void memory_map_changed() override;
    void memory_marked_clean(RamAddr at, u64 length) override;
    void ram_written(RamAddr at, u64 length) override;

    bool wake_pending() const;
    Status left_translated(const Insn& i, Outcome how, u64 next, bool flags, u32 mapping);
    bool virtual_interrupt_waits() const;
    void step(bool shadow, bool trap_shadow); // one block, or one instruction where each must be looked at
    // breakpoints.cpp
    void checks_changed();
    bool under_breakpoint(LinAddr page) const;
    bool check_alignment(LinAddr at, unsigned size, bool user);
    bool check_access(LinAddr at, unsigned size, Access access, bool user);
    void check_port(u16 port, unsigned size);
    bool hit_instruction_breakpoint();
    void debug_traps(bool single_step);
    bool take_interrupts(); // pins, in the SDM's order of priority; true if something was taken
    [[nodiscard]] bool walk(LinAddr at, Access access, bool user, Translation& t);
    [[nodiscard]] bool walk_legacy(LinAddr at, Access access, bool user, Translation& t);
    [[nodiscard]] bool walk_pae(LinAddr at, Access access, bool user, Translation& t);
    bool page_fault_at(LinAddr at, Access access, bool user, u32 why);
    [[nodiscard]] bool finish_walk(LinAddr at, Access access, bool user, u64 rights, Translation& t);
    bool fill(LinAddr at, Access access, bool user, Translation& t);
    [[nodiscard]] bool access_bytes(LinAddr at, u8* data, unsigned size, Access access, bool system);

    // What stands in for an operand that is not plain memory.
    struct Bounce {
        alignas(16) u8 data[16];
        PhysAddr phys[2]; // of the first byte, and of the first byte on the second page
        u8 size, first;   // bytes in all, and on the first page
        bool write;
    };
    Bounce bounce_[2];
    void bounce_in(Bounce& b);
    void store_physical(PhysAddr at, const u8* data, unsigned size);
    void after_store(RamAddr at, unsigned size);
    // Pages that hold code and are written: where they are, while the mapping stands.
    struct Tracked {
        u64 tag = ~u64(0); // linear page << 1 | user
        u32 generation = 0;
        RamAddr ram = 0;
        u8* host = nullptr;
    };
    std::array<Tracked, 64> tracked_;
    u8* beside_code(LinAddr at, unsigned size, bool user);

    Tlb tlb_;
    Tlb::Entry* read_table_;  // of the current privilege
    Tlb::Entry* write_table_;
    u64 a20_mask_ = ~u64(0);
    u32 mode_key_ = 0;

    // The block that runs, and what is left of the budget when it has: exact counts come from these two and the instruction.
    const Block* block_ = nullptr;
    i64 left_ = 0;
    u64 run_end_ = 0; // the instruction count at which the budget is used up
    bool stop_block_ = false;
    u32 code_page_ = 0; // the linear page the running block was fetched from
    Translator* translator_ = nullptr;
    const Insn* calling_end_ = nullptr; // behind the instructions that interpret() runs for translated code
    bool single_ = false; // one instruction at a time: TF, breakpoints, an interrupt shadow

    // What DR7 and EFLAGS.AC ask for, as of the last checks_changed(). Bit n: a breakpoint of DRn.
    u8 code_breakpoints_ = 0, data_breakpoints_ = 0, io_breakpoints_ = 0;
    u8 met_breakpoints_ = 0; // by the instruction that runs
    bool alignment_checks_ = false;
    std::array<u64, 8> seen_dr_{};

    bool intr_ = false, nmi_pending_ = false, smi_pending_ = false, ignne_ = false;
    bool exit_requested_ = false, shadow_ = false, trap_shadow_ = false, shut_down_ = false;
    std::unique_ptr<BlockCache> blocks_;
};

template <class T> bool Cpu::read(LinAddr at, T& v, bool system)
{
    return access_bytes(at, reinterpret_cast<u8*>(&v), sizeof v, Access::Read, system);
}
template <class T> bool Cpu::write(LinAddr at, T v, bool system)
{
    return access_bytes(at, reinterpret_cast<u8*>(&v), sizeof v, Access::Write, system);
}
template <class T> bool Cpu::read(Sreg seg, u64 offset, T& v)
{
    return check(seg, offset, sizeof v, false) && read((s.seg[seg].base + offset) & 0xffffffff, v);
}
template <class T> bool Cpu::write(Sreg seg, u64 offset, T v)
{
    return check(seg, offset, sizeof v, true) && write((s.seg[seg].base + offset) & 0xffffffff, v);
}
template <class T> bool Cpu::get_e(const Insn& i, T& v)
{
    if (!i.memory) {
        v = ld<T>(reinterpret_cast<const u8*>(s.gpr.data()) + i.base);
        return true;
    }
    LinAddr at;
    return linear_address(i, sizeof v, false, at) && read(at, v);
}
template <class T> bool Cpu::set_e(const Insn& i, T v)
{
    if (!i.memory) {
        st<T>(reinterpret_cast<u8*>(s.gpr.data()) + i.base, v);
        return true;
    }
    LinAddr at;
    return linear_address(i, sizeof v, true, at) && write(at, v);
}

} // namespace tabpc
