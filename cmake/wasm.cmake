# Toolchain file for wasm32: finds an Emscripten and hands over to its own toolchain file.
# Looked for in this order: an activated emsdk ($EMSDK), emcc on PATH, the one ./tabpc setup puts in the cache.
if(DEFINED ENV{EMSDK} AND EXISTS "$ENV{EMSDK}/upstream/emscripten/emcc")
    set(TABPC_EMSCRIPTEN "$ENV{EMSDK}/upstream/emscripten")
else()
    find_program(TABPC_EMCC emcc PATHS ENV PATH NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
    if(TABPC_EMCC)
        file(REAL_PATH "${TABPC_EMCC}" emcc)
        cmake_path(GET emcc PARENT_PATH TABPC_EMSCRIPTEN)
    else()
        include(${CMAKE_CURRENT_LIST_DIR}/Cache.cmake)
        set(TABPC_EMSCRIPTEN "${TABPC_CACHE}/emscripten-3.1.69/emscripten")
    endif()
endif()

set(toolchain "${TABPC_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake")
if(NOT EXISTS "${toolchain}")
    message(FATAL_ERROR "No Emscripten: neither EMSDK, nor emcc on PATH, nor ${TABPC_EMSCRIPTEN}. Run ./tabpc setup")
endif()
include("${toolchain}")

# Tests run under node 24 from node_modules, whatever node Emscripten itself uses.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH top)
if(EXISTS "${top}/node_modules/.bin/node")
    set(CMAKE_CROSSCOMPILING_EMULATOR "${top}/node_modules/.bin/node" CACHE FILEPATH "What runs a program of this build" FORCE)
endif()
