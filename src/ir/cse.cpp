// eliminate_common_subexpressions: a hash table of the block's values. What a value read (a variable, state) has a version
// that counts its writes and is part of the key, so nothing is ever taken out of the table.
#include "ir/passes.h"
#include "ir/rewrite.h"
#include <array>
#include <bit>
#include <utility>

namespace tabpc::ir {

namespace {

struct Key {
    Code code;
    Type type;
    u8 size;
    Ref a, b, c;
    u32 version;
    u64 imm;
    bool operator==(const Key&) const = default;

    u64 hash() const
    {
        const u64 what = static_cast<u64>(code) | static_cast<u64>(type) << 8 | static_cast<u64>(size) << 16 |
                         u64{version} << 32;
        const u64 operands = u64{a} | u64{b} << 16 | u64{c} << 32;
        u64 h = (what ^ imm * 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;
        h = (h ^ (h >> 29) ^ operands) * 0x94d049bb133111eb;
        return h ^ (h >> 32);
    }
};

// Open addressing; emptied by counting blocks.
class Table {
public:
    void start(size_t operations)
    {
        const size_t size = std::bit_ceil(operations * 2 + 16);
        if (slots_.size() < size) slots_.assign(size, {});
        block_++;
    }
    // The slot of a key; its value is NONE where the key is new.
    Ref& operator[](const Key& key)
    {
        for (size_t at = key.hash();; at++) {
            Slot& slot = slots_[at & (slots_.size() - 1)];
            if (slot.block != block_) {
                slot = {key, NONE, block_};
                return slot.value;
            }
            if (slot.key == key) return slot.value;
        }
    }

private:
    struct Slot {
        Key key{};
        Ref value = NONE;
        u32 block = 0;
    };
    std::vector<Slot> slots_;
    u32 block_ = 0;
};

class Cse {
public:
    void run(Block& block)
    {
        rewrite_.start(block);
        table_.start(block.ops.size());
        for (size_t n = 0; n < block.ops.size(); n++) {
            const Op op = rewrite_.renamed(block.ops[n]);
            rewrite_.rename(n, operation(op));
        }
        rewrite_.finish(block);
    }

private:
    // Versions of the state count by words of 8 bytes, a few of which share a counter.
    static constexpr unsigned WORD = 8, COUNTERS = 64;
    u32 state_version(const Op& op) const
    {
        u32 sum = 0; // counters only grow: the sum is as good as the list
        for (u64 word = op.imm / WORD; word <= (op.imm + op.size - 1) / WORD; word++)
            sum += state_[word % COUNTERS];
        return sum + all_state_;
    }

    Key key(const Op& op) const
    {
        Key k{op.code, carries_type(op.code) ? op.type : Type::None, 0, op.a, op.b, op.c, 0, op.imm};
        if (is_commutative(op.code) && k.a > k.b) std::swap(k.a, k.b);
        if (op.code == Code::Get) k.version = variables_[op.imm];
        if (op.code == Code::LoadState) {
            k.version = state_version(op);
            k.size = op.size;
        }
        return k;
    }

    // What an operation is now called; NONE if it has no value.
    Ref operation(const Op& op)
    {
        if (op.code == Code::Set) return set(op);
        if (op.code == Code::StoreState) return store_state(op);
        if (info(op.code).effect == Effect::PURE || op.code == Code::Get || op.code == Code::LoadState) {
            Ref& known = table_[key(op)];
            if (known == NONE) known = rewrite_.add(op);
            return known;
        }
        if (op.code == Code::Reload) {
            for (unsigned v = 0; v < VARS; v++) variables_[v] += op.imm >> v & 1;
        } else if (op.code == Code::Spill || op.code == Code::Call) {
            all_state_++;
        }
        return rewrite_.add(op);
    }

    Ref set(const Op& op)
    {
        const Op get{.code = Code::Get, .type = op.type, .imm = op.imm};
        if (table_[key(get)] == op.a) return NONE; // it holds that already
        variables_[op.imm]++;
        table_[key(get)] = op.a;
        return rewrite_.add(op);
    }

    Ref store_state(const Op& op)
    {
        Op load{.code = Code::LoadState, .type = op.type, .size = op.size, .imm = op.imm};
        const bool whole =
            op.size >= 4; // of a narrower one the value's higher bits are not what would be loaded
        if (whole && table_[key(load)] == op.a) return NONE;
        for (u64 word = op.imm / WORD; word <= (op.imm + op.size - 1) / WORD; word++)
            state_[word % COUNTERS]++;
        if (whole) table_[key(load)] = op.a;
        return rewrite_.add(op);
    }

    Rewrite rewrite_;
    Table table_;
    std::array<u32, VARS> variables_{}; // versions; from block to block they just go on
    std::array<u32, COUNTERS> state_{};
    u32 all_state_ = 0;
};

} // namespace

void eliminate_common_subexpressions(Region& region)
{
    Cse cse;
    for (Block& block : region.blocks) cse.run(block);
}

} // namespace tabpc::ir
