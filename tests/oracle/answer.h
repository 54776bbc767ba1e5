// How a snippet ended, on the processor or in the interpreter: the outcome as runner.c sends it, and the changed bytes.
#pragma once
#include "base/bits.h"
#include "layout.h"
#include <vector>

namespace tabpc::oracle {

struct Answer {
    OracleOutcome outcome{};
    std::vector<u8> changes; // OracleRun, bytes, OracleRun, bytes…

    bool operator==(const Answer& o) const
    {
        return !std::memcmp(&outcome, &o.outcome, sizeof outcome) && changes == o.changes;
    }
};

// Vectors no processor has, for the two ways in which a snippet has no outcome.
enum : u32 {
    ENDLESS = 0x100, // the interpreter was still running after more instructions than any snippet needs
    DIED = 0x101,    // the runner did not survive it
    NOT_RUN = 0x102, // not sent to the processor (see safe_to_run)
};

// Calls f(at, bytes, length) for each run.
template <class F>
void each_run(const std::vector<u8>& changes, F f)
{
    for (size_t n = 0; n + sizeof(OracleRun) <= changes.size();) {
        const auto run = ld<OracleRun>(&changes[n]);
        n += sizeof run;
        if (changes.size() - n < run.length) return;
        f(run.at, &changes[n], run.length);
        n += run.length;
    }
}

} // namespace tabpc::oracle
