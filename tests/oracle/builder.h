// Assembles one snippet: picks prefixes, ModRM, SIB, displacements and immediates for rows of the opcode map, and sets up
// registers and memory so that operands are where the instruction looks.
#pragma once
#include "cpu/encoding.h"
#include "generator.h"
#include "random.h"
#include <span>
#include <string_view>
#include <type_traits>

namespace tabpc::oracle {

class Builder {
public:
    Builder(Random& random, OracleSnippet& snippet);
    // False: no room for it.
    bool append(const Encoding& row);
    u32 length() const { return s_.code_length; }
    u32 operand_at() const { return operand_at_; } // of the last instruction, linear

private:
    // What is known of the instruction being assembled.
    struct Shape {
        const Encoding* row = nullptr;
        bool o16 = false, a16 = false, memory = false;
        int segment = -1; // override
        u8 modrm = 0;
        u32 where = 0; // linear address of the memory operand
        u32 bytes = 4; // its size
        std::vector<u8> prefixes, tail;
    };

    // builder.cpp
    void choose_prefixes(Shape& i);
    bool choose_modrm(Shape& i);
    bool decodes(const Shape& i) const;
    void immediates(Shape& i, std::vector<u8>& code);
    u32 target(bool close);

    // builder_address.cpp
    u32 place(u32 size);
    u32 base_of(int segment) const;
    void address(Shape& i);
    void address16(Shape& i, u32 linear);
    void address32(Shape& i, u32 linear);
    void string_operands(const Shape& i);

    // builder_operands.cpp
    static u32 memory_bytes(const Shape& i);
    void operands(Shape& i);
    void control_operands(Shape& i);
    void selector_operand(const Shape& i, u32 at);
    void typed_memory(const Shape& i);

    u32 gpr(u32 n) const { return s_.gpr[n]; }
    void set(u32 n, u32 value, u32 mask = 0xffffffff)
    {
        if (!pinned(n)) s_.gpr[n] = (s_.gpr[n] & ~mask) | (value & mask);
        pin(n);
    }
    bool pinned(u32 n) const { return pinned_ >> n & 1; }
    void pin(u32 n) { pinned_ |= 1u << n; }
    void set_e(const Shape& i, u32 value, u32 bytes);
    template <class T>
    requires std::is_trivially_copyable_v<T> &&
        (!std::is_convertible_v<T, std::span<const u8>>)void put(u32 at, T value)
    {
        put(at, {reinterpret_cast<const u8*>(&value), sizeof value});
    }
    void put(u32 at, std::span<const u8> bytes);

    Random& r_;
    OracleSnippet& s_;
    u32 pinned_ = 0, patches_ = 0, operand_at_ = 0;
};

// The parts of a ModRM byte.
constexpr u8 modrm(u32 mod, u32 reg, u32 rm) { return static_cast<u8>(mod << 6 | reg << 3 | rm); }

// State that does not depend on the instruction: vectors, x87 registers, control words.
void random_fx(Random& r, u8* fx, bool packed_integers);
void default_fx(u8* fx);
std::array<u8, 16> vector(Random& r);

} // namespace tabpc::oracle
