tabpc_test(mmu_test SOURCES mmu/breakpoint_test.cpp mmu/code_test.cpp mmu/softmmu_test.cpp DEPENDS cpu ENGINES)
