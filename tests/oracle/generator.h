// Makes snippets from the project's own opcode map: every row of encodings() that exclusions.inc does not name, with random
// prefixes, operands and state. Operand letters say how an operand is filled. The same seed and index always give the same
// snippet, in every build.
#pragma once
#include "cpu/encoding.h"
#include "layout.h"
#include <string>
#include <vector>

namespace tabpc::oracle {

struct Snippet {
    OracleSnippet bytes{};
    std::vector<const Encoding*> rows; // of its instructions, in order
    u32 last_at = 0;                   // where the last one is
    u32 operand_at = 0;                // the linear address of its memory operand
};

// Why a row is never generated, or null.
const char* exclusion(const Encoding& row);
// Why its register (memory) form is not, or null.
const char* exclusion_of_register_form(const Encoding& row);
const char* exclusion_of_memory_form(const Encoding& row);
// Every name in the list.
std::vector<std::string> exclusion_names();

// "ADD Ev,Gv (01)"
std::string row_name(const Encoding& row);

class Generator {
public:
    // `filter`: only rows whose row_name() contains it.
    explicit Generator(u64 seed, const std::string& filter = "");

    size_t rows() const { return rows_.size(); }
    void content(u64 batch, OracleBatch& to) const;
    Snippet snippet(u64 index) const;

private:
    u64 seed_;
    std::vector<const Encoding*> rows_, any_; // what snippets begin with, and what may follow
};

} // namespace tabpc::oracle
