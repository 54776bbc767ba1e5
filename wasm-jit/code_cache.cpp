// See code_cache.h.
#include "wasm-jit/code_cache.h"
#include <algorithm>

namespace tabpc::jit {

Code* CodeCache::add(std::unique_ptr<Code> owned, Block& entry)
{
    Code* code = owned.get();
    code->entry = &entry;
    entry.translation = code;
    bytes_ += code->bytes;
    changed_++;
    for (const Origin::Page& p : code->origin.pages) by_page_[p.ram >> PAGE_BITS].push_back(code);
    all_.emplace(code, std::move(owned));
    return code;
}

void CodeCache::throw_away(Code& code)
{
    if (!code.entry) return;
    code.entry->translation = nullptr;
    code.entry->heat = code.retry;
    code.entry = nullptr;
    bytes_ -= code.bytes;
    changed_++;
    for (const Origin::Page& p : code.origin.pages) {
        const auto page = by_page_.find(p.ram >> PAGE_BITS);
        if (page == by_page_.end()) continue; // two linear pages of one frame
        std::erase(page->second, &code);
        if (page->second.empty()) by_page_.erase(page);
    }
    const auto it = all_.find(&code);
    gone_.push_back(std::move(it->second));
    all_.erase(it);
}

void CodeCache::overwritten(RamAddr at, u32 size)
{
    const auto page = by_page_.find(at >> PAGE_BITS);
    if (page == by_page_.end()) return;
    const std::vector<Code*> candidates = page->second;
    for (Code* code : candidates) {
        const auto hit = [&](const Origin::Bytes& b) { return b.at < at + size && at < b.at + b.size; };
        if (std::none_of(code->origin.bytes.begin(), code->origin.bytes.end(), hit)) continue;
        throw_away(*code);
        changes_[at >> PAGE_BITS]++;
    }
}

void CodeCache::clear()
{
    while (!all_.empty()) throw_away(*all_.begin()->first);
}

} // namespace tabpc::jit
