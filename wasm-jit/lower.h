// One region as one WebAssembly function, (cpu: i32) -> i32: the number of the exit by which it left. All exits but those of
// LeaveSpilled go to one stub at the end, which stores the variables: a block around the code has the exit's number as its
// result, so that leaving is one br_if.
#pragma once
#include "wasm-jit/structure.h"
#include "wasm-jit/values.h"

namespace tabpc::jit {

// Function indices in a module: imports come first.
inline constexpr u32 INTERPRET = 0, IMPORTED_FUNCTIONS = 1;

// Keeps its buffers from one region to the next.
class Lowerer {
public:
    // False: the region has something that cannot be expressed.
    bool lower(const Job& job);

    // Of the region that was lowered last. The code is without the declarations of its locals.
    std::span<const u8> code() const { return code_.bytes(); }
    const Locals& locals() const { return locals_; }
    // Places in the code of branches that are unlikely to be taken, ascending.
    std::span<const u32> unlikely() const { return unlikely_; }

private:
    void run(const Step& step);
    void block(const ir::Block& b);
    void operation(ir::Ref ref);
    void translate(ir::Ref ref);
    void spill(const ir::Exit& exit);
    void stub();

    // A branch to the stub: begin, push the condition, end. `inside`: blocks opened here and not by the plan.
    void begin_leave(u32 exit) { code_.i32_const(exit); }
    void end_leave(u32 inside = 0);
    void leave();
    void mark_unlikely() { unlikely_.push_back(static_cast<u32>(code_.size())); }

    const ir::Region* region_ = nullptr;
    Target target_;
    const ir::Block* block_ = nullptr;
    Encoder code_;
    Locals locals_;
    Variables variables_;
    Values values_{code_, locals_, variables_};
    Structurer structurer_;
    const Plan* plan_ = nullptr;
    std::vector<u32> unlikely_;
    u32 depth_ = 0; // of the plan's open blocks
    u32 next_ = 0;  // the dispatcher's local
};

} // namespace tabpc::jit
