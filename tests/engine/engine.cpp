// See engine.h.
#include "engine.h"
#include <gtest/gtest.h>
#include <string_view>
#ifdef __EMSCRIPTEN__
#include <emscripten/em_js.h>
// Emscripten's getenv() knows nothing of node's environment.
EM_JS(int, environment_says_translate, (), { return process.env.TABPC_ENGINE === 'translate'; });
#else
#include <cstdlib>
static bool environment_says_translate()
{
    const char* const engine = std::getenv("TABPC_ENGINE");
    return engine && std::string_view(engine) == "translate";
}
#endif

namespace tabpc::test {

bool translation_is_forced()
{
    static const bool forced = environment_says_translate();
    return forced;
}

void expect_engine_ran(const Cpu& c)
{
    if (!translation_is_forced()) return;
    EXPECT_GT(c.stats.translated, c.stats.interpreted / 4) << "hardly anything was translated";
}

} // namespace tabpc::test
