# Toolchain file for wasm32: hands over to the one of the Emscripten that Emscripten.cmake finds.
include(${CMAKE_CURRENT_LIST_DIR}/Emscripten.cmake)
if(NOT TABPC_EMSCRIPTEN)
    message(FATAL_ERROR "No Emscripten: neither EMSDK, nor emcc on PATH, nor one in ${TABPC_CACHE}. Run ./tabpc build")
endif()
include("${TABPC_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake")

# Programs of this build run under node 24, whatever node Emscripten itself uses.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH top)
if(EXISTS "${top}/node_modules/.bin/node")
    set(CMAKE_CROSSCOMPILING_EMULATOR "${top}/node_modules/.bin/node" CACHE FILEPATH "What runs a program of this build" FORCE)
endif()
