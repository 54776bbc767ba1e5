// See generator.h.
#include "generator.h"
#include "box.h"
#include "builder.h"
#include "cpu/decode.h"

namespace tabpc::ir::test {

namespace {

Insn decoded(std::initializer_list<u8> bytes)
{
    Insn i;
    End end;
    if (decode(std::span(bytes.begin(), bytes.size()), {true, true, true}, 0, i, end) != Decoded::Ok)
        std::abort();
    return i;
}

class Generator {
public:
    Generator(oracle::Random& random) : random_(random), builder_(1 + random.below(5))
    {
        const std::span<const Insn> insns = callable();
        builder_.region.insns.assign(insns.begin(), insns.end());
        builder_.region.insns.emplace_back();
    }

    Region region()
    {
        const u32 blocks = static_cast<u32>(builder_.region.blocks.size());
        for (u32 b = 0; b < blocks; b++) {
            builder_.start(b);
            for (auto& list : values_) list.clear();
            pointers_.clear();
            // Every round of a loop costs something, so every region ends.
            const u32 instructions = 1 + random_.below(5);
            builder_.check_budget(instructions, exit(Exit::Budget));
            builder_.charge(instructions);
            for (u32 n = 3 + random_.below(40); n > 0; n--) operation();
            end(blocks);
        }
        return builder_.region;
    }

private:
    template <size_t N>
    Code pick(const Code (&of)[N])
    {
        return of[random_.below(N)];
    }
    bool chance(u32 percent) { return random_.percent(percent); }
    static unsigned index(Type type) { return type == Type::I64; }

    u64 number(Type type)
    {
        static constexpr u64 NUMBERS[] = {0,
                                          1,
                                          2,
                                          3,
                                          4,
                                          7,
                                          8,
                                          15,
                                          16,
                                          24,
                                          31,
                                          32,
                                          33,
                                          63,
                                          0x7f,
                                          0x80,
                                          0xff,
                                          0xff00,
                                          0xffff,
                                          0xffffff00,
                                          0xffff0000,
                                          0x7fffffff,
                                          0x80000000,
                                          0xffffffff,
                                          u64(1) << 32,
                                          u64(1) << 63,
                                          ~u64(0),
                                          ~u64(0xff)};
        const u64 v =
            chance(80) ? NUMBERS[random_.below(static_cast<u32>(std::size(NUMBERS)))] : random_.next();
        return type == Type::I64 ? v : v & 0xffffffff;
    }
    Ref keep(Type type, Ref ref)
    {
        values_[index(type)].push_back(ref);
        return ref;
    }
    Ref constant(Type type, u64 v)
    {
        return keep(type,
                    type == Type::I64 ? builder_.constant64(v) : builder_.constant(static_cast<u32>(v)));
    }
    // A value made before, a late one by preference.
    Ref any(Type type)
    {
        auto& list = values_[index(type)];
        const u32 size = static_cast<u32>(list.size());
        if (size == 0 || chance(15)) {
            if (chance(50)) return constant(type, number(type));
            const Ref get = keep(Type::I32, builder_.get(variable()));
            if (type == Type::I32) return get;
            return keep(type,
                        builder_.add({.code = chance(60) ? Code::ZeroExtend : Code::SignExtend, .a = get}));
        }
        const u32 back = chance(70) ? random_.below(std::min(size, 4u)) : random_.below(size);
        return list[size - 1 - back];
    }
    unsigned variable() { return chance(60) ? random_.below(4) : random_.below(VARS); }

    u8 form()
    {
        const u8 carry = chance(25) ? FlagForm::OWN_CARRY : 0;
        return static_cast<u8>(random_.below(FlagForm::KINDS) | random_.below(3) << FlagForm::WIDTH_SHIFT | carry);
    }
    void set()
    {
        const unsigned v = variable();
        builder_.set(v, v == FLAG_FORM ? constant(Type::I32, form()) : any(Type::I32));
    }
    u16 exit(Exit::Reason reason)
    {
        const u8 flags = chance(20) ? u8{FlagForm::DYNAMIC} : form();
        const u16 undone = static_cast<u16>(random_.below(3));
        return builder_.exit(
            {.rip = 0x1000 + random_.below(16), .undone = undone, .reason = reason, .flags = flags});
    }

    void pure()
    {
        static constexpr Code TWO[] = {Code::Add,  Code::Sub,  Code::Mul,  Code::And,  Code::And,  Code::And,
                                       Code::Or,   Code::Xor,  Code::Shl,  Code::ShrU, Code::ShrS, Code::Shl,
                                       Code::ShrU, Code::Rotl, Code::Rotr, Code::Eq,   Code::Ne,   Code::LtU,
                                       Code::LtS,  Code::LeU,  Code::LeS};
        static constexpr Code ONE[] = {Code::Clz,      Code::Ctz, Code::Popcnt, Code::Extend8,
                                       Code::Extend16, Code::Eqz, Code::Eqz};
        static constexpr Code CONVERSIONS[] = {Code::ZeroExtend, Code::SignExtend, Code::Wrap, Code::Wrap};
        static constexpr Code DIVISIONS[] = {Code::DivU, Code::DivS, Code::RemU, Code::RemS};
        const Type type = chance(65) ? Type::I32 : Type::I64;
        Op op{.code = Code::Select, .type = type};
        switch (random_.below(10)) {
        default: {
            op.code = pick(TWO);
            op.a = any(type);
            op.b = chance(50) ? constant(type, number(type)) : any(type);
            break;
        }
        case 0:
        case 1:
            op.code = pick(ONE);
            op.a = any(type);
            break;
        case 2:
        case 3:
            op.code = pick(CONVERSIONS);
            op.a = any(op.code == Code::Wrap ? Type::I64 : Type::I32);
            break;
        case 4:
            op.a = any(type);
            op.b = any(type);
            op.c = any(Type::I32);
            break;
        case 5:
            op.code = pick(DIVISIONS);
            op.a = any(type);
            op.b = chance(50) ? constant(type, 1 + random_.below(16)) : divisor(type);
            break;
        }
        keep(result_type(op), builder_.add(op));
    }
    // Neither 0 nor -1.
    Ref divisor(Type type)
    {
        Op op{.code = Code::And, .type = type, .a = any(type), .b = constant(type, 0xff)};
        op.a = builder_.add(op);
        op.b = constant(type, 1);
        op.code = Code::Or;
        return keep(type, builder_.add(op));
    }

    // Mostly within one page, and mostly one that can be reached.
    Ref address()
    {
        if (chance(40) && !addresses_.empty() && last_block_ == builder_.current)
            return addresses_[random_.below(static_cast<u32>(addresses_.size()))];
        if (last_block_ != builder_.current) addresses_.clear();
        last_block_ = builder_.current;
        const u32 kind = random_.below(12), page = kind < 9    ? Box::WRITABLE
                                                   : kind < 11 ? Box::READABLE
                                                               : Box::UNKNOWN;
        if (chance(50)) {
            addresses_.push_back(constant(Type::I32, page + random_.below(6)));
            return addresses_.back();
        }
        Op op{.code = Code::And, .a = any(Type::I32), .b = constant(Type::I32, chance(80) ? 0x3f : 0xfff)};
        op.a = builder_.add(op);
        op.b = constant(Type::I32, page);
        op.code = Code::Add;
        addresses_.push_back(keep(Type::I32, builder_.add(op)));
        return addresses_.back();
    }
    struct Pointer {
        Ref ref;
        u8 size;
        MemoryAccess access;
    };
    void translate()
    {
        Pointer p;
        p.size = random_.pick<u8>({1, 2, 4, 4, 8, 10, 16});
        p.access = chance(50) ? MemoryAccess::Read : MemoryAccess::Write;
        const Ref a = address();
        p.ref = builder_.translate(a, p.size, p.access, exit(Exit::Redo));
        pointers_.push_back(p);
    }
    void access()
    {
        if (pointers_.empty()) return translate();
        const Pointer p = pointers_[random_.below(static_cast<u32>(pointers_.size()))];
        u8 size = random_.pick<u8>({1, 2, 4, 8});
        while (size > p.size) size /= 2;
        const Type type = Builder::type(size);
        if (p.access == MemoryAccess::Write && chance(50)) builder_.store(p.ref, any(type), size);
        else keep(type, builder_.load(p.ref, size));
    }
    void state()
    {
        const u8 size = random_.pick<u8>({1, 2, 4, 8});
        const u64 offset = state_offset() +
                           (chance(70) ? random_.below(STATE_BYTES / 8) * 8 : random_.below(STATE_BYTES - 7));
        const Type type = Builder::type(size);
        if (chance(50)) builder_.store_state(offset, any(type), size);
        else keep(type, builder_.load_state(offset, size));
    }
    void call()
    {
        const u32 n = random_.below(static_cast<u32>(callable().size()));
        const u16 here = exit(Exit::Next);
        builder_.spill(here);
        const Ref status = builder_.add({.code = Code::Call, .imm = n});
        const u16 returned = builder_.exit({.reason = Exit::Returned});
        builder_.add({.code = Code::LeaveSpilled, .a = status, .exit = returned});
        builder_.add({.code = Code::Reload, .imm = (1u << VARS) - 1});
        builder_.charge(builder_.region.exits[here].undone);
        keep(Type::I32, status);
        pointers_.clear();
    }

    // Mostly does not.
    void exit_if()
    {
        Ref condition = any(Type::I32);
        if (chance(70)) condition = builder_.pure(Code::Eqz, condition);
        builder_.exit_if(condition, exit(Exit::Next));
    }

    void operation()
    {
        const u32 n = random_.below(100);
        if (focus_ == Memory && chance(60)) return chance(30) ? translate() : access();
        if (focus_ == State && chance(40)) return state();
        if (n < 58) pure();
        else if (n < 72) set();
        else if (n < 79) translate();
        else if (n < 89) access();
        else if (n < 94) state();
        else if (n < 97) call();
        else exit_if();
    }

    void end(u32 blocks)
    {
        switch (random_.below(6)) {
        case 0: return builder_.leave(exit(Exit::Next));
        case 1: return builder_.leave_to(any(Type::I32), exit(Exit::Next));
        case 2: return builder_.jump(random_.below(blocks));
        default: {
            const Ref condition = any(Type::I32);
            const u32 yes = random_.below(blocks), no = random_.below(blocks);
            return builder_.branch(condition, yes, no);
        }
        }
    }

    oracle::Random& random_;
    Builder builder_;
    std::vector<Ref> values_[2]; // I32, I64
    std::vector<Ref> addresses_;
    std::vector<Pointer> pointers_;
    u32 last_block_ = ~0u;
    // Some regions have much of one thing.
    enum Focus { Values, Memory, State } const focus_ = random_.pick({Values, Values, Memory, State});
};

} // namespace

std::span<const Insn> callable()
{
    static const Insn INSNS[] = {
        decoded({0x3f}),             // AAS
        decoded({0xd4, 10}),         // AAM
        decoded({0xd4, 0}),          // AAM 0: #DE
        decoded({0x66, 0x01, 0xd8}), // ADD AX, BX
        decoded({0x66, 0x89, 0x06}), // MOV [ESI], AX
        decoded({0x0f, 0x22, 0xd8}), // MOV CR3, EAX: the softmmu forgets everything
    };
    return INSNS;
}

u64 state_offset()
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
    return offsetof(Cpu, s) + offsetof(CpuState, xmm);
#pragma GCC diagnostic pop
}

Region random_region(oracle::Random& random) { return Generator(random).region(); }

} // namespace tabpc::ir::test
