// AtapiCdrom: commands that answer with a few bytes about the drive or its medium (MMC-3 chapters 5 and 6).
#include "hw/ide/atapi_cdrom.h"
#include <utility>

namespace tabpc {

using namespace mmc;

namespace {

constexpr u16 PROFILE_CD_ROM = 0x08, PROFILE_DVD_ROM = 0x10;

// An address as a TOC gives it: a block number, or minute, second, frame.
void put_address(u8* p, u32 lba, bool msf)
{
    if (!msf) return put_be32(p, lba);
    const u32 frame = lba + 150;
    p[0] = 0;
    p[1] = static_cast<u8>(frame / 75 / 60);
    p[2] = static_cast<u8>(frame / 75 % 60);
    p[3] = static_cast<u8>(frame % 75);
}

} // namespace

void AtapiCdrom::request_sense()
{
    u8 r[18] = {0x70, 0, sense_.key}; // current error, fixed format
    r[7] = 10;
    r[12] = sense_.code;
    r[13] = sense_.qualifier;
    if (sense_.key == 0 && unit_attention_) {
        unit_attention_ = false;
        r[2] = MEDIUM_CHANGED.key;
        r[12] = MEDIUM_CHANGED.code;
    }
    sense_ = NO_SENSE;
    reply(r, packet_[4]);
}

void AtapiCdrom::inquiry()
{
    u8 r[36] = {0x05, 0x80, 0x00, 0x21, 31}; // CD-ROM, removable, ATAPI, format 1, bytes that follow
    const auto text = [&r](int at, size_t n, std::string_view s) {
        for (size_t i = 0; i < n; i++)
            r[static_cast<size_t>(at) + i] = i < s.size() ? static_cast<u8>(s[i]) : ' ';
    };
    text(8, 8, "TABPC");
    text(16, 16, config_.model);
    text(32, 4, config_.version);
    reply(r, be16(&packet_[3]));
}

void AtapiCdrom::start_stop()
{
    const bool start = packet_[4] & 1, load_eject = packet_[4] & 2;
    if (load_eject) {
        if (!start && locked_) return check_condition(REMOVAL_PREVENTED);
        move_tray(!start);
    }
    complete();
}

void AtapiCdrom::read_toc()
{
    const bool msf = packet_[1] & 2;
    const u32 allocation = be16(&packet_[7]);
    const u8 start = packet_[6];
    const u8 format =
        packet_[2] & 15 ? packet_[2] & 15 : packet_[9] >> 6; // SFF-8020i has it in the last byte
    u8 r[4 + 4 * 11] = {0, 0, 1, 1};                         // length, first and last track or session
    size_t n = 4;
    switch (format) {
    case 0: { // tracks from `start` on, and the lead-out
        if (start > 1 && start != 0xaa) return check_condition(INVALID_FIELD);
        const auto track = [&](u8 number, u32 lba) {
            r[n + 1] = 0x14; // ADR 1, data track
            r[n + 2] = number;
            put_address(&r[n + 4], lba, msf);
            n += 8;
        };
        if (start <= 1) track(1, 0);
        track(0xaa, sectors());
        break;
    }
    case 1: // the first track of the last session
        r[5] = 0x14;
        r[6] = 1;
        put_address(&r[8], 0, msf);
        n = 12;
        break;
    case 2: { // as it is recorded: first and last track, lead-out, track 1
        const auto point = [&](u8 number, u8 m, u8 s, u8 f) {
            const u8 entry[11] = {1, 0x14, 0, number, 0, 0, 0, 0, m, s, f};
            std::copy_n(entry, 11, &r[n]);
            n += 11;
        };
        u8 end[4];
        put_address(end, sectors(), true);
        point(0xa0, 1, 0, 0);
        point(0xa1, 1, 0, 0);
        point(0xa2, end[1], end[2], end[3]);
        point(1, 0, 2, 0);
        break;
    }
    default: return check_condition(INVALID_FIELD);
    }
    put_be16(r, static_cast<u32>(n - 2));
    reply(std::span(r).first(n), allocation);
}

void AtapiCdrom::mode_sense()
{
    enum { ERROR_RECOVERY = 0x01, AUDIO_CONTROL = 0x0e, CAPABILITIES = 0x2a, ALL = 0x3f };
    static constexpr u8 RECOVERY_PAGE[] = {ERROR_RECOVERY, 6, 0, 5, 0, 0, 0, 0}; // five retries
    static constexpr u8 AUDIO_PAGE[] = {AUDIO_CONTROL, 14, 4, 0, 0, 0, 0, 0, 1, 0xff, 2, 0xff, 0, 0, 0, 0};
    // clang-format off
    static constexpr u8 CAPABILITIES_PAGE[] = {
        CAPABILITIES, 18, 0x3b, 0x00,   // reads CD-R, CD-RW, DVD-ROM, -R, -RAM; writes nothing
        0x70, 0x60, 0x29, 0x00,         // mode 2, multisession; raw reads; tray, lock, eject
        0x15, 0x83, 0, 0,               // 5507 kB/s, no volume levels
        0, 128, 0x15, 0x83, 0, 0, 0, 0, // 128 KiB buffer, current speed
    };
    // clang-format on

    const u8 control = packet_[2] >> 6, page = packet_[2] & 0x3f;
    if (control == 3) return check_condition(SAVING_NOT_SUPPORTED);

    std::vector<u8> r(8);
    const auto add = [&](std::span<const u8> bytes) {
        const size_t at = r.size();
        r.insert(r.end(), bytes.begin(), bytes.end());
        if (control == 1)
            std::fill(r.begin() + static_cast<ptrdiff_t>(at) + 2, r.end(), u8(0)); // nothing is changeable
    };
    if (page == ERROR_RECOVERY || page == ALL) add(RECOVERY_PAGE);
    if (page == AUDIO_CONTROL || page == ALL) add(AUDIO_PAGE);
    if (page == CAPABILITIES || page == ALL) {
        add(CAPABILITIES_PAGE);
        if (control != 1 && locked_) r[r.size() - sizeof CAPABILITIES_PAGE + 6] |= 2;
    }
    if (r.size() == 8) return check_condition(INVALID_FIELD);
    put_be16(r.data(), static_cast<u32>(r.size() - 2));
    r[2] = tray_open_ ? 0x71 : backend_.inserted() ? 0x01 : 0x70; // medium type
    reply(r, be16(&packet_[7]));
}

void AtapiCdrom::get_configuration()
{
    struct Feature {
        u16 code;
        bool needs_medium;
        u8 version_flags; // version 5:2, persistent 1
        u8 length;
        u8 data[8];
    };
    static constexpr Feature FEATURES[] = {
        {0x00, false, 0x03, 8, {0, PROFILE_DVD_ROM, 0, 0, 0, PROFILE_CD_ROM, 0, 0}}, // profile list
        {0x01, false, 0x03, 4, {0, 0, 0, 2}},                                        // core: ATAPI
        {0x03, false, 0x03, 4, {0x29, 0, 0, 0}},          // removable: tray, eject, lock
        {0x10, true, 0x00, 8, {0, 0, 8, 0, 0, 16, 0, 0}}, // random readable, 2048 bytes
        {0x1e, true, 0x00, 4, {0, 0, 0, 0}},              // CD read
        {0x1f, true, 0x00, 4, {0, 0, 0, 0}},              // DVD read
    };
    const u8 which = packet_[1] & 3; // all, current, one
    const u16 first = be16(&packet_[2]);
    const u16 profile = !ready() ? u16(0) : is_dvd() ? PROFILE_DVD_ROM : PROFILE_CD_ROM;
    if (which == 3) return check_condition(INVALID_FIELD);

    std::vector<u8> r(8);
    for (const Feature& f : FEATURES) {
        bool current = !f.needs_medium || ready();
        if (f.code == 0x1e) current = profile == PROFILE_CD_ROM;
        if (f.code == 0x1f) current = profile == PROFILE_DVD_ROM;
        if (f.code < first || (which == 2 && f.code != first) || (which == 1 && !current)) continue;
        const size_t at = r.size();
        r.resize(at + 4 + f.length);
        put_be16(&r[at], f.code);
        r[at + 2] = static_cast<u8>((f.version_flags & ~1) | current);
        r[at + 3] = f.length;
        std::copy_n(f.data, f.length, &r[at + 4]);
        if (f.code == 0) { // each profile's third byte: is it the medium's
            r[at + 6] = profile == PROFILE_DVD_ROM;
            r[at + 10] = profile == PROFILE_CD_ROM;
        }
    }
    put_be32(r.data(), static_cast<u32>(r.size() - 4));
    put_be16(&r[6], profile);
    reply(r, be16(&packet_[7]));
}

void AtapiCdrom::get_event_status()
{
    constexpr u8 MEDIA_CLASS = 4;
    if (!(packet_[1] & 1)) return check_condition(INVALID_FIELD); // asynchronous operation
    u8 r[8] = {0, 2, 0x80, 1 << MEDIA_CLASS};                     // no event available, supported classes
    size_t n = 4;
    if (packet_[4] & 1 << MEDIA_CLASS) {
        r[1] = 6;
        r[2] = MEDIA_CLASS;
        r[4] = static_cast<u8>(std::exchange(event_, Event::None));
        r[5] = static_cast<u8>((backend_.inserted() ? 2 : 0) | (tray_open_ ? 1 : 0));
        n = 8;
    }
    reply(std::span(r).first(n), be16(&packet_[7]));
}

void AtapiCdrom::read_disc_information()
{
    if (packet_[1] & 7) return check_condition(INVALID_FIELD);
    u8 r[34] = {0, 32, 0x0e, 1, 1, 1, 1, 0x20}; // complete disc and session; one session of one track
    put_be32(r + 16, 0xffffffff);               // no lead-in of a session to come
    put_be32(r + 20, 0xffffffff);
    reply(r, be16(&packet_[7]));
}

void AtapiCdrom::mechanism_status()
{
    u8 r[8] = {0, static_cast<u8>(tray_open_ ? 0x10 : 0)};
    r[5] = 1; // slots; no table of them follows
    reply(r, be16(&packet_[8]));
}

} // namespace tabpc
