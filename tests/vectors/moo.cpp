// See moo.h.
#include "moo.h"
#include "base/bits.h"
#include <cstdio>
#include <span>

namespace tabpc::moo {

namespace {

using Bytes = std::span<const u8>;
using R = Registers;

constexpr int ORDER_16[] = {R::AX, R::BX, R::CX, R::DX, R::CS, R::SS, R::DS, R::ES, R::SP, R::BP, R::SI, R::DI, R::IP, R::FLAGS};
constexpr int ORDER_32[] = {R::CR0, R::CR3, R::AX, R::BX, R::CX, R::DX, R::SI, R::DI, R::BP,    R::SP,
                            R::CS,  R::DS,  R::ES, R::FS, R::GS, R::SS, R::IP, R::FLAGS, R::DR6, R::DR7};

// Calls f(id, body) for each chunk.
template <class F> void chunks(Bytes data, F f)
{
    while (data.size() >= 8) {
        const std::string id(reinterpret_cast<const char*>(data.data()), 4);
        const size_t n = std::min<size_t>(ld<u32>(&data[4]), data.size() - 8);
        f(id, data.subspan(8, n));
        data = data.subspan(8 + n);
    }
}

template <class T> void registers(Bytes b, std::span<const int> order, Registers& r)
{
    const T mask = ld<T>(b.data());
    size_t at = sizeof(T);
    for (size_t n = 0; n < order.size(); n++)
        if (mask >> n & 1) {
            r.value[static_cast<size_t>(order[n])] = ld<T>(&b[at]);
            at += sizeof(T);
        }
}

void state(Bytes data, Registers& r, std::vector<Byte>& ram)
{
    chunks(data, [&](const std::string& id, Bytes b) {
        if (id == "REGS") registers<u16>(b, ORDER_16, r);
        if (id == "RG32") registers<u32>(b, ORDER_32, r);
        if (id == "RAM ")
            for (u32 n = 0; n < ld<u32>(b.data()); n++) ram.push_back({ld<u32>(&b[4 + n * 5]), b[8 + n * 5]});
    });
}

Test test(Bytes data)
{
    Test t;
    t.index = ld<u32>(data.data());
    chunks(data.subspan(4), [&](const std::string& id, Bytes b) {
        if (id == "NAME") t.name.assign(reinterpret_cast<const char*>(&b[4]), ld<u32>(b.data()));
        if (id == "BYTS") t.bytes.assign(b.begin() + 4, b.end());
        if (id == "INIT") state(b, t.initial, t.initial_ram);
        if (id == "FINA") state(b, t.final, t.final_ram);
        if (id == "EXCP") {
            t.exception = b[0];
            t.exception_flags_address = ld<u32>(&b[1]);
        }
    });
    return t;
}

} // namespace

std::optional<File> read(const std::string& path)
{
    std::FILE* f = std::fopen(path.c_str(), "rb");
    if (!f) return {};
    std::vector<u8> data;
    u8 buffer[65536];
    while (const size_t n = std::fread(buffer, 1, sizeof buffer, f)) data.insert(data.end(), buffer, buffer + n);
    std::fclose(f);
    if (data.size() < 8 || std::string(reinterpret_cast<char*>(data.data()), 4) != "MOO ") return {};
    File file;
    chunks(data, [&](const std::string& id, Bytes b) {
        if (id == "MOO ") file.is_386 = b.size() >= 12 && b[8] == '3';
        if (id == "TEST") file.tests.push_back(test(b));
    });
    return file;
}

} // namespace tabpc::moo
