// See platform.h: the platform of the headless program under node. node/platform.js has the sockets, the terminal and
// the loop; it calls the functions at the end of this file, always between two steps.
#include "core/clock.h"
#include "host/platform.h"
#include <chrono>
#include <ctime>
#include <emscripten/emscripten.h>
#include <vector>

extern "C" {
void tabpc_node_open_stdio(int stream, int raw, int signals);
void tabpc_node_listen(int stream, const char* path);
void tabpc_node_connect(int stream, const char* path);
void tabpc_node_write(int stream, const char* bytes, unsigned n);
void tabpc_node_hang_up(int stream);
void tabpc_node_run(void);
}

namespace tabpc::platform {

namespace {
// One process, one loop: node's.
std::vector<StreamListener*> listeners;
Steps* steps = nullptr;
char buffer[64 << 10];

StreamId add(StreamListener& listener)
{
    listeners.push_back(&listener);
    return static_cast<StreamId>(listeners.size() - 1);
}
} // namespace

i64 monotonic_ns() { return static_cast<i64>(emscripten_get_now() * 1e6); }

i64 date_us()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

i64 utc_offset_s()
{
    const std::time_t now = std::time(nullptr);
    std::tm local;
    localtime_r(&now, &local);
    return local.tm_gmtoff;
}

StreamId open_stdio(StreamListener& listener, bool raw, bool signals)
{
    const StreamId id = add(listener);
    tabpc_node_open_stdio(id, raw, signals);
    return id;
}

// A path that does not work is said by platform.js, which ends the program: node tells later.
Result<StreamId> listen_unix(const std::string& path, StreamListener& listener)
{
    const StreamId id = add(listener);
    tabpc_node_listen(id, path.c_str());
    return id;
}

Result<StreamId> connect_unix(const std::string& path, StreamListener& listener)
{
    const StreamId id = add(listener);
    tabpc_node_connect(id, path.c_str());
    return id;
}

void write(StreamId stream, std::string_view bytes)
{
    tabpc_node_write(stream, bytes.data(), static_cast<unsigned>(bytes.size()));
}

void close_client(StreamId stream) { tabpc_node_hang_up(stream); }

int run(Steps& s)
{
    steps = &s;
    tabpc_node_run();
    emscripten_exit_with_live_runtime();
}

} // namespace tabpc::platform

using namespace tabpc;

extern "C" {

// Milliseconds to wait; -1: until something happens, -2: finished.
EMSCRIPTEN_KEEPALIVE double tabpc_node_step(void)
{
    if (platform::steps->finished()) return -2;
    const i64 wait = platform::steps->step();
    if (platform::steps->finished()) return -2;
    return wait == Clock::NEVER ? -1 : static_cast<double>(wait) / 1e6;
}
EMSCRIPTEN_KEEPALIVE int tabpc_node_exit_status(void) { return platform::steps->exit_status(); }
EMSCRIPTEN_KEEPALIVE void tabpc_node_terminate(void) { platform::steps->terminate(); }

EMSCRIPTEN_KEEPALIVE char* tabpc_node_buffer(void) { return platform::buffer; }
EMSCRIPTEN_KEEPALIVE unsigned tabpc_node_buffer_size(void) { return sizeof platform::buffer; }
EMSCRIPTEN_KEEPALIVE void tabpc_node_opened(int stream)
{
    platform::listeners[static_cast<size_t>(stream)]->stream_opened();
}
EMSCRIPTEN_KEEPALIVE void tabpc_node_data(int stream, unsigned n)
{
    platform::listeners[static_cast<size_t>(stream)]->stream_data({platform::buffer, n});
}
EMSCRIPTEN_KEEPALIVE void tabpc_node_closed(int stream)
{
    platform::listeners[static_cast<size_t>(stream)]->stream_closed();
}

} // extern "C"
