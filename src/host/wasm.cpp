// See wasm.h.
#include "host/wasm.h"
#include "control/qmp.h"
#include "core/alarm.h"
#include "host/machine_document.h"
#include "host/page_host.h"
#include "machine/pc.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#ifndef __EMSCRIPTEN__
#include <chrono>
#endif

using namespace tabpc;

namespace {

#ifdef __EMSCRIPTEN__
i64 monotonic_ns(void*) { return static_cast<i64>(emscripten_get_now() * 1e6); }
#else
i64 monotonic_ns(void*)
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}
#endif

} // namespace

struct Tabpc {
    PageHost host;
    HostedClock realtime{monotonic_ns};
    HostAlarm budget{"perf", realtime}; // what one call of tabpc_run may take
    std::unique_ptr<PcMachine> machine;
    std::unique_ptr<QmpServer> qmp;
    std::unique_ptr<QmpSession> session;
    std::string error;
    std::string message; // the one given out last
    std::deque<std::string> messages;
    TabpcFrame frame{};
    TabpcStats stats{};
    u64 seen = 0; // generation of the picture
    bool ran = false;
    bool said_why = false;
    u32 buttons = 0;
};

#ifdef __EMSCRIPTEN__
static_assert(sizeof(TabpcFrame) == 36 && sizeof(TabpcRequest) == 32 && sizeof(TabpcStats) == 72);
#endif

namespace {

std::string text(const char* s, u32 length) { return s && length ? std::string(s, length) : std::string(); }

i64 ns(double ms) { return static_cast<i64>(ms * 1e6); }

int32_t fail(Tabpc* pc, std::string why)
{
    pc->error = std::move(why);
    return -1;
}

} // namespace

void* tabpc_alloc(uint32_t bytes) { return std::malloc(std::max<uint32_t>(bytes, 1)); }
void tabpc_release(void* memory) { std::free(memory); }

Tabpc* tabpc_new(void) { return new Tabpc; }

void tabpc_delete(Tabpc* pc)
{
    if (!pc) return;
    pc->session.reset();
    pc->qmp.reset();
    pc->machine.reset();
    delete pc;
}

const char* tabpc_error(Tabpc* pc) { return pc->error.c_str(); }

int32_t tabpc_add_bytes(Tabpc* pc, const char* name, uint32_t name_length, void* memory, uint32_t bytes)
{
    if (!memory) return fail(pc, "there is no memory for " + text(name, name_length));
    pc->host.add_bytes(text(name, name_length), std::shared_ptr<u8[]>(static_cast<u8*>(memory), std::free),
                       bytes);
    return 0;
}

int32_t tabpc_add_source(Tabpc* pc, const char* name, uint32_t name_length, double bytes, uint32_t source,
                         int32_t writable)
{
    if (!(bytes >= 0 && bytes < 9007199254740992.0))
        return fail(pc, text(name, name_length) + " has no size");
    pc->host.add_source(text(name, name_length), static_cast<u64>(bytes), source, writable != 0);
    return 0;
}

int32_t tabpc_start(Tabpc* pc, const char* options, uint32_t length)
{
    if (pc->machine) return fail(pc, "the machine has been started already");
    auto words = words_of_document({options, length});
    if (!words) return fail(pc, words.error());
    auto parsed = parse_options(*words);
    if (!parsed) return fail(pc, parsed.error());
    if (parsed->action != ParsedOptions::Action::Run) return fail(pc, options_help("tabpc"));

    MachineConfig& config = parsed->config;
    using Kind = ChardevConfig::Kind;
    const bool given = std::find(words->begin(), words->end(), "-serial") != words->end();
    if (!given) config.serial.assign(1, {});
    for (ChardevConfig& c : config.serial) {
        if (!given) c.kind = Kind::Page;
        auto& port = pc->host.serial_ports.emplace_back();
        if (c.kind == Kind::Page) port = std::make_unique<PageSerial>();
        else if (c.kind != Kind::Null) return fail(pc, "-serial in a page is 'page' or 'none'");
    }
    auto machine = PcMachine::create(config, pc->host);
    if (!machine) {
        pc->host.serial_ports.clear();
        return fail(pc, machine.error());
    }
    pc->machine = machine.take();
    pc->qmp = std::make_unique<QmpServer>(*pc->machine, pc->host);
    pc->session = std::make_unique<QmpSession>(*pc->qmp);
    return 0;
}

double tabpc_run(Tabpc* pc, double budget_ms)
{
    if (!pc->machine) return TABPC_PAUSED;
    pc->budget.start();
    pc->budget.acknowledge();
    pc->budget.rearm(ns(std::fmin(std::fmax(budget_ms, 0), 1e6)));
    for (;;) {
        const SliceResult slice = pc->machine->run_slice(pc->realtime.now());
        switch (slice.kind) {
        case SliceResult::Again:
            pc->ran = true;
            pc->machine->measure_slice(pc->realtime.now());
            // A request that waits goes out first: the guest may be waiting for it.
            if (pc->budget.poll() || pc->host.requests.waiting()) return 0;
            break;
        case SliceResult::Idle:
            pc->ran = true;
            if (slice.idle_until == Clock::NEVER) return 1e9;
            return std::max(0.0, static_cast<double>(slice.idle_until - pc->realtime.now()) / 1e6);
        case SliceResult::Paused: return TABPC_PAUSED;
        case SliceResult::Ended:
            if (!std::exchange(pc->said_why, true)) pc->messages.push_back("The machine has powered off.");
            return TABPC_SHUT_DOWN;
        }
    }
}

void tabpc_pause(Tabpc* pc)
{
    if (pc->machine) pc->machine->stop();
}

void tabpc_continue(Tabpc* pc)
{
    if (pc->machine) pc->machine->resume();
}

void tabpc_reset(Tabpc* pc)
{
    if (pc->machine) pc->machine->system_reset();
}

void tabpc_power_button(Tabpc* pc)
{
    if (pc->machine) pc->machine->system_powerdown();
}

uint32_t tabpc_pending(Tabpc* pc)
{
    u32 bits = pc->messages.empty() ? 0 : TABPC_HAS_MESSAGE;
    if (pc->ran && pc->machine->display()) bits |= TABPC_HAS_FRAME;
    for (const auto& port : pc->host.serial_ports)
        if (port && !port->empty()) bits |= TABPC_HAS_SERIAL;
    if (pc->session && !pc->session->output().empty()) bits |= TABPC_HAS_QMP;
    if (pc->host.requests.waiting()) bits |= TABPC_HAS_REQUEST;
    return bits;
}

const TabpcFrame* tabpc_frame(Tabpc* pc)
{
    TabpcFrame& f = pc->frame;
    f = {};
    Display* display = pc->machine ? pc->machine->display() : nullptr;
    if (!display) return &f;
    pc->ran = false;
    const Surface& picture = display->update();
    f.pixels = reinterpret_cast<TabpcPointer>(picture.pixels.data());
    f.width = picture.width;
    f.height = picture.height;
    f.stride = picture.width * 4;
    u32 first = ~0u, last = 0;
    picture.for_each_damage(pc->seen, [&](u32 y, u32 rows) {
        first = std::min(first, y);
        last = y + rows;
    });
    if (last) {
        f.damage_y = first;
        f.damage_height = last - first;
        f.damage_width = picture.width;
    }
    pc->seen = picture.generation;
    f.text = !display->text_screen().lines.empty();
    return &f;
}

int32_t tabpc_key(Tabpc* pc, const char* code, uint32_t length, int32_t down)
{
    const auto key = qcode_by_event_code(text(code, length));
    if (!key) return 1;
    if (pc->machine) pc->machine->key(*key, down != 0);
    return 0;
}

void tabpc_release_keys(Tabpc* pc)
{
    if (pc->machine) pc->machine->release_input();
    pc->buttons = 0;
}

uint32_t tabpc_keyboard_leds(Tabpc* pc) { return pc->machine ? pc->machine->keyboard_leds() : 0; }
int32_t tabpc_mouse_wants_absolute(Tabpc* pc) { return pc->machine && pc->machine->wants_absolute_mouse(); }

void tabpc_mouse_move(Tabpc* pc, int32_t dx, int32_t dy)
{
    if (pc->machine) pc->machine->mouse_move(dx, dy);
}

void tabpc_mouse_position(Tabpc* pc, double x, double y)
{
    const auto scale = [](double v) {
        return static_cast<int>(std::lround((v >= 0 ? std::min(v, 1.0) : 0) * 0x7fff));
    };
    if (pc->machine) pc->machine->mouse_position(scale(x), scale(y));
}

void tabpc_mouse_wheel(Tabpc* pc, int32_t clicks)
{
    if (pc->machine) pc->machine->mouse_wheel(clicks);
}

void tabpc_mouse_buttons(Tabpc* pc, uint32_t buttons)
{
    static constexpr MouseButton BUTTONS[] = {MouseButton::Left, MouseButton::Right, MouseButton::Middle};
    const u32 changed = std::exchange(pc->buttons, buttons) ^ buttons;
    for (unsigned i = 0; pc->machine && i < std::size(BUTTONS); i++)
        if (bit(changed, i)) pc->machine->mouse_button(BUTTONS[i], bit(buttons, i));
}

uint32_t tabpc_serial_read(Tabpc* pc, uint32_t port, void* to, uint32_t capacity)
{
    const auto& ports = pc->host.serial_ports;
    if (port >= ports.size() || !ports[port]) return 0;
    return static_cast<u32>(ports[port]->take({static_cast<u8*>(to), capacity}));
}

uint32_t tabpc_serial_write(Tabpc* pc, uint32_t port, const void* from, uint32_t n)
{
    constexpr size_t MAX_WAITING = 64 << 10; // pasted text waits here, not without end
    const auto& ports = pc->host.serial_ports;
    if (port >= ports.size() || !ports[port]) return 0;
    const size_t room = MAX_WAITING - std::min(MAX_WAITING, ports[port]->waiting());
    const size_t taken = std::min<size_t>(n, room);
    ports[port]->feed({static_cast<const u8*>(from), taken});
    return static_cast<u32>(taken);
}

void tabpc_qmp_write(Tabpc* pc, const void* from, uint32_t n)
{
    if (!pc->session) return;
    pc->session->receive({static_cast<const char*>(from), n});
    if (pc->session->overrun()) pc->session = std::make_unique<QmpSession>(*pc->qmp);
}

uint32_t tabpc_qmp_read(Tabpc* pc, void* to, uint32_t capacity)
{
    if (!pc->session) return 0;
    std::string& out = pc->session->output();
    const size_t n = std::min<size_t>(capacity, out.size());
    std::copy_n(out.begin(), n, static_cast<char*>(to));
    out.erase(0, n);
    return static_cast<u32>(n);
}

const TabpcRequest* tabpc_next_request(Tabpc* pc) { return pc->host.requests.next(); }
void tabpc_complete(Tabpc* pc, uint32_t id, int32_t failed) { pc->host.requests.complete(id, failed != 0); }

const char* tabpc_next_message(Tabpc* pc)
{
    if (pc->messages.empty()) return nullptr;
    pc->message = std::move(pc->messages.front());
    pc->messages.pop_front();
    return pc->message.c_str();
}

const TabpcStats* tabpc_stats(Tabpc* pc)
{
    TabpcStats& s = pc->stats;
    s = {};
    if (!pc->machine) return &s;
    const MachineStats m = pc->machine->stats();
    s.instructions = static_cast<double>(m.instructions);
    s.virtual_ms = static_cast<double>(m.virtual_ns) / 1e6;
    s.interpreted = static_cast<double>(m.interpreted);
    s.translated = static_cast<double>(m.translated);
    for (const DriveStatus& d : pc->machine->drives()) {
        const bool floppy = d.config->interface == DriveConfig::Interface::Floppy;
        (floppy ? s.floppy_reads : s.disk_reads) += static_cast<double>(d.reads);
        (floppy ? s.floppy_writes : s.disk_writes) += static_cast<double>(d.writes);
    }
    s.exit_status = pc->machine->exit_status();
    return &s;
}
