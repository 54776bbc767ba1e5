# The x87 as a program sees it: against the build machine's own, and by itself.
tabpc_test(test_x87_host NATIVE_ONLY SOURCES x87_host_test.cpp DEPENDS cpu ENGINES)
tabpc_test(test_x87 SOURCES x87_test.cpp DEPENDS cpu ENGINES)
