// See translator.h.
#include "wasm-jit/translator.h"
#include "ir/call_out.h"
#include "ir/passes.h"
#include "ir/reference.h"
#include "wasm-jit/module.h"
#include <algorithm>
#include <limits>

namespace tabpc::jit {

namespace {

u32 interpret(Cpu* c, const Insn* i) { return static_cast<u32>(ir::call_out(*c, *i)); }

u32 address(const void* p) { return static_cast<u32>(reinterpret_cast<uintptr_t>(p)); }

} // namespace

RegionTranslator::RegionTranslator(Cpu& c) : c_(c), linker_(interpret, [](void*, u32, bool) {}, this)
{
    c_.set_translator(this);
}

RegionTranslator::~RegionTranslator()
{
    c_.set_translator(nullptr);
    cache_.clear();
    cache_.sweep([this](Code& code) { release(code); });
}

tabpc::Translator::Ran RegionTranslator::hot(Cpu&, Block& b)
{
    if (!running_ && cache_.has_gone()) cache_.sweep([this](Code& code) { release(code); });
    Code* code = static_cast<Code*>(b.translation);
    if (!code) code = translate(b);
    if (!code || !enterable(*code)) return Ran::Nothing;
    return run(code);
}

// Whether this block has to wait: so that translating takes a part of a slice only, and what keeps changing is left to the
// interpreter for longer and longer.
bool RegionTranslator::put_off(Block& b)
{
    if (threshold == 0) return false; // tests translate everything
    const u64 window = c_.clock.instructions() / WINDOW;
    if (window != window_) {
        window_ = window;
        translated_in_window_ = 0;
    }
    if (translated_in_window_ >= MOST_IN_WINDOW) {
        b.heat = threshold / 4;
        return true;
    }
    if (b.patience < std::min(cache_.changes(b.ram) / 4, u32{MOST_PATIENCE})) {
        b.heat = threshold << ++b.patience;
        return true;
    }
    translated_in_window_++;
    if (cache_.size() >= MOST_REGIONS || cache_.bytes() >= MOST_BYTES) cache_.clear();
    return false;
}

Code* RegionTranslator::translate(Block& b)
{
    if (put_off(b)) return nullptr;
    b.heat = std::numeric_limits<i32>::max(); // unless it goes well, not again
    Selection s = select(c_);
    if (s.code.blocks.empty()) return nullptr;
    auto code = std::make_unique<Code>();
    code->rip = c_.s.rip;
    code->key = c_.mode_key();
    code->cs_base = c_.s.seg[CS].base;
    code->cs_limit = c_.s.seg[CS].limit;
    code->generation = c_.blocks().generation();
    code->origin = std::move(s.origin);
    code->retry = threshold;
    ir::record(s.code, code->region);
    ir::optimize(code->region);
    if (GENERATES && !generate(*code)) {
        stats.refused++;
        return nullptr;
    }
    stats.regions++;
    stats.modules++;
    stats.bytes += code->bytes;
    b.heat = 0;
    return cache_.add(std::move(code), b);
}

// A function of its own for one region.
bool RegionTranslator::generate(Code& code)
{
    const auto offset = [&](const void* p) { return address(p) - address(&c_); };
    const bool user = code.key & Cpu::USER;
    const Target target{offset(c_.s.gpr.data()), offset(&c_.s.rip), offset(&c_.translated), offset(&c_.budget()),
                        address(c_.tlb_table(user, false)), address(c_.tlb_table(user, true)), address(code.region.insns.data())};
    const Job job{&code.region, target};
    module_.clear();
    if (!make_module({&job, 1}, module_)) return false;
    code.slot = linker_.reserve(1);
    if (code.slot == Linker::NO_SLOT) return false;
    if (!linker_.compile(module_, code.slot, 1)) {
        linker_.release(code.slot, 1);
        return false;
    }
    code.function = Linker::function(code.slot);
    code.bytes = module_.size();
    code.region.blocks = {};
    return true;
}

void RegionTranslator::release(Code& code)
{
    if (code.function) linker_.release(code.slot, 1);
}

bool RegionTranslator::enterable(Code& code)
{
    const Segment& cs = c_.s.seg[CS];
    if (code.rip != c_.s.rip || code.key != c_.mode_key() || code.cs_base != cs.base || code.cs_limit != cs.limit) return false;
    if (code.generation == c_.blocks().generation()) return true;
    for (const Origin::Page& p : code.origin.pages) {
        RamAddr ram;
        if (!c_.blocks().peek_page(c_, p.linear, ram) || ram != p.ram) return false;
    }
    code.generation = c_.blocks().generation();
    return true;
}

Code* RegionTranslator::next()
{
    if (c_.budget() <= 0) return nullptr;
    const Segment& cs = c_.s.seg[CS];
    Known& target = targets_[(c_.s.rip ^ c_.s.rip >> 10) % targets_.size()];
    if (target.rip == c_.s.rip && target.version == cache_.version() && target.generation == c_.blocks().generation() &&
        target.key == c_.mode_key() && target.code->cs_base == cs.base && target.code->cs_limit == cs.limit)
        return target.code;
    const u64 linear = (cs.base + c_.s.rip) & 0xffffffff;
    if (c_.s.rip > cs.limit) return nullptr;
    Block* b = c_.blocks().peek(c_, linear);
    Code* code = b ? static_cast<Code*>(b->translation) : nullptr;
    if (!code || !enterable(*code)) return nullptr;
    target = {c_.s.rip, code, c_.mode_key(), c_.blocks().generation(), cache_.version()};
    return code;
}

tabpc::Translator::Ran RegionTranslator::run(Code* code)
{
    running_ = true;
    const i64 before = c_.budget();
    Ran ran = Ran::Somewhere;
    c_.translated.key = c_.mode_key();
    while (code) {
        stats.entered++;
        c_.translated.enter(c_.s.flags);
        const u32 n = code->function ? code->function(&c_) : ir::run(c_, code->region);
        const ir::Exit& e = code->region.exits[n];
        if (e.reason == ir::Exit::Returned) {
            stats.returned++;
            code = nullptr;
            if (static_cast<Status>(c_.translated.status) == Status::Fault) {
                c_.budget()++;
                c_.deliver_fault();
                ran = Ran::Leave;
            } else if (c_.must_leave() || c_.budget() <= 0) {
                ran = Ran::Leave;
            } else {
                code = next();
                c_.translated.key = c_.mode_key();
            }
            continue;
        }
        c_.budget() += e.undone;
        if (e.flags != FlagForm::DYNAMIC) c_.translated.form = e.flags;
        c_.s.flags = c_.translated.flags();
        if (e.reason != ir::Exit::Indirect) c_.s.rip = e.rip;
        if (e.reason == ir::Exit::Redo || e.reason == ir::Exit::Budget) {
            (e.reason == ir::Exit::Redo ? stats.redone : stats.out_of_budget)++;
            ran = Ran::Redo;
            break;
        }
        code = next();
    }
    c_.stats.translated += static_cast<u64>(before - c_.budget());
    running_ = false;
    return ran;
}

void RegionTranslator::code_changed(RamAddr at, u32 size) { cache_.overwritten(at, size); }
void RegionTranslator::code_dropped() { cache_.clear(); }
void RegionTranslator::block_gone(Block& b) { cache_.throw_away(*static_cast<Code*>(b.translation)); }

} // namespace tabpc::jit
