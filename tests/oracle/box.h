// The interpreter's half of the oracle: a Cpu at CPL 3 with the pages, rights and segments that runner.c has on the
// processor, and a ring-0 gate for every vector that leads to an HLT, where the outcome can be read off.
#pragma once
#include "../engine/engine.h"
#include "answer.h"
#include "cpu/cpu.h"

namespace tabpc::oracle {

class Box {
public:
    Box();
    // What the content pages hold when a snippet of this batch starts.
    void set_content(const OracleBatch& batch) { content_ = &batch; }
    Answer run(const OracleSnippet& snippet);
    const Cpu& cpu() const { return cpu_; }

private:
    u8* at(PhysAddr a) { return block_->host + a; }
    void map_page(LinAddr linear, PhysAddr phys, u64 rights);
    void build_tables();
    void build_descriptors();
    void start(const OracleSnippet& snippet);
    OracleOutcome read_frame();
    void patch(u32 where, u8 value);

    VirtualClock clock_;
    RamList ram_;
    PhysMap memory_{ram_};
    IoSpace io_;
    RamBlock* block_;
    Cpu cpu_;
    test::AttachedEngine engine_{cpu_};
    CpuState ready_; // every register as it is before a snippet sets its own
    const OracleBatch* content_ = nullptr;
    u8 before_[ORACLE_CONTENT_PAGES][ORACLE_PAGE];
    std::vector<u8> changes_;
};

// FXSAVE images, the first 288 bytes.
void load_fx(CpuState& s, const u8* image);
void save_fx(const CpuState& s, u8* image);

} // namespace tabpc::oracle
