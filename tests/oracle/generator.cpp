// See generator.h.
#include "generator.h"
#include "builder.h"
#include "cpu/eflags.h"
#include "cpu/handlers.h"
#include "exceptions.h"
#include <cstdio>
#include <span>
#include <string_view>

namespace tabpc::oracle {

namespace {

struct Excluded {
    std::string_view name; // without opcode and group when it is the whole definition
    const char* why;
};
constexpr Excluded rows[] = {
#define X(name, why) {name, why},
#define REGISTER_FORM(name, why)
#define MEMORY_FORM(name, why)
#include "exclusions.inc"
#undef X
#undef REGISTER_FORM
#undef MEMORY_FORM
};
constexpr Excluded register_forms[] = {
#define X(name, why)
#define REGISTER_FORM(name, why) {name, why},
#define MEMORY_FORM(name, why)
#include "exclusions.inc"
#undef X
#undef REGISTER_FORM
#undef MEMORY_FORM
};
constexpr Excluded memory_forms[] = {
#define X(name, why)
#define REGISTER_FORM(name, why)
#define MEMORY_FORM(name, why) {name, why},
#include "exclusions.inc"
#undef X
#undef REGISTER_FORM
#undef MEMORY_FORM
};

const char* find(std::span<const Excluded> list, const Encoding& row)
{
    for (const Excluded& e : list)
        if (e.name == row.name || e.name == row_name(row)) return e.why;
    return nullptr;
}

} // namespace

const char* exclusion(const Encoding& row) { return find(rows, row); }
const char* exclusion_of_register_form(const Encoding& row) { return find(register_forms, row); }
const char* exclusion_of_memory_form(const Encoding& row) { return find(memory_forms, row); }

std::vector<std::string> exclusion_names()
{
    std::vector<std::string> names;
    for (const Excluded& e : rows) names.emplace_back(e.name);
    for (const Excluded& e : register_forms) names.emplace_back(e.name);
    return names;
}

std::string row_name(const Encoding& row)
{
    constexpr const char* maps[] = {"", "0F ", "0F 38 ", "0F 3A "};
    constexpr const char* prefixes[] = {"", "", "", "66 ", "F3 ", "F2 ", "66 F2 "};
    char text[80];
    int n = std::snprintf(text, sizeof text, "%s %s%s%02X", row.name, prefixes[static_cast<int>(row.prefix)],
                          maps[static_cast<int>(row.map)], row.opcode);
    if (row.slash >= 0) n += std::snprintf(text + n, sizeof text - static_cast<size_t>(n), " /%d", row.slash);
    if (row.rm >= 0) std::snprintf(text + n, sizeof text - static_cast<size_t>(n), ".%d", row.rm);
    return text;
}

Generator::Generator(u64 seed, const std::string& filter) : seed_(seed)
{
    for (const Encoding& row : encodings()) {
        if (exclusion(row)) continue;
        any_.push_back(&row);
        if (row_name(row).find(filter) != std::string::npos) rows_.push_back(&row);
    }
}

void Generator::content(u64 batch, OracleBatch& to) const
{
    Random r(seed_ + 1, batch);
    to.count = 0;
    for (auto& page : to.content)
        for (u32 n = 0; n < ORACLE_PAGE; n += 16) {
            auto v = vector(r);
            if (r.percent(10)) v.fill(0);
            std::copy(v.begin(), v.end(), page + n);
        }
}

static bool is_fp(const Encoding& row)
{
    return row.form == Form::x87 || row.form == Form::sse || row.prefix != Prefix::ANY ||
           row.name[0] == 'F' || row.map == Map::Map0F38 || row.map == Map::Map0F3A;
}

Snippet Generator::snippet(u64 index) const
{
    Random r(seed_, index);
    Snippet s;
    const Encoding* row = rows_[index % rows_.size()];
    Builder builder(r, s.bytes);
    const u32 instructions = r.percent(75) ? 1 : 2 + r.below(3);
    const bool fp = is_fp(*row);
    if (fp || r.percent(5)) random_fx(r, s.bytes.fx, fp && row->form != Form::x87);
    else default_fx(s.bytes.fx);
    for (u32 n = 0; n < instructions; n++) {
        if (n > 0) {
            // Of the same kind, more often than not; nothing follows what leaves things undefined.
            if (ends_snippet(*row)) break;
            do
                row = r.percent(60) ? rows_[r.below(static_cast<u32>(rows_.size()))]
                                    : any_[r.below(static_cast<u32>(any_.size()))];
            while ((is_fp(*row) && !fp) || only_starts_snippet(*row));
        }
        s.last_at = s.bytes.eip + builder.length();
        if (!builder.append(*row)) break;
        s.rows.push_back(row);
    }
    s.operand_at = builder.operand_at();
    // Alignment checks: on one instruction with one operand.
    if (s.rows.size() != 1) s.bytes.eflags &= ~u32{eflags::AC};
    return s;
}

} // namespace tabpc::oracle
