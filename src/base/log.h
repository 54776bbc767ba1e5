// Log lines for what a guest or a user did that is worth a word. Never for control flow; off costs one compare.
#pragma once
#include <cstdarg>

namespace tabpc {

enum class LogLevel { Error, Warn, GuestError, Debug };

// The one piece of process-wide state: where log lines go. Hosts set it once at start.
using LogSink = void (*)(LogLevel, const char* line);
void set_log_sink(LogSink sink, LogLevel highest);

[[gnu::format(printf, 2, 3)]] void log(LogLevel level, const char* format, ...);

} // namespace tabpc
