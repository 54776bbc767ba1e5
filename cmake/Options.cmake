# Compiler flags. `tabpc_options` carries the language rules of our own code (C++20, no exceptions, no RTTI,
# no warnings); what must hold for every object of the build, third-party code included, is set globally.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Asserts stay on natively, where tests and sanitizers run; the page does not carry their strings.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# Guest floating point is computed with the host's: nothing may be fused or reordered.
add_compile_options(-ffp-contract=off)

if(TABPC_SANITIZE)
    # The vptr check needs RTTI, which our objects do not have.
    add_compile_options(-fsanitize=${TABPC_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TABPC_SANITIZE} -fno-sanitize=vptr)
endif()

if(EMSCRIPTEN)
    # No -mtail-call: clang 19 then passes structs by value to a tail call in a stack frame that is gone already
    # (llvm-project issue 66216).
    add_compile_options(-msimd128 -mbulk-memory -mnontrapping-fptoint)
    # Guest RAM is allocated once and never moved, but how much is known only at run time.
    add_link_options(-sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=1MB)
    # Binaryen would put every function with one caller into that caller, and so all of the interpreter into one
    # function that engines are slow to optimise.
    add_link_options(-sBINARYEN_EXTRA_PASSES=--one-caller-inline-max-function-size=500)
    if(CMAKE_BUILD_TYPE STREQUAL "Debug")
        add_link_options(-sASSERTIONS=1)
    endif()
endif()

# Includes and defines of tabpc's own libraries, programs and tests.
add_library(tabpc_options INTERFACE)
target_compile_features(tabpc_options INTERFACE cxx_std_20)
target_compile_options(tabpc_options INTERFACE
    -Wall -Wextra
    $<$<BOOL:${TABPC_WERROR}>:-Werror>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)

# What a wasm program needs to run under node as if it were a native one: the host's files, exit status, unix paths.
add_library(tabpc_node INTERFACE)
if(EMSCRIPTEN)
    target_link_options(tabpc_node INTERFACE -sENVIRONMENT=node -sNODERAWFS=1 -sEXIT_RUNTIME=1)
endif()

find_program(TABPC_CCACHE ccache)
if(TABPC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(launcher ${TABPC_CCACHE})
    if(EMSCRIPTEN)      # ccache cannot tell from em++'s name that it takes clang's options
        set(launcher ${CMAKE_COMMAND} -E env CCACHE_COMPILERTYPE=clang ${TABPC_CCACHE})
    endif()
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
