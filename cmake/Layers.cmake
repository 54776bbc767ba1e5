# The include direction (ARCHITECTURE.md), lowest layer first. A library may depend on lower layers only:
# not on its own layer and not upwards.
set(TABPC_LAYERS
    "base"
    "core"
    "cpu|block|net|audio"
    "hw"
    "ir"
    "wasm-jit"
    "machine"
    "control"
    "host")
# Pairs that the order above would allow and the design does not: a device never knows the CPU.
set(TABPC_FORBIDDEN "hw:cpu")

# tabpc_layer_of(<folder> <variable>): the index of a folder's layer; folders below it ("hw/vga") share it. -1: none.
function(tabpc_layer_of folder variable)
    string(REGEX REPLACE "/.*" "" top "${folder}")
    set(index 0)
    foreach(layer IN LISTS TABPC_LAYERS)
        if(top MATCHES "^(${layer})$")
            set(${variable} ${index} PARENT_SCOPE)
            return()
        endif()
        math(EXPR index "${index} + 1")
    endforeach()
    set(${variable} -1 PARENT_SCOPE)
endfunction()

# tabpc_check_layers(<folder> <dependency folder>): refuses a dependency that points the wrong way.
function(tabpc_check_layers folder dependency)
    tabpc_layer_of("${folder}" from)
    tabpc_layer_of("${dependency}" to)
    if(from LESS 0)
        return()
    endif()
    string(REGEX REPLACE "/.*" "" from_top "${folder}")
    string(REGEX REPLACE "/.*" "" to_top "${dependency}")
    if(from_top STREQUAL to_top)
        return()        # parts of one folder
    endif()
    if(to LESS 0 OR NOT to LESS from OR "${from_top}:${to_top}" IN_LIST TABPC_FORBIDDEN)
        message(FATAL_ERROR "${folder} must not depend on ${dependency}: cmake/Layers.cmake gives the include direction.")
    endif()
endfunction()
