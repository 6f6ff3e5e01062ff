# One library per folder: mcuprof_library(NAME SOURCES... LINKS...). Includes are written from the root.
function(mcuprof_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    mcuprof_settings(${name})
    target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

function(mcuprof_settings name)
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
        $<$<BOOL:${MCUPROF_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

option(MCUPROF_WARNINGS_AS_ERRORS "Stop at warnings (CI does)" OFF)
