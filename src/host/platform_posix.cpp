// See platform.h: the native platform, a poll loop.
#include "host/platform.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace tabpc::platform {

namespace {

struct Stream {
    StreamListener* listener;
    int input = -1, output = -1; // of the client; the same for sockets
    int server = -1;             // listening socket
    std::string unsent;
};

// The process has one terminal and one set of signals: this is the one place that owns them.
struct Process {
    std::vector<std::unique_ptr<Stream>> streams;
    std::vector<std::string> socket_paths; // to be removed
    bool terminal_changed = false;
    termios terminal;
} process;
volatile std::sig_atomic_t signalled = 0;

void on_signal(int) { signalled = 1; }

i64 clock_ns(clockid_t id)
{
    timespec t;
    clock_gettime(id, &t);
    return i64(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

void restore_process()
{
    if (process.terminal_changed) tcsetattr(STDIN_FILENO, TCSANOW, &process.terminal);
    for (const std::string& path : process.socket_paths) unlink(path.c_str());
}

void hang_up(Stream& s)
{
    if (s.server < 0) { // stdio, or a connection of ours: its end of input is final
        if (s.input > STDERR_FILENO) close(s.input);
        s.input = -1;
    } else if (s.input >= 0) {
        close(s.input);
        s.input = s.output = -1;
    }
    s.unsent.clear();
}

void send(Stream& s)
{
    while (!s.unsent.empty() && s.output >= 0) {
        const ssize_t n = ::write(s.output, s.unsent.data(), s.unsent.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return; // poll says when there is room
        if (n < 0) {
            s.unsent.clear();
            return;
        }
        s.unsent.erase(0, static_cast<size_t>(n));
    }
}

void receive(Stream& s)
{
    char bytes[4096];
    const ssize_t n = read(s.input, bytes, sizeof bytes);
    if (n > 0) return s.listener->stream_data({bytes, static_cast<size_t>(n)});
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    hang_up(s);
    s.listener->stream_closed();
}

void accept_client(Stream& s)
{
    const int client = accept4(s.server, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    s.input = s.output = client;
    s.listener->stream_opened();
}

Result<sockaddr_un> address(const std::string& path)
{
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    if (path.size() >= sizeof a.sun_path)
        return error("%s: a socket's path has at most %zu bytes", path.c_str(), sizeof a.sun_path - 1);
    std::memcpy(a.sun_path, path.c_str(), path.size());
    return a;
}

StreamId add(Stream s)
{
    process.streams.push_back(std::make_unique<Stream>(std::move(s)));
    return static_cast<StreamId>(process.streams.size() - 1);
}

// Until something happens or the time is over.
void wait(i64 timeout_ns)
{
    std::vector<pollfd> fds;
    std::vector<Stream*> owners;
    for (auto& s : process.streams) {
        if (s->server >= 0 && s->input < 0) {
            fds.push_back({s->server, POLLIN, 0});
            owners.push_back(s.get());
        }
        if (s->input >= 0) {
            fds.push_back({s->input, POLLIN, 0});
            owners.push_back(s.get());
        }
        if (!s->unsent.empty() && s->output >= 0) {
            fds.push_back({s->output, POLLOUT, 0});
            owners.push_back(s.get());
        }
    }
    timespec t{timeout_ns / 1'000'000'000, timeout_ns % 1'000'000'000};
    // Signals are let in only here, so none can fall between the test of `signalled` and the wait.
    sigset_t none;
    sigemptyset(&none);
    if (ppoll(fds.data(), fds.size(), timeout_ns == INT64_MAX ? nullptr : &t, &none) <= 0) return;
    for (size_t i = 0; i < fds.size(); i++) {
        Stream& s = *owners[i];
        if (fds[i].revents & POLLOUT) send(s);
        if (!(fds[i].revents & (POLLIN | POLLHUP | POLLERR))) continue;
        if (fds[i].fd == s.server) accept_client(s);
        else if (fds[i].fd == s.input) receive(s);
    }
}

} // namespace

i64 monotonic_ns() { return clock_ns(CLOCK_MONOTONIC); }
i64 date_us() { return clock_ns(CLOCK_REALTIME) / 1000; }

i64 utc_offset_s()
{
    const time_t now = time(nullptr);
    tm local;
    localtime_r(&now, &local);
    return local.tm_gmtoff;
}

StreamId open_stdio(StreamListener& listener, bool raw, bool signals)
{
    if (raw && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &process.terminal) == 0) {
        termios t = process.terminal;
        t.c_iflag &= ~static_cast<tcflag_t>(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        t.c_oflag |= OPOST;
        t.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | IEXTEN);
        if (!signals) t.c_lflag &= ~static_cast<tcflag_t>(ISIG);
        t.c_cc[VMIN] = 1;
        t.c_cc[VTIME] = 0;
        process.terminal_changed = tcsetattr(STDIN_FILENO, TCSANOW, &t) == 0;
    }
    return add({&listener, STDIN_FILENO, STDOUT_FILENO, -1, {}});
}

Result<StreamId> listen_unix(const std::string& path, StreamListener& listener)
{
    auto a = address(path);
    if (!a) return Error{a.error()};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(path.c_str());
    if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&*a), sizeof *a) < 0 || listen(fd, 4) < 0) {
        const Error e = error("cannot listen at %s: %s", path.c_str(), std::strerror(errno));
        if (fd >= 0) close(fd);
        return e;
    }
    process.socket_paths.push_back(path);
    return add({&listener, -1, -1, fd, {}});
}

Result<StreamId> connect_unix(const std::string& path, StreamListener& listener)
{
    auto a = address(path);
    if (!a) return Error{a.error()};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&*a), sizeof *a) < 0) {
        const Error e = error("cannot connect to %s: %s", path.c_str(), std::strerror(errno));
        if (fd >= 0) close(fd);
        return e;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    const StreamId id = add({&listener, fd, fd, -1, {}});
    listener.stream_opened();
    return id;
}

void write(StreamId stream, std::string_view bytes)
{
    Stream& s = *process.streams[static_cast<size_t>(stream)];
    if (s.output < 0) return; // nobody listens
    s.unsent += bytes;
    send(s);
}

void close_client(StreamId stream)
{
    Stream& s = *process.streams[static_cast<size_t>(stream)];
    send(s);
    hang_up(s);
}

int run(Steps& steps)
{
    sigset_t ours;
    sigemptyset(&ours);
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int n : {SIGTERM, SIGINT, SIGHUP}) {
        sigaction(n, &action, nullptr);
        sigaddset(&ours, n);
    }
    std::signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &ours, nullptr);
    std::atexit(restore_process);

    while (!steps.finished()) {
        const i64 timeout = steps.step();
        if (steps.finished()) break; // nothing would end the wait
        wait(std::max<i64>(0, timeout));
        if (std::exchange(signalled, 0)) steps.terminate();
    }
    for (auto& s : process.streams) send(*s);
    return steps.exit_status();
}

} // namespace tabpc::platform
