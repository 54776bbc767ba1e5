// The same bits on every host: checksums over a fixed pseudo-random sequence of operations, found natively, where the other
// fp tests compare with the processor, and expected in wasm as well.
#include "fp_operands.h"

#include "cpu/fp/approx.h"
#include "cpu/fp/compare.h"
#include "cpu/fp/convert.h"
#include "cpu/fp/memory_operand.h"
#include "cpu/fp/remainder.h"
#include "cpu/fp/transcendental.h"

#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

constexpr int ROUNDS = 20'000;

class Checksum {
public:
    void add(u64 v) { hash_ = (hash_ ^ v) * 0x100000001B3 + (hash_ >> 29); }
    void add(F80 v) { add(v.sig), add(v.se); }
    template <Sse F>
    void add(F v)
    {
        add(v.bits);
    }
    void add(const Env& env) { add(env.flags | env.c1 << 8); }
    u64 value() const { return hash_; }

private:
    u64 hash_ = 0xCBF29CE484222325;
};

// A value means nothing when an unmasked exception came before it.
template <class R>
void record(Checksum& sum, const Env& env, R r)
{
    sum.add(env);
    if (!env.unmasked()) sum.add(r);
}

Env random_x87(Operands& op)
{
    static constexpr u16 PC[] = {0x000, 0x200, 0x300, 0x300};
    const u16 masks = op.below(4) ? 0x3F : op.bits() & 0x3F;
    const u16 pc = PC[op.below(4)];
    return Env::from_fcw(u16(op.below(4) << 10 | pc | masks));
}

template <Sse F>
u64 sse_checksum()
{
    Operands op(11);
    Checksum sum;
    for (int i = 0; i < ROUNDS; ++i) {
        const F a = op.sse<F>(), b = op.sse_near<F>(a);
        const u32 masks = op.below(4) ? 0x1F80 : 0;
        const u32 mxcsr = op.below(2) ? 0x1FA0 : u32(op.bits() & 0xFFC0) | masks;
        const auto run = [&](auto operation) {
            Env env = Env::from_mxcsr(mxcsr);
            const auto r = operation(env);
            record(sum, env, r);
        };
        run([&](Env& env) { return add(a, b, env); });
        run([&](Env& env) { return sub(a, b, env); });
        run([&](Env& env) { return mul(a, b, env); });
        run([&](Env& env) { return div(a, b, env); });
        run([&](Env& env) { return sqrt(a, env); });
        run([&](Env& env) { return min(a, b, env); });
        run([&](Env& env) { return max(a, b, env); });
        run([&](Env& env) { return u64(compare_predicate(a, b, u8(i & 7), env)); });
        run([&](Env& env) { return u64(compare(a, b, Compare::Ordered, env)); });
        run([&](Env& env) { return u64(to_int<i32>(a, env.rc, env)); });
        run([&](Env& env) { return u64(to_int<i64>(b, Rounding::Zero, env)); });
        run([&](Env& env) { return from_int<F>(i64(op.fraction()), env); });
        run([&](Env& env) { return round_to_integral(a, u8(i & 15), env); });
        run([&](Env& env) { return convert<F80>(a, env); });
        if constexpr (std::is_same_v<F, F32>) {
            run([&](Env& env) { return convert<F64>(a, env); });
            sum.add(reciprocal(a));
            sum.add(reciprocal_sqrt(a));
        } else {
            run([&](Env& env) { return convert<F32>(a, env); });
        }
    }
    return sum.value();
}

TEST(Golden, SseSingle) { EXPECT_EQ(sse_checksum<F32>(), 0x7D484042B357A549u); }
TEST(Golden, SseDouble) { EXPECT_EQ(sse_checksum<F64>(), 0x2E751B1521364977u); }

u64 x87_checksum()
{
    Operands op(12);
    Checksum sum;
    for (int i = 0; i < ROUNDS; ++i) {
        const F80 a = op.f80(), b = op.f80_near(a);
        const Env start = random_x87(op);
        const auto run = [&](auto operation) {
            Env env = start;
            const auto r = operation(env);
            record(sum, env, r);
        };
        run([&](Env& env) { return add(a, b, env); });
        run([&](Env& env) { return sub(a, b, env); });
        run([&](Env& env) { return mul(a, b, env); });
        run([&](Env& env) { return div(a, b, env); });
        run([&](Env& env) { return sqrt(a, env); });
        run([&](Env& env) { return scale(a, b, env); });
        run([&](Env& env) { return round_to_integral(a, env); });
        run([&](Env& env) { return remainder(a, b, env).value; });
        run([&](Env& env) { return u64(remainder_nearest(a, b, env).quotient); });
        run([&](Env& env) { return extract(a, env).exponent; });
        run([&](Env& env) { return u64(compare(a, b, Compare::Unordered, env)); });
        run([&](Env& env) { return convert<F32>(a, env); });
        run([&](Env& env) { return convert<F64>(a, env); });
        run([&](Env& env) { return u64(to_int<i16>(a, env.rc, env)); });
        run([&](Env& env) { return u64(to_int<i64>(a, env.rc, env)); });
        run([&](Env& env) { return from_bcd(to_bcd(a, env)); });
        const F64 m = op.sse<F64>();
        run([&](Env& env) { return with_memory(a, m, env, [&](F80 v, Env& e) { return div(v, a, e); }); });
    }
    return sum.value();
}

TEST(Golden, X87) { EXPECT_EQ(x87_checksum(), 0x605C673389E71F02u); }

u64 transcendental_checksum()
{
    Operands op(13);
    Checksum sum;
    for (int i = 0; i < ROUNDS; ++i) {
        const F80 a = op.f80(), b = op.f80_near(a);
        const Env start = random_x87(op);
        const auto run = [&](auto operation) {
            Env env = start;
            const auto r = operation(env);
            record(sum, env, r);
        };
        run([&](Env& env) { return fsin(a, env).value; });
        run([&](Env& env) { return fsincos(a, env).pushed; });
        run([&](Env& env) { return fptan(a, env).value; });
        run([&](Env& env) { return fpatan(a, b, env); });
        run([&](Env& env) { return f2xm1(a, env); });
        run([&](Env& env) { return fyl2x(a, b, env); });
        run([&](Env& env) { return fyl2xp1(a, b, env); });
    }
    return sum.value();
}

TEST(Golden, Transcendental) { EXPECT_EQ(transcendental_checksum(), 0x0A1F32ADC1606E2Eu); }

} // namespace
} // namespace tabpc::fp::test
