// See mmu.h: the addend tables.
#include "cpu/mmu.h"
#include <algorithm>

namespace tabpc {

Tlb::Tlb()
{
    for (auto& t : tables_) t.assign(PAGES, INVALID);
    for (auto& l : lists_) l.has.assign(PAGES, false);
}

void Tlb::List::add(u32 page)
{
    if (has[page] || pages.size() == MANY) return;
    has[page] = true;
    pages.push_back(page);
}

void Tlb::List::clear()
{
    if (pages.size() == MANY) has.assign(PAGES, false);
    else
        for (u32 page : pages) has[page] = false;
    pages.clear();
}

void Tlb::set(bool user, bool write, u32 page, Entry e, bool global)
{
    tables_[user * 2 + write][page] = e;
    lists_[global].add(page);
}

void Tlb::invalidate(u32 page)
{
    for (auto& t : tables_) t[page] = INVALID;
}

void Tlb::flush_nonglobal()
{
    if (lists_[false].pages.size() == MANY) return flush_all();
    for (u32 page : lists_[false].pages) invalidate(page);
    lists_[false].clear();
}

void Tlb::flush_all()
{
    if (many()) {
        for (auto& t : tables_) std::fill(t.begin(), t.end(), INVALID);
    } else {
        for (const List& l : lists_)
            for (u32 page : l.pages) invalidate(page);
    }
    for (List& l : lists_) l.clear();
}

// The page stays on its list; invalidating it again later does no harm.
void Tlb::flush_page(u32 page) { invalidate(page); }

void Tlb::flush_writes(const u8* host, u64 length)
{
    const uintptr_t from = align_down(reinterpret_cast<uintptr_t>(host), PAGE_SIZE_4K);
    const uintptr_t size = reinterpret_cast<uintptr_t>(host) + static_cast<uintptr_t>(length) - from;
    const auto look = [&](u32 page) {
        for (const int t : {1, 3}) {
            Entry& e = tables_[t][page];
            if (!(e & INVALID) && e + (uintptr_t{page} << PAGE_BITS) - from < size) e = INVALID;
        }
    };
    if (many()) {
        for (u32 page = 0; page < PAGES; page++) look(page);
        return;
    }
    for (const List& l : lists_)
        for (const u32 page : l.pages) look(page);
}

} // namespace tabpc
