// SPDX-License-Identifier: GPL-2.0-or-later
#include "traces/export/gzip.h"

#include "base/check.h"

#include <zlib.h>

namespace traces {

std::string gzip(std::string_view content)
{
    CHECK(content.size() < (std::size_t {1} << 31));
    constexpr int gzip_window = 15 + 16, usual_memory = 8; // as zlib.h counts them
    z_stream stream {};
    CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, usual_memory,
              Z_DEFAULT_STRATEGY)
        == Z_OK);
    std::string result(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data())); // it only reads
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    result.resize(stream.total_out);
    CHECK(deflateEnd(&stream) == Z_OK);
    return result;
}

} // namespace traces
