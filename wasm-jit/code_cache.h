// The translated regions of one CPU: by the block they start at, and by the pages of storage their code comes from, so that
// a write to one byte of it throws away what it must and no more. A page that keeps changing is remembered.
#pragma once
#include "cpu/blocks.h"
#include "ir/ir.h"
#include "wasm-jit/select.h"
#include <memory>
#include <unordered_map>

namespace tabpc::jit {

struct Code {
    using Function = u32 (*)(Cpu*); // returns the number of the exit

    u64 rip = 0;
    u32 key = 0; // Cpu::mode_key()
    u64 cs_base = 0;
    u32 cs_limit = 0;
    Origin origin;
    u32 generation = 0;     // of the mapping for which origin.pages were seen to hold
    Block* entry = nullptr; // null: no longer valid
    Function function = nullptr;
    u32 slot = 0; // of the function in the table
    ir::Region region; // its exits and instructions; its blocks only where the reference interpreter runs them
    size_t bytes = 0;  // of the generated function
    i32 retry = 0;     // how often the interpreter runs the entry again once this is thrown away
};

class CodeCache {
public:
    // Takes it in and marks its entry. The pointer stays good until sweep() after it was thrown away.
    Code* add(std::unique_ptr<Code> code, Block& entry);
    void throw_away(Code& code);
    void overwritten(RamAddr at, u32 size);
    // How often code of this page has been thrown away because it was overwritten.
    u32 changes(RamAddr at) const
    {
        const auto page = changes_.find(at >> PAGE_BITS);
        return page == changes_.end() ? 0 : page->second;
    }
    void clear();
    // Frees what was thrown away; not while any of it runs.
    template <class Release> void sweep(Release release)
    {
        for (auto& code : gone_) release(*code);
        gone_.clear();
    }
    bool has_gone() const { return !gone_.empty(); }
    u64 version() const { return changed_; } // counts what came and went
    size_t size() const { return all_.size(); }
    size_t bytes() const { return bytes_; }

private:
    std::unordered_map<Code*, std::unique_ptr<Code>> all_;
    std::unordered_map<u64, std::vector<Code*>> by_page_; // of ram_addr
    std::unordered_map<u64, u32> changes_; // by page
    std::vector<std::unique_ptr<Code>> gone_;
    size_t bytes_ = 0;
    u64 changed_ = 0;
};

} // namespace tabpc::jit
