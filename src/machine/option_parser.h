// What is known while the option words are read one after the other. The table is in options.cpp, the handlers of drives
// and -device in drive_options.cpp. Internal to config.
#pragma once
#include "machine/config.h"
#include "machine/key_value.h"

namespace tabpc {

class OptionParser {
public:
    using Handler = Result<> (OptionParser::*)(const std::string& value);
    struct Option {
        std::string_view word;
        std::string_view argument; // empty: the word stands alone
        std::string_view help;     // empty: accepted for compatibility, not listed
        Handler handler;
    };
    static std::span<const Option> table();

    Result<> read(std::span<const std::string> words);
    Result<> finish(); // defaults, and what can only be checked at the end
    ParsedOptions parsed;
    Result<> add_drive(DriveConfig drive); // for device models, too

private:
    MachineConfig& config_ = parsed.config;

    // Drives: drive_options.cpp
    Result<> image(DriveConfig::Interface interface, int index, const std::string& file, bool cdrom = false);
    Result<> drive(const std::string& value);
    Result<> device(const std::string& value);
    template <int Index>
    Result<> hard_disk(const std::string& value);
    template <int Index>
    Result<> floppy(const std::string& value);
    Result<> cdrom(const std::string& value);
    Result<> snapshot(const std::string&);

    // Everything else: options.cpp
    Result<> memory(const std::string& value);
    Result<> smp(const std::string& value);
    Result<> machine(const std::string& value);
    Result<> cpu(const std::string& value);
    Result<> vga(const std::string& value);
    Result<> boot(const std::string& value);
    Result<> bios(const std::string& value);
    Result<> firmware_folder(const std::string& value);
    Result<> rtc(const std::string& value);
    Result<> icount(const std::string& value);
    Result<> display(const std::string& value);
    Result<> nographic(const std::string&);
    Result<> serial(const std::string& value);
    Result<> parallel(const std::string& value);
    Result<> monitor(const std::string& value);
    Result<> qmp(const std::string& value);
    Result<> debugcon(const std::string& value);
    Result<> network(const std::string& value);
    Result<> name(const std::string& value);
    Result<> uuid(const std::string& value);
    Result<> accept(const std::string&) { return {}; }
    Result<> accel(const std::string& value);
    Result<> accept_global(const std::string& value);
    Result<> help(const std::string&);
    Result<> version(const std::string&);
    template <auto Field>
    Result<> text(const std::string& value);
    template <auto Field>
    Result<> flag(const std::string&);

    bool snapshot_ = false, defaults_ = true, nographic_ = false, monitor_given_ = false;
    Result<> no_defaults(const std::string&);
};

// "stdio", "file:PATH", "unix:PATH,server=on,wait=off", "none", "null", "mon:stdio", "page".
Result<ChardevConfig> parse_chardev(const std::string& text);

} // namespace tabpc
