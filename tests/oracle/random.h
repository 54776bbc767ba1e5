// Random numbers that are the same in every build, and the operand values at which instructions go wrong.
#pragma once
#include "base/types.h"
#include <array>
#include <initializer_list>

namespace tabpc::oracle {

// splitmix64 (public domain, S. Vigna). C++ leaves open which operand of | or + is evaluated first, and builds must agree:
// one call in an expression.
class Random {
public:
    Random(u64 seed, u64 stream) : state_(seed * 0x9e3779b97f4a7c15 ^ stream * 0xd1342543de82ef95) { next(); }

    u64 next()
    {
        u64 z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    u32 next32() { return static_cast<u32>(next() >> 32); }
    u32 below(u32 n) { return static_cast<u32>((next() >> 32) * n >> 32); }
    bool percent(u32 n) { return below(100) < n; }
    template <class T>
    T pick(std::initializer_list<T> of)
    {
        return of.begin()[below(static_cast<u32>(of.size()))];
    }

private:
    u64 state_;
};

// Integers: small ones, sign borders of every width, single bits and runs of bits, anything.
u32 integer(Random& r);

// Floating point, in the formats of x87 and SSE: zeros, denormals, infinities, quiet and signalling NaNs, exponents close to
// each other, significands that lie half-way between two of a shorter format, and for F80 the unsupported encodings.
u32 float32(Random& r);
u64 float64(Random& r);
std::array<u8, 10> float80(Random& r);

} // namespace tabpc::oracle
