// See result.h.
#include "base/result.h"
#include <cstdarg>
#include <cstdio>

namespace tabpc {

Error error(const char* format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    std::vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return Error{text};
}

} // namespace tabpc
