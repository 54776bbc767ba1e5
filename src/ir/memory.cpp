// remove_repeated_translations and forward_loads. What makes them sound: translations change only between regions or in a
// Call, memory in a Store or a Call alone, and behind a Translate that allowed writing, reading is allowed at the same place.
#include "ir/passes.h"
#include "ir/rewrite.h"

namespace tabpc::ir {

namespace {

// What a block has done last with each address or pointer, by its Ref.
template <class T>
class LastByRef {
public:
    void start(size_t size)
    {
        entries_.assign(size, {});
        forget();
    }
    void forget() { epoch_++; }
    T* find(Ref ref) { return entries_[ref].epoch == epoch_ ? &entries_[ref].value : nullptr; }
    void put(Ref ref, const T& value) { entries_[ref] = {epoch_, value}; }

private:
    struct Entry {
        u32 epoch = 0;
        T value{};
    };
    std::vector<Entry> entries_;
    u32 epoch_ = 0;
};

struct Translated {
    Ref pointer[2] = {NONE, NONE}; // by access
    u8 size[2] = {};
};

struct Accessed {
    Ref value = NONE;
    u8 size = 0;
};

} // namespace

void remove_repeated_translations(Region& region)
{
    Rewrite rewrite;
    LastByRef<Translated> last;
    for (Block& block : region.blocks) {
        rewrite.start(block);
        last.start(block.ops.size());
        for (size_t n = 0; n < block.ops.size(); n++) {
            const Op op = rewrite.renamed(block.ops[n]);
            if (op.code == Code::Call) last.forget();
            if (op.code != Code::Translate) {
                rewrite.rename(n, rewrite.add(op));
                continue;
            }
            const bool write = op.access == MemoryAccess::Write;
            Translated known;
            if (const Translated* t = last.find(op.a)) known = *t;
            Ref pointer = NONE;
            for (bool by_write : {true, write})
                if (known.size[by_write] >= op.size) pointer = known.pointer[by_write];
            if (pointer == NONE) {
                pointer = rewrite.add(op);
                known.pointer[write] = pointer;
                known.size[write] = op.size;
                last.put(op.a, known);
            }
            rewrite.rename(n, pointer);
        }
        rewrite.finish(block);
    }
}

void forward_loads(Region& region)
{
    Rewrite rewrite;
    LastByRef<Accessed> last;
    for (Block& block : region.blocks) {
        rewrite.start(block);
        last.start(block.ops.size());
        for (size_t n = 0; n < block.ops.size(); n++) {
            const Op op = rewrite.renamed(block.ops[n]);
            if (op.code == Code::Load) {
                const Accessed* a = last.find(op.a);
                if (a && a->size == op.size) {
                    rewrite.rename(n, a->value);
                    continue;
                }
            }
            const Ref ref = rewrite.add(op);
            rewrite.rename(n, ref);
            if (op.code == Code::Load) last.put(op.a, {ref, op.size});
            if (op.code == Code::Store || op.code == Code::Call) last.forget();
            // Of a narrow Store the value's higher bits are not what a Load would read.
            if (op.code == Code::Store && op.size >= 4) last.put(op.a, {op.b, op.size});
        }
        rewrite.finish(block);
    }
}

} // namespace tabpc::ir
