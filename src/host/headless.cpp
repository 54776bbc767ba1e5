// The program: QEMU's option words in, a PC without a window (or with one, in builds that have SDL2) until it powers
// off. The same source is the native program and, through platform_node.cpp, the one that runs under node.
#include "base/log.h"
#include "core/alarm.h"
#include "host/program_host.h"
#include "host/window.h"
#include "machine/pc.h"
#include <cstdio>

namespace tabpc {

namespace {

class Program final : public Steps {
public:
    explicit Program(MachineConfig config) : config_(std::move(config)), host_(config_)
    {
        alarm_.start();
        loop_.add(realtime_);
    }

    Result<> open()
    {
        if (auto r = host_.open_consoles(control_); !r) return r;
        auto machine = PcMachine::create(config_, host_);
        if (!machine) return Error{machine.error()};
        machine_ = machine.take();
        control_ = machine_.get();
        qmp_ = std::make_unique<QmpServer>(*machine_, host_);
        for (const ChardevConfig& c : config_.qmp) {
            auto& stream = qmp_streams_.emplace_back(std::make_unique<QmpStream>(*qmp_));
            if (auto r = stream->open(c); !r) return r;
            waits_for_client_ |= c.wait && c.kind == ChardevConfig::Kind::Unix;
        }
        if (config_.monitor.kind != ChardevConfig::Kind::Null) {
            monitor_ = std::make_unique<MonitorStream>(*machine_);
            if (auto r = monitor_->open(config_.monitor); !r) return r;
        }
        if (config_.display == DisplayKind::Sdl) {
            auto window = open_window(*machine_, realtime_);
            if (!window) return Error{window.error()};
            window_ = window.take();
        }
        return {};
    }

    i64 step() override
    {
        if (alarm_.poll()) loop_.run_all_timers();
        if (waits_for_client_) { // wait=on
            for (auto& s : qmp_streams_)
                if (s->connected()) waits_for_client_ = false;
            return alarm_.timeout();
        }
        const SliceResult slice = machine_->run_slice(realtime_.now());
        const i64 after = realtime_.now();
        if (slice.kind == SliceResult::Again) machine_->measure_slice(after);
        for (auto& s : qmp_streams_) s->flush();

        if (slice.kind == SliceResult::Again) return 0;
        i64 wait = alarm_.timeout();
        if (slice.kind == SliceResult::Idle && slice.idle_until != Clock::NEVER)
            wait = std::min(wait, std::max<i64>(0, slice.idle_until - after));
        return wait;
    }

    bool finished() const override { return machine_->ended(); }
    int exit_status() const override { return machine_->exit_status(); }
    void terminate() override
    {
        machine_->quit("host-signal");
        for (auto& s : qmp_streams_) s->flush();
    }

private:
    MachineConfig config_;
    ProgramHost host_;
    // What is due on the host's time; the guest's clock is run by the machine, slice by slice.
    HostedClock realtime_{[](void*) { return platform::monotonic_ns(); }};
    HostAlarm alarm_{"timeout", realtime_};
    MainLoop loop_{alarm_};
    MachineControl* control_ = nullptr;
    std::unique_ptr<PcMachine> machine_;
    std::unique_ptr<QmpServer> qmp_;
    std::vector<std::unique_ptr<QmpStream>> qmp_streams_;
    std::unique_ptr<MonitorStream> monitor_;
    std::unique_ptr<Window> window_;
    bool waits_for_client_ = false;
};

void print_log(LogLevel level, const char* line)
{
    static constexpr const char* NAMES[] = {"error", "warning", "guest error", "debug"};
    std::fprintf(stderr, "tabpc: %s: %s\n", NAMES[static_cast<int>(level)], line);
}

int fail(const std::string& sentence)
{
    std::fprintf(stderr, "tabpc: %s\n", sentence.c_str());
    return 1;
}

} // namespace

} // namespace tabpc

int main(int argc, char** argv)
{
    using namespace tabpc;
    set_log_sink(print_log, std::getenv("TABPC_DEBUG") ? LogLevel::Debug : LogLevel::Warn);
    const std::vector<std::string> words(argv + 1, argv + argc);
    auto options = parse_options(words);
    if (!options) return fail(options.error());
    if (options->action == ParsedOptions::Action::Help) {
        std::fputs(options_help("tabpc").c_str(), stdout);
        return 0;
    }
    if (options->action == ParsedOptions::Action::Version) {
        std::printf("tabpc %s\n", std::string(TABPC_VERSION).c_str());
        return 0;
    }
    // Under node main returns and the program goes on: it lives until the process ends.
    auto* program = new Program(std::move(options->config));
    if (auto r = program->open(); !r) return fail(r.error());
    const int status = platform::run(*program);
#ifndef __EMSCRIPTEN__
    delete program;
#endif
    return status;
}
