# TABPC_CACHE: the per-user folder for what the set-up fetches and makes; tools/setup/common.sh has the same rule.
if("$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(TABPC_CACHE "$ENV{HOME}/.cache/tabpc")
else()
    set(TABPC_CACHE "$ENV{XDG_CACHE_HOME}/tabpc")
endif()
