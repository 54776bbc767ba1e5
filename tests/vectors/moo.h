// Reader of MOO files: single-instruction tests captured from real processors (github.com/dbalsom/moo).
#pragma once
#include "base/types.h"
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tabpc::moo {

struct Registers {
    // In the file's order; absent ones keep their value.
    enum { AX, BX, CX, DX, CS, SS, DS, ES, SP, BP, SI, DI, IP, FLAGS, FS, GS, CR0, CR3, DR6, DR7, COUNT };
    std::array<std::optional<u32>, COUNT> value;
};

struct Byte {
    u32 address;
    u8 value;
};

struct Test {
    u32 index = 0;
    std::string name;
    std::vector<u8> bytes;
    Registers initial, final;
    std::vector<Byte> initial_ram, final_ram;
    std::optional<u8> exception;
    u32 exception_flags_address = 0; // where the pushed FLAGS lie
};

struct File {
    bool is_386 = false;
    std::vector<Test> tests;
};

// Nothing when the file cannot be read or is not MOO.
std::optional<File> read(const std::string& path);

} // namespace tabpc::moo
