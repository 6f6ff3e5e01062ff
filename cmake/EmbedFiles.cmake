# embed_files(TARGET SYMBOL ROOT FILES...): the files become part of the program, so that it works from
# any place. In C++: `extern const std::span<const base::EmbeddedFile> SYMBOL;` in namespace embedded.
function(embed_files target symbol root)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
    set(files)
    foreach(file IN LISTS ARGN)
        list(APPEND files ${root}/${file})
    endforeach()
    string(JOIN "," names ${ARGN})
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSYMBOL=${symbol} -DROOT=${root} -DNAMES=${names}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files_script.cmake
        DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_files_script.cmake
        COMMENT "Embedding ${symbol}" VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
