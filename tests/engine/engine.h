// Which engine the CPU of a test has. Every test that builds a Cpu runs twice: with the interpreter alone, and, where
// CTest sets TABPC_ENGINE=translate, with a translator that takes each block the first time it is met.
#pragma once
#include "cpu/cpu.h"
#include "wasm-jit/translator.h"
#include <optional>

namespace tabpc::test {

bool translation_is_forced();

// A member behind the Cpu it is attached to.
class AttachedEngine {
public:
    explicit AttachedEngine(Cpu& c)
    {
        if (translation_is_forced()) translator_.emplace(c).threshold = 0;
    }

private:
    std::optional<jit::RegionTranslator> translator_;
};

// Whether it did its share: fails a test in which translation was forced and hardly anything ran translated.
void expect_engine_ran(const Cpu& c);

} // namespace tabpc::test
