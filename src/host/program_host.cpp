// See program_host.h.
#include "host/program_host.h"
#include "block/floppy_geometry.h"
#include "block/open_image.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>

namespace tabpc {

namespace {

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace

Result<std::unique_ptr<HostBackend>> ProgramHost::open_backend(const ChardevConfig& config,
                                                               MachineControl*& machine)
{
    using Kind = ChardevConfig::Kind;
    switch (config.kind) {
    case Kind::Stdio:
        if (config.mux_monitor) {
            auto mux = std::make_unique<MuxBackend>(machine);
            mux->open();
            return std::unique_ptr<HostBackend>(std::move(mux));
        }
        [[fallthrough]];
    case Kind::Unix: {
        auto stream = std::make_unique<StreamBackend>();
        if (auto r = stream->open(config); !r) return Error{r.error()};
        return std::unique_ptr<HostBackend>(std::move(stream));
    }
    case Kind::File: {
        auto file = std::make_unique<FileBackend>();
        if (auto r = file->open(config.path); !r) return Error{r.error()};
        return std::unique_ptr<HostBackend>(std::move(file));
    }
    case Kind::Null: break;
    case Kind::Page: return error("'page' is for pages");
    }
    return std::unique_ptr<HostBackend>();
}

Result<> ProgramHost::open_consoles(MachineControl*& machine)
{
    const auto open = [&](const ChardevConfig& c, std::unique_ptr<HostBackend>& to) -> Result<> {
        auto backend = open_backend(c, machine);
        if (!backend) return Error{backend.error()};
        to = backend.take();
        return {};
    };
    for (const ChardevConfig& c : config_.serial)
        if (auto r = open(c, serial_.emplace_back()); !r) return r;
    if (!config_.parallel.empty())
        if (auto r = open(config_.parallel[0], parallel_); !r) return r;
    if (config_.debugcon) return open(config_.debugcon->chardev, debugcon_);
    return {};
}

Result<std::vector<u8>> ProgramHost::read_file(const std::string& name)
{
    struct stat st;
    if (stat(name.c_str(), &st) < 0) return error("%s: %s", name.c_str(), std::strerror(errno));
    if (S_ISDIR(st.st_mode)) return error("%s is a directory", name.c_str());
    std::FILE* file = std::fopen(name.c_str(), "rb");
    if (!file) return error("%s: %s", name.c_str(), std::strerror(errno));
    std::vector<u8> bytes(static_cast<size_t>(st.st_size));
    const size_t n = std::fread(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
    if (n != bytes.size()) return error("%s cannot be read to its end", name.c_str());
    return bytes;
}

Result<std::vector<u8>> ProgramHost::read_firmware(const std::string& name)
{
    std::vector<std::string> folders = config_.firmware_folders;
    if (const std::string f = environment("TABPC_FIRMWARE"); !f.empty()) folders.push_back(f);
    folders.push_back("build/firmware");
    const std::string cache = environment("XDG_CACHE_HOME"), home = environment("HOME");
    folders.push_back((cache.empty() ? home + "/.cache" : cache) + "/tabpc/firmware");
    folders.insert(folders.end(), {"/usr/share/seabios", "/usr/share/qemu"});

    // A name with a folder, or of a file right here, is meant as it stands.
    struct stat st;
    const bool is_default = name == DEFAULT_BIOS || name.starts_with("vgabios-");
    if (!is_default && stat(name.c_str(), &st) == 0) return read_file(name);
    for (const std::string& folder : folders)
        if (stat((folder + "/" + name).c_str(), &st) == 0) return read_file(folder + "/" + name);
    if (!is_default) return error("there is no BIOS image %s", name.c_str());
    return error("there is no %s: install Debian's package seabios, or say with -L where it is",
                 name.c_str());
}

Result<> ProgramHost::write_file(const std::string& name, std::span<const u8> bytes)
{
    std::FILE* file = std::fopen(name.c_str(), "wb");
    if (!file) return error("Failed to open file '%s': %s", name.c_str(), std::strerror(errno));
    const size_t n = std::fwrite(bytes.data(), 1, bytes.size(), file);
    if (std::fclose(file) != 0 || n != bytes.size())
        return error("Failed to write file '%s': %s", name.c_str(), std::strerror(errno));
    return {};
}

Result<std::unique_ptr<BlockNode>> ProgramHost::open_image(const DriveConfig& drive)
{
    auto node = tabpc::open_image(drive.file, {.read_only = drive.read_only, .snapshot = drive.snapshot});
    if (node && drive.interface == DriveConfig::Interface::Floppy)
        if (auto g = floppy_geometry((*node)->length()); !g)
            return error("%s: %s", drive.file.c_str(), g.error().c_str());
    return node;
}

} // namespace tabpc
