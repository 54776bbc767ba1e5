// The values of one block on wasm's operand stack. A value is put where it is used, as an expression tree; one that is used
// again stays in a local: the variable it was just set to or read from as long as that does not change, else a temporary.
// Values that read memory or variables are taken before an effect that changes what they read.
#pragma once
#include "wasm-jit/variables.h"
#include <bit>

namespace tabpc::jit {

class Values {
public:
    Values(Encoder& code, Locals& locals, const Variables& variables)
        : code_(code), locals_(locals), variables_(variables)
    {}

    void begin(const ir::Block& block);
    // An op without effect: its value may be asked for from now on.
    void define(ir::Ref ref);
    // The op's value is on the stack.
    void keep(ir::Ref ref);

    void push(ir::Ref ref);
    // Something that is 0 exactly when the value is, or, `inverted`, when it is not.
    void push_condition(ir::Ref ref, bool inverted);
    bool used(ir::Ref ref) const { return values_[ref].uses != 0; }

    // Set of a variable, and what must come before its local changes otherwise.
    void set(u32 var, ir::Ref ref);
    void save(u32 var);
    // Take the values that guest memory, or the CPU's state, still has to give.
    void before_store() { take(loads_); }
    void before_state_store() { take(states_); }

    // The pointer of a Translate: the address + what the local `addend` holds, which is given back with it.
    void define_pointer(ir::Ref ref, u32 addend);
    // How often a Translate of so many bytes pushes its address, the pointer aside.
    static u32 address_uses(unsigned size) { return size == 1 ? 1 : std::has_single_bit(size) ? 3 : 2; }

private:
    static constexpr u32 NO_LOCAL = ~0u;
    struct Value {
        u32 uses = 0;          // to come
        u32 local = NO_LOCAL;  // that holds it
        u32 addend = NO_LOCAL; // of a pointer
        u32 depth = 0;         // of its tree
    };

    const ir::Op& op(ir::Ref ref) const { return block_->ops[ref]; }
    bool is_const(ir::Ref ref) const { return op(ref).code == ir::Code::Const; }
    bool pending(ir::Ref ref) const
    {
        return values_[ref].local == NO_LOCAL && !is_const(ref) && values_[ref].uses != 0;
    }
    bool only_use(ir::Ref ref) const { return pending(ref) && values_[ref].uses == 1; }
    bool is_zero(ir::Ref ref) const { return is_const(ref) && op(ref).imm == 0; }

    void count_uses();
    u32 depth_of(const ir::Op& o) const;
    void compute(ir::Ref ref);
    void push_inverse(ir::Ref ref);
    void hold(ir::Ref ref, u32 local);
    void bind(ir::Ref ref, u32 var);
    void done(Value& v);
    void take(std::vector<ir::Ref>& pending_reads);
    void materialise(ir::Ref ref);

    Encoder& code_;
    Locals& locals_;
    const Variables& variables_;
    const ir::Block* block_ = nullptr;
    std::vector<Value> values_;
    std::vector<u32> holders_;             // by local: values that a temporary holds
    std::vector<ir::Ref> bound_[ir::VARS]; // values that a variable holds
    std::vector<ir::Ref> loads_, states_;  // reads that may not have been done yet
};

} // namespace tabpc::jit
