// See exceptions.h.
#include "exceptions.h"
#include "cpu/decode.h"
#include "cpu/eflags.h"
#include "cpu/handlers.h"
#include "cpu/state.h"
#include <bit>
#include <string_view>

namespace tabpc::oracle {

namespace {

enum When : u8 { ALWAYS, COUNT_ABOVE_1 };
struct Flags {
    u16 insn;
    u32 flags;
    When when;
};
constexpr Flags flags[] = {
#define FLAGS(name, f, when)     \
    {op::name,                   \
     [] {                        \
         using namespace eflags; \
         return u32{f};          \
     }(),                        \
     when},
#include "exceptions.inc"
#undef FLAGS
};

template <class... Names>
bool is_one_of(const Encoding& row, Names... names)
{
    const std::string_view name = row.name;
    return ((name == names) || ...);
}
bool is_trigonometric(const Encoding& row) { return is_one_of(row, "FSIN", "FCOS", "FSINCOS", "FPTAN"); }
bool is_transcendental(const Encoding& row)
{
    return is_trigonometric(row) || is_one_of(row, "FPATAN", "F2XM1", "FYL2X", "FYL2XP1");
}
bool compares_into_eflags(const Encoding& row)
{
    return is_one_of(row, "FCOMI", "FCOMIP", "FUCOMI", "FUCOMIP");
}
bool moves_x87_image(const Encoding& row)
{
    return is_one_of(row, "FNSAVE", "FNSTENV", "FXSAVE", "FRSTOR", "FLDENV", "FXRSTOR");
}

bool stores_by_mask(const Encoding& row) { return is_one_of(row, "MASKMOVQ", "MASKMOVDQU"); }

Insn last_insn(const Snippet& s)
{
    const u32 at = s.last_at - s.bytes.eip;
    Insn i;
    End end;
    decode({s.bytes.code + at, s.bytes.code_length - at}, {true, true, true}, 0, i, end);
    return i;
}

// Of a shift or rotate, masked.
u32 shift_count(const Snippet& s, const Insn& i)
{
    for (const Operand o : s.rows.back()->o)
        if (o == Operand::CL)
            return s.rows.size() > 1 ? 31 : s.bytes.gpr[ECX] & 31; // 31: CL is not known here
    return static_cast<u32>(i.imm) & 31;
}

fp::F80 st_before(const Snippet& s, u32 n)
{
    const u8* const at = s.bytes.fx + 32 + n * 16;
    return {ld<u64>(at), ld<u16>(at + 8)};
}

} // namespace

Undefined undefined_after(const Snippet& s)
{
    Undefined u;
    if (s.rows.empty()) return u;
    const Encoding& row = *s.rows.back();
    const bool shifts = row.form == Form::shift || row.form == Form::double_shift;
    const Insn i = last_insn(s);
    const u32 count = shifts ? shift_count(s, i) : 0;
    for (const Flags& f : flags)
        if (f.insn == row.insn && (f.when == ALWAYS || count > 1)) u.flags |= f.flags;
    // A fault half-way: AMD has loaded what came before it.
    if (row.insn == op::POPA) u.registers = true;
    // SHLD and SHRD of words by more than 16: everything.
    if (row.form == Form::double_shift && i.o16 && count > 16) {
        u.flags = eflags::ARITH;
        u.destination = true;
    }
    // Shifts of bytes and words by their width and more: CF.
    if (row.form == Form::shift && count >= 8u << i.width && is_one_of(row, "SHL", "SHR"))
        u.flags |= eflags::CF;

    constexpr u16 C1 = 1 << 9;
    if (compares_into_eflags(row)) u.fsw = C1; // Intel clears it, AMD does not touch it
    if (is_transcendental(row)) u.fsw = C1;    // says which way the last bit went
    // Outside their domain. 3FFD 95F619980C4336F7 is 1 - sqrt(1/2), less than which |ST(0)| of FYL2XP1 must be.
    const fp::F80 x = fp::magnitude(st_before(s, 0));
    if (s.rows.size() > 1 && is_one_of(row, "F2XM1", "FYL2XP1"))
        u.x87 = true; // an operand that is not known here
    if (is_one_of(row, "F2XM1")) u.x87 |= x.se > 0x3fff || (x.se == 0x3fff && x.sig > fp::TOP);
    if (is_one_of(row, "FYL2XP1")) u.x87 |= x.se > 0x3ffd || (x.se == 0x3ffd && x.sig > 0x95f619980c4336f7);
    return u;
}

bool ends_snippet(const Encoding& row)
{
    for (const Flags& f : flags)
        if (f.insn == row.insn) return true;
    if (is_transcendental(row) || moves_x87_image(row) || compares_into_eflags(row) ||
        is_approximation(row) || stores_by_mask(row))
        return true;
    return row.end == End::JUMP && row.form != Form::jump_condition;
}

bool only_starts_snippet(const Encoding& row)
{
    return moves_x87_image(row) || row.form == Form::double_shift ||
           is_one_of(row, "RETF", "IRET", "LFP", "MOV_SREG_E", "POP_SREG", "JMPF", "CALLF", "LAR", "LSL",
                     "VERR", "VERW");
}

bool undefined_byte(const Snippet& s, u32 n)
{
    if (s.rows.empty()) return false;
    const Encoding& row = *s.rows.back();
    const bool o16 = last_insn(s).o16;
    // FOP, FIP and FDP with their selectors: AMD keeps them for unmasked exceptions only, Intel's models differ.
    if (is_one_of(row, "FNSAVE", "FNSTENV")) return o16 ? n >= 6 && n < 14 : n >= 12 && n < 28;
    // The same, and MXCSR_MASK: AMD has one bit more.
    if (is_one_of(row, "FXSAVE")) return (n >= 6 && n < 24) || (n >= 28 && n < 32);
    return false;
}

bool close_enough(const Snippet& s, fp::F80 a, fp::F80 b)
{
    if (a == b) return true;
    if (s.rows.empty() || !is_transcendental(*s.rows.back()) || a.sign() != b.sign()) return false;
    if (a.exp() == 0x7fff || b.exp() == 0x7fff || a.exp() - b.exp() > 1 || b.exp() - a.exp() > 1)
        return false;
    const int exponent = std::min(a.exp(), b.exp());
    using Wide = unsigned __int128;
    const Wide x = Wide(a.sig) << (a.exp() - exponent), y = Wide(b.sig) << (b.exp() - exponent);
    const Wide ulps = x > y ? x - y : y - x;
    if (ulps <= 2) return true; // each within 1 of the exact value: fp_accuracy_test.cpp says so of ours
    if (!is_trigonometric(*s.rows.back()) || s.rows.size() > 1) return s.rows.size() > 1;
    // Arguments are reduced by a pi of 66 bits, as on Intel; AMD's is longer. The difference grows with the argument, and with
    // the slope of the tangent.
    const int argument = fp::magnitude(st_before(s, 0)).exp(), slope = std::max(0, exponent - fp::BIAS);
    const int shift = argument - exponent + 1 + 2 * slope;
    return shift >= 64 || ulps <= 2 + (Wide(1) << std::max(0, shift));
}

bool is_approximation(const Encoding& row) { return is_one_of(row, "RCPPS", "RCPSS", "RSQRTPS", "RSQRTSS"); }

// SDM vol. 2, "RCPPS": a relative error of at most 1.5 * 2^-12 each, so two of them are within 3 * 2^-12.
bool close_enough(u32 a, u32 b)
{
    if (a == b) return true;
    // Near the smallest normal number: whether a result is tiny, and so 0, is left to the model.
    constexpr u32 TINY = 0x00801000;
    if ((a >> 31) == (b >> 31) && (a & 0x7fffffff) < TINY && (b & 0x7fffffff) < TINY) return true;
    const float x = std::bit_cast<float>(a), y = std::bit_cast<float>(b);
    const float distance = x > y ? x - y : y - x, size = x < 0 ? -x : x;
    return distance <= size * 3 / 4096;
}

bool faults_by_model(const Snippet& s, const OracleOutcome& native)
{
    return !s.rows.empty() && stores_by_mask(*s.rows.back()) &&
           (native.vector == exc::PF || native.vector == exc::GP);
}

bool same_fault(const Snippet& s, const OracleOutcome& native, const OracleOutcome& interpreted)
{
    if (s.rows.empty()) return false;
    const Encoding& row = *s.rows.back();
    if (native.vector == exc::PF && interpreted.vector == exc::PF) {
        // Which byte of an operand of many is touched first, and so which page.
        if (moves_x87_image(row)) return native.cr2 - interpreted.cr2 < 512;
        if (is_one_of(row, "RETF", "IRET"))
            return native.error == interpreted.error && native.cr2 - interpreted.cr2 + 12 < 24;
    }
    // Whether RETF looks at CS or, for one of an outer level, at more of the stack first.
    if (is_one_of(row, "RETF", "IRET") && native.vector == exc::PF && interpreted.vector == exc::GP)
        return true;
    // An operand that is neither aligned nor present, or, of FXSAVE, in a segment that cannot be written.
    if (native.vector == exc::AC)
        return interpreted.vector == exc::PF || (interpreted.vector == exc::GP && is_one_of(row, "FXSAVE"));
    // Operands that reach beyond 4 GiB: a fault of the segment or of paging (SDM vol. 3, 5.3: model-specific).
    const auto of_segment = [](const OracleOutcome& o) {
        return (o.vector == exc::GP || o.vector == exc::SS) && o.error == 0;
    };
    const auto at_the_end = [](const OracleOutcome& o) {
        return o.vector == exc::PF && (o.cr2 >= 0xfffffff0 || o.cr2 == 0);
    };
    return (of_segment(native) && at_the_end(interpreted)) || (at_the_end(native) && of_segment(interpreted));
}

} // namespace tabpc::oracle
