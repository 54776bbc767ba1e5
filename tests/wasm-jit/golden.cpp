// See golden.h.
#include "golden.h"
#include "regions.h"

namespace tabpc::jit {

namespace {

using ir::Code;
using ir::Exit;
using ir::MemoryAccess;
using ir::Ref;
using ir::Region;

void set_flags(ir::test::Builder& w, Ref result, Ref x, Ref y)
{
    w.set(ir::FLAG_RESULT, result);
    w.set(ir::FLAG_X, x);
    w.set(ir::FLAG_Y, y);
}

// add eax, ebx; xchg ecx, edx
Region registers()
{
    auto w = make_builder(1, 1);
    const Ref eax = w.get(EAX), ebx = w.get(EBX), sum = w.pure(Code::Add, eax, ebx);
    w.set(EAX, sum);
    set_flags(w, sum, eax, ebx);
    const Ref ecx = w.get(ECX), edx = w.get(EDX);
    w.set(ECX, edx);
    w.set(EDX, ecx);
    w.leave(0);
    return w.region;
}

// add [esi+8], eax; mov dl, [edi]
Region memory()
{
    auto w = make_builder(1, 2);
    const Ref p = w.translate(w.pure(Code::Add, w.get(ESI), w.constant(8)), 4, MemoryAccess::Write, 0);
    const Ref x = w.load(p, 4), y = w.get(EAX), sum = w.pure(Code::Add, x, y);
    w.store(p, sum, 4);
    set_flags(w, sum, x, y);
    const Ref q = w.translate(w.get(EDI), 1, MemoryAccess::Read, 1);
    const Ref high = w.pure(Code::And, w.get(EDX), w.constant(0xffffff00));
    w.set(EDX, w.pure(Code::Or, high, w.load(q, 1)));
    w.leave(0);
    return w.region;
}

// again: mov eax, [esi]; add ebx, eax; add esi, 4; dec ecx; jnz again
Region loop()
{
    auto w = make_builder(2, 3);
    w.check_budget(5, 0);
    w.charge(5);
    const Ref esi = w.get(ESI);
    w.set(EAX, w.load(w.translate(esi, 4, MemoryAccess::Read, 1), 4));
    w.set(EBX, w.pure(Code::Add, w.get(EBX), w.get(EAX)));
    w.set(ESI, w.pure(Code::Add, esi, w.constant(4)));
    const Ref left = w.pure(Code::Sub, w.get(ECX), w.constant(1));
    w.set(ECX, left);
    w.set(ir::FLAG_RESULT, left);
    w.branch(w.pure(Code::Ne, left, w.constant(0)), 0, 1);
    w.start(1);
    w.leave(2);
    return w.region;
}

// if (eax < ebx) ecx = 1; else if (!edx) ecx = 2; leave where edi says
Region branches()
{
    auto w = make_builder(5, 1);
    w.branch(w.pure(Code::LtS, w.get(EAX), w.get(EBX)), 1, 2);
    w.start(1);
    w.set(ECX, w.constant(1));
    w.jump(4);
    w.start(2);
    w.branch(w.pure(Code::Eqz, w.get(EDX)), 3, 4);
    w.start(3);
    w.set(ECX, w.constant(2));
    w.jump(4);
    w.start(4);
    w.leave_to(w.get(EDI), 0);
    return w.region;
}

// An instruction that is called out for, and a check on what it made of eax.
Region call()
{
    auto w = make_builder(1, 4);
    w.region.insns.resize(3);
    w.region.exits[0] = {.rip = 0x1005, .undone = 2, .reason = Exit::Next, .flags = FlagForm::LOGIC};
    w.set(EAX, w.constant(5));
    w.spill(0);
    w.add({.code = Code::LeaveSpilled, .a = w.add({.code = Code::Call, .imm = 2}), .exit = 1});
    w.add({.code = Code::Reload, .imm = 1u << EAX | 1u << EDX});
    w.exit_if(w.pure(Code::Eqz, w.pure(Code::LtU, w.get(EAX), w.get(EDX))), 2);
    w.leave(3);
    return w.region;
}

// A loop that is entered at both of its blocks.
Region irreducible()
{
    auto w = make_builder(4, 2);
    w.branch(w.get(EAX), 1, 2);
    w.start(1);
    w.set(EBX, w.pure(Code::Add, w.get(EBX), w.constant(1)));
    w.jump(2);
    w.start(2);
    w.check_budget(1, 0);
    w.branch(w.get(ECX), 1, 3);
    w.start(3);
    w.leave(1);
    return w.region;
}

// mul ebx: a value of 64 bits that is used twice
Region wide()
{
    auto w = make_builder(1, 1);
    const Ref eax = w.pure64(Code::ZeroExtend, w.get(EAX)), ebx = w.pure64(Code::ZeroExtend, w.get(EBX));
    const Ref product = w.pure64(Code::Mul, eax, ebx);
    w.set(EAX, w.pure(Code::Wrap, product));
    w.set(EDX, w.pure(Code::Wrap, w.pure64(Code::ShrU, product, w.constant64(32))));
    w.leave(0);
    return w.region;
}

} // namespace

std::vector<Golden> golden_regions()
{
    return {{"registers", registers()},
            {"memory", memory()},
            {"loop", loop()},
            {"branches", branches()},
            {"call", call()},
            {"irreducible", irreducible()},
            {"wide", wide()}};
}

Target golden_target()
{
    return {.gpr = 16,
            .rip = 160,
            .translated = 256,
            .left = 320,
            .read_table = 0x100000,
            .write_table = 0x500000,
            .insns = 0x10000};
}

} // namespace tabpc::jit
