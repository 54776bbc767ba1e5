// See log.h.
#include "base/log.h"
#include <cstdio>

namespace tabpc {

namespace {
LogSink sink_ = nullptr;
LogLevel highest_ = LogLevel::Warn;
} // namespace

void set_log_sink(LogSink sink, LogLevel highest)
{
    sink_ = sink;
    highest_ = highest;
}

void log(LogLevel level, const char* format, ...)
{
    if (!sink_ || level > highest_) return;
    char line[512];
    va_list args;
    va_start(args, format);
    std::vsnprintf(line, sizeof line, format, args);
    va_end(args);
    sink_(level, line);
}

} // namespace tabpc
