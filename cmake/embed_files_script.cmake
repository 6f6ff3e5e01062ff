# Writes OUTPUT: a table of the files NAMES (comma-separated, below ROOT) as byte arrays.
string(REPLACE "," ";" names "${NAMES}")
set(arrays "")
set(rows "")
set(index 0)
foreach(name IN LISTS names)
    file(READ ${ROOT}/${name} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND arrays "constexpr unsigned char file_${index}[] = {${bytes}0x00};\n")
    string(APPEND rows "    {\"${name}\", {reinterpret_cast<const char*>(file_${index}), sizeof file_${index} - 1}},\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT}
"#include \"base/embedded_file.h\"

#include <array>

namespace embedded {
namespace {

${arrays}
const std::array<base::EmbeddedFile, ${index}> files = {{
${rows}}};

} // namespace

extern const std::span<const base::EmbeddedFile> ${SYMBOL};
const std::span<const base::EmbeddedFile> ${SYMBOL} = files;

} // namespace embedded
")
