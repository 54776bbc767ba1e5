// See mmu.h: the addend tables.
#include "cpu/mmu.h"
#include <algorithm>

namespace tabpc {

// A list that has grown to this says only "many": wiping the tables is cheaper than walking it.
static constexpr size_t MANY = 1u << 16;

Tlb::Tlb()
{
    for (auto& t : tables_) t.assign(PAGES, INVALID);
}

void Tlb::set(bool user, bool write, u32 page, Entry e, bool global)
{
    tables_[user * 2 + write][page] = e;
    auto& list = global ? global_pages_ : pages_;
    if (list.size() < MANY && (list.empty() || list.back() != page)) list.push_back(page);
}

void Tlb::invalidate(u32 page)
{
    for (auto& t : tables_) t[page] = INVALID;
}

void Tlb::flush_nonglobal()
{
    if (pages_.size() == MANY) return flush_all();
    for (u32 page : pages_) invalidate(page);
    pages_.clear();
}

void Tlb::flush_all()
{
    if (pages_.size() == MANY || global_pages_.size() == MANY) {
        for (auto& t : tables_) std::fill(t.begin(), t.end(), INVALID);
    } else {
        for (u32 page : pages_) invalidate(page);
        for (u32 page : global_pages_) invalidate(page);
    }
    pages_.clear();
    global_pages_.clear();
}

// The page stays on its list; invalidating it again later does no harm.
void Tlb::flush_page(u32 page) { invalidate(page); }

void Tlb::flush_writes()
{
    if (pages_.size() == MANY || global_pages_.size() == MANY) {
        for (int t : {1, 3}) std::fill(tables_[t].begin(), tables_[t].end(), INVALID);
        return;
    }
    for (const auto* list : {&pages_, &global_pages_})
        for (u32 page : *list) tables_[1][page] = tables_[3][page] = INVALID;
}

} // namespace tabpc
