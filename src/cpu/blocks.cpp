// See blocks.h.
#include "cpu/blocks.h"
#include "cpu/cpu.h"
#include "cpu/decode.h"
#include "cpu/translator.h"
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

namespace tabpc {

// The mode that decoding depends on.
constexpr u32 DECODE_KEY = Cpu::CODE32 | Cpu::STACK32 | Cpu::FLAT;

BlockCache::BlockCache(RamList& ram) : ram_(ram), buckets_(BUCKETS, nullptr) {}

BlockCache::~BlockCache()
{
    drop_all();
    free_dropped();
}

void BlockCache::free_dropped()
{
    for (Block* b : dropped_) std::free(b);
    dropped_.clear();
}

u64 BlockCache::lines_of(u32 offset, u32 size)
{
    const u32 first = offset >> LINE_BITS, last = (offset + size - 1) >> LINE_BITS;
    return (~u64(0) << first) & (~u64(0) >> (63 - last));
}

const BlockCache::CodePage* BlockCache::code_page(Cpu& c, u64 linear, Access access)
{
    const bool user = c.s.cpl == 3;
    const u64 tag = (linear & ~u64(PAGE_MASK_4K)) | user;
    CodePage& p = code_tlb_[(linear >> PAGE_BITS) & 255];
    if (p.tag == tag && p.generation == generation_) return &p;
    Translation t;
    if (!c.walk(linear & ~u64(PAGE_MASK_4K), access, user, t)) {
        if (access == Access::Fetch && c.fault.vector == exc::PF) c.s.cr2 = linear;
        return nullptr;
    }
    const PhysMap::Page& m = c.memory.page(t.phys);
    p = {tag, generation_, m.ram, m.read, t.phys};
    return &p;
}

Block* BlockCache::lookup(RamAddr ram, u32 key) const
{
    Block* b = buckets_[bucket(ram, key)];
    while (b && (b->ram != ram || b->key != key)) b = b->hash_next;
    return b;
}

Block* BlockCache::find(Cpu& c)
{
    if (TABPC_UNLIKELY(!dropped_.empty())) free_dropped();
    if (TABPC_UNLIKELY(size_ > CAPACITY)) drop_all();
    const Segment& cs = c.s.seg[CS];
    if (TABPC_UNLIKELY(c.s.rip > cs.limit)) return c.raise(exc::GP, 0), nullptr;

    const u64 linear = (cs.base + c.s.rip) & 0xffffffff;
    c.code_page_ = static_cast<u32>(linear & ~u64(PAGE_MASK_4K));
    const u32 key = c.mode_key() & DECODE_KEY;
    const CodePage* page = code_page(c, linear, Access::Fetch);
    if (!page) return nullptr;
    if (!page->host) return build_single(c, *page, linear, key);
    const u32 offset = linear & PAGE_MASK_4K;
    Block* b = lookup(page->ram + offset, key);
    if (!b) {
        b = build(c, *page, offset, key);
        if (!b) return build_single(c, *page, linear, key);
    }
    if (TABPC_UNLIKELY(c.s.rip + b->bytes - 1 > cs.limit)) return build_single(c, *page, linear, key);
    return b;
}

bool BlockCache::peek_page(Cpu& c, u64 linear, RamAddr& ram)
{
    const CodePage* page = code_page(c, linear, Access::Peek);
    if (!page || !page->host) return false;
    ram = page->ram;
    return true;
}

Block* BlockCache::peek(Cpu& c, u64 linear)
{
    const CodePage* page = code_page(c, linear, Access::Peek);
    if (!page || !page->host) return nullptr;
    return lookup(page->ram + (linear & PAGE_MASK_4K), c.mode_key() & DECODE_KEY);
}

Block* BlockCache::follow(Cpu& c, const Block* from, unsigned which)
{
    Block* b = find(c);
    // Only within the page: there the mapping of `from` holds for its successor as well.
    if (b && b->ram && from->ram && !((b->ram ^ from->ram) & ~RamAddr(PAGE_MASK_4K)) && from != prefix_.block()) {
        Block* f = const_cast<Block*>(from);
        f->link[which] = b;
        f->link_epoch[which] = epoch_;
        f->link_offset[which] = b->ram & PAGE_MASK_4K;
    }
    return b;
}

Block* BlockCache::build(Cpu& c, const CodePage& page, u32 offset, u32 key)
{
    Insn insns[Block::MAX + 1];
    const DecodeMode mode{(key & Cpu::CODE32) != 0, (key & Cpu::STACK32) != 0, (key & Cpu::FLAT) != 0};
    const std::span<const u8> code(page.host + offset, PAGE_SIZE_4K - offset);
    u32 count = 0, at = 0;
    End end = End::NEXT;
    while (count < Block::MAX && end == End::NEXT && at < code.size()) {
        if (decode(code.subspan(at), mode, at, insns[count], end) == Decoded::Partial) break;
        at = insns[count].end;
        count++;
    }
    if (!count) return nullptr; // the first instruction crosses the page's end
    insns[count] = Insn{};
    insns[count].op = end == End::LEAVE ? op::END_LEAVE : op::END_FALL;
    insns[count].end = static_cast<u16>(at);

    const size_t size = sizeof(Block) + (count + 1) * sizeof(Insn);
    Block* b = new (std::malloc(size)) Block;
    b->ram = page.ram + offset;
    b->key = key;
    b->count = static_cast<u16>(count);
    b->bytes = static_cast<u16>(at);
    b->heat = translator_ ? translator_->threshold : std::numeric_limits<i32>::max();
    b->end = static_cast<u8>(end);
    std::copy_n(insns, count + 1, b->insns());
    size_ += size;
    c.stats.blocks_decoded++;
    insert(b);
    if (!(ram_.flags(b->ram) & RamList::HAS_CODE)) {
        ram_.flags(b->ram) |= RamList::HAS_CODE;
        c.tlb_.flush_writes(page.host, PAGE_SIZE_4K);
    }
    return b;
}

// One instruction, not cached: it crosses a page, comes from a device, or lies at the segment's limit.
Block* BlockCache::build_single(Cpu& c, const CodePage& page, u64 linear, u32 key)
{
    u8 bytes[MAX_INSN_LENGTH];
    const u32 offset = linear & PAGE_MASK_4K;
    const u32 here = std::min<u32>(MAX_INSN_LENGTH, PAGE_SIZE_4K - offset);
    const auto fetch = [&](const CodePage& p, u32 from, u32 n, u8* to) {
        for (u32 k = 0; k < n; k++)
            to[k] = p.host ? p.host[from + k] : static_cast<u8>(c.memory.read((p.phys & ~u64(PAGE_MASK_4K)) + from + k, 1));
    };
    fetch(page, offset, here, bytes);
    Block* b = new (single_.block()) Block;
    const DecodeMode mode{(key & Cpu::CODE32) != 0, (key & Cpu::STACK32) != 0, (key & Cpu::FLAT) != 0};
    Insn* i = b->insns();
    End end;
    if (decode({bytes, here}, mode, 0, i[0], end) == Decoded::Partial) {
        // Before the next page is touched, what lies within the limit counts.
        if (c.s.rip + here > c.s.seg[CS].limit) return c.raise(exc::GP, 0), nullptr;
        const CodePage* next = code_page(c, (linear + here) & 0xffffffff);
        if (!next) return nullptr;
        fetch(*next, 0, MAX_INSN_LENGTH - here, bytes + here);
        if (decode({bytes, MAX_INSN_LENGTH}, mode, 0, i[0], end) == Decoded::Partial) {
            i[0].op = op::TOO_LONG;
            i[0].end = i[0].length = MAX_INSN_LENGTH;
        }
    }
    if (c.s.rip + i[0].length - 1 > c.s.seg[CS].limit) return c.raise(exc::GP, 0), nullptr;
    b->count = 1;
    b->bytes = i[0].end;
    b->heat = std::numeric_limits<i32>::max();
    b->key = key;
    i[1] = Insn{};
    i[1].op = op::END_LEAVE;
    i[1].end = i[0].end;
    return b;
}

Block* BlockCache::prefix(const Block* b, unsigned n)
{
    Block* p = new (prefix_.block()) Block;
    p->count = static_cast<u16>(n);
    p->heat = std::numeric_limits<i32>::max();
    p->key = b->key;
    std::copy_n(b->insns(), n, p->insns());
    Insn& last = p->insns()[n];
    last = Insn{};
    last.op = op::END_LEAVE;
    last.end = p->bytes = p->insns()[n - 1].end;
    return p;
}

void BlockCache::insert(Block* b)
{
    Block*& head = buckets_[bucket(b->ram, b->key)];
    b->hash_next = head;
    head = b;
    const size_t n = static_cast<size_t>(b->ram >> PAGE_BITS);
    if (n >= pages_.size()) pages_.resize(n + 1);
    if (!pages_[n]) pages_[n] = std::make_unique<PageCode>();
    PageCode& p = *pages_[n];
    b->page_next = p.first;
    p.first = b;
    p.lines |= lines_of(b->ram & PAGE_MASK_4K, b->bytes);
}

void BlockCache::unhash(Block* b)
{
    Block** at = &buckets_[bucket(b->ram, b->key)];
    while (*at != b) at = &(*at)->hash_next;
    *at = b->hash_next;
}

bool BlockCache::drop(RamAddr at, u32 size)
{
    bool any = false;
    while (size) {
        const u32 offset = at & PAGE_MASK_4K, n = std::min(size, PAGE_SIZE_4K - offset);
        const size_t index = static_cast<size_t>(at >> PAGE_BITS);
        PageCode* p = index < pages_.size() ? pages_[index].get() : nullptr;
        if (p && (p->lines & lines_of(offset, n))) {
            p->lines = 0;
            for (Block** link = &p->first; *link;) {
                Block* b = *link;
                const u32 from = b->ram & PAGE_MASK_4K;
                if (from < offset + n && offset < from + b->bytes) {
                    *link = b->page_next;
                    unhash(b);
                    if (b->translation) translator_->block_gone(*b);
                    dropped_.push_back(b);
                    size_ -= sizeof(Block) + (b->count + 1u) * sizeof(Insn);
                    any = true;
                } else {
                    p->lines |= lines_of(from, b->bytes);
                    link = &b->page_next;
                }
            }
            if (!p->first) ram_.flags(at) &= static_cast<u8>(~RamList::HAS_CODE);
        }
        if (any && translator_) translator_->code_changed(at, n);
        at += n;
        size -= n;
    }
    if (any) epoch_++;
    return any;
}

void BlockCache::drop_all()
{
    if (translator_) translator_->code_dropped();
    for (size_t n = 0; n < pages_.size(); n++) {
        if (!pages_[n]) continue;
        for (Block* b = pages_[n]->first; b;) {
            Block* next = b->page_next;
            dropped_.push_back(b);
            b = next;
        }
        pages_[n].reset();
        ram_.flags(n << PAGE_BITS) &= static_cast<u8>(~RamList::HAS_CODE);
    }
    std::fill(buckets_.begin(), buckets_.end(), nullptr);
    size_ = 0;
    epoch_++;
}

} // namespace tabpc
