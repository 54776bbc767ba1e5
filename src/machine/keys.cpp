// See keys.h.
#include "machine/keys.h"

namespace tabpc {

namespace {

constexpr Key KEYS[] = {
#define KEY(qcode, code, hid, scan_code) {qcode, code, hid, scan_code},
#include "machine/keys.inc"
#undef KEY
};

template <class Matches>
const Key* find(Matches matches)
{
    for (const Key& k : KEYS)
        if (matches(k)) return &k;
    return nullptr;
}

} // namespace

std::span<const Key> all_keys() { return KEYS; }

const Key* key_by_qcode(std::string_view name)
{
    return find([&](const Key& k) { return !name.empty() && k.qcode == name; });
}

const Key* key_by_code(std::string_view name)
{
    return find([&](const Key& k) { return !name.empty() && k.code == name; });
}

const Key* key_by_hid(unsigned usage)
{
    return find([&](const Key& k) { return usage && k.hid == usage; });
}

const Key* key_by_scan_code(unsigned scan_code)
{
    return find([&](const Key& k) { return k.scan_code == scan_code; });
}

} // namespace tabpc
