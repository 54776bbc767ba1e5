# TABPC_CACHE: the per-user folder for what ./tabpc setup fetches and makes; the same rule as tools/setup/common.sh.
if(NOT "$ENV{TABPC_CACHE}" STREQUAL "")
    set(TABPC_CACHE "$ENV{TABPC_CACHE}")
elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(TABPC_CACHE "$ENV{XDG_CACHE_HOME}/tabpc")
else()
    set(TABPC_CACHE "$ENV{HOME}/.cache/tabpc")
endif()
