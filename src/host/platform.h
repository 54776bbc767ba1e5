// What the headless program needs of its operating system besides files: time, streams (terminal, unix sockets) and
// waiting for them. platform_posix.cpp is the native one; platform_node.cpp and node/platform.js run under node, where
// nothing may block and the loop belongs to node.
#pragma once
#include "base/result.h"
#include "base/types.h"
#include <string>
#include <string_view>

namespace tabpc {

// Hears of a stream. Calls come from Platform::wait (posix) or between two steps (node), never from within a write.
struct StreamListener {
    virtual void stream_opened() {} // a client has connected
    virtual void stream_data(std::string_view bytes) = 0;
    virtual void stream_closed() = 0; // end of input, or the client has gone

protected:
    ~StreamListener() = default;
};

// What the loop runs. step() does a little and says how long to wait before the next one: 0 not at all, NEVER until
// something happens. Finished: the program ends with exit_status().
struct Steps {
    virtual i64 step() = 0; // ns
    virtual bool finished() const = 0;
    virtual int exit_status() const = 0;
    virtual void terminate() = 0; // SIGTERM, SIGINT, SIGHUP

protected:
    ~Steps() = default;
};

namespace platform {

using StreamId = int;

i64 monotonic_ns();
i64 date_us();
i64 utc_offset_s();

// The terminal or pipe at stdin and stdout. `raw`: keys come as they are typed, unechoed; `signals`: but Ctrl-C still
// ends the program.
StreamId open_stdio(StreamListener& listener, bool raw, bool signals);
// A unix socket that serves one client at a time, or a connection to somebody else's.
Result<StreamId> listen_unix(const std::string& path, StreamListener& listener);
Result<StreamId> connect_unix(const std::string& path, StreamListener& listener);
void write(StreamId stream, std::string_view bytes);
void close_client(StreamId stream); // hang up; a listening socket takes the next one

// Runs to the end and returns the exit status. Under node it returns at once, and the program goes on.
int run(Steps& steps);

} // namespace platform
} // namespace tabpc
