// See decode.h.
#include "cpu/decode.h"
#include "base/bits.h"
#include "cpu/state.h"

namespace tabpc {

namespace {

constexpr u8 reg_offset(unsigned n) { return static_cast<u8>(n * 8); }
constexpr u8 reg8_offset(unsigned n) { return static_cast<u8>(n < 4 ? n * 8 : (n - 4) * 8 + 1); }
constexpr u8 NO_REG = R_ZERO * 8;

enum class Kind : u8 { None, Register, Memory, Immediate, CountCl };

class Decoder {
public:
    Decoder(std::span<const u8> code, DecodeMode mode, Insn& insn) : code_(code), mode_(mode), i_(insn) {}

    Decoded run(unsigned offset, End& end);

private:
    u8 peek() { return at_ < code_.size() ? code_[at_] : (partial_ = true, u8(0)); }
    u8 byte()
    {
        const u8 b = peek();
        at_++;
        return b;
    }
    template <class T> T value()
    {
        if (at_ + sizeof(T) > code_.size()) {
            partial_ = true;
            at_ += sizeof(T);
            return 0;
        }
        const T v = ld<T>(&code_[at_]);
        at_ += sizeof(T);
        return v;
    }
    template <class T> u64 sign_extended() { return static_cast<u64>(static_cast<i64>(value<T>())); }

    void prefixes();
    const Encoding* find_row();
    bool matches(const Encoding& e) const;
    void address16();
    void address32();
    void memory_operand();
    int width_of(Operand o) const;
    Kind operand(Operand o, unsigned n);
    Kind register_operand(unsigned n, u8 where)
    {
        (n == 0 ? i_.d : i_.s) = where;
        return Kind::Register;
    }
    Kind e_operand(unsigned n, u8 where);
    u64 relative(Operand o);
    u16 handler(const Encoding& e, const Kind (&k)[3]);

    std::span<const u8> code_;
    DecodeMode mode_;
    Insn& i_;
    unsigned at_ = 0;
    bool partial_ = false;
    bool o16_ = false, a16_ = false, has_66_ = false;
    int segment_override_ = -1;
    u8 rep_ = 0;
    Map map_ = Map::OneByte;
    u8 opcode_ = 0;
    u8 modrm_ = 0;
};

constexpr unsigned mod(u8 modrm) { return modrm >> 6; }
constexpr unsigned reg(u8 modrm) { return (modrm >> 3) & 7; }
constexpr unsigned rm(u8 modrm) { return modrm & 7; }

void Decoder::prefixes()
{
    bool operand_size = false, address_size = false;
    for (;; at_++) {
        if (at_ > MAX_INSN_LENGTH) break;
        switch (peek()) {
        case 0x26: segment_override_ = ES; continue;
        case 0x2e: segment_override_ = CS; continue;
        case 0x36: segment_override_ = SS; continue;
        case 0x3e: segment_override_ = DS; continue;
        case 0x64: segment_override_ = FS; continue;
        case 0x65: segment_override_ = GS; continue;
        case 0x66: operand_size = true; continue;
        case 0x67: address_size = true; continue;
        case 0xf0: i_.lock = 1; continue;
        case 0xf2: rep_ = Insn::REPNE; continue;
        case 0xf3: rep_ = Insn::REPE_REP; continue;
        default: break;
        }
        break;
    }
    has_66_ = operand_size;
    o16_ = operand_size == mode_.code32;
    a16_ = address_size == mode_.code32;
}

bool memory_only(Operand o)
{
    switch (o) {
    case Operand::M: case Operand::Md: case Operand::Mp: case Operand::Mw_x87: case Operand::Md_x87: case Operand::Mq_x87:
    case Operand::Mt_x87: case Operand::Menv: case Operand::M16: case Operand::M16u: case Operand::M8: case Operand::M4:
    case Operand::M2: case Operand::M1: case Operand::M512:
        return true;
    default: return false;
    }
}
bool register_only(Operand o)
{
    return o == Operand::STi || o == Operand::Nq || o == Operand::Ux || o == Operand::U8 || o == Operand::U4;
}

bool Decoder::matches(const Encoding& e) const
{
    switch (e.prefix) {
    case Prefix::ANY: break;
    case Prefix::NP: if (rep_ || has_66_) return false; break;
    case Prefix::NR: if (rep_) return false; break;
    case Prefix::P66: if (rep_ || !has_66_) return false; break;
    case Prefix::F3: if (rep_ != Insn::REPE_REP) return false; break;
    case Prefix::F2: if (rep_ != Insn::REPNE) return false; break;
    case Prefix::F2_66: if (rep_ != Insn::REPNE || !has_66_) return false; break;
    }
    if (e.slash >= 0 && e.slash != static_cast<int>(reg(modrm_))) return false;
    const bool is_register = mod(modrm_) == 3;
    if (e.rm >= 0 && !(is_register && e.rm == static_cast<int>(rm(modrm_)))) return false;
    for (Operand o : e.o) {
        if (memory_only(o) && is_register) return false;
        if (register_only(o) && !is_register) return false;
    }
    return true;
}

const Encoding* Decoder::find_row()
{
    opcode_ = byte();
    if (opcode_ == 0x0f) {
        opcode_ = byte();
        map_ = Map::Map0F;
        if (opcode_ == 0x38 || opcode_ == 0x3a) {
            map_ = opcode_ == 0x38 ? Map::Map0F38 : Map::Map0F3A;
            opcode_ = byte();
        }
    }
    if (partial_) return nullptr;
    if (has_modrm(map_, opcode_)) modrm_ = byte();
    const auto all = encodings();
    for (u16 row : encodings_of(map_, opcode_))
        if (matches(all[row])) return &all[row];
    return nullptr;
}

// SDM vol. 2, table 2-1.
void Decoder::address16()
{
    constexpr u8 bases[] = {EBX, EBX, EBP, EBP, ESI, EDI, EBP, EBX};
    constexpr u8 indices[] = {ESI, EDI, ESI, EDI, R_ZERO, R_ZERO, R_ZERO, R_ZERO};
    const unsigned r = rm(modrm_);
    i_.a16 = 1;
    i_.base = reg_offset(bases[r]);
    i_.index = reg_offset(indices[r]);
    i_.seg = r == 2 || r == 3 || r == 6 ? SS : DS;
    if (mod(modrm_) == 0 && r == 6) {
        i_.base = NO_REG;
        i_.seg = DS;
        i_.disp = value<u16>();
    } else if (mod(modrm_) == 1) {
        i_.disp = static_cast<i8>(byte());
    } else if (mod(modrm_) == 2) {
        i_.disp = value<u16>();
    }
}

// Tables 2-2 and 2-3.
void Decoder::address32()
{
    unsigned r = rm(modrm_);
    i_.index = NO_REG;
    bool no_base = mod(modrm_) == 0 && r == 5;
    if (r == 4) {
        const u8 sib = byte();
        r = rm(sib);
        no_base = mod(modrm_) == 0 && r == 5;
        if (reg(sib) != 4) {
            i_.index = reg_offset(reg(sib));
            i_.scale = mod(sib) & 3;
        }
    }
    i_.base = no_base ? NO_REG : reg_offset(r);
    i_.seg = !no_base && (r == ESP || r == EBP) ? SS : DS;
    if (no_base || mod(modrm_) == 2)
        i_.disp = value<i32>();
    else if (mod(modrm_) == 1)
        i_.disp = static_cast<i8>(byte());
}

void Decoder::memory_operand()
{
    i_.memory = 1;
    if (a16_)
        address16();
    else
        address32();
}

// log2 of the operand's bytes, or -1 where the letter does not say.
int Decoder::width_of(Operand o) const
{
    using enum Operand;
    switch (o) {
    case Eb: case Gb: case Zb: case AL: case Ob: case Xb: case Yb: return 0;
    case Ew: case Gw: return 1;
    case Ed: case Gd: case Md: case Rd: return 2;
    case Ev: case Gv: case Zv: case eAX: case eAXz: case Ov: case Xv: case Xz: case Yv: case Yz: case Vv: case Iz: case sIb:
    case Jb: case Jz: case Ap: case Mp:
        return o16_ ? 1 : 2;
    default: return -1;
    }
}

Kind Decoder::e_operand(unsigned n, u8 where)
{
    if (i_.memory) return Kind::Memory;
    i_.base = where;
    return register_operand(n, where);
}

Kind Decoder::operand(Operand o, unsigned n)
{
    using enum Operand;
    const unsigned g = reg(modrm_), e = rm(modrm_);
    switch (o) {
    case _: case Vv: case Xb: case Xv: case Xz: case Yb: case Yv: case Yz: return Kind::None;
    case Eb: return e_operand(n, reg8_offset(e));
    case Ew: case Ed: case Ev: return e_operand(n, reg_offset(e));
    case Gb: return register_operand(n, reg8_offset(g));
    case Gw: case Gd: case Gv: return register_operand(n, reg_offset(g));
    case Rd: i_.base = reg_offset(e); return register_operand(n, reg_offset(e));
    case M: case Md: case Mp: case Mw_x87: case Md_x87: case Mq_x87: case Mt_x87: case Menv: case M16: case M16u: case M8: case M4:
    case M2: case M1: case M512:
        return Kind::Memory;
    case Zb: return register_operand(n, reg8_offset(opcode_ & 7));
    case Zv: return register_operand(n, reg_offset(opcode_ & 7));
    case AL: case eAX: case eAXz: return register_operand(n, reg_offset(EAX));
    case DX: i_.s = 1; return Kind::None;
    case CL: return Kind::CountCl;
    case One: i_.imm = 1; return Kind::Immediate;
    case Ib: case sIb: i_.imm = sign_extended<i8>(); return Kind::Immediate;
    case Ub: i_.imm = byte(); return Kind::Immediate;
    case Iw: i_.imm = value<u16>(); return Kind::Immediate;
    case Iz: i_.imm = o16_ ? sign_extended<i16>() : sign_extended<i32>(); return Kind::Immediate;
    case IwIb: {
        const u64 size = value<u16>();
        i_.imm = size | u64(byte()) << 16;
        return Kind::Immediate;
    }
    case Jb: i_.imm = sign_extended<i8>(); return Kind::Immediate;
    case Jz: i_.imm = o16_ ? sign_extended<i16>() : sign_extended<i32>(); return Kind::Immediate;
    case Ap: {
        const u64 offset = o16_ ? value<u16>() : value<u32>();
        i_.imm = offset | u64(value<u16>()) << 32;
        return Kind::Immediate;
    }
    case Ob: case Ov:
        i_.memory = 1;
        i_.base = i_.index = NO_REG;
        i_.seg = DS;
        i_.a16 = a16_;
        i_.disp = a16_ ? i32(value<u16>()) : value<i32>();
        return Kind::Memory;
    case Sw: case Cd: case Dd: case Pq: case Pd: case Vx: case V8: case V4: return register_operand(n, static_cast<u8>(g));
    case rES: case rCS: case rSS: case rDS: case rFS: case rGS: {
        const u8 number = static_cast<u8>(static_cast<unsigned>(o) - static_cast<unsigned>(rES));
        if (n == 0) i_.d = number;
        i_.s = number;
        return Kind::Register;
    }
    case ST0: return register_operand(n, 0);
    case STi: case Nq: case Ux: case U8: case U4: case Qq: case Qd: case W16: case W16u: case W8: case W4: case W2:
        return e_operand(n, static_cast<u8>(e));
    }
    return Kind::None;
}

bool lockable(const Encoding& e)
{
    switch (e.insn) {
    case op::ADD: case op::OR: case op::ADC: case op::SBB: case op::AND: case op::SUB: case op::XOR: case op::INC: case op::DEC:
    case op::NOT: case op::NEG: case op::XCHG: case op::XADD: case op::CMPXCHG: case op::CMPXCHG8B: case op::BTS: case op::BTR:
    case op::BTC:
        return true;
    default: return false;
    }
}

u16 alu_form(Kind d, Kind s)
{
    if (s == Kind::Immediate) return d == Kind::Memory ? form::alu_mi : form::alu_ri;
    if (d == Kind::Memory) return form::alu_mr;
    return s == Kind::Memory ? form::alu_rm : form::alu_rr;
}

u16 x87_form(const Encoding& e)
{
    switch (e.o[0] == Operand::ST0 ? e.o[1] : e.o[0]) {
    case Operand::Mw_x87: return form::x87_m2;
    case Operand::Md_x87: return form::x87_m4;
    case Operand::Mq_x87: return form::x87_m8;
    case Operand::Mt_x87: return form::x87_m10;
    default: return form::x87_st;
    }
}

u16 Decoder::handler(const Encoding& e, const Kind (&k)[3])
{
    const bool m = i_.memory;
    const auto number = [&](unsigned f) { return static_cast<u16>(e.insn + f * 4 + i_.width); };
    switch (e.form) {
    case Form::helper: return e.insn;
    case Form::alu: return number(alu_form(k[0], k[1]));
    case Form::unary: case Form::unary_faulting: case Form::exchange: case Form::load: case Form::load8: case Form::load16:
    case Form::load_imm: case Form::condition_load: case Form::condition_store: case Form::pop: return number(m);
    case Form::shift: return number((k[1] == Kind::CountCl ? form::shift_rc : form::shift_ri) + m);
    case Form::double_shift: return number((k[2] == Kind::CountCl ? form::shift_rc : form::shift_ri) + m);
    case Form::bit_string: return number((k[1] == Kind::Immediate ? form::bit_string_ri : form::bit_string_rr) + m);
    case Form::push: return number(k[0] == Kind::Immediate ? form::push_i : m ? form::push_m : form::push_r);
    case Form::jump: case Form::call: return number(k[0] == Kind::Immediate ? form::jump_j : m ? form::jump_m : form::jump_r);
    case Form::loop: return static_cast<u16>(e.insn + 2);
    case Form::jump_condition: return static_cast<u16>(e.insn + (opcode_ & 15));
    case Form::x87: return static_cast<u16>(e.insn + x87_form(e));
    case Form::sse: return e.insn;
    default: return number(0);
    }
}

Decoded Decoder::run(unsigned offset, End& end)
{
    prefixes();
    const auto finish = [&](u16 operation, End how) {
        i_.op = operation;
        i_.length = static_cast<u8>(at_);
        i_.end = static_cast<u16>(offset + at_);
        i_.leaves = how == End::LEAVE;
        end = how;
        return Decoded::Ok;
    };
    if (at_ >= MAX_INSN_LENGTH) return finish(op::TOO_LONG, End::NEXT);
    const Encoding* e = find_row();
    if (partial_) return Decoded::Partial;
    if (!e) return finish(op::UD, End::NEXT);

    i_.rep = rep_ & 3;
    i_.o16 = o16_;
    i_.stack16 = !mode_.stack32;
    i_.a16 = a16_;
    i_.seg = DS;
    i_.width = 2;
    for (Operand o : e->o) {
        const int w = width_of(o);
        if (w < 0) continue;
        i_.width = static_cast<u8>(w) & 3;
        break;
    }
    const bool by_register = e->insn == op::MOV_R_CR || e->insn == op::MOV_R_DR || e->insn == op::MOV_CR_R || e->insn == op::MOV_DR_R;
    if (has_modrm(map_, opcode_) && mod(modrm_) != 3 && !by_register) memory_operand();
    Kind k[3];
    for (unsigned n = 0; n < 3; n++) k[n] = operand(e->o[n], n);
    if (partial_) return at_ > MAX_INSN_LENGTH ? finish(op::TOO_LONG, End::NEXT) : Decoded::Partial;
    if (at_ > MAX_INSN_LENGTH) return finish(op::TOO_LONG, End::NEXT);
    if (i_.lock && !(lockable(*e) && k[0] == Kind::Memory)) return finish(op::UD, End::NEXT);

    if (segment_override_ >= 0) i_.seg = static_cast<u8>(segment_override_) & 7;
    if (map_ == Map::OneByte && (opcode_ & 0xf8) == 0xd8) i_.imm = x87_imm::make(opcode_, modrm_, i_.seg);
    // CS keeps its check: it cannot be written.
    if (i_.memory && !i_.a16 && mode_.flat && i_.seg < FS && i_.seg != CS) i_.seg = Insn::FLAT_SEG;
    i_.op = handler(*e, k);

    if (e->form == Form::condition_load || e->form == Form::condition_store) i_.imm = opcode_ & 15;
    if (e->insn == op::OUT) i_.s = e->o[0] == Operand::DX; // here AL, the second operand, would stand
    if (e->insn == op::XCHG && !i_.memory && i_.d == i_.s && opcode_ == 0x90) i_.op = op::NOP + 2;
    // POP [ESP + n]: the address is formed after ESP has moved. SDM vol. 2, POP.
    if (e->insn == op::POP && i_.memory && !i_.a16 && i_.base == reg_offset(ESP)) i_.disp += 1 << i_.width;
    if (e->insn == op::MOV_SREG_E && (i_.d == CS || i_.d > GS)) return finish(op::UD, End::NEXT);
    if (e->insn == op::MOV_E_SREG && i_.s > GS) return finish(op::UD, End::NEXT);
    // A repeated string instruction may stop anywhere, so it is the last of its block.
    const bool repeats = e->form == Form::string && rep_;
    return finish(i_.op, repeats ? End::JUMP : e->end);
}

} // namespace

Decoded decode(std::span<const u8> code, DecodeMode mode, unsigned offset, Insn& insn, End& end)
{
    insn = Insn{};
    insn.base = insn.index = NO_REG;
    return Decoder(code, mode, insn).run(offset, end);
}

} // namespace tabpc
