tabpc_test(mmu_test SOURCES mmu/code_test.cpp mmu/softmmu_test.cpp DEPENDS cpu)
