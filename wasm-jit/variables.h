// The variables of a region as locals of its function: which ones it uses, their types, and where they live in memory
// while no translated code runs. The budget is a local too.
#pragma once
#include "wasm-jit/locals.h"
#include "wasm-jit/target.h"

namespace tabpc::jit {

class Variables {
public:
    static constexpr u32 CPU = 0; // the function's parameter: the Cpu's address

    static ValType type(u32 var);

    // Gives every variable that the region reads or sets a local.
    void declare(const ir::Region& region, const Target& target, Locals& locals);

    bool has_local(u32 var) const { return local_[var] != CPU; }
    u32 local(u32 var) const { return local_[var]; }
    bool is_set(u32 var) const { return set_ >> var & 1; }
    u32 left() const { return left_; }

    void load(Encoder& code, u32 var) const;
    void load_left(Encoder& code) const;
    void load_all(Encoder& code) const;
    // All that the region sets anywhere.
    void store_all(Encoder& code) const;
    // The budget, after `undone` instructions were given back.
    void store_left(Encoder& code, u32 undone) const;
    // The form that the flags have at an exit or a Spill.
    void store_form(Encoder& code, u8 flags) const;

private:
    u32 address(u32 var) const;

    Target target_;
    u32 set_ = 0; // bit n: Var n
    u32 local_[ir::VARS] = {};
    u32 left_ = 0;
};

} // namespace tabpc::jit
