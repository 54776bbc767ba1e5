// Operands for the floating-point tests: a fixed pseudo-random sequence that leans towards the corners. The order of
// draws is fixed (between the sides of a shift, since C++17), so every compiler makes the same sequence.
#pragma once

#include "cpu/fp/format.h"

#include <iterator>

namespace tabpc::fp::test {

class Operands {
public:
    explicit Operands(u64 seed) : state_(seed) {}

    u64 bits() // splitmix64
    {
        u64 z = state_ += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
    u32 below(u32 n) { return u32((bits() >> 32) * n >> 32); }

    // Left-justified fraction bits: all, few or only the last of them set, or a long run.
    u64 fraction()
    {
        switch (below(8)) {
        case 0: return 0;
        case 1: return ~u64(0) << below(64);
        case 2: return u64(1) << below(64);
        case 3: return bits() << below(64);
        case 4: return ~(bits() >> below(64));
        case 5: return ~u64(0) >> below(64);
        default: return bits();
        }
    }

    F80 f80()
    {
        static constexpr u16 EDGE[] = {0, 0, 1, 2, 0x7FFD, 0x7FFE, 0x7FFF, 0x3FFE, 0x3FFF, 0x4000};
        u16 exp;
        switch (below(8)) {
        case 0: exp = EDGE[below(std::size(EDGE))]; break;
        case 1: exp = u16(bits() & 0x7FFF); break;
        case 2: exp = u16(below(2) ? 0x3FFF - 1023 - 60 + below(120) : 0x3FFF - 127 - 30 + below(60)); break;
        case 3: exp = u16(below(2) ? 0x3FFF + 1023 - 2 + below(4) : 0x3FFF + 127 - 2 + below(4)); break;
        default: exp = u16(0x3FFF - 66 + below(132)); break;
        }
        u64 sig = fraction();
        if (exp != 0 && below(64) != 0) sig |= TOP;
        return {sig, u16(exp | (bits() & 0x8000))};
    }

    // A second operand; often close to the first, so that sums cancel and comparisons are near.
    F80 f80_near(F80 a)
    {
        if (below(4)) return f80();
        const u16 exp = u16((a.se + below(5) - 2) & 0x7FFF);
        return {below(2) ? a.sig + below(3) - 1 : a.sig ^ (fraction() & ~TOP), u16(exp | (bits() & 0x8000))};
    }

    template <Sse F>
    F sse()
    {
        using T = Format<F>;
        using Bits = typename T::Bits;
        constexpr u32 MAX = 2 * T::EXP_BIAS + 1;
        u32 exp;
        switch (below(8)) {
        case 0: exp = below(3); break;
        case 1: exp = MAX - below(3); break;
        case 2: exp = u32(bits()) & MAX; break;
        case 3: exp = below(2) ? T::EXP_BIAS / 2 - 2 + below(4) : T::EXP_BIAS / 2 * 3 - 2 + below(4); break;
        default: exp = T::EXP_BIAS - T::PRECISION - 2 + below(2 * T::PRECISION + 16); break;
        }
        const Bits fraction_bits = Bits(fraction() >> (65 - T::PRECISION));
        return {Bits(Bits(bits() & 1) << (T::WIDTH - 1) | Bits(exp) << (T::PRECISION - 1) | fraction_bits)};
    }

    template <Sse F>
    F sse_near(F a)
    {
        if (below(4)) return sse<F>();
        using Bits = typename Format<F>::Bits;
        const Bits sign = Bits(bits() & 1) << (Format<F>::WIDTH - 1);
        return {Bits(Bits(a.bits + below(5) - 2) ^ sign)};
    }

private:
    u64 state_;
};

} // namespace tabpc::fp::test
