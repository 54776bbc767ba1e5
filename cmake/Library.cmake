# Our kinds of target. Code is included as "core/clock.h", but there is no -Isrc: each library carries an include
# folder that holds one link, to its own sources, and hands that on to whatever links it. So a library can include
# what it depends on (and what that depends on), and nothing else.
include(Layers)

# tabpc_folder(<variable>): the current folder as includes spell it: relative to src/, elsewhere to the top.
function(tabpc_folder variable)
    cmake_path(SET dir NORMALIZE "${CMAKE_CURRENT_SOURCE_DIR}")
    string(FIND "${dir}/" "${PROJECT_SOURCE_DIR}/src/" at)
    if(at EQUAL 0)
        file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}/src" "${dir}")
    else()
        file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${dir}")
    endif()
    set(${variable} "${folder}" PARENT_SCOPE)
endfunction()

# tabpc_library(<name> [SOURCES <file>…] [DEPENDS <target>…])
# A static library of the current folder (header-only where there are no sources).
function(tabpc_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "tabpc_library(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
    endif()
    tabpc_folder(folder)

    set(include "${PROJECT_BINARY_DIR}/include/${name}")
    cmake_path(GET folder PARENT_PATH parent)
    file(MAKE_DIRECTORY "${include}/${parent}")
    file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${include}/${folder}" SYMBOLIC)

    set(scope PUBLIC)
    if(arg_SOURCES)
        add_library(${name} STATIC ${arg_SOURCES})
        target_link_libraries(${name} PRIVATE tabpc_options)
    else()
        set(scope INTERFACE)
        add_library(${name} INTERFACE)
    endif()
    set_target_properties(${name} PROPERTIES TABPC_FOLDER "${folder}")
    target_include_directories(${name} ${scope} "${include}")
    foreach(dependency IN LISTS arg_DEPENDS)
        get_target_property(below ${dependency} TABPC_FOLDER)     # lower layers are added first, so it is known
        if(below)
            tabpc_check_layers("${folder}" "${below}")
        endif()
        target_link_libraries(${name} ${scope} ${dependency})
    endforeach()
endfunction()

# tabpc_program(<name> SOURCES <file>… [DEPENDS <target>…])
# A command-line program; under Emscripten a script for node beside its .wasm.
function(tabpc_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE tabpc_options tabpc_node ${arg_DEPENDS})
endfunction()

# tabpc_test(<name> SOURCES <file>… [DEPENDS <target>…] [ARGS <argument>…] [TIMEOUT <seconds>] [WHOLE] [NATIVE_ONLY]
#            [ENGINES])
# A GoogleTest program. Natively CTest runs each TEST by itself; under node, where a start costs more than most
# tests, and with WHOLE, it runs the program once. Tests start in the top source folder. With ENGINES each runs once more,
# with a name that ends in .translated, and every block of its CPU (tests/engine/engine.h) is translated.
function(tabpc_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "WHOLE;NATIVE_ONLY;ENGINES" "TIMEOUT" "SOURCES;DEPENDS;ARGS")
    if(EMSCRIPTEN AND arg_NATIVE_ONLY)
        return()
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    tabpc_use_googletest()
    set(engines interpreted)
    if(arg_ENGINES)
        list(APPEND engines translated)
        list(APPEND arg_DEPENDS test_engine)
    endif()
    tabpc_program(${name} SOURCES ${arg_SOURCES} DEPENDS ${arg_DEPENDS} GTest::gtest_main)
    foreach(engine IN LISTS engines)
        set(suffix "")
        set(environment "TABPC_ENGINE=")
        if(engine STREQUAL translated)
            set(suffix .translated)
            set(environment TABPC_ENGINE=translate)
        endif()
        if(EMSCRIPTEN OR arg_WHOLE)
            add_test(NAME ${name}${suffix} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
            set_tests_properties(${name}${suffix} PROPERTIES TIMEOUT ${arg_TIMEOUT} ENVIRONMENT ${environment})
        else()
            gtest_discover_tests(${name} EXTRA_ARGS ${arg_ARGS} DISCOVERY_MODE PRE_TEST TEST_SUFFIX "${suffix}"
                TEST_LIST ${name}${suffix}_TESTS WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                PROPERTIES TIMEOUT ${arg_TIMEOUT} ENVIRONMENT ${environment})
        endif()
    endforeach()
endfunction()

# tabpc_benchmark(<name> SOURCES <file>… [DEPENDS <target>…])
# A Google Benchmark program, native or for node. `./tabpc bench --micro` runs every one of them.
function(tabpc_benchmark name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
    tabpc_use_benchmark()
    tabpc_program(${name} SOURCES ${arg_SOURCES} DEPENDS ${arg_DEPENDS} benchmark::benchmark_main)
    set_property(GLOBAL APPEND PROPERTY TABPC_BENCHMARKS ${name})
endfunction()

# tabpc_launcher(<program>)
# Writes <build folder>/qemu-system-i386, which starts the program with the firmware of this checkout. It execs, so its
# pid is the emulator's.
function(tabpc_launcher program)
    set(start "")
    if(EMSCRIPTEN)
        set(start "\"${PROJECT_SOURCE_DIR}/node_modules/.bin/node\" ")
    endif()
    file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/qemu-system-i386"
        CONTENT "#!/bin/sh\nexec ${start}\"$<TARGET_FILE:${program}>\" -L \"${PROJECT_SOURCE_DIR}/build/firmware\" \"$@\"\n"
        FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

# tabpc_page_module(<name> SOURCES <file>… [DEPENDS <target>…])
# The emulator as the page loads it: <name>.mjs, an ES module that makes instances, and <name>.wasm, both in
# build/wasm/page/, from where tools/build-web.mjs takes them. Exists under Emscripten only.
function(tabpc_page_module name)
    if(NOT EMSCRIPTEN)
        return()
    endif()
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE tabpc_options ${arg_DEPENDS})
    target_link_options(${name} PRIVATE
        --no-entry -sMODULARIZE=1 -sEXPORT_ES6=1 -sENVIRONMENT=web,worker,node -sFILESYSTEM=0
        -sINCOMING_MODULE_JS_API=locateFile,wasmModule,instantiateWasm,print,printErr
        -sEXPORTED_RUNTIME_METHODS=HEAPU8)
    set_target_properties(${name} PROPERTIES SUFFIX .mjs RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/page")
endfunction()
