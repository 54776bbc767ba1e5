// See consoles.h.
#include "host/consoles.h"
#include <cerrno>
#include <cstring>

namespace tabpc {

namespace {

Result<platform::StreamId> open_stream(const ChardevConfig& config, StreamListener& listener, bool raw)
{
    if (config.kind == ChardevConfig::Kind::Stdio) return platform::open_stdio(listener, raw, true);
    return config.server ? platform::listen_unix(config.path, listener)
                         : platform::connect_unix(config.path, listener);
}

std::string_view text(std::span<const u8> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::span<const u8> bytes_of(std::string_view s) { return {reinterpret_cast<const u8*>(s.data()), s.size()}; }

} // namespace

Result<> StreamBackend::open(const ChardevConfig& config)
{
    auto stream = open_stream(config, *this, true);
    if (!stream) return Error{stream.error()};
    stream_ = *stream;
    return {};
}

void StreamBackend::write(std::span<const u8> bytes) { platform::write(stream_, text(bytes)); }
void StreamBackend::stream_data(std::string_view bytes) { feed(bytes_of(bytes)); }

FileBackend::~FileBackend()
{
    if (file_) std::fclose(file_);
}

Result<> FileBackend::open(const std::string& path)
{
    file_ = std::fopen(path.c_str(), "wb");
    if (!file_) return error("%s cannot be written: %s", path.c_str(), std::strerror(errno));
    std::setvbuf(file_, nullptr, _IONBF, 0); // who looks at it sees what has been said
    return {};
}

void FileBackend::write(std::span<const u8> bytes) { std::fwrite(bytes.data(), 1, bytes.size(), file_); }

// ---- terminal shared with the monitor

void MuxBackend::open() { stream_ = platform::open_stdio(*this, true, false); }

void MuxBackend::write(std::span<const u8> bytes)
{
    if (!in_monitor_) show(text(bytes));
}

void MuxBackend::stream_data(std::string_view bytes)
{
    constexpr char CTRL_A = 1;
    for (const char c : bytes) {
        if (std::exchange(escaped_, false)) {
            if (c != CTRL_A) {
                escape(c);
                continue;
            }
        } else if (c == CTRL_A) {
            escaped_ = true;
            continue;
        }
        if (in_monitor_) {
            monitor_->receive({&c, 1});
            show(std::exchange(monitor_->output(), ""));
        } else {
            feed(bytes_of({&c, 1}));
        }
    }
}

void MuxBackend::escape(char c)
{
    if (c == 'x') {
        show("tabpc: ended\r\n");
        machine_->quit("host-signal");
    } else if (c == 'c') {
        in_monitor_ = !in_monitor_;
        if (!in_monitor_) return;
        if (!monitor_) monitor_ = std::make_unique<MonitorConsole>(*machine_);
        monitor_->greet();
        show(std::exchange(monitor_->output(), ""));
    } else if (c == 'h' || c == '?') {
        show("\r\nC-a h    this help\r\nC-a x    exit\r\nC-a c    switch between console and monitor\r\nC-a "
             "C-a  sends C-a\r\n");
    }
}

// ---- monitor

Result<> MonitorStream::open(const ChardevConfig& config)
{
    auto stream = open_stream(config, *this, true);
    if (!stream) return Error{stream.error()};
    stream_ = *stream;
    if (config.kind == ChardevConfig::Kind::Stdio) stream_opened();
    return {};
}

void MonitorStream::stream_opened()
{
    console_ = std::make_unique<MonitorConsole>(machine_);
    console_->greet();
    if (stream_ >= 0) flush();
}

void MonitorStream::stream_data(std::string_view bytes)
{
    console_->receive(bytes);
    flush();
}

void MonitorStream::flush() { platform::write(stream_, std::exchange(console_->output(), "")); }

// ---- QMP

Result<> QmpStream::open(const ChardevConfig& config)
{
    auto stream = open_stream(config, *this, false);
    if (!stream) return Error{stream.error()};
    stream_ = *stream;
    if (config.kind == ChardevConfig::Kind::Stdio) stream_opened();
    flush();
    return {};
}

void QmpStream::stream_opened()
{
    session_ = std::make_unique<QmpSession>(server_);
    if (stream_ >= 0) flush();
}

void QmpStream::stream_data(std::string_view bytes)
{
    session_->receive(bytes);
    flush();
    if (session_->overrun()) {
        platform::close_client(stream_);
        session_.reset();
    }
}

void QmpStream::flush()
{
    if (session_ && !session_->output().empty())
        platform::write(stream_, std::exchange(session_->output(), ""));
}

} // namespace tabpc
