# The floating point library: against the build machine's own FPU, and for the same bits everywhere.
tabpc_test(test_fp_host NATIVE_ONLY
    SOURCES fp_sse_test.cpp fp_x87_memory_test.cpp fp_x87_test.cpp fp_x87_transcendental_test.cpp
    DEPENDS cpu)
tabpc_test(test_fp
    SOURCES fp_accuracy_test.cpp fp_approx_test.cpp fp_golden_test.cpp
    DEPENDS cpu)
