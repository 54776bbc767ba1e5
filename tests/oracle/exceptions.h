// The checked-in list of what is not compared: exceptions.inc for flags; here what depends on operands or needs a tolerance.
#pragma once
#include "answer.h"
#include "cpu/fp/format.h"
#include "generator.h"

namespace tabpc::oracle {

// After the last instruction of a snippet.
struct Undefined {
    u32 flags = 0;            // bits of EFLAGS
    bool destination = false; // the operand that it writes
    bool registers = false;   // every general register, when it faults
    u16 fsw = 0;              // bits of the status word
    bool x87 = false;         // the x87 registers
};
Undefined undefined_after(const Snippet& snippet);

// Whether a row leaves anything undefined in some case, so that nothing should follow it in a snippet.
bool ends_snippet(const Encoding& row);

// Whether a row must find exactly the memory that was prepared for it, so that nothing may come before it: selectors, whose
// wrong values are descriptors of the host's, and x87 images.
bool only_starts_snippet(const Encoding& row);

// FNSAVE, FXSAVE and the like: whether byte n of what they write is not compared.
bool undefined_byte(const Snippet& snippet, u32 n);

// Whether two results of a transcendental instruction are as close as two correct implementations come.
bool close_enough(const Snippet& snippet, fp::F80 native, fp::F80 interpreted);

// RCPPS and RSQRTPS: the same for each element of 32 bits.
bool is_approximation(const Encoding& row);
bool close_enough(u32 native, u32 interpreted);

// MASKMOVQ and MASKMOVDQU that fault: whether they do for bytes that are masked out, and where, is left to the model.
bool faults_by_model(const Snippet& snippet, const OracleOutcome& native);

// Faults that differ only in what the manuals leave to the model.
bool same_fault(const Snippet& snippet, const OracleOutcome& native, const OracleOutcome& interpreted);

} // namespace tabpc::oracle
