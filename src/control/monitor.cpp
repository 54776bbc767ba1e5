// See monitor.h.
#include "control/monitor.h"
#include "control/image_file.h"
#include "machine/key_value.h"
#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace tabpc {

std::span<const Monitor::Command> Monitor::table()
{
    using M = Monitor;
    static constexpr Command TABLE[] = {
        {"help", "?", "", "show the help", &M::help},
        {"info", "", "block|mtree|name|registers|status|uuid|version", "show something", &M::info},
        {"quit", "q", "", "quit the emulator", &M::quit},
        {"stop", "s", "", "stop emulation", &M::stop},
        {"cont", "c", "", "resume emulation", &M::cont},
        {"system_reset", "", "", "reset the system", &M::system_reset},
        {"system_powerdown", "", "", "press the power button", &M::system_powerdown},
        {"nmi", "", "", "inject an NMI", &M::nmi},
        {"sendkey", "", "keys [hold_ms]", "send keys, for example 'sendkey ctrl-alt-f1'", &M::sendkey},
        {"mouse_move", "", "dx dy [dz]", "send mouse move events", &M::mouse_move},
        {"mouse_button", "", "state", "change mouse button state (1=L, 2=M, 4=R)", &M::mouse_button},
        {"screendump", "", "file [-f png|ppm]", "save the screen", &M::screendump},
        {"eject", "", "[-f] device", "eject a removable medium", &M::eject},
        {"change", "", "device file", "change a removable medium", &M::change},
        {"x", "", "/fmt addr", "virtual memory dump", &M::examine},
        {"xp", "", "/fmt addr", "physical memory dump", &M::examine},
        {"i", "", "/fmt port", "read an I/O port", &M::port_in},
        {"o", "", "/fmt port value", "write an I/O port", &M::port_out},
    };
    return TABLE;
}

namespace {

[[gnu::format(printf, 1, 2)]] std::string print(const char* format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    std::vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return text;
}

std::string sentence(const std::string& s) { return "Error: " + s + "\r\n"; }
std::string outcome(const Result<>& r) { return r ? "" : sentence(r.error()); }
constexpr const char* BAD = "Error: arguments are missing or wrong; see 'help'\r\n";

std::vector<std::string> split(std::string_view line, std::string_view separators)
{
    std::vector<std::string> words;
    for (size_t at = 0; (at = line.find_first_not_of(separators, at)) != line.npos;) {
        const size_t end = std::min(line.find_first_of(separators, at), line.size());
        words.emplace_back(line.substr(at, end - at));
        at = end;
    }
    return words;
}

// "/4xb": count, letter, size.
struct Format {
    unsigned count = 1, size = 4;
    char letter = 'x';
};
std::optional<Format> parse_format(std::string_view s)
{
    Format f;
    if (s.empty() || s[0] != '/') return std::nullopt;
    s.remove_prefix(1);
    if (!s.empty() && s[0] >= '0' && s[0] <= '9') f.count = 0;
    while (!s.empty() && s[0] >= '0' && s[0] <= '9') {
        f.count = std::min(f.count * 10 + static_cast<unsigned>(s[0] - '0'), 1u << 16);
        s.remove_prefix(1);
    }
    bool sized = false;
    for (const char c : s) {
        switch (c) {
        case 'x':
        case 'd':
        case 'u':
        case 'o':
        case 'c': f.letter = c; break;
        case 'b':
            f.size = 1;
            sized = true;
            break;
        case 'h':
            f.size = 2;
            sized = true;
            break;
        case 'w':
            f.size = 4;
            sized = true;
            break;
        case 'g':
            f.size = 8;
            sized = true;
            break;
        default: return std::nullopt;
        }
    }
    if (f.letter == 'c' && !sized) f.size = 1;
    return f;
}

std::string format_value(u64 v, const Format& f)
{
    const unsigned digits = f.size * 2;
    const i64 extended = static_cast<i64>(v << (64 - f.size * 8)) >> (64 - f.size * 8);
    switch (f.letter) {
    case 'd': return print(" %lld", static_cast<long long>(extended));
    case 'u': return print(" %llu", static_cast<unsigned long long>(v));
    case 'o': return print(" 0%llo", static_cast<unsigned long long>(v));
    case 'c': {
        const char c = static_cast<char>(v);
        return c >= 0x20 && c < 0x7f ? print(" '%c'", c) : print(" '\\x%02x'", static_cast<u8>(c));
    }
    default: return print(" 0x%0*llx", static_cast<int>(digits), static_cast<unsigned long long>(v));
    }
}

} // namespace

std::string Monitor::execute(std::string_view line)
{
    std::vector<std::string> words = split(line, " \t\r\n");
    if (words.empty()) return "";
    // "xp/4xb" is "xp /4xb".
    if (const size_t slash = words[0].find('/'); slash != words[0].npos && slash > 0) {
        words.insert(words.begin() + 1, words[0].substr(slash));
        words[0].resize(slash);
    }
    for (const Command& c : table())
        if (words[0] == c.name || (!c.alias.empty() && words[0] == c.alias)) return (this->*c.handler)(words);
    return "unknown command: '" + words[0] + "'\r\n";
}

std::string Monitor::help(Words)
{
    std::string text;
    for (const Command& c : table()) {
        text += c.name;
        if (!c.alias.empty()) text += "|" + std::string(c.alias);
        if (!c.arguments.empty()) text += " " + std::string(c.arguments);
        text += " -- " + std::string(c.help) + "\r\n";
    }
    return text;
}

std::string Monitor::info(Words words)
{
    const std::string what = words.size() > 1 ? words[1] : "";
    const MachineConfig& config = machine_.config();
    if (what == "status") return info_status();
    if (what == "registers") return machine_.registers();
    if (what == "block") return info_block();
    if (what == "mtree") return info_mtree();
    if (what == "version") return "tabpc " + std::string(TABPC_VERSION) + "\r\n";
    if (what == "name") return config.name.empty() ? "" : config.name + "\r\n";
    if (what == "uuid")
        return (config.uuid.empty() ? "00000000-0000-0000-0000-000000000000" : config.uuid) + "\r\n";
    for (const Command& c : table())
        if (c.name == "info") return "info " + std::string(c.arguments) + "\r\n";
    return "";
}

std::string Monitor::info_status() const
{
    switch (machine_.state()) {
    case RunState::Running: return "VM status: running\r\n";
    case RunState::Prelaunch: return "VM status: paused (prelaunch)\r\n";
    case RunState::Shutdown: return "VM status: paused (shutdown)\r\n";
    case RunState::Paused: break;
    }
    return "VM status: paused\r\n";
}

std::string Monitor::info_block() const
{
    std::string text;
    for (const DriveStatus& d : machine_.drives()) {
        text += d.config->id + ": ";
        text += d.inserted ? d.file + " (raw" + (d.read_only ? ", read-only" : "") + ")\r\n"
                           : "[not inserted]\r\n";
        if (d.removable)
            text += print("    Removable device: %slocked, tray %s\r\n", d.locked ? "" : "not ",
                          d.tray_open ? "open" : "closed");
        if (d.config->snapshot) text += "    Writes are kept in memory (snapshot)\r\n";
    }
    return text;
}

std::string Monitor::info_mtree()
{
    const auto by_base = [](const auto* a, const auto* b) {
        return a->base != b->base ? a->base < b->base : a < b; // both stand in one vector
    };
    std::string text = "address-space: memory\r\n";
    static constexpr const char* KINDS[] = {"", "ram", "rom", "i/o"};
    std::vector<const PhysMap::Range*> ranges;
    for (const auto& r : machine_.memory().ranges())
        if (r.kind != PhysMap::Range::FREE) ranges.push_back(&r);
    std::sort(ranges.begin(), ranges.end(), by_base);
    for (const auto* r : ranges)
        text += print("  %016llx-%016llx (prio %d, %s): %s%s\r\n", static_cast<unsigned long long>(r->base),
                      static_cast<unsigned long long>(r->base + r->size - 1), r->priority, KINDS[r->kind],
                      r->name.c_str(),
                      r->reads && r->writes ? ""
                      : r->reads            ? " [reads]"
                      : r->writes           ? " [writes]"
                                            : " [disabled]");
    text += "address-space: I/O\r\n";
    std::vector<const IoSpace::Range*> ports;
    for (const auto& r : machine_.io().ranges())
        if (r.count) ports.push_back(&r);
    std::sort(ports.begin(), ports.end(), by_base);
    for (const auto* r : ports)
        text += print("  %04x-%04x (i/o): %s\r\n", r->base, r->base + r->count - 1, r->name.c_str());
    return text;
}

std::string Monitor::quit(Words)
{
    machine_.quit("host-qmp-quit");
    return "";
}

std::string Monitor::stop(Words)
{
    machine_.stop();
    return "";
}

std::string Monitor::cont(Words)
{
    if (machine_.state() == RunState::Shutdown) return sentence("Resetting the Virtual Machine is required");
    machine_.resume();
    return "";
}

std::string Monitor::system_reset(Words)
{
    machine_.system_reset();
    return "";
}

std::string Monitor::system_powerdown(Words)
{
    machine_.system_powerdown();
    return "";
}

std::string Monitor::nmi(Words)
{
    machine_.inject_nmi();
    return "";
}

std::string Monitor::sendkey(Words words)
{
    if (words.size() < 2) return BAD;
    auto hold = words.size() > 2 ? parse_number(words[2], 60'000) : Result<u64>(100);
    if (!hold) return sentence("hold time " + hold.error());
    std::vector<QKeyCode> keys;
    for (const std::string& name : split(words[1], "-")) {
        std::optional<QKeyCode> key = qcode_by_name(name);
        if (auto code = parse_number(name, 0xff); !key && name.starts_with("0x") && code)
            key = qcode_by_number(static_cast<u32>(*code));
        if (!key) return "invalid parameter: " + name + "\r\n";
        keys.push_back(*key);
    }
    if (keys.empty() || keys.size() > 16) return BAD;
    machine_.send_keys(keys, static_cast<int>(*hold));
    return "";
}

std::string Monitor::mouse_move(Words words)
{
    if (words.size() < 3) return BAD;
    const auto value = [&](size_t i) { return std::clamp(std::atoi(words[i].c_str()), -32768, 32767); };
    machine_.mouse_move(value(1), value(2));
    if (words.size() > 3) machine_.mouse_wheel(value(3));
    return "";
}

std::string Monitor::mouse_button(Words words)
{
    auto state = words.size() > 1 ? parse_number(words[1], 7) : Result<u64>(error("missing"));
    if (!state) return BAD;
    static constexpr MouseButton BUTTONS[] = {MouseButton::Left, MouseButton::Middle, MouseButton::Right};
    for (unsigned i = 0; i < 3; i++)
        if (bit(*state ^ mouse_buttons_, i)) machine_.mouse_button(BUTTONS[i], bit(*state, i));
    mouse_buttons_ = static_cast<u32>(*state);
    return "";
}

std::string Monitor::screendump(Words words)
{
    bool png = false;
    std::string file;
    for (size_t i = 1; i < words.size(); i++) {
        if (words[i] == "-f" && i + 1 < words.size()) png = words[++i] == "png";
        else file = words[i];
    }
    if (file.empty()) return BAD;
    Display* display = machine_.display();
    if (!display) return sentence("There is no console to take a screendump from");
    const Surface& picture = display->update();
    return outcome(machine_.write_file(file, png ? png_file(picture) : ppm_file(picture)));
}

std::string Monitor::eject(Words words)
{
    const bool force = words.size() > 1 && words[1] == "-f";
    if (words.size() < 2u + force) return BAD;
    return outcome(machine_.eject(words[1 + force], force));
}

std::string Monitor::change(Words words)
{
    if (words.size() < 3) return BAD;
    return outcome(machine_.change_medium(words[1], words[2], std::nullopt, false));
}

std::string Monitor::examine(Words words)
{
    const bool physical = words[0] == "xp";
    const auto format = words.size() == 3 ? parse_format(words[1]) : std::optional<Format>(Format());
    if (words.size() < 2 || words.size() > 3 || !format) return BAD;
    auto address = parse_number(words.back(), ~u64(0));
    if (!address) return sentence("'" + words.back() + "' " + address.error());

    std::string text;
    const unsigned per_line =
        format->letter == 'c' ? 8 : std::max(1u, 16 / format->size) / (format->size == 1 ? 2 : 1);
    for (unsigned i = 0; i < format->count; i++) {
        u64 value = 0;
        const u64 at = *address + u64(i) * format->size;
        if (i % per_line == 0)
            text += print(physical ? "%016llx:" : "%08llx:", static_cast<unsigned long long>(at));
        for (unsigned b = 0; b < format->size; b++) {
            const PhysAddr from = physical ? at + b : machine_.translate(at + b);
            if (from == ~PhysAddr(0)) return text + " Cannot access memory\r\n";
            value |= machine_.memory().read(from, 1) << (8 * b);
        }
        text += format_value(value, *format);
        if (i % per_line == per_line - 1 || i + 1 == format->count) text += "\r\n";
    }
    return text;
}

std::string Monitor::port_in(Words words)
{
    const auto format = words.size() == 3 ? parse_format(words[1]) : std::optional<Format>(Format());
    if (words.size() < 2 || !format || format->size > 4) return BAD;
    auto port = parse_number(words.back(), 0xffff);
    if (!port) return BAD;
    const u32 v = machine_.io().read(static_cast<u16>(*port), static_cast<int>(format->size));
    return print("port%c[0x%04x] = 0x%0*x\r\n", " bw l"[format->size], static_cast<unsigned>(*port),
                 static_cast<int>(format->size * 2), v);
}

std::string Monitor::port_out(Words words)
{
    const bool formatted = words.size() == 4;
    const auto format = formatted ? parse_format(words[1]) : std::optional<Format>(Format());
    if (words.size() < 3 || !format || format->size > 4) return BAD;
    auto port = parse_number(words[1 + formatted], 0xffff),
         value = parse_number(words[2 + formatted], 0xffffffff);
    if (!port || !value) return BAD;
    machine_.io().write(static_cast<u16>(*port), static_cast<u32>(*value), static_cast<int>(format->size));
    return "";
}

void MonitorConsole::greet()
{
    output_ +=
        "tabpc " + std::string(TABPC_VERSION) + " monitor - type 'help' for more information\r\n(qemu) ";
}

void MonitorConsole::receive(std::string_view bytes)
{
    for (const char c : bytes) {
        if (c == '\r' || c == '\n') {
            output_ += "\r\n" + monitor_.execute(line_) + "(qemu) ";
            line_.clear();
        } else if (c == 0x7f || c == '\b') {
            if (!line_.empty()) {
                line_.pop_back();
                output_ += "\b \b";
            }
        } else if (static_cast<u8>(c) >= 0x20 && line_.size() < 4096) {
            line_ += c;
            output_ += c;
        }
    }
}

} // namespace tabpc
