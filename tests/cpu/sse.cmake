# MMX and SSE: every row of the map against the build machine's own processor, and what is the same everywhere.
tabpc_test(test_sse_host NATIVE_ONLY
    SOURCES sse_host_test.cpp
    DEPENDS cpu ENGINES)
tabpc_test(test_sse
    SOURCES sse_test.cpp
    DEPENDS cpu ENGINES)
