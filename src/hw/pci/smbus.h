// The PIIX4's SMBus host controller (data sheet 290562, 7.3; SMBus 1.0 protocols) and the EEPROMs of memory modules.
// A transaction is complete after the time its bits take. Slave registers and the interrupt are left out.
#pragma once
#include "core/clock.h"
#include "core/snapshot.h"
#include <array>

namespace tabpc {

// A device on the bus, after its address was sent: bytes go in and come out.
class SmbusDevice {
public:
    virtual void send(std::span<const u8> bytes) = 0;
    virtual u8 receive() = 0;

protected:
    ~SmbusDevice() = default;
};

// 24C02: the first byte sent sets the offset, further ones are stored; receiving goes on from there.
class SpdEeprom final : public SmbusDevice {
public:
    void load(std::span<const u8> bytes);
    void send(std::span<const u8> bytes) override;
    u8 receive() override { return bytes_[offset_++]; }
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(bytes_, offset_);
    }

private:
    std::array<u8, 256> bytes_{};
    u8 offset_ = 0;
};

class SmbusHost {
public:
    explicit SmbusHost(VirtualClock& clock);

    void attach(u8 address, SmbusDevice& device) { device_[address & 0x7f] = &device; }

    // Sixteen registers from SMBHSTSTS on.
    u8 read(int offset);
    void write(int offset, u8 v);

    void reset();
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(sts_, cnt_, cmd_, add_, dat0_, dat1_, auxctl_, block_, index_, timer_);
        if (ar.loading()) index_ %= block_.size();
    }

private:
    enum Status : u8 { HOST_BUSY = 0x01, INTR = 0x02, DEV_ERR = 0x04, FAILED = 0x10, W1C = 0x1e };
    enum Control : u8 { KILL = 0x02, START = 0x40 };

    void finish();
    bool transact(SmbusDevice& device);

    VirtualClock& clock_;
    Timer timer_;
    std::array<SmbusDevice*, 128> device_{};
    u8 sts_ = 0, cnt_ = 0, cmd_ = 0, add_ = 0, dat0_ = 0, dat1_ = 0, auxctl_ = 0;
    std::array<u8, 32> block_{};
    u8 index_ = 0;
};

} // namespace tabpc
